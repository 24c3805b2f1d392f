import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { sampleJpeg } from '../../../bench/lib/sampleFiles.js';
import { CommandLine, type CommandOutcome } from '../../support/commandLine.js';

interface Deleted {
  readonly operation: { readonly id: string; readonly status: string; readonly filesMoved: number };
}

describe('command line: files of a catalog', function () {
  this.timeout(120_000);
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'image-catalog-files-')));
  let line: CommandLine;
  let workspace: string;
  let card: string;
  let managed: string;
  let number = 0;

  const run = (...words: string[]): Promise<CommandOutcome> => line.run(workspace, ...words);
  const json = <T = Record<string, unknown>>(...words: string[]): Promise<T> =>
    line.json<T>(workspace, ...words);
  const inManaged = (name: string): string => path.join(managed, name);

  before(async () => {
    line = await CommandLine.build(path.join(root, 'state'));
  });
  after(() => {
    fs.rmSync(root, { recursive: true, force: true });
  });
  beforeEach(async () => {
    number += 1;
    workspace = path.join(root, String(number));
    card = path.join(workspace, 'card');
    managed = path.join(workspace, 'managed');
    fs.mkdirSync(card, { recursive: true });
    for (const name of ['a.jpg', 'b.jpg', 'c.jpg']) {
      const file = path.join(card, name);
      fs.writeFileSync(file, sampleJpeg(name, 2000));
      // In whole seconds, so that a test can give it back.
      fs.utimesSync(file, 1_600_000_000, 1_600_000_000);
    }
    await json('create', 'Photos', '--managed', managed, '--strategy', 'FLAT/ORIGINAL');
    await json('add-source', 'Photos', card, '--name', 'Card', '--mode', 'copy');
  });

  it('deletes with the file into the trash, after a dry run, and takes it back', async () => {
    await json('import', 'Card');
    const choice = ['Photos', '--query', 'a.jpg', '--files'];
    const plan = await json<{ paths: string[]; filesTrashed: number }>(
      'delete',
      ...choice,
      '--dry-run',
    );
    assert.deepEqual([plan.paths, plan.filesTrashed], [[inManaged('a.jpg')], 1]);
    assert.ok(fs.existsSync(inManaged('a.jpg')));
    const { operation } = await json<Deleted>('delete', ...choice);
    assert.deepEqual([operation.status, operation.filesMoved], ['SUCCESS', 1]);
    assert.ok(!fs.existsSync(inManaged('a.jpg')));
    assert.ok(fs.existsSync(path.join(card, 'a.jpg')));
    await json('undo-operation', operation.id);
    assert.ok(fs.existsSync(inManaged('a.jpg')));
    const again = await json<Deleted>('delete', ...choice);
    const listed = await json<{ id: string; status: string }[]>('operations', 'Photos');
    assert.deepEqual(
      listed.map(({ id, status }) => [id, status]),
      [
        [again.operation.id, 'SUCCESS'],
        [operation.id, 'UNDONE'],
      ],
    );
    const dry = await json<{ files: number }>('empty-trash', 'Photos', '--dry-run');
    assert.equal(dry.files, 1);
    assert.equal((await json<{ files: number }>('empty-trash', 'Photos')).files, 1);
    assert.equal((await run('undo-operation', again.operation.id)).code, 1);
    const refused = await run('resume-operation', again.operation.id);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /cannot be resumed \(it is EMPTIED\)/);
  });

  it('deletes a catalog: its files stay, or go to the trash after a dry run', async () => {
    await json('import', 'Card');
    const dry = ['delete-catalog', 'Photos', '--files', '--dry-run'];
    const plan = await json<{ images: number; managedFiles: number }>(...dry);
    assert.deepEqual([plan.images, plan.managedFiles], [3, 3]);
    assert.ok(fs.existsSync(inManaged('a.jpg')));
    const { operation } = await json<Deleted>('delete-catalog', 'Photos', '--files');
    assert.deepEqual([operation.status, operation.filesMoved], ['SUCCESS', 3]);
    assert.ok(!fs.existsSync(inManaged('a.jpg')));
    assert.ok(fs.existsSync(path.join(card, 'a.jpg')));
    // The catalog is gone, its trash is not.
    assert.equal((await run('empty-trash', 'Photos')).code, 1);
    assert.equal((await run('empty-trash')).code, 2);
    assert.equal((await run('empty-trash', '--operation', 'none')).code, 1);
    const ofOne = ['empty-trash', '--operation', operation.id];
    assert.equal((await json<{ files: number }>(...ofOne, '--dry-run')).files, 3);
    assert.equal((await json<{ files: number }>(...ofOne)).files, 3);
    await json('create', 'Photos', '--managed', managed, '--strategy', 'FLAT/ORIGINAL');
    await json('add-source', 'Photos', card, '--name', 'Card', '--mode', 'copy');
    await json('import', 'Card');
    await json('delete-catalog', 'Photos');
    assert.ok(fs.existsSync(inManaged('a.jpg')));
    assert.deepEqual(await json('catalogs'), []);
  });

  it('never takes a whole catalog for images that were not named', async () => {
    await json('import', 'Card');
    const { code, stderr } = await run('delete', 'Photos', '--files');
    assert.equal(code, 2);
    assert.match(stderr, /--image <id> or by --query/);
  });

  it('leaves referenced files alone', async () => {
    await json('import', 'Card', '--mode', 'reference');
    await json('delete', 'Photos', '--query', 'b.jpg', '--files');
    assert.ok(fs.existsSync(path.join(card, 'b.jpg')));
    assert.equal((await json<unknown[]>('images', 'Photos')).length, 2);
  });

  it('converts referenced images to managed after a dry run, again and back', async () => {
    await json('import', 'Card', '--mode', 'reference');
    const dry = await json<{ moves: { from: string; to: string }[] }>(
      'convert',
      'Photos',
      '--dry-run',
    );
    assert.deepEqual(
      dry.moves.map(({ from, to }) => [path.relative(card, from), path.relative(managed, to)]),
      ['a.jpg', 'b.jpg', 'c.jpg'].map((name) => [name, name]),
    );
    assert.ok(!fs.existsSync(inManaged('a.jpg')));
    fs.rmSync(path.join(card, 'c.jpg'));
    assert.equal((await run('convert', 'Photos')).code, 3);
    assert.ok(fs.existsSync(inManaged('a.jpg')) && fs.existsSync(path.join(card, 'a.jpg')));
    const images = await json<{ currentPath: string; isManaged: boolean }[]>('images', 'Photos');
    assert.equal(images.filter(({ isManaged }) => isManaged).length, 2);
    const [operation] = await json<{ id: string }[]>('operations', 'Photos');
    await json('undo-operation', operation?.id ?? '');
    assert.ok(!fs.existsSync(inManaged('a.jpg')) && fs.existsSync(path.join(card, 'a.jpg')));
  });

  it('reorganizes managed files by another strategy after a dry run, and back', async () => {
    await json('import', 'Card');
    const wanted = ['reorganize', 'Photos', '--strategy', 'YEAR_ONLY/ORIGINAL'];
    const dry = await json<{ moves: { from: string; to: string }[]; unchanged: number }>(
      ...wanted,
      '--dry-run',
    );
    assert.deepEqual(
      dry.moves.map(({ from, to }) => [path.relative(managed, from), path.relative(managed, to)]),
      ['a.jpg', 'b.jpg', 'c.jpg'].map((name) => [name, path.join('undated', name)]),
    );
    assert.match(
      (await run(...wanted, '--dry-run')).stdout,
      /undated.a\.jpg[^]*Would move 3 files of 3 images .* 0 images are in place/,
    );
    fs.appendFileSync(inManaged('c.jpg'), 'edited');
    assert.equal((await run(...wanted, '--dry-run')).code, 3);
    assert.ok(fs.existsSync(inManaged('a.jpg')));
    const moved = await run(...wanted);
    assert.equal(moved.code, 3);
    assert.match(moved.stdout, /PARTIAL: reorganize of 2 images, 2 files/);
    assert.ok(fs.existsSync(inManaged(path.join('undated', 'a.jpg'))));
    assert.ok(!fs.existsSync(inManaged('a.jpg')) && fs.existsSync(inManaged('c.jpg')));
    const again = await json<{ files: number; unchanged: number }>(
      ...wanted,
      '--source',
      'Card',
      '--dry-run',
    );
    assert.deepEqual([again.files, again.unchanged], [0, 2]);
    const [operation] = await json<{ id: string; kind: string }[]>('operations', 'Photos');
    assert.equal(operation?.kind, 'reorganize');
    await json('undo-operation', operation.id);
    assert.ok(fs.existsSync(inManaged('a.jpg')) && !fs.existsSync(inManaged('undated')));
    const audit = await json<{ operation: string; path: string }[]>('audit', '--catalog', 'Photos');
    assert.ok(audit.some(({ operation: deed }) => deed === 'reorganize'));
    assert.notEqual((await run('reorganize', 'Photos', '--strategy', 'NONSENSE')).code, 0);
  });

  it('finds what is missing, and relocates it', async () => {
    await json('import', 'Card', '--mode', 'reference');
    const lost = fs.readFileSync(path.join(card, 'a.jpg'));
    fs.rmSync(path.join(card, 'a.jpg'));
    const checked = await run('check', 'Photos');
    assert.equal(checked.code, 3);
    assert.match(checked.stdout, /3 images: 2 there, 1 missing/);
    assert.ok(checked.stdout.includes(`missing: ${path.join(card, 'a.jpg')}`));
    const moved = path.join(workspace, 'elsewhere');
    fs.renameSync(card, moved);
    fs.writeFileSync(path.join(moved, 'a.jpg'), lost);
    const dry = await json<{ relocated: number }>('relocate', card, moved, '--dry-run');
    assert.equal(dry.relocated, 3);
    assert.equal((await json<{ relocated: number }>('relocate', card, moved)).relocated, 3);
    const paths = await json<{ currentPath: string }[]>('images', 'Photos');
    assert.ok(paths.every(({ currentPath }) => path.dirname(currentPath) === moved));
    assert.equal((await run('check', 'Photos')).code, 0);
  });

  it('names a managed file that rotted, offers a good copy and changes nothing', async () => {
    await json('import', 'Card');
    assert.equal((await run('verify', 'Photos')).code, 0);
    const file = inManaged('b.jpg');
    const bytes = fs.readFileSync(file);
    bytes[1000] = (bytes[1000] ?? 0) ^ 1;
    fs.writeFileSync(file, bytes);
    fs.utimesSync(file, 1_600_000_000, 1_600_000_000);
    const { code, stdout } = await run('verify', 'Photos');
    assert.equal(code, 3);
    assert.ok(stdout.includes(`damaged: ${file}`));
    assert.ok(stdout.includes(`a good copy: ${path.join(card, 'b.jpg')}`));
    assert.deepEqual(fs.readFileSync(file), bytes);
  });

  it('accepts an edited file on request', async () => {
    await json('import', 'Card');
    const file = inManaged('c.jpg');
    fs.writeFileSync(file, sampleJpeg('edited', 2500));
    assert.equal((await run('check', 'Photos')).code, 3);
    const images = await json<{ id: string; currentPath: string }[]>('images', 'Photos');
    const id = images.find(({ currentPath }) => currentPath === file)?.id ?? '';
    const accepted = await json<{ accepted: { path: string }[] }>('accept-edited', id);
    assert.deepEqual(
      accepted.accepted.map((each) => each.path),
      [file],
    );
    assert.equal((await run('check', 'Photos')).code, 0);
  });
});
