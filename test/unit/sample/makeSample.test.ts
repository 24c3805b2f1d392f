import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import exifr from 'exifr';
import jpeg from 'jpeg-js';
import { root } from '../../../scripts/lib/project.mjs';
import { makeSample } from '../../../scripts/sample/makeSample.mjs';

describe('sample workspace', function () {
  this.timeout(120_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ic-sample-'));
  const sha256 = (base: string, name: string): string =>
    createHash('sha256')
      .update(fs.readFileSync(path.join(base, name)))
      .digest('hex');
  let files: ReturnType<typeof makeSample> = [];

  before(() => {
    files = makeSample(folder);
  });
  after(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it('is the same, byte for byte, when another process makes it', () => {
    const again = fs.mkdtempSync(path.join(os.tmpdir(), 'ic-sample-'));
    try {
      const script = path.join(root, 'scripts/sample/makeSample.mjs');
      assert.equal(spawnSync(process.execPath, [script, again]).status, 0);
      const listing = (base: string): string[] =>
        fs.readdirSync(base, { recursive: true, encoding: 'utf8' }).sort();
      assert.deepEqual(listing(again), listing(folder));
      for (const { path: name } of files) {
        assert.equal(sha256(again, name), sha256(folder, name), name);
        const [first, second] = [folder, again].map((base) => fs.statSync(path.join(base, name)));
        assert.equal(first?.mtimeMs, second?.mtimeMs, name);
      }
    } finally {
      fs.rmSync(again, { recursive: true, force: true });
    }
  });

  it('has equal bytes exactly where it says duplicate', () => {
    const byDigest = new Map<string, string>();
    const expected: string[] = [];
    const found: string[] = [];
    for (const { path: name, role, of } of files) {
      const digest = sha256(folder, name);
      const first = byDigest.get(digest);
      if (role === 'duplicate') expected.push(`${name} = ${of ?? ''}`);
      if (first === undefined) byDigest.set(digest, name);
      else found.push(`${name} = ${first}`);
    }
    assert.ok(expected.length >= 3);
    assert.deepEqual(found, expected);
  });

  it('carries the dates that it says, read by another library', async () => {
    const dated = files.filter(({ taken, role }) => taken !== undefined && role !== 'video');
    assert.ok(dated.length > 20);
    for (const { path: name, taken } of dated) {
      const bytes = fs.readFileSync(path.join(folder, name));
      const options = { reviveValues: false, pick: ['DateTimeOriginal'] };
      const exif = (await exifr.parse(bytes, options)) as { DateTimeOriginal?: string } | undefined;
      assert.equal(exif?.DateTimeOriginal, taken, name);
    }
  });

  it('holds JPEGs that can be decoded', () => {
    const whole = files.filter(({ role }) => role === 'near-duplicate');
    assert.ok(whole.length >= 4);
    for (const { path: name } of whole) {
      const { width, height } = jpeg.decode(fs.readFileSync(path.join(folder, name)));
      assert.ok(width >= 300 && height >= 200, name);
    }
  });
});
