import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { MigrationReport } from '../../../src/catalog/model/migration.js';
import { CommandLine, type CommandOutcome } from '../../support/commandLine.js';
import { jsonCatalog, jsonImage, photo, sha, writeJson } from '../legacy/legacyFixture.js';

describe('command line: migrate', function () {
  this.timeout(300_000);
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'ic-cli-migrate-')));
  let line: CommandLine;
  let workspace: string;
  let old: string;
  let number = 0;

  const run = (...words: string[]): Promise<CommandOutcome> => line.run(workspace, ...words);
  const reports = (...words: string[]): Promise<MigrationReport[]> =>
    line.json(workspace, 'migrate', ...words);
  const imagesOf = ([report]: readonly MigrationReport[]): number[] => {
    const {
      total = 0,
      migrated = 0,
      earlier = 0,
      leftOut = 0,
    } = report?.counts.find(({ kind }) => kind === 'image') ?? {};
    return [total, migrated, earlier, leftOut];
  };

  before(async () => {
    line = await CommandLine.build(path.join(root, 'state'));
  });
  after(() => {
    fs.rmSync(root, { recursive: true, force: true });
  });
  beforeEach(() => {
    number++;
    [workspace, old] = ['workspace', 'old'].map((name) => {
      const folder = path.join(root, `${name}${number}`);
      fs.mkdirSync(folder);
      return folder;
    }) as [string, string];
  });

  it('tells in a dry run what it would do, then does it, with folders mapped', async () => {
    const { checksum } = photo(path.join(root, 'photos', 'a.jpg'));
    const configuration = { source_directories: ['/app/photos'] };
    writeJson(old, jsonCatalog([jsonImage('/app/photos/a.jpg', checksum)], { configuration }));
    const map = `/app/photos=${path.join(root, 'photos')}`;
    const [plan] = await reports(old, '--dry-run');
    assert.deepEqual(plan?.absentPrefixes, [{ prefix: '/app/photos', images: 1 }]);
    assert.deepEqual(fs.readdirSync(workspace), []);
    const report = path.join(workspace, 'report.md');
    const words = [old, '--into', 'Family', '--map', map, '--report', report];
    assert.deepEqual(imagesOf(await reports(...words)), [1, 1, 0, 0]);
    assert.match(fs.readFileSync(report, 'utf8'), /# Migration: old/);
    const { stdout } = await run('images', 'Family');
    assert.ok(stdout.includes(path.join(root, 'photos', 'a.jpg')));
    const listed = await run('migrate', old, '--list');
    assert.match(listed.stdout, /Family/);
  });

  it('says what is wrong and with which exit code', async () => {
    const nowhere = await run('migrate', path.join(root, 'nowhere'));
    assert.equal(nowhere.code, 1);
    assert.match(nowhere.stderr, /There is no old catalog in/);
    writeJson(old, jsonCatalog([]));
    const mapping = await run('migrate', old, '--map', 'nonsense');
    assert.equal(mapping.code, 2);
    const other = await run('migrate', old, '--catalog', 'None');
    assert.equal(other.code, 1);
    assert.match(other.stderr, /There are: old/);
    assert.deepEqual(fs.readdirSync(workspace), []);
  });

  it('goes on where it was killed', async () => {
    const images = Array.from({ length: 8000 }, (_, index) =>
      jsonImage(`/photos/${index}.jpg`, sha(String(index))),
    );
    writeJson(old, jsonCatalog(images, { configuration: { source_directories: ['/photos'] } }));
    const child = line.start(workspace, 'migrate', old);
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const log = path.join(workspace, '.image-catalog', 'catalog.sqlite-wal');
    const size = (): number => fs.statSync(log, { throwIfNoEntry: false })?.size ?? 0;
    // A few batches are written: each is some megabytes.
    while (child.exitCode === null && size() < 7_000_000) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    child.kill('SIGKILL');
    await ended;
    const again = await reports(old);
    const [total, migrated = 0, earlier = 0] = imagesOf(again);
    assert.equal(total, 8000);
    assert.ok(earlier > 0 && migrated > 0 && migrated + earlier === 8000, `${migrated} ${earlier}`);
    const { stdout } = await run('jobs', '--json');
    const jobs = JSON.parse(stdout) as { filesImported: number }[];
    assert.deepEqual(
      jobs.map(({ filesImported }) => filesImported),
      [8000],
    );
    assert.deepEqual(imagesOf(await reports(old)), [8000, 0, 8000, 0]);
  });
});
