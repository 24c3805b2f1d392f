import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { sampleJpeg } from '../../../bench/lib/sampleFiles.js';
import { CommandLine, type CommandOutcome } from '../../support/commandLine.js';
import { treeOf } from '../../support/treeOf.js';

describe('command line: dry runs', function () {
  this.timeout(120_000);
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'image-catalog-dry-')));
  const workspace = path.join(root, 'workspace');
  const card = path.join(root, 'card');
  const managed = path.join(root, 'managed');
  const backup = path.join(root, 'backup.sqlite');
  const existing = path.join(root, 'existing.csv');
  const moved = path.join(root, 'moved');
  let line: CommandLine;
  let imageId = '';

  const run = (...words: string[]): Promise<CommandOutcome> => line.run(workspace, ...words);
  const json = <T = Record<string, unknown>>(...words: string[]): Promise<T> =>
    line.json<T>(workspace, ...words);

  before(async () => {
    line = await CommandLine.build(path.join(root, 'state'));
    fs.mkdirSync(workspace);
    fs.mkdirSync(card);
    fs.mkdirSync(moved);
    for (const name of ['a.jpg', 'b.jpg']) {
      fs.writeFileSync(path.join(card, name), sampleJpeg(name, 2000));
    }
    fs.writeFileSync(path.join(card, 'a.jpg.xmp'), '<x:xmpmeta/>');
    await json('create', 'Photos', '--managed', managed, '--strategy', 'FLAT/ORIGINAL');
    await json('add-source', 'Photos', card, '--name', 'Card', '--mode', 'copy');
    await json('import', 'Card');
    fs.writeFileSync(path.join(card, 'c.jpg'), sampleJpeg('c', 2000));
    await json('import', 'Card', '--mode', 'reference');
    for (const name of fs.readdirSync(card)) {
      fs.copyFileSync(path.join(card, name), path.join(moved, name));
    }
    await json('backup', '--output', backup);
    fs.writeFileSync(existing, 'mine');
    const images = await json<{ id: string }[]>('images', 'Photos');
    imageId = images[0]?.id ?? '';
  });
  after(() => {
    fs.rmSync(root, { recursive: true, force: true });
  });

  /** Photos with their times; the catalog file and its folder by their bytes. */
  const everything = () => [treeOf(card), treeOf(managed), treeOf(root, { times: false })];

  const verbs: readonly (readonly [string, () => readonly string[]])[] = [
    ['convert', () => ['convert', 'Photos']],
    ['reorganize', () => ['reorganize', 'Photos', '--strategy', 'YEAR_ONLY/CHECKSUM']],
    ['delete', () => ['delete', 'Photos', '--image', imageId, '--files']],
    ['delete-catalog', () => ['delete-catalog', 'Photos', '--files']],
    ['check', () => ['check', 'Photos']],
    ['relocate', () => ['relocate', card, moved]],
    ['verify', () => ['verify', 'Photos']],
    ['storage', () => ['storage', 'Photos']],
    ['backup', () => ['backup', '--output', path.join(root, 'new.sqlite')]],
    ['restore', () => ['restore', backup]],
    ['export', () => ['export', 'Photos', '--output', path.join(root, 'new.csv')]],
    ['accept-edited', () => ['accept-edited', imageId]],
    ['empty-trash', () => ['empty-trash', 'Photos']],
    ['manifest', () => ['manifest', '--catalog', 'Photos', '--output', path.join(root, 'new')]],
    ['audit', () => ['audit', '--output', path.join(root, 'new.csv')]],
  ];
  for (const [name, words] of verbs) {
    it(`${name}: one JSON document, and nothing is changed`, async () => {
      const before = everything();
      const { code, stdout, stderr } = await run(...words(), '--dry-run', '--json');
      assert.deepEqual([code, stderr], [0, '']);
      assert.ok(JSON.parse(stdout) !== null);
      assert.deepEqual(everything(), before);
    });
  }

  it('name the files that would be read, or go to the trash', async () => {
    const names = ['a.jpg', 'a.jpg.xmp', 'b.jpg'].map((name) => path.join(managed, name));
    for (const words of [
      ['verify', 'Photos', '--dry-run'],
      ['delete-catalog', 'Photos', '--files', '--dry-run'],
    ]) {
      const { files } = await json<{ files: string[] }>(...words);
      assert.deepEqual(files.sort(), names, words[0]);
      const { stdout } = await run(...words);
      for (const name of names) assert.ok(stdout.includes(`${name}\n`), words[0]);
    }
  });

  it('say that a file is in the way', async () => {
    const [job] = await json<{ id: string }[]>('jobs', 'Photos');
    for (const words of [
      ['backup'],
      ['export', 'Photos'],
      ['audit'],
      ['manifest', '--catalog', 'Photos'],
      ['manifest', job?.id ?? ''],
    ]) {
      const wanted = [...words, '--output', existing, '--dry-run'];
      const { code, stdout } = await run(...wanted, '--json');
      assert.equal(code, 1, words[0]);
      assert.match(stdout, /OUTPUT_EXISTS/);
      assert.equal((await run(...wanted, '--overwrite')).code, 0, words[0]);
    }
    assert.equal(fs.readFileSync(existing, 'utf8'), 'mine');
  });

  it('an export with --json is JSON, and never takes the place of the catalog file', async () => {
    const rows = await json<unknown[]>('export', 'Photos');
    assert.equal(rows.length, 3);
    const file = path.join(root, 'written.csv');
    await json('export', 'Photos', '--output', file);
    assert.ok(!fs.readFileSync(file, 'utf8').startsWith('['));
    const [catalogFile = ''] = fs
      .readdirSync(path.join(workspace, '.image-catalog'))
      .filter((name) => name.endsWith('.sqlite'))
      .map((name) => path.join(workspace, '.image-catalog', name));
    assert.notEqual(catalogFile, '');
    const words = ['export', 'Photos', '--output', catalogFile, '--overwrite'];
    assert.match((await run(...words, '--json')).stdout, /OUTPUT_EXISTS/);
    assert.equal((await json<unknown[]>('images', 'Photos')).length, 3);
  });
});
