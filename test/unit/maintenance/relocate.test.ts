import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { ImportMode } from '../../../src/catalog/model/importJob.js';
import { auditOperations } from './auditRows.js';
import { IntegrityFixture } from './integrityFixture.js';

describe('relocating files', function () {
  this.timeout(60_000);
  let fixture: IntegrityFixture;
  beforeEach(async () => {
    fixture = await IntegrityFixture.create();
  });
  afterEach(() => fixture.remove());

  const relocate = (from: string, to: string, options: object = {}) =>
    fixture.engine.relocateFiles({ from, to, ...options });
  const move = (from: string, to: string): void => {
    fs.mkdirSync(path.dirname(to), { recursive: true });
    fs.renameSync(from, to);
  };

  it('takes one file after reading it, and says if its bytes differ', async () => {
    fixture.put('1.jpg', '2.jpg');
    await fixture.import();
    const before = await fixture.image('1.jpg');
    move(fixture.at('1.jpg'), fixture.at('sub/renamed.jpg'));
    await fixture.check();
    const wrong = await relocate(fixture.at('1.jpg'), fixture.at('2.jpg'));
    assert.deepEqual([wrong.counts.taken, wrong.relocated], [1, 0]);
    fs.copyFileSync(fixture.at('2.jpg'), fixture.at('sub/other.jpg'));
    const differing = await relocate(fixture.at('1.jpg'), fixture.at('sub/other.jpg'));
    assert.deepEqual([differing.counts.differing, differing.relocated], [1, 0]);
    assert.equal((await fixture.image('1.jpg')).fileMissing, true);

    const right = await relocate(fixture.at('1.jpg'), fixture.at('sub/renamed.jpg'));
    assert.deepEqual([right.counts.found, right.relocated, right.addedSource], [1, 1, null]);
    const after = await fixture.image('1.jpg');
    assert.equal(after.currentPath, fixture.at('sub/renamed.jpg'));
    assert.equal(after.fileMissing, false);
    assert.deepEqual(
      [after.id, after.originalSourcePath, after.checksum],
      [before.id, before.originalSourcePath, before.checksum],
    );
    assert.equal((await fixture.check()).present, 2);
  });

  it('takes a file of the same size with other bytes only when told to, as changed', async () => {
    fixture.put('1.jpg');
    await fixture.import();
    move(fixture.at('1.jpg'), fixture.at('2.jpg'));
    const { mtime } = fs.statSync(fixture.at('2.jpg'));
    const bytes = fs.readFileSync(fixture.at('2.jpg'));
    bytes[900] = (bytes[900] ?? 0) ^ 1;
    fs.writeFileSync(fixture.at('2.jpg'), bytes);
    fs.utimesSync(fixture.at('2.jpg'), mtime, mtime);
    const asked = await relocate(fixture.at('1.jpg'), fixture.at('2.jpg'));
    assert.deepEqual([asked.counts.differing, asked.relocated], [1, 0]);
    const to = fixture.at('2.jpg');
    const done = await relocate(fixture.at('1.jpg'), to, { acceptDiffering: true });
    assert.equal(done.relocated, 1);
    const image = await fixture.image('1.jpg');
    assert.deepEqual([image.currentPath, image.fileChanged], [to, true]);
  });

  it('moves a folder with its source, lists what is not there, and keeps the preview a preview', async () => {
    fixture.put('a/1.jpg', 'a/2.jpg', 'b/3.jpg', 'b/3.jpg.xmp', '4.jpg');
    await fixture.import();
    const moved = path.join(fixture.root, 'drive', 'moved photos');
    move(fixture.photos, moved);
    fs.rmSync(path.join(moved, 'a', '2.jpg'));
    fs.writeFileSync(path.join(moved, '4.jpg'), 'longer than it was before'.repeat(100));
    const preview = await relocate(fixture.photos, moved, { dryRun: true });
    assert.deepEqual(
      [preview.counts.found, preview.counts.absent, preview.counts.differing, preview.dryRun],
      [2, 1, 1, true],
    );
    assert.deepEqual(preview.findings[0], {
      imageId: (await fixture.image('a/2.jpg')).id,
      from: fixture.at('a/2.jpg'),
      to: path.join(moved, 'a', '2.jpg'),
      state: 'absent',
    });
    assert.equal((await fixture.image('a/1.jpg')).currentPath, fixture.at('a/1.jpg'));

    const report = await relocate(fixture.photos, moved);
    assert.deepEqual(
      report.sources.map(({ from, to }) => [from, to]),
      [[fixture.photos, moved]],
    );
    assert.equal(report.relocated, 4);
    const source = await fixture.engine.getSource({ sourceId: fixture.sourceId });
    assert.deepEqual([source.sourcePath, source.online], [moved, true]);
    assert.equal((await fixture.image('a/2.jpg')).fileMissing, true);
    assert.equal((await fixture.image('b/3.jpg')).currentPath, path.join(moved, 'b', '3.jpg'));
    const edited = await fixture.image('4.jpg');
    assert.deepEqual([edited.currentPath, edited.fileChanged], [path.join(moved, '4.jpg'), true]);
    const { sidecars } = await fixture.engine.getImageDetails({
      imageId: (await fixture.image('b/3.jpg')).id,
    });
    assert.deepEqual(
      sidecars.map(({ currentPath }) => currentPath),
      [path.join(moved, 'b', '3.jpg.xmp')],
    );
    await fixture.engine.close();
    const operations = await auditOperations(fixture.workspace);
    assert.equal(operations.filter((name) => name === 'relocate-image').length, 4);
    assert.ok(operations.includes('relocate-source') && operations.includes('relocate-folder'));
  });

  it('changes nothing if no file is found at the new place', async () => {
    fixture.put('1.jpg', '2.jpg');
    await fixture.import();
    const moved = path.join(fixture.root, 'empty');
    fs.renameSync(fixture.photos, `${fixture.photos}.away`);
    fs.mkdirSync(moved);
    const report = await relocate(fixture.photos, moved);
    assert.deepEqual([report.counts.absent, report.relocated, report.sources], [2, 0, []]);
    const source = await fixture.engine.getSource({ sourceId: fixture.sourceId });
    assert.equal(source.sourcePath, fixture.photos);
    await assert.rejects(relocate(fixture.photos, path.join(fixture.root, 'nowhere')), {
      code: 'RELOCATE_TARGET_MISSING',
    });
    await assert.rejects(relocate(path.join(fixture.root, 'unknown'), moved), {
      code: 'RELOCATE_NOTHING',
    });
  });

  it('keeps the source where files still stand, and makes one for a new place outside all', async () => {
    fixture.put('a/1.jpg', 'a/2.jpg', 'a/3.jpg');
    await fixture.import();
    const moved = path.join(fixture.root, 'elsewhere');
    move(fixture.at('a/1.jpg'), path.join(moved, '1.jpg'));
    move(fixture.at('a/2.jpg'), path.join(moved, '2.jpg'));
    const preview = await relocate(fixture.at('a'), moved, { dryRun: true });
    assert.deepEqual(preview.addedSource, { name: 'elsewhere', path: moved });
    assert.equal((await fixture.engine.listSources({})).length, 1);
    const report = await relocate(fixture.at('a'), moved);
    assert.deepEqual([report.counts.found, report.counts.kept, report.relocated], [2, 1, 2]);
    assert.equal((await fixture.engine.listSources({})).length, 2);
    const check = await fixture.check();
    assert.deepEqual([check.present, check.refused, check.missing], [3, 0, 0]);
  });

  it('believes size and time in a folder, and nothing when everything is to be read', async () => {
    fixture.put('a/1.jpg', 'a/2.jpg');
    await fixture.import();
    const { mtimeNs } = fs.statSync(fixture.at('a/1.jpg'), { bigint: true });
    move(fixture.at('a'), fixture.at('b'));
    const file = fixture.at('b/1.jpg');
    const bytes = fs.readFileSync(file);
    bytes[900] = (bytes[900] ?? 0) ^ 1;
    fs.writeFileSync(file, bytes);
    fs.utimesSync(file, Number(mtimeNs) / 1e9, Number(mtimeNs) / 1e9);
    const read = await relocate(fixture.at('a'), fixture.at('b'), { dryRun: true, readAll: true });
    assert.deepEqual([read.counts.found, read.counts.differing], [1, 1]);
  });

  it('finds managed files that were moved inside the managed directory', async () => {
    fixture.put('1.jpg', '2.jpg');
    await fixture.import('copy');
    const { currentPath } = await fixture.image('1.jpg');
    const to = path.join(fixture.managed, 'mine', 'one.jpg');
    move(currentPath, to);
    const report = await relocate(currentPath, to);
    assert.equal(report.relocated, 1);
    assert.equal((await fixture.image('1.jpg')).currentPath, to);
    assert.equal((await fixture.check()).present, 2);
    await assert.rejects(relocate(fixture.managed, fixture.photos), {
      code: 'RELOCATE_MANAGED_DIRECTORY',
    });
  });

  describe('without a catalog that is named', () => {
    /** A second catalog with the photos of a folder. */
    async function second(
      folder: string,
      importMode: ImportMode,
      managedDirectory: string | null = null,
    ): Promise<string> {
      const { engine } = fixture;
      const catalog = await engine.createCatalog({ name: 'Zoo', managedDirectory });
      const input = { catalogId: catalog.id, name: 'Zoo', sourcePath: fixture.at(folder) };
      const { id: sourceId } = await engine.createSource(input);
      const { scanId } = await engine.scanSource({ sourceId });
      await engine.importSource({ sourceId, scanId, importMode });
      return catalog.id;
    }
    const pathsOf = async (catalogId: string): Promise<string[]> =>
      (await fixture.engine.listImages({ catalogId })).images.map(({ currentPath }) => currentPath);

    it('takes all that have files there, and none that only could', async () => {
      fixture.put('both/1.jpg');
      await fixture.import();
      const other = await second('both', 'reference');
      // The old place lies in its managed directory, but it has nothing there.
      await fixture.engine.createCatalog({ name: 'Zz', managedDirectory: fixture.photos });
      move(fixture.at('both'), fixture.at('moved'));
      const report = await relocate(fixture.at('both'), fixture.at('moved'));
      assert.deepEqual([report.images, report.relocated], [2, 2]);
      const now = [fixture.at('moved/1.jpg')];
      assert.deepEqual([await pathsOf(fixture.catalogId), await pathsOf(other)], [now, now]);
    });

    it('changes all of them or none', async () => {
      fixture.put('both/1.jpg');
      await fixture.import();
      fixture.put('zoo/2.jpg');
      await second('zoo', 'copy', fixture.at('both'));
      fs.cpSync(fixture.at('both'), fixture.at('moved'), { recursive: true });
      const before = await pathsOf(fixture.catalogId);
      await assert.rejects(relocate(fixture.at('both'), fixture.at('moved')), {
        code: 'RELOCATE_MANAGED_DIRECTORY',
      });
      assert.deepEqual(await pathsOf(fixture.catalogId), before);
    });
  });

  it('goes by whole folder names', async () => {
    fixture.put('a/1.jpg', 'ab/2.jpg', 'a b/3.jpg');
    await fixture.import();
    move(fixture.at('a'), fixture.at('z'));
    const report = await relocate(fixture.at('a'), fixture.at('z'));
    assert.deepEqual([report.images, report.relocated], [1, 1]);
    assert.equal((await fixture.image('ab/2.jpg')).currentPath, fixture.at('ab/2.jpg'));
  });
});

describe('images found again by their content', function () {
  this.timeout(60_000);
  let fixture: IntegrityFixture;
  beforeEach(async () => {
    fixture = await IntegrityFixture.create();
  });
  afterEach(() => fixture.remove());
  const scan = () => fixture.engine.scanSource({ sourceId: fixture.sourceId });

  it('keep row and history when a scan finds the file under another name', async () => {
    fixture.put('a/1.jpg', 'a/1.jpg.xmp', 'a/2.jpg', 'stays.jpg');
    await fixture.import();
    const before = await fixture.image('a/1.jpg');
    fs.renameSync(fixture.at('a'), fixture.at('b'));
    fs.renameSync(fixture.at('b/1.jpg'), fixture.at('b/renamed.jpg'));
    fs.renameSync(fixture.at('b/1.jpg.xmp'), fixture.at('b/renamed.jpg.xmp'));
    await fixture.check();
    const summary = await scan();
    assert.deepEqual([summary.relinked, summary.counts.new], [2, 0]);
    const after = await fixture.image('a/1.jpg');
    assert.deepEqual(
      [after.id, after.currentPath, after.fileMissing, after.importJobId],
      [before.id, fixture.at('b/renamed.jpg'), false, before.importJobId],
    );
    const { sidecars } = await fixture.engine.getImageDetails({ imageId: after.id });
    assert.deepEqual(
      sidecars.map(({ currentPath }) => currentPath),
      [fixture.at('b/renamed.jpg.xmp')],
    );
    assert.equal((await fixture.check()).present, 3);
    assert.equal((await scan()).relinked, undefined);
    await fixture.engine.close();
    const operations = await auditOperations(fixture.workspace);
    assert.equal(operations.filter((name) => name === 'relocate-by-content').length, 2);
  });

  it('are not taken from a file that still stands', async () => {
    fixture.put('1.jpg');
    await fixture.import();
    fs.copyFileSync(fixture.at('1.jpg'), fixture.at('copy.jpg'));
    assert.equal((await scan()).relinked, undefined);
    assert.equal((await fixture.image('1.jpg')).currentPath, fixture.at('1.jpg'));
  });

  it('are not taken from a drive that is away', async () => {
    fixture.put('1.jpg', '2.jpg');
    await fixture.import();
    const other = path.join(fixture.root, 'other');
    fs.mkdirSync(other);
    fs.copyFileSync(fixture.at('1.jpg'), path.join(other, '1.jpg'));
    const source = await fixture.engine.createSource({
      catalogId: fixture.catalogId,
      sourcePath: other,
    });
    for (const away of ['renamed', 'empty']) {
      fs.renameSync(fixture.photos, `${fixture.photos}.away`);
      if (away === 'empty') fs.mkdirSync(fixture.photos);
      const summary = await fixture.engine.scanSource({ sourceId: source.id });
      assert.deepEqual([summary.relinked, summary.counts.duplicate], [undefined, 1], away);
      if (away === 'empty') fs.rmdirSync(fixture.photos);
      fs.renameSync(`${fixture.photos}.away`, fixture.photos);
    }
    // Moved there for good, the image goes along.
    fs.rmSync(fixture.at('1.jpg'));
    const summary = await fixture.engine.scanSource({ sourceId: source.id });
    assert.equal(summary.relinked, 1);
    assert.equal((await fixture.image('1.jpg')).currentPath, path.join(other, '1.jpg'));
  });
});
