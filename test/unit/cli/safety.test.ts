import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { sampleJpeg } from '../../../bench/lib/sampleFiles.js';
import { CommandLine, type CommandOutcome } from '../../support/commandLine.js';

type Json = Record<string, unknown>;

describe('command line: crashes, undo and erasing', function () {
  this.timeout(120_000);
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'image-catalog-safety-')));
  let line: CommandLine;
  let workspace: string;
  let card: string;
  let managed: string;
  let number = 0;

  const run = (...words: string[]): Promise<CommandOutcome> => line.run(workspace, ...words);
  const json = <T = Json>(...words: string[]): Promise<T> => line.json<T>(workspace, ...words);
  const names = (folder: string): string[] =>
    fs
      .readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== '.image-catalog-managed')
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
      .sort();

  /** Imports in a process of its own and kills it when the first files stand. */
  async function importKilled(...words: string[]): Promise<void> {
    const child = line.start(workspace, 'import', 'Card', ...words);
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    while (child.exitCode === null && names(managed).length < 3) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    child.kill('SIGKILL');
    await ended;
  }

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
    for (let index = 0; index < 60; index += 1) {
      fs.writeFileSync(path.join(card, `IMG_${index}.jpg`), sampleJpeg(String(index), 200_000));
    }
    await json('create', 'Photos', '--managed', managed, '--strategy', 'FLAT/ORIGINAL');
    await json('add-source', 'Photos', card, '--name', 'Card', '--mode', 'copy');
  });

  it('resumes a killed import to the state of an undisturbed one', async () => {
    await importKilled();
    const report = await json('recover');
    const [jobId] = report['interruptedJobs'] as string[];
    assert.ok(jobId, JSON.stringify(report));
    assert.equal((await json('job', jobId))['status'], 'INTERRUPTED');
    assert.equal(((await json('undo', jobId))['error'] as Json)['code'], 'JOB_NOT_FINISHED');
    const resumed = await json('resume', jobId);
    assert.deepEqual(
      [resumed['status'], resumed['filesImported'], resumed['bytesImported'], resumed['error']],
      [
        'SUCCESS',
        60,
        names(card).reduce((s, f) => s + fs.statSync(path.join(card, f)).size, 0),
        null,
      ],
    );
    assert.deepEqual(names(managed), names(card));
    assert.equal((await json('resume', jobId))['error'] !== undefined, true);
    assert.deepEqual((await json('recover'))['interruptedJobs'], []);
  });

  it('rolls a killed move back', async () => {
    const before = names(card);
    await importKilled('--mode', 'move');
    const [jobId] = (await json('recover'))['interruptedJobs'] as string[];
    assert.ok(jobId);
    const { code, stdout } = await run('rollback', jobId);
    assert.equal(code, 0, stdout);
    assert.deepEqual(names(card), before);
    assert.deepEqual(names(managed), []);
    const job = await json('job', jobId);
    assert.deepEqual([job['status'], job['filesImported']], ['CANCELLED', 0]);
    assert.deepEqual(await json('images', 'Photos'), []);
  });

  it('undoes, and lists what it keeps with exit code 3', async () => {
    const job = await json('import', 'Card');
    fs.appendFileSync(path.join(managed, 'IMG_7.jpg'), 'edited');
    const { code, stdout } = await run('undo', String(job['id']), '--json');
    assert.equal(code, 3);
    const [kept, ...others] = (JSON.parse(stdout) as Json)['kept'] as Json[];
    assert.deepEqual(others, []);
    assert.equal((kept?.['error'] as Json)['code'], 'UNDO_FILE_CHANGED');
    assert.deepEqual(names(managed), ['IMG_7.jpg']);
  });

  it('prints and writes a manifest that sha256sum reads, and never over a file', async function () {
    if (spawnSync('sha256sum', ['--version']).status !== 0) {
      console.warn('sha256sum is not installed');
      return this.skip();
    }
    const job = await json('import', 'Card');
    const output = path.join(workspace, 'card.sha256');
    assert.equal((await run('manifest', String(job['id']), '--output', output)).code, 0);
    const checked = spawnSync('sha256sum', ['--strict', '-c', output], { cwd: managed });
    assert.equal(checked.status, 0, String(checked.stderr));
    assert.equal(String(checked.stdout).trim().split('\n').length, 60);
    const { stdout } = await run('manifest', String(job['id']));
    assert.equal(stdout, fs.readFileSync(output, 'utf8'));
    const again = await run('manifest', String(job['id']), '--output', output);
    assert.equal(again.code, 1);
    assert.match(again.stderr, /exists already/);
  });

  it('says with its exit code whether a source is safe to erase', async () => {
    assert.equal((await run('safe-to-erase', 'Card')).code, 3);
    await json('import', 'Card');
    const safe = await run('safe-to-erase', 'Card');
    assert.deepEqual([safe.code, safe.stdout.startsWith('Safe to erase')], [0, true]);
    fs.rmSync(path.join(managed, 'IMG_3.jpg'));
    const { code, stdout } = await run('safe-to-erase', 'Card', '--json');
    assert.equal(code, 3);
    const { problems } = JSON.parse(stdout) as { problems: Json[] };
    assert.deepEqual(
      problems.map((each) => [each['relativePath'], each['reason']]),
      [['IMG_3.jpg', 'COPY_DAMAGED']],
    );
  });

  it('offers the backups of a damaged catalog file, restores one and keeps the damaged one', async () => {
    await json('import', 'Card');
    // The first opening of a day writes the backup; it is of the catalog before this opening's changes.
    const file = path.join(workspace, '.image-catalog', 'catalog.sqlite');
    const [backup] = await json<Json[]>('backups');
    assert.ok(backup);
    for (const damage of [
      () => fs.truncateSync(file, 0),
      () => fs.truncateSync(file, Math.floor(fs.statSync(file).size / 2)),
      () => fs.writeFileSync(file, 'not a catalog'),
    ]) {
      damage();
      const bad = fs.readFileSync(file);
      const failed = await run('catalogs');
      assert.equal(failed.code, 1);
      assert.deepEqual(fs.readFileSync(file), bad, 'a damaged file was written to');
      const restored: Json = await json('restore', String(backup['file']));
      assert.deepEqual(fs.readFileSync(String(restored['keptAs'])), bad);
      assert.match(path.basename(String(restored['keptAs'])), /^catalog\.replaced-.*\.sqlite$/);
      assert.equal((await json<Json[]>('catalogs'))[0]?.['name'], 'Photos');
    }
    const bogus = path.join(workspace, 'bogus.sqlite');
    fs.writeFileSync(bogus, 'not a catalog');
    const refused = await json('restore', bogus);
    assert.equal((refused['error'] as Json)['code'], 'BACKUP_UNUSABLE');
  });
});
