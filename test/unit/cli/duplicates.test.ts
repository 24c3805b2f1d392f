import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { CommandLine, type CommandOutcome } from '../../support/commandLine.js';
import { randomWords } from '../duplicates/hashes.js';

interface Member {
  readonly path: string;
  readonly imageId: string | null;
  readonly source: string | null;
  readonly distance: number;
  readonly size: number;
}
interface Report {
  readonly groups: readonly {
    readonly level: string;
    readonly members: readonly Member[];
    readonly suggestedKeep: string;
    readonly reason: string;
  }[];
}

/** A picture of soft spots, another one for every seed. */
async function picture(seed: number): Promise<Buffer> {
  const random = randomWords(seed);
  const spots = Buffer.from(Array.from({ length: 8 * 6 * 3 }, () => random() & 255));
  return sharp(spots, { raw: { width: 8, height: 6, channels: 3 } })
    .resize(320, 240, { kernel: 'cubic' })
    .png()
    .toBuffer();
}

describe('command line: duplicates', function () {
  this.timeout(180_000);
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'image-catalog-cli-')));
  const workspace = path.join(root, 'workspace');
  const card = path.join(root, 'card');
  const disk = path.join(root, 'disk');
  let line: CommandLine;

  const run = (...words: string[]): Promise<CommandOutcome> => line.run(workspace, ...words);

  const report = async (...words: string[]): Promise<string[]> => {
    const { groups } = await line.json<Report>(workspace, 'duplicates', 'Photos', ...words);
    for (const { members, suggestedKeep, reason } of groups) {
      assert.ok(members.some((member) => member.path === suggestedKeep));
      assert.ok(reason.length > 0);
      for (const { imageId, source, distance, size } of members) {
        assert.ok(typeof imageId === 'string' && source !== null && distance >= 0 && size > 0);
      }
    }
    return groups
      .map(({ level, members }) => {
        const names = members.map((member) => path.relative(root, member.path)).sort();
        return `${level}: ${names.join(' ')}`;
      })
      .sort();
  };

  before(async () => {
    for (const folder of [workspace, card, disk]) fs.mkdirSync(folder);
    const one = await picture(1);
    fs.writeFileSync(path.join(card, 'one.png'), one);
    fs.writeFileSync(path.join(disk, 'copy.png'), one);
    fs.writeFileSync(
      path.join(card, 'one.bmp.tif'),
      await sharp(one).tiff({ compression: 'lzw' }).toBuffer(),
    );
    fs.writeFileSync(path.join(disk, 'small.jpg'), await sharp(one).resize(160).jpeg().toBuffer());
    fs.writeFileSync(path.join(disk, 'two.png'), await picture(2));
    line = await CommandLine.build(path.join(root, 'state'));
    await run('create', 'Photos');
    for (const source of [card, disk]) {
      const name = path.basename(source);
      await run('add-source', 'Photos', source, '--name', name, '--mode', 'reference');
      await run('import', name);
    }
  });
  after(() => fs.rmSync(root, { recursive: true, force: true }));

  it('prints groups of every level', async () => {
    const all = 'card/one.bmp.tif card/one.png disk/copy.png';
    assert.deepEqual(await report(), [
      'bytes: card/one.png disk/copy.png',
      `pixels: ${all}`,
      `similar: ${all} disk/small.jpg`,
    ]);
    assert.deepEqual(await report('--level', 'data'), []);
    assert.deepEqual(await report('--level', 'pixels', '--across-sources'), [`pixels: ${all}`]);
    assert.deepEqual(await report('--level', 'pixels', '--within-source'), [
      'pixels: card/one.bmp.tif card/one.png',
    ]);
    assert.deepEqual(await report('--level', 'similar', '--method', 'phash', '--threshold', '10'), [
      `similar: ${all} disk/small.jpg`,
    ]);
  });

  it('says the same to people', async () => {
    const { code, stdout } = await run('duplicates', 'Photos', '--level', 'bytes');
    assert.equal(code, 0);
    assert.match(stdout, /Same bytes \(2 files/);
    assert.match(stdout, /1 groups of duplicates/);
  });

  it('refuses words that it does not know', async () => {
    for (const words of [
      ['--level', 'looks'],
      ['--method', 'md5'],
      ['--threshold', '99'],
      ['--across-sources', '--within-source'],
    ]) {
      const { code } = await run('duplicates', 'Photos', ...words);
      assert.equal(code, 2, words.join(' '));
    }
  });
});
