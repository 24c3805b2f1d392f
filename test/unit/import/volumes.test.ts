import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { sampleJpeg } from '../../../bench/lib/sampleFiles.js';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import { ImportFixture, listFiles, statesOf } from './importFixture.js';

describe('import to another volume', function () {
  let volume = '';
  let fixture: ImportFixture;

  before(function () {
    volume = fs.mkdtempSync(path.join(os.tmpdir(), 'imgcat-volume-'));
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', volume], { stdio: 'pipe' });
    } catch (error) {
      fs.rmdirSync(volume);
      console.warn(`SKIPPED: a small tmpfs cannot be mounted here (${String(error)})`);
      this.skip();
    }
  });

  after(() => {
    if (!fs.existsSync(volume)) return;
    execFileSync('umount', [volume]);
    fs.rmdirSync(volume);
  });

  beforeEach(async () => {
    fixture = await ImportFixture.create(path.join(volume, 'managed'));
  });

  afterEach(async () => {
    fixture.check();
    await fixture.remove();
    fs.rmSync(path.join(volume, 'managed'), { recursive: true, force: true });
  });

  // The check before the import would refuse: here the volume fills up during it.
  const files = {
    ...nodeFilePort,
    statfs: () => ({ freeBytes: 1e12, totalBytes: 1e12 }),
  };

  it('moves by copying, and releases what has been read on both sides', async () => {
    fixture.put('a.jpg', sampleJpeg('a', 100_000));
    fixture.put('b.jpg', sampleJpeg('b', 200_000));
    const imported = await fixture.import({ importMode: 'move', files });
    assert.deepEqual(statesOf(imported), { 'a.jpg': 'RELEASED', 'b.jpg': 'RELEASED' });
    assert.deepEqual(
      imported.items.map((item) => item.publishMethod),
      ['LINK', 'LINK'],
    );
    assert.deepEqual(listFiles(fixture.scans.root), []);
  });

  for (const importMode of ['copy', 'move'] as const) {
    it(`takes a ${importMode} back when the volume is full, and names it`, async () => {
      for (let i = 0; i < 20; i += 1) fixture.put(`${i}.jpg`, sampleJpeg(`${i}`, 500_000));
      const before = listFiles(fixture.scans.root);
      const { job } = await fixture.import({ importMode, files });
      assert.equal(job.status, 'FAILURE');
      assert.ok(job.error?.includes(volume), job.error ?? 'no error');
      assert.equal(job.filesImported, 0);
      assert.deepEqual(fs.readdirSync(fixture.managed), []);
      assert.deepEqual(listFiles(fixture.scans.root), before);
    });
  }

  it('refuses before it begins what cannot fit', async () => {
    fixture.put('a.jpg', sampleJpeg('a', 100_000));
    await assert.rejects(fixture.import(), { code: 'DISK_FULL' });
    assert.deepEqual(fs.readdirSync(fixture.managed), []);
  });
});
