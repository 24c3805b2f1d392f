import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { sampleJpeg } from '../../../bench/lib/sampleFiles.js';
import type { FilePort } from '../../../src/catalog/files/filePort.js';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import { executeImport } from '../../../src/catalog/import/execute.js';
import { ImportFixture, errorsOf, listFiles, sha256, statesOf } from './importFixture.js';
import { allImages } from '../store/support.js';

const a = 'IMG_20230615_143045.jpg';
const b = 'IMG_20230616_090000.JPG';

/** A port whose system copies no files by itself, so that every piece can be disturbed. */
const pieceByPiece: FilePort = {
  ...nodeFilePort,
  copyNew: () => Promise.reject(Object.assign(new Error('ENOSYS'), { code: 'ENOSYS' })),
};

describe('import', () => {
  let fixture: ImportFixture;
  const modified = new Date('2023-06-15T12:34:56.789Z');
  const first = sampleJpeg('first', 3000);
  const second = sampleJpeg('second', 9 * 1024 * 1024);

  beforeEach(async () => {
    fixture = await ImportFixture.create();
    fixture.put(a, first, modified);
    fixture.put(`sub/${b}`, second, modified);
  });

  afterEach(async () => {
    fixture.check();
    await fixture.remove();
  });

  const managed = (relativePath: string): string => path.join(fixture.managed, relativePath);

  it('copies byte for byte, keeps times and sources', async () => {
    const before = fs.lstatSync(fixture.scans.path(a));
    const imported = await fixture.import();
    assert.deepEqual(fixture.managedFiles(), [`2023/06-15/${a}`, `2023/06-16/${b}`]);
    assert.deepEqual(fs.readFileSync(managed(`2023/06-15/${a}`)), first);
    assert.deepEqual(fs.readFileSync(managed(`2023/06-16/${b}`)), second);
    assert.equal(fs.statSync(managed(`2023/06-15/${a}`)).mtimeMs, modified.getTime());
    const after = fs.lstatSync(fixture.scans.path(a));
    assert.deepEqual([after.ino, after.mtimeMs, after.size], [before.ino, before.mtimeMs, 3000]);
    assert.equal(imported.job.status, 'SUCCESS');
    assert.equal(imported.job.bytesImported, first.length + second.length);
    assert.deepEqual(statesOf(imported), { [a]: 'DONE', [b]: 'DONE' });
  });

  it('references without touching anything', async () => {
    const imported = await fixture.import({ importMode: 'reference' });
    assert.deepEqual(fixture.managedFiles(), []);
    assert.equal(imported.job.filesImported, 2);
    const [image] = allImages(fixture.scans.store, fixture.scans.catalog.id);
    assert.equal(image?.currentPath, fixture.scans.path(a));
    assert.equal(image.isManaged, false);
  });

  it('keeps one entry for a referenced file that was edited and comes in again', async () => {
    await fixture.import({ importMode: 'reference' });
    const { store, catalog } = fixture.scans;
    const [before] = allImages(store, catalog.id);
    store.driver.run("UPDATE images SET review_status = 'archived' WHERE id = ?", [
      before?.id ?? '',
    ]);
    fixture.put(a, sampleJpeg('edited', 3000));
    const imported = await fixture.import({ importMode: 'reference' });
    assert.equal(statesOf(imported)[a], 'DONE');
    const images = allImages(store, catalog.id);
    assert.equal(images.length, 2);
    const edited = images.find((image) => image.currentPath === fixture.scans.path(a));
    assert.equal(edited?.checksum, sha256(fixture.scans.path(a)));
    assert.equal(edited?.reviewStatus, 'archived');
    const { entries } = store.auditLog.page({ offset: 0, limit: 9 });
    assert.ok(entries.some((entry) => entry.operation === 'replace-reference'));
  });

  it('moves by a link on one volume and releases the sources', async () => {
    const inode = fs.statSync(fixture.scans.path(a)).ino;
    const imported = await fixture.import({ importMode: 'move' });
    assert.deepEqual(statesOf(imported), { [a]: 'RELEASED', [b]: 'RELEASED' });
    assert.deepEqual(listFiles(fixture.scans.root), []);
    assert.equal(fs.statSync(managed(`2023/06-15/${a}`)).ino, inode);
    assert.deepEqual(
      imported.items.map((item) => item.publishMethod),
      ['MOVE_LINK', 'MOVE_LINK'],
    );
  });

  it('moves a file that has other names by copying it', async () => {
    fs.linkSync(fixture.scans.path(a), path.join(fixture.scans.base, 'elsewhere.jpg'));
    const imported = await fixture.import({ importMode: 'move' });
    assert.equal(imported.items[0]?.publishMethod, 'LINK');
    assert.deepEqual(statesOf(imported), { [a]: 'RELEASED', [b]: 'RELEASED' });
    assert.deepEqual(fs.readFileSync(path.join(fixture.scans.base, 'elsewhere.jpg')), first);
  });

  it('never overwrites: a name that was there and one that appears in between get a suffix', async () => {
    const there = fixture.putForeign(`2023/06-15/${a}`, 'mine');
    const name = a.replace('.jpg', '-1.jpg');
    let appeared = '';
    const files: FilePort = {
      ...nodeFilePort,
      link: (existing, target) => {
        if (target === managed(`2023/06-15/${name}`) && appeared === '') {
          appeared = fixture.putForeign(`2023/06-15/${name}`, 'mine too');
        }
        nodeFilePort.link(existing, target);
      },
    };
    const imported = await fixture.import({ files });
    assert.equal(fs.readFileSync(there, 'utf8'), 'mine');
    assert.equal(fs.readFileSync(appeared, 'utf8'), 'mine too');
    const placed = managed(`2023/06-15/${a.replace('.jpg', '-2.jpg')}`);
    assert.deepEqual(fs.readFileSync(placed), first);
    assert.equal(imported.job.status, 'SUCCESS');
  });

  it('does not go through a symbolic link that leads out of the managed directory', async () => {
    const outside = path.join(fixture.scans.base, 'outside');
    fs.mkdirSync(outside);
    fs.symlinkSync(outside, managed('2023'));
    const imported = await fixture.import();
    assert.deepEqual(listFiles(outside), []);
    assert.deepEqual(fs.readdirSync(outside), []);
    assert.deepEqual(errorsOf(imported), {
      [a]: 'DESTINATION_OUTSIDE',
      [b]: 'DESTINATION_OUTSIDE',
    });
    assert.equal(imported.job.status, 'FAILURE');
    fs.unlinkSync(managed('2023'));
  });

  it('leaves out files that changed or vanished after the scan', async () => {
    fixture.put('IMG_20230617_100000.jpg', sampleJpeg('third'));
    const scanId = await fixture.scanId();
    fixture.put(a, sampleJpeg('changed', 3000));
    fs.unlinkSync(fixture.scans.path(`sub/${b}`));
    const imported = await fixture.import({ scanId });
    assert.deepEqual(errorsOf(imported), { [a]: 'FILE_CHANGED', [b]: 'FILE_VANISHED' });
    assert.equal(imported.job.status, 'PARTIAL');
    assert.equal(imported.job.filesImported, 1);
  });

  it('notices a content that changed under the same size and time', async () => {
    const scanId = await fixture.scanId();
    fixture.put(a, sampleJpeg('swapped', 3000), modified);
    const imported = await fixture.import({ scanId });
    assert.deepEqual(errorsOf(imported), { [a]: 'FILE_CHANGED' });
  });

  it('imports RAW, JPEG and sidecar together or not at all', async () => {
    const raw = Buffer.concat([sampleJpeg('raw', 4000)]);
    fixture.put('P_20230701_120000.CR2', raw);
    fixture.put('P_20230701_120000.JPG', sampleJpeg('pair', 2000));
    fixture.put('P_20230701_120000.CR2.xmp', '<x:xmpmeta/>');
    const group = ['P_20230701_120000.CR2', 'P_20230701_120000.JPG', 'P_20230701_120000.CR2.xmp'];
    const scanId = await fixture.scanId();
    const broken: FilePort = {
      ...nodeFilePort,
      link: (existing, target) => {
        if (target.endsWith('.xmp')) throw Object.assign(new Error('EIO'), { code: 'EIO' });
        nodeFilePort.link(existing, target);
      },
      openNew: (target) => {
        if (target.endsWith('.xmp')) throw Object.assign(new Error('EIO'), { code: 'EIO' });
        return nodeFilePort.openNew(target);
      },
    };
    const failed = await fixture.import({ scanId, files: broken });
    const errors = errorsOf(failed);
    assert.equal(errors['P_20230701_120000.CR2.xmp'], 'DESTINATION_UNWRITABLE');
    assert.equal(errors['P_20230701_120000.JPG'], 'COMPANION_FAILED');
    assert.equal(
      fixture.managedFiles().some((file) => file.includes('P_2023')),
      false,
    );
    fixture.check();
    const imported = await fixture.import();
    assert.equal(imported.job.status, 'SUCCESS');
    const placed = fixture.managedFiles().filter((file) => file.includes('P_2023'));
    assert.deepEqual(placed, group.map((name) => `2023/07-01/${name}`).sort());
  });

  it('skips what is in the catalog, and keeps its source in a move', async () => {
    await fixture.import();
    fixture.put('copy of a.jpg', first);
    const imported = await fixture.import({ importMode: 'move' });
    assert.equal(imported.job.filesSkipped, 3);
    assert.equal(imported.job.status, 'SUCCESS');
    assert.equal(listFiles(fixture.scans.root).length, 3);
    assert.deepEqual(errorsOf(imported), {});
  });

  it('says when the copy that a duplicate equals is gone', async () => {
    await fixture.import();
    const placed = managed(`2023/06-15/${a}`);
    fs.unlinkSync(placed);
    const again = await fixture.import();
    assert.deepEqual(errorsOf(again), { [a]: 'CATALOG_COPY_DAMAGED' });
    assert.equal(again.job.filesSkipped, 2);
    fs.writeFileSync(placed, first);
  });

  for (const left of ['nothing', 'an empty folder']) {
    it(`says when the copy that a duplicate equals is on a drive that left ${left}`, async () => {
      await fixture.import({ importMode: 'reference' });
      const { source, store, root } = fixture.scans;
      const elsewhere = { ...source, id: 'elsewhere', name: 'Elsewhere', sourcePath: `${root}2` };
      store.sources.insert(elsewhere);
      fs.cpSync(root, elsewhere.sourcePath, { recursive: true, preserveTimestamps: true });
      fs.renameSync(root, `${root}.away`);
      if (left !== 'nothing') fs.mkdirSync(root);
      fixture.scans.source = elsewhere;
      for (const importMode of ['reference', 'move'] as const) {
        const again = await fixture.import({ source: elsewhere, importMode });
        assert.deepEqual(errorsOf(again), {
          [a]: 'CATALOG_COPY_OFFLINE',
          [b]: 'CATALOG_COPY_OFFLINE',
        });
        assert.equal(again.job.filesSkipped, 2);
      }
      assert.equal(listFiles(elsewhere.sourcePath).length, 2);
      fs.rmSync(root, { recursive: true, force: true });
      fs.renameSync(`${root}.away`, root);
    });
  }

  it('brings one of two equal new files in, and says of the other what it equals', async () => {
    fixture.put('z.jpg', first);
    const imported = await fixture.import();
    assert.deepEqual(statesOf(imported), { [a]: 'DONE', [b]: 'DONE', 'z.jpg': 'DUPLICATE' });
    assert.equal(
      imported.items.find((item) => item.state === 'DUPLICATE')?.duplicateOfPath,
      managed(`2023/06-15/${a}`),
    );
  });

  it('leaves a duplicate out together with the file it equals', async () => {
    fixture.put('z.jpg', first);
    const scanId = await fixture.scanId();
    const { scanFiles } = fixture.scans.store;
    const { files } = scanFiles.page({ scanId, offset: 0, limit: 9 });
    const original = files.find((file) => file.relativePath === a);
    scanFiles.setSelected(scanId, false, { fileIds: [original?.id ?? -1] });
    const imported = await fixture.import({ scanId });
    assert.deepEqual(statesOf(imported), { [b]: 'DONE' });
    assert.equal(imported.job.filesDiscovered, 1);
  });

  it('stops between two files when it is cancelled', async () => {
    for (let i = 0; i < 30; i += 1) fixture.put(`c${i}.jpg`, sampleJpeg(`c${i}`, 1000));
    const abort = new AbortController();
    let links = 0;
    const files: FilePort = {
      ...nodeFilePort,
      link: (existing, target) => {
        links += 1;
        if (links === 5) abort.abort();
        nodeFilePort.link(existing, target);
      },
    };
    const imported = await fixture.import({ files, signal: abort.signal });
    assert.equal(imported.job.status, 'CANCELLED');
    assert.ok(imported.job.filesImported >= 4 && imported.job.filesImported < 20);
    assert.equal(imported.job.filesDiscovered, 32);
    const rest = await fixture.import();
    assert.equal(rest.job.status, 'SUCCESS');
    assert.equal(fixture.managedFiles().length, 32);
  });

  it('writes final names directly where there are no hard links', async () => {
    fixture.put(`sub/c.jpg`, sampleJpeg('c', 5000));
    const files: FilePort = {
      ...nodeFilePort,
      link: () => {
        throw Object.assign(new Error('EPERM'), { code: 'EPERM' });
      },
    };
    fixture.putForeign(`2023/06-15/${a}`, 'mine');
    const imported = await fixture.import({ files, importMode: 'move' });
    assert.deepEqual(
      imported.items.map((item) => item.publishMethod),
      ['DIRECT', 'DIRECT', 'DIRECT'],
    );
    assert.deepEqual(
      imported.items.map((item) => item.state),
      ['RELEASED', 'RELEASED', 'RELEASED'],
    );
    assert.deepEqual(listFiles(fixture.scans.root), []);
  });

  it('loops over short writes', async () => {
    const files: FilePort = {
      ...pieceByPiece,
      write: (fd, buffer, offset, length, position) =>
        nodeFilePort.write(fd, buffer, offset, Math.min(length, 70_001), position),
    };
    assert.equal((await fixture.import({ files })).job.status, 'SUCCESS');
  });

  it('refuses a copy that does not read back equal', async () => {
    const files: FilePort = {
      ...pieceByPiece,
      write: async (fd, buffer, offset, length, position) => {
        const spoilt = Buffer.from(buffer.subarray(offset, offset + length));
        if (position === 0) spoilt[100] = (spoilt[100] ?? 0) ^ 1;
        return nodeFilePort.write(fd, spoilt, 0, length, position);
      },
    };
    const imported = await fixture.import({ files });
    assert.deepEqual(errorsOf(imported), { [a]: 'COPY_MISMATCH', [b]: 'COPY_MISMATCH' });
    assert.deepEqual(fixture.managedFiles(), []);
  });

  it('takes everything back when the volume is full', async () => {
    for (let i = 0; i < 150; i += 1) fixture.put(`c${i}.jpg`, sampleJpeg(`c${i}`, 1000));
    let writes = 0;
    const files: FilePort = {
      ...pieceByPiece,
      write: async (...args) => {
        writes += 1;
        if (writes > 120) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
        return nodeFilePort.write(...args);
      },
    };
    const sources = listFiles(fixture.scans.root);
    const { job } = await fixture.import({ files });
    assert.equal(job.status, 'FAILURE');
    assert.equal(job.filesImported, 0);
    assert.match(job.error ?? '', /too little free space/);
    assert.deepEqual(fixture.managedFiles(), []);
    assert.deepEqual(fs.readdirSync(fixture.managed), []);
    assert.deepEqual(listFiles(fixture.scans.root), sources);
  });

  it('keeps a placed file that was edited when it takes back the rest', async () => {
    for (let i = 0; i < 150; i += 1) fixture.put(`c${i}.jpg`, sampleJpeg(`c${i}`, 1000));
    let writes = 0;
    let edited = '';
    const files: FilePort = {
      ...pieceByPiece,
      write: async (...args) => {
        writes += 1;
        if (writes > 120) {
          if (edited === '') {
            edited = managed(`2023/06-15/${a}`);
            fs.appendFileSync(edited, 'edited');
          }
          throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
        }
        return nodeFilePort.write(...args);
      },
    };
    await fixture.import({ files });
    assert.deepEqual(fixture.managedFiles(), [`2023/06-15/${a}`]);
    fs.truncateSync(edited, first.length);
  });

  it('ends as interrupted when the card is pulled out, and goes on later', async () => {
    for (let i = 0; i < 10; i += 1) fixture.put(`c${i}.jpg`, sampleJpeg(`c${i}`, 1000));
    let reads = 0;
    const away = `${fixture.scans.root}.away`;
    const files: FilePort = {
      ...nodeFilePort,
      openRead: (file) => {
        reads += 1;
        if (reads === 6) fs.renameSync(fixture.scans.root, away);
        return nodeFilePort.openRead(file);
      },
    };
    const scanId = await fixture.scanId();
    const { job, items } = await fixture.import({ files, scanId });
    assert.equal(job.status, 'INTERRUPTED');
    assert.equal(items.filter((item) => item.state === 'FAILED').length, 0);
    fs.renameSync(away, fixture.scans.root);
    const { resumeJob } = await import('../../../src/catalog/import/execute.js');
    await resumeJob(fixture.deps(), job.id);
    assert.equal(fixture.imported(job.id).job.status, 'SUCCESS');
    assert.equal(fixture.managedFiles().length, 12);
  });

  describe('refuses to begin', () => {
    const start = async (
      changes: Parameters<ImportFixture['import']>[0],
      code: string,
    ): Promise<void> => {
      await assert.rejects(fixture.import(changes), { code });
      assert.equal(fixture.scans.store.importJobs.list({ offset: 0, limit: 9 }).total, 0);
    };
    it('without a managed directory', async () => {
      fixture.setManaged(null);
      await start({}, 'MANAGED_DIRECTORY_MISSING');
    });
    it('with a managed directory that is not there', async () => {
      const real = fixture.managed;
      fixture.setManaged(path.join(real, 'gone'));
      await start({}, 'MANAGED_DIRECTORY_UNUSABLE');
      fixture.managed = real;
    });
    it('without a file', async () => {
      const scanId = await fixture.scanId();
      fixture.scans.store.scanFiles.setSelected(scanId, false);
      await start({ scanId }, 'NOTHING_TO_IMPORT');
    });
    it('without the source', async () => {
      const scanId = await fixture.scanId();
      fs.renameSync(fixture.scans.root, `${fixture.scans.root}2`);
      await start({ scanId }, 'SOURCE_PATH_NOT_FOUND');
    });
    it('without space', async () => {
      const files = { ...nodeFilePort, statfs: () => ({ freeBytes: 70e6, totalBytes: 1e9 }) };
      await start({ files }, 'DISK_FULL');
    });
    it('into a managed directory that holds the source', async () => {
      const scanId = await fixture.scanId();
      const real = fixture.managed;
      fixture.setManaged(fixture.scans.base);
      await assert.rejects(
        executeImport(fixture.deps(), {
          catalog: fixture.scans.catalog,
          source: fixture.scans.source,
          scanId,
          importMode: 'copy',
          organizationStrategy: 'FLAT',
        }),
        { code: 'SOURCE_INSIDE_MANAGED' },
      );
      fixture.setManaged(real);
    });
  });

  it('agrees with sha256 of the source', async () => {
    await fixture.import();
    assert.equal(sha256(managed(`2023/06-15/${a}`)), sha256(fixture.scans.path(a)));
  });
});
