import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { sampleJpeg } from '../../../bench/lib/sampleFiles.js';
import { nodeFilePort, type FilePort } from '../../../src/catalog/files/filePort.js';
import type { MountedVolume } from '../../../src/catalog/files/volumes.js';
import { acceptEdited } from '../../../src/catalog/maintenance/acceptEdited.js';
import { checkFiles } from '../../../src/catalog/maintenance/checkFiles.js';
import { prepareRelocation } from '../../../src/catalog/maintenance/relocate.js';
import { verifyFiles } from '../../../src/catalog/maintenance/verifyFiles.js';
import { isInside } from '../../../src/catalog/files/folders.js';
import { locateImage } from '../../../src/catalog/pictures/pictureSource.js';
import { ImportFixture } from '../import/importFixture.js';
import { allImages } from '../store/support.js';

/** Files that were opened, by their absolute path. */
function watched(opened: string[]): FilePort {
  const openRead = (file: string): number => {
    opened.push(file);
    return nodeFilePort.openRead(file);
  };
  return { ...nodeFilePort, openRead };
}

describe('rows that name files elsewhere', function () {
  this.timeout(60_000);
  let fixture: ImportFixture;
  let outside: string;
  let opened: string[];

  beforeEach(async () => {
    fixture = await ImportFixture.create();
    outside = path.join(fixture.scans.base, 'outside');
    opened = [];
    fs.mkdirSync(outside);
    fs.writeFileSync(path.join(outside, 'secret.jpg'), sampleJpeg('secret', 1000));
    fixture.put('a.jpg', sampleJpeg('a', 1000));
    fixture.put('b.jpg', sampleJpeg('b', 1000));
  });
  afterEach(() => fixture.remove());

  const catalog = () => fixture.scans.catalog;
  const bindings = { isBound: () => true };
  const managed = () => ({
    path: fixture.managed,
    realRoot: fs.realpathSync(fixture.managed),
    offline: null,
  });
  const check = (volumes: readonly MountedVolume[] = [], files = watched(opened)) =>
    checkFiles(
      fixture.deps(files),
      { catalog: catalog(), managed: managed(), volumes },
      { catalogId: catalog().id },
    );
  const verify = () =>
    verifyFiles(
      { ...fixture.deps(watched(opened)), bindings },
      { catalog: catalog(), realRoot: managed().realRoot },
      { catalogId: catalog().id },
    );
  const accept = () => {
    const deps = { ...fixture.deps(watched(opened)), bindings };
    const { store } = fixture.scans;
    const locate = (id: string): string => {
      const row = store.pictures.byIds([id]).get(id);
      assert.ok(row);
      return locateImage(deps, row);
    };
    return acceptEdited({ ...deps, locate }, { imageIds: rowIds() });
  };
  const rowIds = (): string[] =>
    fixture.scans.store.driver.all<{ id: string }>('SELECT id FROM images').map(({ id }) => id);
  const point = (name: string, storedPath: string): void => {
    const changed = fixture.scans.store.driver.run(
      'UPDATE images SET current_path = ? WHERE original_source_path LIKE ?',
      [storedPath, `%${name}`],
    );
    assert.equal(changed, 1);
  };
  const marks = () =>
    fixture.scans.store.driver.all(
      'SELECT 1 FROM images WHERE file_missing OR file_changed OR file_damaged',
    );
  const openedOutside = (): string[] =>
    opened.filter((file) => isInside(fs.realpathSync(path.dirname(file)), outside));

  const secrets: readonly (readonly [string, (name: string) => string])[] = [
    ['an absolute path', (name) => path.join(outside, name)],
    ['a path with ..', (name) => `${fixture.scans.root}/../outside/${name}`],
    [
      'a folder that is a link',
      (name) => {
        fs.symlinkSync(outside, path.join(fixture.scans.root, 'linked'));
        return path.join(fixture.scans.root, 'linked', name);
      },
    ],
  ];
  for (const [what, place] of secrets) {
    for (const name of ['secret.jpg', 'nothing-there.jpg']) {
      it(`of a referenced image by ${what} (${name}) are not looked at`, async () => {
        await fixture.import({ importMode: 'reference' });
        point('a.jpg', place(name));
        const report = await check();
        assert.deepEqual([report.refused, report.present, report.missing], [1, 1, 0]);
        assert.deepEqual(marks(), []);
        const accepted = await accept();
        assert.deepEqual([accepted.accepted.length, accepted.keptCount], [0, 1]);
        assert.deepEqual(openedOutside(), []);
      });
    }
  }

  for (const stored of [
    '../outside/secret.jpg',
    '/etc/hostname',
    'linked/secret.jpg',
    'a/../../x',
  ]) {
    it(`of a managed image by ${stored} are not looked at`, async () => {
      await fixture.import({ importMode: 'copy' });
      fs.symlinkSync(outside, path.join(fixture.managed, 'linked'));
      point('a.jpg', stored);
      const report = await check();
      assert.deepEqual([report.refused, report.present, report.missing], [1, 1, 0]);
      const verified = await verify();
      assert.deepEqual(
        verified.findings.map(({ state }) => state),
        ['refused'],
      );
      assert.equal(verified.intact, 1);
      assert.equal((await accept()).accepted.length, 0);
      assert.deepEqual(marks(), []);
      assert.deepEqual(openedOutside(), []);
    });
  }

  it('a link in the place of a file is not read', async () => {
    await fixture.import({ importMode: 'reference' });
    fs.rmSync(fixture.scans.path('a.jpg'));
    fs.symlinkSync(path.join(outside, 'secret.jpg'), fixture.scans.path('a.jpg'));
    const report = await check();
    assert.deepEqual([report.missing, report.filesRead], [1, 0]);
    assert.deepEqual(openedOutside(), []);
  });

  it('an image does not leave the managed directory, nor enter it, by a new path', async () => {
    await fixture.import({ importMode: 'copy' });
    const [image] = allImages(fixture.scans.store, catalog().id);
    assert.ok(image);
    const to = path.join(outside, 'secret.jpg');
    fs.copyFileSync(image.currentPath, to);
    const deps = {
      ...fixture.deps(),
      volumes: [],
      addSource: () => assert.fail('no source'),
      refusesSource: () => false,
    };
    const place = { catalog: catalog(), realRoot: managed().realRoot };
    const { report } = await prepareRelocation(deps, place, { from: image.currentPath, to });
    assert.deepEqual([report.counts.refused, report.relocated], [1, 0]);
    const trash = path.join(fixture.managed, '.imgcat-trash', 'x.jpg');
    fs.mkdirSync(path.dirname(trash));
    fs.copyFileSync(image.currentPath, trash);
    const { report: own } = await prepareRelocation(deps, place, {
      from: image.currentPath,
      to: trash,
    });
    assert.deepEqual([own.counts.refused, own.relocated], [1, 0]);
  });

  it('nothing is marked when the drive goes away during the check', async () => {
    for (let index = 0; index < 30; index++) {
      fixture.put(`many/${index}.jpg`, sampleJpeg(String(index), 1000));
    }
    await fixture.import({ importMode: 'reference' });
    const { root } = fixture.scans;
    let calls = 0;
    const vanishing: FilePort = {
      ...nodeFilePort,
      lstat: (file) => {
        calls += 1;
        if (calls === 10) fs.renameSync(root, `${root}.away`);
        return nodeFilePort.lstat(file);
      },
    };
    const report = await check([], vanishing);
    assert.deepEqual([report.missing, report.offline, report.needsConfirmation], [0, 32, []]);
    assert.deepEqual(marks(), []);
    fs.renameSync(`${root}.away`, root);
  });

  it('another volume in the place of the one that is known is not an empty source', async () => {
    await fixture.import({ importMode: 'reference' });
    const { root, source, store } = fixture.scans;
    const volume = (id: string, mountPoint: string): MountedVolume => ({
      id,
      mountPoint,
      root: '/',
    });
    await check([volume('uuid:photos', root)]);
    assert.deepEqual(store.fileChecks.volumeOf(source.id), { id: 'uuid:photos', path: '/' });
    const moved = `${root}.moved`;
    fs.renameSync(root, moved);
    fs.mkdirSync(root);
    fs.writeFileSync(path.join(root, 'of the other one.txt'), '');
    const mounted = [volume('uuid:other', root), volume('uuid:photos', moved)];
    const report = await check(mounted);
    assert.deepEqual(
      report.offlineFolders.map(({ reason, seenAt, images }) => [reason, seenAt, images]),
      [['other-volume', moved, 2]],
    );
    assert.deepEqual(marks(), []);
    // The same files on another volume are the files.
    fs.rmSync(root, { recursive: true });
    fs.renameSync(moved, root);
    assert.equal((await check([volume('uuid:copy', root)])).present, 2);
    assert.equal(store.fileChecks.volumeOf(source.id)?.id, 'uuid:copy');
  });
});
