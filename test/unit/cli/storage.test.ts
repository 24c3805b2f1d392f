import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { CommandLine, type CommandOutcome } from '../../support/commandLine.js';
import { StorageFixture } from '../storage/storageFixture.js';

type Json = Record<string, unknown>;

describe('command line: storage, exports, backups and the audit log', function () {
  this.timeout(120_000);
  let fixture: StorageFixture;
  let line: CommandLine;

  before(async () => {
    fixture = new StorageFixture();
    await fixture.fill();
    await fixture.engine.close();
    line = await CommandLine.build(path.join(fixture.root, 'state'));
  });
  after(() => fixture.remove());

  const run = (...words: string[]): Promise<CommandOutcome> =>
    line.run(fixture.workspace, ...words);
  const json = <T = Json>(...words: string[]): Promise<T> =>
    line.json<T>(fixture.workspace, ...words);
  const inRoot = (name: string): string => path.join(fixture.root, name);

  it('shows the storage of one catalog or of all', async () => {
    const report = await json('storage', 'Family');
    assert.deepEqual([report['managedCount'], report['referencedCount']], [2, 1]);
    assert.equal((await json<Json[]>('storage', '--dry-run')).length, 1);
    const { stdout } = await run('storage', 'Family');
    assert.match(stdout, /^managed +2 +3000$/m);
    assert.match(stdout, /^ {2}2021 +1 +1000$/m);
  });

  it('exports to the standard output and to a new file', async () => {
    const { stdout } = await run('export', 'Family');
    assert.equal(stdout.trimEnd().split('\n').length, 4);
    assert.match(stdout, /^id,catalogId,/);
    const file = inRoot('images.ndjson');
    const words = ['export', 'Family', '--format', 'ndjson', '--query', 'taken:2023'];
    const planned = await json(...words, '--output', file, '--dry-run');
    assert.deepEqual(planned, { dryRun: true, count: 2, path: file });
    assert.ok(!fs.existsSync(file));
    const written = await json(...words, '--output', file);
    assert.equal(written['count'], 2);
    assert.equal(fs.readFileSync(file, 'utf8'), (await run(...words)).stdout);
    const again = await run(...words, '--output', file);
    assert.deepEqual([again.code, /exists already/.test(again.stderr)], [1, true]);
    assert.equal((await run(...words, '--output', file, '--overwrite')).code, 0);
    assert.equal((await json<Json[]>('export', 'Family', '--format', 'json')).length, 3);
    assert.equal((await run(...words, '--json')).code, 2);
    assert.equal((await run('export', 'Family', '--format', 'xml')).code, 2);
  });

  it('prints a manifest of a source or a search that sha256sum checks', async function () {
    const file = inRoot('card.sha256');
    const { stdout } = await run('manifest', '--source', 'Card');
    assert.equal(stdout.trimEnd().split('\n').length, 3);
    await json('manifest', '--catalog', 'Family', '--query', 'taken:2023', '--output', file);
    assert.equal((await run('manifest')).code, 2);
    if (spawnSync('sha256sum', ['--version']).status !== 0) {
      console.warn('sha256sum is not installed');
      return this.skip();
    }
    const checked = spawnSync('sha256sum', ['--strict', '-c', file], { cwd: fixture.managed });
    assert.equal(checked.status, 0, String(checked.stderr));
    assert.equal(String(checked.stdout).trim().split('\n').length, 3);
  });

  it('backs up, looks into a backup and restores it', async () => {
    const file = inRoot('backup.sqlite');
    assert.equal((await json('backup', '--output', file, '--dry-run'))['dryRun'], true);
    assert.ok(!fs.existsSync(file));
    assert.equal((await json('backup', '--output', file))['imageCount'], 3);
    assert.equal((await json('backup'))['imageCount'], 3);
    const looked = await json('restore', file, '--dry-run');
    assert.deepEqual([looked['imageCount'], looked['catalogNames']], [3, ['Family']]);
    await json('create', 'Later');
    assert.equal((await run('restore', file)).code, 0);
    assert.deepEqual(
      (await json<Json[]>('catalogs')).map(({ name }) => name),
      ['Family'],
    );
    assert.match((await run('backups')).stdout, /^\S+Z +\d+ +3 +\S+\.sqlite$/m);
  });

  it('lists who did what to which file', async () => {
    const name = 'IMG_20230617_120000.jpg';
    const entries = await json<Json[]>('audit', '--file', name);
    assert.deepEqual(
      entries.map(({ operation, program }) => [operation, program]),
      [['import-image', 'command-line']],
    );
    const file = path.join(fixture.archive, name);
    assert.deepEqual(await json('audit', '--file', file), entries);
    assert.equal((await json<Json[]>('audit', '--action', 'import-image')).length, 3);
    assert.equal((await json<Json[]>('audit', '--job', fixture.jobId)).length, 2);
    assert.equal((await json<Json[]>('audit', '--limit', '2')).length, 2);
    assert.deepEqual(await json('audit', '--until', '2020-01-01'), []);
    const { stdout } = await run('audit', '--catalog', 'Family', '--format', 'csv');
    assert.match(stdout, /^id,at,operation,user,program,/);
    assert.match((await run('audit')).stdout, /import-image +\/.*IMG_20230617_120000\.jpg/);
    assert.equal((await run('audit', '--since', 'yesterday')).code, 2);
  });
});
