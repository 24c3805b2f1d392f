import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { CatalogError, toCatalogError } from '../../src/catalog/model/errors.js';
import { checkCompletion, checkRestart } from './support/disturb.js';
import type { Expectation } from './support/invariants.js';
import { checkAlways, filesNow, rowsOf } from './support/invariants.js';
import { hasTool, Mounts, runTool, whyNoMounts } from './support/mounts.js';
import { sayNotRun } from './support/settings.js';
import type { CardFiles, Places } from './support/world.js';
import { mixedCard, picture, SafetyWorld } from './support/world.js';

const bigCard: CardFiles = Object.fromEntries(
  Array.from({ length: 12 }, (_, index) => [
    `DCIM/IMG_${index}.JPG`,
    picture(`big ${index}`, 600_000),
  ]),
);

describe('safety: real volumes', function () {
  this.timeout(120_000);
  let mounts: Mounts;

  before(function () {
    const why = whyNoMounts();
    if (why !== null) {
      sayNotRun('full disks, read-only volumes, volumes without hard links', why);
      this.skip();
    }
    mounts = new Mounts();
  });
  after(() => mounts?.remove());

  const placesIn = (folder: string, managed: string): Places => ({
    base: folder,
    source: path.join(folder, 'card'),
    managed: path.join(managed, 'managed'),
  });

  /** Everything holds, also after a restart; then the volume is mended and everything comes in. */
  async function checkAll(
    world: SafetyWorld,
    before: ReturnType<typeof filesNow>,
    mend: () => void,
    importMode: 'copy' | 'move' = 'copy',
  ): Promise<void> {
    const expected: Expectation = { isMove: importMode === 'move' };
    assert.deepEqual(checkAlways(world, before, rowsOf(world.store), expected), []);
    await world.close();
    mend();
    await world.open();
    assert.deepEqual(await checkRestart(world, before, expected), []);
    assert.deepEqual(await checkCompletion({ importMode }, world, before, expected), []);
    await world.close();
  }

  it('a managed directory on a volume that is too small says so before the start', async () => {
    const small = mounts.tmpfs('small', '4m');
    const world = await SafetyWorld.create(placesIn(mounts.folder('one'), small), bigCard);
    const before = filesNow(world);
    const scanId = await world.scan();
    await assert.rejects(
      world.import('copy', scanId),
      (error) => CatalogError.is(error, 'DISK_FULL') && String(error.data['volume']) === small,
    );
    await checkAll(world, before, () => runTool('mount', '-o', 'remount,size=200m', small));
  });

  for (const importMode of ['copy', 'move'] as const) {
    it(`a managed volume that fills up during a ${importMode}`, async () => {
      const small = mounts.tmpfs(`filling-${importMode}`, '100m');
      const folder = mounts.folder(`two-${importMode}`);
      const world = await SafetyWorld.create(placesIn(folder, small), bigCard);
      const before = filesNow(world);
      const scanId = await world.scan();
      // Somebody else writes to the volume between the forecast and the copies.
      const fill = (): void => {
        const handle = fs.openSync(path.join(small, 'filler'), 'w');
        try {
          for (;;) fs.writeSync(handle, Buffer.alloc(1024 * 1024));
        } catch {
          fs.ftruncateSync(handle, fs.fstatSync(handle).size - 3 * 1024 * 1024);
        } finally {
          fs.closeSync(handle);
        }
      };
      const files = world.deps().files;
      let filled = false;
      const report = await world.import(importMode, scanId, {
        ...files,
        openNew: (name) => {
          if (!filled) fill();
          filled = true;
          return files.openNew(name);
        },
        copyNew: (from, name) => {
          if (!filled) fill();
          filled = true;
          return files.copyNew(from, name);
        },
      });
      assert.equal(report.status, 'FAILURE');
      assert.match(report.error ?? '', /too little free space/);
      assert.match(report.error ?? '', new RegExp(small));
      assert.deepEqual([...filesNow(world).keys()].sort(), [...before.keys()].sort());
      await checkAll(world, before, () => fs.rmSync(path.join(small, 'filler')), importMode);
    });
  }

  it('a managed volume that fills up when a move has committed its first files: no source was touched', async () => {
    const small = mounts.tmpfs('filling-late', '100m');
    // More than are committed at once.
    const card = Object.fromEntries(
      Array.from({ length: 150 }, (_, index) => [
        `DCIM/IMG_${index}.JPG`,
        picture(`late ${index}`, 120_000),
      ]),
    );
    const world = await SafetyWorld.create(placesIn(mounts.folder('two-late'), small), card);
    const before = filesNow(world);
    const scanId = await world.scan();
    const files = world.deps().files;
    let committed = 0;
    const fill = (): void => {
      if (committed > 0 || rowsOf(world.store).length === 0) return;
      committed = rowsOf(world.store).length;
      const handle = fs.openSync(path.join(small, 'filler'), 'w');
      try {
        for (let size = 1024 * 1024; size >= 4096;) {
          try {
            fs.writeSync(handle, Buffer.alloc(size));
          } catch {
            size /= 2;
          }
        }
      } finally {
        fs.closeSync(handle);
      }
    };
    const report = await world.import('move', scanId, {
      ...files,
      openNew: (name) => {
        fill();
        return files.openNew(name);
      },
      copyNew: (from, name) => {
        fill();
        return files.copyNew(from, name);
      },
    });
    console.log(`      ${committed} of 150 files were in the catalog`);
    assert.ok(committed > 0 && committed < 150);
    assert.equal(report.status, 'FAILURE');
    assert.match(report.error ?? '', /too little free space/);
    assert.equal(report.itemCounts.imported, 0);
    const now = filesNow(world);
    now.delete(path.join(small, 'filler'));
    assert.deepEqual(now, before);
    const expected: Expectation = { isMove: true, isUndo: true };
    assert.deepEqual(checkAlways(world, before, rowsOf(world.store), expected), []);
    await world.close();
    fs.rmSync(path.join(small, 'filler'));
    await world.open();
    assert.deepEqual(await checkRestart(world, before, expected), []);
    assert.deepEqual(await checkCompletion({ importMode: 'move' }, world, before, expected), []);
    await world.close();
  });

  it('a drive that goes away during an import: nothing is written where it was mounted', async () => {
    const { folder, image } = mounts.make('pulled', 'ext4', 100);
    const base = mounts.folder('pulled-base');
    const card = Object.fromEntries(
      Array.from({ length: 150 }, (_, index) => [
        `DCIM/IMG_${index}.JPG`,
        picture(`pulled ${index}`, 3000),
      ]),
    );
    const places = { base, source: path.join(base, 'card'), managed: folder };
    const world = await SafetyWorld.create(places, card);
    const before = filesNow(world);
    const scanId = await world.scan();
    const files = world.deps().files;
    let made = 0;
    await assert.rejects(
      world.import('copy', scanId, {
        ...files,
        copyNew: (from, name) => {
          made += 1;
          if (made === 100) runTool('umount', '-l', folder);
          return files.copyNew(from, name);
        },
      }),
      { code: 'MANAGED_DIRECTORY_ELSEWHERE' },
    );
    const [job] = world.store.importJobs.list({ offset: 0, limit: 1 }).jobs;
    assert.equal(job?.status, 'INTERRUPTED');
    const rows = rowsOf(world.store).length;
    assert.ok(rows > 0 && rows < 150, String(rows));
    await world.close();
    await world.open();
    await world.recover();
    assert.equal(rowsOf(world.store).length, rows, 'nothing is taken for lost while it is away');
    await world.close();
    // What came too late for the check is no photo's only copy.
    fs.rmSync(folder, { recursive: true });
    fs.mkdirSync(folder);
    mounts.mount(image, folder, 'ext4');
    await world.open();
    await checkAll(world, before, () => undefined);
  });

  it('a catalog on a volume that fills up', async () => {
    const small = mounts.tmpfs('catalog', '30m');
    const folder = mounts.folder('three');
    const places = { ...placesIn(small, folder), source: path.join(folder, 'card') };
    const world = await SafetyWorld.create(places, bigCard);
    const before = filesNow(world);
    const scanId = await world.scan();
    const filler = path.join(small, 'filler');
    const handle = fs.openSync(filler, 'w');
    try {
      for (let size = 1024 * 1024; size >= 1024;) {
        try {
          fs.writeSync(handle, Buffer.alloc(size));
        } catch {
          size /= 2;
        }
      }
    } finally {
      fs.closeSync(handle);
    }
    let failure: unknown = null;
    await world.import('copy', scanId).catch((error: unknown) => (failure = error));
    assert.equal(toCatalogError(failure).code, 'CATALOG_CANNOT_WRITE');
    assert.deepEqual(checkAlways(world, before, null, { isMove: false }), []);
    await world.close().catch(() => undefined);
    fs.rmSync(filler);
    await world.open();
    await checkAll(world, before, () => undefined);
  });

  it('a volume that becomes read-only in the middle', async () => {
    const volume = mounts.tmpfs('read-only', '200m');
    const world = await SafetyWorld.create(placesIn(mounts.folder('four'), volume), bigCard);
    const before = filesNow(world);
    const files = world.deps().files;
    let made = 0;
    await world.import('move', await world.scan(), {
      ...files,
      openNew: (name) => {
        made += 1;
        // Refused while a file is open for writing; then it comes with a later one.
        if (made >= 4) {
          try {
            runTool('mount', '-o', 'remount,ro', volume);
          } catch {
            made -= 1;
          }
        }
        return files.openNew(name);
      },
    });
    await checkAll(world, before, () => runTool('mount', '-o', 'remount,rw', volume), 'move');
  });

  it('a volume that goes away between two runs and comes back', async () => {
    const { folder, image } = mounts.make('drive', 'ext4', 200);
    const world = await SafetyWorld.create(placesIn(mounts.folder('five'), folder), mixedCard);
    const before = filesNow(world);
    const scanId = await world.scan();
    const files = world.deps().files;
    let calls = 0;
    const crash = (): never => {
      throw Object.assign(new Error('EIO'), { code: 'EIO' });
    };
    await world
      .import('copy', scanId, {
        ...files,
        fsync: (descriptor) =>
          (calls += 1) > 3 ? Promise.reject(new Error('gone')) : files.fsync(descriptor),
        unlink: (name) => (calls > 3 ? crash() : files.unlink(name)),
        rename: (from, to) => (calls > 3 ? crash() : files.rename(from, to)),
      })
      .catch(() => undefined);
    await world.close();
    mounts.unmount(folder);
    await world.open();
    await world.recover();
    await world.close();
    mounts.mount(image, folder, 'ext4');
    await world.open();
    await checkAll(world, before, () => undefined);
  });

  for (const type of ['exfat', 'ntfs'] as const) {
    it(`${type}: case-insensitive names and no (or other) hard links`, async function () {
      const tools =
        type === 'exfat' ? ['mkfs.exfat', 'mount.exfat-fuse'] : ['mkfs.ntfs', 'ntfs-3g'];
      const missing = tools.find((tool) => !hasTool(tool));
      if (missing !== undefined || !fs.existsSync('/dev/fuse')) {
        sayNotRun(type, missing === undefined ? 'there is no FUSE' : `${missing} is not installed`);
        this.skip();
      }
      let folder: string;
      try {
        folder = mounts.make(type, type, 128).folder;
      } catch (error) {
        sayNotRun(type, `it cannot be mounted: ${String(error).split('\n')[0] ?? ''}`);
        this.skip();
      }
      const card = { ...mixedCard, 'DCIM/102/img_1.jpg': picture('lower case') };
      for (const importMode of ['copy', 'move'] as const) {
        const managed = path.join(folder, importMode);
        const places = placesIn(mounts.folder(`six-${type}-${importMode}`), managed);
        const world = await SafetyWorld.create(places, card);
        const before = filesNow(world);
        const report = await world.import(importMode, await world.scan());
        assert.deepEqual([report.status, report.filesFailed], ['SUCCESS', 0]);
        await checkAll(world, before, () => undefined, importMode);
      }
    });
  }
});
