import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { makeSample } from '../../../scripts/sample/makeSample.mjs';
import { CommandLine, type CommandOutcome } from '../../support/commandLine.js';

type Json = Record<string, unknown>;

describe('command line', function () {
  this.timeout(120_000);
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'image-catalog-cli-'));
  const workspace = path.join(root, 'workspace');
  const managed = path.join(root, 'managed');
  const card = path.join(workspace, 'Camera card');
  const archive = path.join(workspace, 'Old archive');

  let line: CommandLine;

  const run = (...words: string[]): Promise<CommandOutcome> => line.run(workspace, ...words);
  const json = <T = Json>(...words: string[]): Promise<T> => line.json<T>(workspace, ...words);
  const filesBelow = (folder: string): string[] =>
    fs
      .readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== '.image-catalog-managed')
      .map((entry) => path.join(entry.parentPath, entry.name));
  const sha256 = (file: string): string =>
    createHash('sha256').update(fs.readFileSync(file)).digest('hex');

  before(async () => {
    makeSample(workspace);
    line = await CommandLine.build(path.join(root, 'state'));
  });
  after(() => {
    fs.rmSync(root, { recursive: true, force: true });
  });

  it('writes nothing before the first catalog', async () => {
    assert.deepEqual(await json('catalogs'), []);
    assert.deepEqual(await json('sources'), []);
    assert.deepEqual(await json('jobs'), []);
    assert.equal(fs.existsSync(path.join(workspace, '.image-catalog')), false);
  });

  it('creates a catalog and sources and prints them', async () => {
    const catalog = await json('create', 'Photos', '--managed', managed, '--strategy', 'FLAT');
    assert.equal(catalog['name'], 'Photos');
    assert.equal(catalog['managedDirectory'], fs.realpathSync(managed));
    assert.equal(catalog['defaultOrganizationStrategy'], 'FLAT/TIME_CHECKSUM');
    const source = await json('add-source', 'Photos', card, '--name', 'Card', '--mode', 'copy');
    assert.equal(source['sourcePath'], card);
    assert.equal(source['defaultImportMode'], 'copy');
    await json('add-source', String(catalog['id']), archive);
    const sources = await json<Json[]>('sources', 'Photos');
    assert.deepEqual(
      sources.map((each) => each['name']),
      ['Card', 'Old archive'],
    );
    assert.equal((await json<Json[]>('catalogs'))[0]?.['sourceCount'], 2);
  });

  it('scans without importing and tells new, duplicate and error files apart', async () => {
    const scan = await json('scan', 'Card');
    const fresh = scan['newFiles'] as Json[];
    assert.equal(typeof scan['scanId'], 'string');
    assert.ok(fresh.length > 10);
    assert.ok(Number(scan['totalSize']) > 100_000);
    for (const file of fresh) {
      assert.equal(file['checksum'], sha256(String(file['path'])));
      assert.ok(String(file['plannedPath']).startsWith(fs.realpathSync(managed)));
    }
    assert.deepEqual(filesBelow(managed), []);
  });

  it('imports by copy, byte for byte, and leaves the source alone', async () => {
    const before = new Map(filesBelow(card).map((file) => [file, sha256(file)]));
    const job = await json('import', 'Card', '--strategy', 'YEAR_MONTH/ORIGINAL');
    assert.equal(job['status'], 'SUCCESS');
    assert.equal(job['organizationStrategy'], 'YEAR_MONTH/ORIGINAL');
    assert.equal((job['itemCounts'] as Json)['imported'], job['filesImported']);
    const contents = new Set(before.values());
    const copies = filesBelow(managed);
    assert.ok(copies.length >= Number(job['filesImported']));
    for (const copy of copies) assert.ok(contents.has(sha256(copy)), copy);
    for (const [file, checksum] of before) assert.equal(sha256(file), checksum);
    const images = await json<Json[]>('images', 'Photos');
    assert.equal(images.length, job['filesImported']);
    for (const image of images) {
      assert.equal(sha256(String(image['currentPath'])), image['checksum']);
      assert.equal(image['isManaged'], true);
      assert.ok(String(image['originalSourcePath']).startsWith(card));
    }
  });

  it('skips everything the second time, and the jobs are listed newest first', async () => {
    const again = await json('import', 'Card');
    assert.equal(again['filesImported'], 0);
    assert.equal(again['filesSkipped'], again['filesDiscovered']);
    const jobs = await json<Json[]>('jobs', 'Photos');
    assert.deepEqual(
      jobs.map((job) => job['filesImported'] === 0),
      [true, false],
    );
    const report = await json('job', String(again['id']));
    assert.equal((report['items'] as Json[]).length, again['filesDiscovered']);
  });

  it('ends with 3 and a PARTIAL job when files could not be imported', async () => {
    assert.equal((await run('scan', 'Old archive')).code, 3);
    const { code, stdout } = await run('import', 'Old archive', '--json');
    const job = JSON.parse(stdout) as Json;
    assert.equal(code, 3);
    assert.equal(job['status'], 'PARTIAL');
    assert.equal(job['filesFailed'], 2);
    const total = ['filesImported', 'filesSkipped', 'filesFailed'].map((key) => Number(job[key]));
    assert.equal(
      total.reduce((sum, count) => sum + count),
      job['filesDiscovered'],
    );
    const codes = (job['errorGroups'] as Json[]).map((group) => group['errorCode']);
    assert.deepEqual(codes.sort(), ['FILE_EMPTY', 'FILE_NOT_MEDIA']);
  });

  it('leaves out what --exclude names', async () => {
    const scan = await json('scan', 'Card', '--exclude', '**/101RICOH/**');
    const all = [...(scan['newFiles'] as Json[]), ...(scan['duplicateFiles'] as Json[])];
    assert.ok(all.length > 0);
    assert.ok(all.every((file) => !String(file['path']).includes('101RICOH')));
  });

  it('finds images', async () => {
    const all = await json<Json[]>('images', 'Photos');
    const found = await json<Json[]>(
      'images',
      'Photos',
      '--query',
      'ext:jpg -is:video',
      '--sort',
      'size',
      '--descending',
    );
    const sizes = found.map((image) => Number(image['sizeBytes']));
    assert.ok(found.length > 2 && found.length < all.length);
    assert.deepEqual(
      sizes,
      [...sizes].sort((a, b) => b - a),
    );
    const { stdout } = await run(
      'images',
      'Photos',
      '--query',
      'ext:jpg -is:video',
      '--sort',
      'size',
      '--limit',
      '2',
    );
    const smallest = found.slice(-2).map((image) => String(image['currentPath']));
    assert.deepEqual(stdout.trimEnd().split('\n').sort(), smallest.sort());
    assert.deepEqual(await json('images', 'Photos', '--query', 'nothing-like-it'), []);
  });

  it('pages images and sums storage', async () => {
    const all = await json<Json[]>('images', 'Photos');
    const page = await json<Json[]>('images', 'Photos', '--limit', '3', '--offset', '2');
    assert.deepEqual(
      page.map((image) => image['id']),
      all.slice(2, 5).map((image) => image['id']),
    );
    const storage = await json('storage', 'Photos');
    assert.equal(Number(storage['managedCount']) + Number(storage['referencedCount']), all.length);
    const bytes = all.reduce((sum, image) => sum + Number(image['sizeBytes']), 0);
    assert.equal(storage['totalBytes'], bytes);
  });

  it('inspects files that are in no catalog', async () => {
    const [photo] = filesBelow(card);
    const broken = path.join(archive, 'Misc', 'broken.jpg');
    const { code, stdout } = await run('inspect', String(photo), broken, '--json');
    const [good, bad] = JSON.parse(stdout) as Json[];
    assert.equal(code, 3);
    assert.equal(good?.['path'], photo);
    assert.equal(good?.['sha256'], sha256(String(photo)));
    assert.equal(good?.['error'], null);
    assert.equal(bad?.['sha256'], sha256(broken));
    assert.equal((bad?.['error'] as Json)['code'], 'FILE_NOT_MEDIA');
  });

  it('tells usage errors (2) from failures (1), with the reason', async () => {
    assert.equal((await run('no-such-command')).code, 2);
    assert.equal((await run('images', 'Photos', '--limit', 'many')).code, 2);
    assert.equal((await run('images', 'Photos', '--sort', 'colour')).code, 2);
    const wrong = await run('images', 'Photos', '--query', 'colour:red');
    assert.deepEqual([wrong.code, wrong.stdout], [2, '']);
    assert.match(wrong.stderr, /"colour:".*no such filter.*camera:/);
    assert.equal((await run('create')).code, 2);
    const unknown = await run('images', 'Nothing');
    assert.equal(unknown.code, 1);
    assert.match(unknown.stderr, /no catalog "Nothing"/);
    const failed = await json('import', 'Card', '--mode', 'steal');
    assert.equal((failed['error'] as Json)['code'], 'IMPORT_MODE_INVALID');
    assert.equal((await run('import', 'Card', '--mode', 'steal')).code, 2);
    assert.equal((await run('import', 'Card', '--strategy', 'BY_MOOD')).code, 2);
    for (const words of [['images', 'Photos', '--limit', 'many'], ['no-such-command'], []]) {
      const usage = await json(...words);
      assert.equal((usage['error'] as Json)['code'], 'INVALID_ARGUMENT');
    }
    const gone = await run('--workspace', path.join(root, 'gone'), 'catalogs');
    assert.equal(gone.code, 1);
    assert.match(gone.stderr, /does not exist/);
  });

  it('names every file of a job that failed, with the reason, and keeps file names from acting', async function () {
    if (process.platform === 'win32') this.skip();
    const odd = path.join(root, 'odd names');
    fs.mkdirSync(odd);
    fs.writeFileSync(path.join(odd, 'red\u001b[31m\nline.jpg'), '');
    fs.writeFileSync(
      Buffer.concat([Buffer.from(`${odd}/caf`), Buffer.from([0xe9]), Buffer.from('.jpg')]),
      '',
    );
    await json('add-source', 'Photos', odd, '--mode', 'copy');
    const { code, stdout, stderr } = await run('import', 'odd names');
    assert.equal(code, 1);
    const text = stdout + stderr;
    assert.match(text, /red\\x1b\[31m\\x0aline\.jpg is empty/);
    assert.match(text, /caf\\xe9\.jpg is empty/);
    assert.doesNotMatch(text, /[\x00-\x09\x0b-\x1f]/);
  });

  it('imports straight into the managed directory with FLAT', async () => {
    const single = path.join(root, 'single');
    fs.mkdirSync(single);
    const photo = fs.readFileSync(String(filesBelow(card)[0]));
    fs.writeFileSync(path.join(single, 'flat.jpg'), Buffer.concat([photo, Buffer.from('flat')]));
    await json('add-source', 'Photos', single, '--mode', 'copy');
    const job = await json('import', 'single', '--strategy', 'FLAT/ORIGINAL');
    assert.equal(job['status'], 'SUCCESS');
    const source = path.join(single, 'flat.jpg');
    assert.equal(sha256(path.join(managed, 'flat.jpg')), sha256(source));
  });

  it('ends with 3 when a move could not remove an original', async function () {
    if (process.platform === 'win32' || process.getuid?.() === 0) this.skip();
    const photo = String(filesBelow(card)[0]);
    const only = path.join(root, 'write protected');
    fs.mkdirSync(only);
    fs.writeFileSync(
      path.join(only, 'new.jpg'),
      Buffer.concat([fs.readFileSync(photo), Buffer.from('x')]),
    );
    fs.chmodSync(only, 0o555);
    await json('add-source', 'Photos', only, '--mode', 'move');
    const { code, stdout } = await run('import', 'write protected', '--strategy', 'YEAR_MONTH');
    fs.chmodSync(only, 0o755);
    assert.equal(code, 3);
    assert.match(stdout, /1 originals could not be removed/);
    assert.match(stdout, /SOURCE_KEPT .*new\.jpg: /);
  });

  it('fails before a job exists when the source is gone', async () => {
    const jobs = await json<Json[]>('jobs');
    fs.renameSync(card, `${card} away`);
    const { code, stderr } = await run('import', 'Card');
    fs.renameSync(`${card} away`, card);
    assert.equal(code, 1);
    assert.match(stderr, /does not exist or cannot be reached/);
    assert.deepEqual(await json('jobs'), jobs);
  });
});
