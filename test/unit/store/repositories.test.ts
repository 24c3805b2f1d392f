import assert from 'node:assert/strict';
import path from 'node:path';
import type { CatalogStore } from '../../../src/catalog/store/catalogStore.js';
import type { NewImportItem, SourceFileUpsert } from '../../../src/catalog/store/rows.js';
import {
  TemporaryWorkspace,
  at,
  catalog,
  facts,
  image,
  job,
  scan,
  scanFile,
  source,
} from './support.js';

const managed = catalog().managedDirectory ?? '';
const later = '2024-03-06T10:00:00.000Z';

describe('the repositories', () => {
  let workspace: TemporaryWorkspace;
  let store: CatalogStore;
  beforeEach(async () => {
    workspace = new TemporaryWorkspace();
    store = await workspace.create();
    store.catalogs.insert(catalog());
    store.sources.insert(source());
  });
  afterEach(async () => {
    await store.close();
    await workspace.remove();
  });

  describe('catalogs', () => {
    it('writes, finds, lists by name and updates', () => {
      store.catalogs.insert(catalog({ id: 'catalog-2', name: 'Archive', managedDirectory: null }));
      assert.deepEqual(
        store.catalogs.list().map((row) => row.name),
        ['Archive', 'Photos'],
      );
      store.catalogs.update(catalog({ name: 'Pictures', updatedAt: later }));
      assert.deepEqual(
        store.catalogs.find('catalog-1'),
        catalog({ name: 'Pictures', updatedAt: later }),
      );
      assert.equal(store.catalogs.findByName('Photos'), undefined);
      assert.equal(store.catalogs.findByName('Pictures')?.id, 'catalog-1');
      assert.throws(() => store.catalogs.update(catalog({ name: 'Archive' })), {
        code: 'CATALOG_NAME_TAKEN',
      });
      assert.throws(() => store.catalogs.update(catalog({ id: 'none', name: 'None' })), {
        code: 'CATALOG_NOT_FOUND',
      });
    });

    it('removes everything of a catalog but the audit log', () => {
      store.scans.insert(scan());
      store.scanFiles.insertMany([scanFile('a.jpg')]);
      store.scanFiles.insertSkipped('scan-1', [
        { relativePath: '.x', reason: 'hidden', detail: null },
      ]);
      store.importJobs.insert(job());
      store.importItems.insertMany([item()]);
      store.images.insertMany([image(1)]);
      store.images.insertSidecars([sidecar()]);
      store.sourceFiles.upsertMany([seen('a.jpg')]);
      store.auditLog.append({ at, operation: 'test', catalogId: 'catalog-1', detail: { n: 1 } });
      assert.equal(store.catalogs.delete('catalog-1'), true);
      assert.equal(store.catalogs.delete('catalog-1'), false);
      const tables = store.driver.all<{ name: string }>(
        `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'`,
      );
      const filled = tables
        .map(({ name }) => name)
        .filter((name) => store.driver.get(`SELECT 1 FROM ${name} LIMIT 1`) !== undefined);
      assert.deepEqual(filled, ['audit_log']);
      const { entries } = store.auditLog.page({ catalogId: 'catalog-1', offset: 0, limit: 5 });
      assert.deepEqual(
        entries.map((entry) => entry.detail),
        [{ n: 1 }],
      );
    });

    it('sums up storage by kind and source', () => {
      store.images.insertMany([
        image(1),
        image(2, { sizeBytes: 500, sourceId: null }),
        image(3, { isManaged: false, storedPath: '/card/3.jpg', importMode: 'reference' }),
      ]);
      store.images.setFileMissing(['image-3'], true);
      assert.deepEqual(store.catalogs.figures('catalog-1'), {
        imageCount: 3,
        managedCount: 2,
        missingCount: 1,
        changedCount: 0,
        sizeBytes: 2500,
        sourceCount: 1,
        jobCount: 0,
      });
      const { bySource, ...sums } = store.catalogs.storageFigures('catalog-1');
      assert.deepEqual(sums, {
        managedCount: 2,
        changedCount: 0,
        managedBytes: 1500,
        referencedCount: 1,
        referencedBytes: 1000,
        missingCount: 1,
        totalCount: 3,
        totalBytes: 2500,
      });
      const order = [...bySource].sort((a, b) => a.count - b.count);
      assert.deepEqual(order, [
        { sourceId: null, sourceName: null, count: 1, bytes: 500 },
        { sourceId: 'source-1', sourceName: 'Card', count: 2, bytes: 2000 },
      ]);
    });
  });

  describe('sources', () => {
    it('keeps names unique within a catalog only', () => {
      assert.throws(() => store.sources.insert(source({ id: 'other' })), {
        code: 'SOURCE_NAME_TAKEN',
      });
      store.catalogs.insert(catalog({ id: 'catalog-2', name: 'B' }));
      store.sources.insert(source({ id: 'source-2', catalogId: 'catalog-2', autoImport: true }));
      assert.equal(store.sources.findByName('catalog-2', 'Card')?.autoImport, true);
      assert.deepEqual(store.sources.list('catalog-1'), [source()]);
      assert.equal(store.sources.list().length, 2);
      store.sources.setLastScanned('source-1', later);
      store.sources.update(source({ name: 'Card 2', updatedAt: later }));
      const expected = source({ name: 'Card 2', updatedAt: later, lastScannedAt: later });
      assert.deepEqual(store.sources.find('source-1'), expected);
    });

    it('leaves jobs and images behind, without their source', () => {
      store.importJobs.insert(job());
      store.images.insertMany([image(1, { importJobId: 'job-1' })]);
      store.sourceFiles.upsertMany([seen('a.jpg')]);
      store.scans.insert(scan());
      assert.equal(store.sources.delete('source-1'), true);
      assert.deepEqual(store.importJobs.find('job-1'), job({ sourceId: null }));
      const left = store.images.find('image-1');
      assert.deepEqual([left?.sourceId, left?.importJobId], [null, 'job-1']);
      assert.equal(store.scans.find('scan-1'), undefined);
      assert.equal(store.sourceFiles.mapForSource('source-1').size, 0);
    });

    it('shows the newest open scan and the images', () => {
      store.scans.insert(scan({ id: 's1', startedAt: at }));
      store.scans.insert(scan({ id: 's2', startedAt: later }));
      store.scans.insert(scan({ id: 's3', startedAt: later, status: 'IMPORTED' }));
      store.images.insertMany([image(1)]);
      assert.deepEqual(store.sources.listWithFigures({ sourceId: 'source-1' }), [
        { ...source(), catalogName: 'Photos', imageCount: 1, openScanId: 's2' },
      ]);
      assert.equal(store.scans.newestReadyForSource('source-1')?.id, 's2');
      assert.equal(store.scans.deleteForSource('source-1', 's2'), 2);
      assert.deepEqual(
        store.scans.listByStatus('READY').map((row) => row.id),
        ['s2'],
      );
    });
  });

  describe('scans', () => {
    beforeEach(() => store.scans.insert(scan()));

    it('keeps a scan whole and completes it', () => {
      assert.deepEqual(store.scans.find('scan-1'), scan());
      const counts = { ...scan().counts, duplicate: 3 };
      store.scans.complete('scan-1', {
        status: 'READY',
        counts,
        totalSize: 9,
        completedAt: later,
      });
      assert.deepEqual(
        store.scans.find('scan-1'),
        scan({ counts, totalSize: 9, completedAt: later }),
      );
    });

    it('gives files back as they were, with ascending ids that are never used again', () => {
      const sidecars = [{ relativePath: 'a.xmp', sizeBytes: 11, mtimeNs: '5', inode: '6' }];
      const rows = [
        scanFile('a.jpg', { sidecars, groupKey: 'a' }),
        scanFile('b.jpg', {
          state: 'error',
          selected: false,
          checksum: null,
          error: { code: 'FILE_EMPTY', data: { path: 'b.jpg' } },
        }),
      ];
      store.sourceFiles.upsertMany([seen('a.jpg', { factsJson: JSON.stringify(facts()) })]);
      const next = store.scanFiles.nextId();
      const ids = store.scanFiles.insertMany(rows);
      assert.deepEqual(ids, [next, next + 1]);
      const found = store.scanFiles.byIds([...ids].reverse());
      assert.deepEqual(
        found.map(({ id: _id, facts: _facts, ...row }) => row),
        rows,
      );
      assert.deepEqual(found[0]?.facts, facts());
      assert.equal(store.scans.summary('scan-1')?.selectedBytes, 111);
      store.scans.delete('scan-1');
      store.scans.insert(scan());
      assert.ok((store.scanFiles.insertMany([scanFile('c.jpg')])[0] ?? 0) > next + 1);
    });

    it('filters by state and by whole folder names', () => {
      const paths = ['a%b/1.jpg', 'a%b/c/2.jpg', 'a%bc/3.jpg', 'aXb/4.jpg', 'é/5.jpg', 'top.jpg'];
      store.scanFiles.insertMany(
        paths.map((name, index) => scanFile(name, index === 1 ? { state: 'duplicate' } : {})),
      );
      const inFolder = (folder: string, state?: 'new'): string[] =>
        store.scanFiles
          .page({ scanId: 'scan-1', folder, ...(state && { state }), offset: 0, limit: 10 })
          .files.map((file) => file.relativePath);
      assert.deepEqual(inFolder(''), paths);
      assert.deepEqual(inFolder('a%b'), ['a%b/1.jpg', 'a%b/c/2.jpg']);
      assert.deepEqual(inFolder('a%b', 'new'), ['a%b/1.jpg']);
      assert.deepEqual(inFolder('é'), ['é/5.jpg']);
      assert.deepEqual(inFolder('a'), []);
      const page = store.scanFiles.page({ scanId: 'scan-1', offset: 2, limit: 2 });
      assert.equal(page.total, 6);
      assert.deepEqual(
        page.files.map((file) => file.relativePath),
        paths.slice(2, 4),
      );
      const folders = store.scanFiles.folders('scan-1');
      assert.deepEqual(
        folders.map((row) => [row.folder, row.newCount, row.duplicateCount, row.newBytes]),
        [
          ['a%b', 1, 0, 100],
          ['a%b/c', 0, 1, 0],
          ['a%bc', 1, 0, 100],
          ['aXb', 1, 0, 100],
          ['é', 1, 0, 100],
          ['', 1, 0, 100],
        ],
      );
    });

    it('ticks files, folders and whole groups, new ones only', () => {
      const [raw = 0, jpeg = 0, other = 0, known = 0] = store.scanFiles.insertMany([
        scanFile('d/a.cr2', { groupKey: 'd/a' }),
        scanFile('d/a.jpg', { groupKey: 'd/a' }),
        scanFile('e/b.jpg'),
        scanFile('e/c.jpg', { state: 'duplicate', selected: false }),
      ]);
      const selected = (): number[] =>
        store.scanFiles.newInPathOrder({ scanId: 'scan-1' }).map((file) => file.id);
      assert.equal(store.scanFiles.setSelected('scan-1', false, { fileIds: [raw] }), 2);
      assert.deepEqual(selected(), [other]);
      store.scanFiles.setSelected('scan-1', true, { folder: 'd' });
      assert.deepEqual(selected(), [raw, jpeg, other]);
      store.scanFiles.setSelected('scan-1', false, { folder: 'e' });
      assert.deepEqual(selected(), [raw, jpeg]);
      store.scanFiles.setSelected('scan-1', true, { fileIds: [known] });
      assert.equal(store.scanFiles.find(known)?.selected, false);
      store.scanFiles.setSelected('scan-1', false);
      assert.deepEqual(selected(), []);
    });

    it('takes the chosen new files by the bytes of their paths, with the bytes of their sidecars', () => {
      const sidecar = { relativePath: 'b.xmp', sizeBytes: 7, mtimeNs: '1', inode: '1' };
      const ids = store.scanFiles.insertMany([
        scanFile('a/z.jpg', { sizeBytes: 10 }),
        scanFile('a.jpg', { sizeBytes: 20, selected: false }),
        scanFile('b.jpg', { sizeBytes: 30, sidecars: [sidecar, sidecar] }),
        scanFile('B.jpg', { sizeBytes: 40, groupKey: 'b' }),
        scanFile('c.jpg', { sizeBytes: 50, state: 'duplicate' }),
      ]);
      const [az, a, b, upper, c = 0] = ids;
      const order = (fileIds?: readonly number[]): unknown =>
        store.scanFiles.newInPathOrder({ scanId: 'scan-1', ...(fileIds && { fileIds }) });
      const one = (id: number | undefined, groupKey: string | null = null): unknown => ({
        id,
        groupKey,
      });
      assert.deepEqual(order(), [one(upper, 'b'), one(az), one(b)]);
      assert.deepEqual(order(ids), [one(upper, 'b'), one(a), one(az), one(b)]);
      assert.deepEqual(order([c]), []);
      const figures = store.scanFiles.newFigures({ scanId: 'scan-1' });
      assert.deepEqual(figures, { count: 3, bytes: 94 });
      assert.deepEqual(store.scanFiles.newFigures({ scanId: 'scan-1', fileIds: [c] }), {
        count: 0,
        bytes: 0,
      });
    });

    it('leaves the duplicates of files out that are not chosen', () => {
      const first = store.scanFiles.nextId();
      const [a = 0, , d1 = 0, d2 = 0, d3 = 0] = store.scanFiles.insertMany([
        scanFile('a.jpg'),
        scanFile('b.jpg', { selected: false }),
        scanFile('c.jpg', { state: 'duplicate', duplicateScanFileId: first }),
        scanFile('d.jpg', { state: 'duplicate', duplicateScanFileId: first + 1 }),
        scanFile('e.jpg', { state: 'duplicate', duplicateImageId: 'image-1' }),
      ]);
      const settled = (after: number, limit: number, fileIds?: readonly number[]): number[] => {
        const chosen = { scanId: 'scan-1', ...(fileIds && { fileIds }) };
        const page = store.scanFiles.settledAfter(chosen, 'duplicate', after, limit);
        return page.map((file) => file.id);
      };
      assert.deepEqual(settled(0, 9), [d1, d3]);
      assert.deepEqual(settled(0, 1), [d1]);
      assert.deepEqual(settled(d1, 1), [d3]);
      assert.equal(store.scanFiles.countSettled({ scanId: 'scan-1' }, 'duplicate'), 2);
      assert.deepEqual(settled(0, 9, [a, d1, d2]), [d1]);
      assert.deepEqual(settled(0, 9, [d1]), []);
    });

    it('tells what a duplicate equals', () => {
      store.images.insertMany([image(1)]);
      const first = store.scanFiles.nextId();
      store.scanFiles.insertMany([
        scanFile('x/a.jpg'),
        scanFile('x/b.jpg', { state: 'duplicate', duplicateScanFileId: first }),
        scanFile('x/c.jpg', { state: 'duplicate', duplicateImageId: 'image-1' }),
        scanFile('x/d.jpg', { state: 'duplicate', duplicateImageId: 'deleted' }),
      ]);
      const page = store.scanFiles.page({ scanId: 'scan-1', offset: 0, limit: 9 });
      assert.deepEqual(page.files[0]?.path, path.resolve('/card/x/a.jpg'));
      assert.deepEqual(
        page.files.map(
          (file) => file.duplicateOf && [file.duplicateOf.kind, file.duplicateOf.path],
        ),
        [
          null,
          ['scan', path.resolve('/card/x/a.jpg')],
          ['catalog', path.join(managed, '2023/06/15/1.jpg')],
          ['catalog', ''],
        ],
      );
    });

    it('lists what was passed by', () => {
      const entries = [
        { relativePath: '.git', reason: 'hidden', detail: null },
        { relativePath: 'x', reason: 'folder-unreadable', detail: 'EACCES' },
      ] as const;
      store.scanFiles.insertSkipped('scan-1', entries);
      assert.deepEqual(store.scanFiles.pageSkipped({ scanId: 'scan-1', offset: 1, limit: 5 }), {
        total: 2,
        entries: [entries[1]],
      });
    });
  });

  describe('source files', () => {
    it('remembers what was seen, over more than one chunk', () => {
      const rows = Array.from({ length: 4500 }, (_, index) =>
        seen(`f/${String(index).padStart(5, '0')} é\u001f.jpg`, {
          factsJson: index % 2 ? JSON.stringify(facts()) : null,
          checksum: index % 3 ? 'c'.repeat(64) : null,
        }),
      );
      store.sourceFiles.upsertMany(rows);
      const map = store.sourceFiles.mapForSource('source-1');
      assert.equal(map.size, rows.length);
      for (const { sourceId: _source, seenAt: _at, ...row } of rows) {
        assert.deepEqual(map.get(row.relativePath), row);
      }
    });

    it('keeps the first sighting, and the job while the content stays', () => {
      const checksum = 'c'.repeat(64);
      store.sourceFiles.upsertMany([seen('a.jpg', { checksum }), seen('b.jpg', { checksum })]);
      store.sourceFiles.setImportJob('source-1', ['a.jpg', 'b.jpg'], 'job-1');
      store.sourceFiles.upsertMany([
        seen('a.jpg', { checksum, state: 'imported', seenAt: later }),
        seen('b.jpg', { checksum: 'd'.repeat(64), seenAt: later }),
      ]);
      assert.deepEqual(
        store.driver.all(
          'SELECT import_job_id AS job, first_seen_at AS first, last_seen_at AS last FROM source_files',
        ),
        [
          { job: 'job-1', first: at, last: later },
          { job: null, first: at, last: later },
        ],
      );
      store.sourceFiles.markGone('source-1', ['b.jpg']);
      assert.equal(store.sourceFiles.mapForSource('source-1').get('b.jpg')?.state, 'gone');
      const sightings = store.sourceFiles.sightings('catalog-1', checksum);
      assert.deepEqual(
        sightings.map((sighting) => [sighting.sourceName, sighting.relativePath, sighting.state]),
        [['Card', 'a.jpg', 'imported']],
      );
    });
  });

  describe('jobs and items', () => {
    beforeEach(() => store.importJobs.insert(job({ importMode: 'move' })));

    it('lists the newest first and changes what is named', () => {
      store.importJobs.insert(job({ id: 'job-2', startedAt: later }));
      store.importJobs.update('job-1', { status: 'RUNNING', filesImported: 3, error: null });
      const { total, jobs } = store.importJobs.list({
        catalogId: 'catalog-1',
        offset: 0,
        limit: 9,
      });
      assert.equal(total, 2);
      assert.deepEqual(jobs, [
        job({ id: 'job-2', startedAt: later }),
        job({ importMode: 'move', status: 'RUNNING', filesImported: 3 }),
      ]);
      assert.deepEqual(
        store.importJobs.listByStatus('RUNNING').map((row) => row.id),
        ['job-1'],
      );
      assert.throws(() => store.importJobs.update('none', { status: 'FAILURE' }), {
        code: 'JOB_NOT_FOUND',
      });
    });

    it('keeps items as a journal', () => {
      const ids = store.importItems.insertMany(
        [item({ sourcePath: '/card/a.jpg', facts: facts() }), item({ sourcePath: '/card/b.jpg' })],
        at,
      );
      const [first = 0, second = 0] = ids;
      assert.ok(first < second);
      store.importItems.updateMany(
        [{ id: first, state: 'DONE', placedInode: '77', temporaryPath: null, imageId: 'image-1' }],
        later,
      );
      const found = store.importItems.find(first);
      assert.deepEqual(
        [found?.state, found?.placedInode, found?.temporaryPath, found?.updatedAt],
        ['DONE', '77', null, later],
      );
      assert.deepEqual(found?.facts, facts());
      assert.equal(store.importItems.find(second)?.temporaryPath, 'tmp.part');
      store.importItems.updateMany([{ id: first, state: 'RELEASED' }]);
      assert.equal(store.importItems.countsOf([first]).imported, 1);
      assert.equal(store.importItems.countsOf([second]).imported, 0);
      const page = store.importItems.page({
        jobId: 'job-1',
        states: ['RELEASED'],
        offset: 0,
        limit: 5,
      });
      assert.deepEqual([page.total, page.items.map((row) => row.id)], [1, [first]]);
    });

    it('counts items and groups errors by cause', () => {
      const failed = (sourcePath: string): NewImportItem =>
        item({
          sourcePath,
          state: 'FAILED',
          errorCode: 'FILE_CHANGED',
          errorData: { path: sourcePath },
        });
      store.importItems.insertMany([
        item({ state: 'DONE' }),
        item({ state: 'DONE', role: 'sidecar' }),
        item({ state: 'SOURCE_KEPT' }),
        item({ state: 'DUPLICATE', duplicateOfImageId: 'image-1', duplicateOfPath: '/x' }),
        item({ state: 'CANCELLED' }),
        item({ state: 'PLACED' }),
        item({ state: 'FAILED', errorCode: 'FILE_EMPTY', errorData: {} }),
        ...Array.from({ length: 7 }, (_, index) => failed(`/card/${index}`)),
      ]);
      assert.deepEqual(store.importItems.counts('job-1'), {
        imported: 2,
        duplicate: 1,
        failed: 8,
        cancelled: 1,
        planned: 1,
        sidecars: 1,
        sourceKept: 1,
      });
      assert.deepEqual(store.importItems.errorGroups('job-1'), [
        {
          errorCode: 'FILE_CHANGED',
          count: 7,
          examplePaths: ['/card/0', '/card/1', '/card/2', '/card/3', '/card/4'],
        },
        { errorCode: 'FILE_EMPTY', count: 1, examplePaths: ['/card/a.jpg'] },
      ]);
    });
  });

  describe('images', () => {
    it('stores a managed path relative to the directory, wherever that is', () => {
      store.images.insertMany([image(1)]);
      const stored = store.driver.get('SELECT current_path AS path FROM images');
      assert.deepEqual(stored, { path: '2023/06/15/1.jpg' });
      assert.equal(
        store.images.find('image-1')?.currentPath,
        path.join(managed, '2023/06/15/1.jpg'),
      );
      const moved = path.resolve('/moved');
      store.catalogs.update(catalog({ managedDirectory: moved }));
      assert.equal(store.images.find('image-1')?.currentPath, path.join(moved, '2023/06/15/1.jpg'));
      assert.deepEqual(store.images.managedStoredPaths('catalog-1'), ['2023/06/15/1.jpg']);
    });

    for (const stored of ['../up.jpg', '/etc/passwd', 'a/../../b.jpg', 'a//b.jpg', '']) {
      it(`refuses the managed path ${JSON.stringify(stored)}`, () => {
        store.images.insertMany([image(1)]);
        store.driver.run('UPDATE images SET current_path = ?', [stored]);
        assert.throws(() => store.images.find('image-1'), { code: 'DESTINATION_OUTSIDE' });
      });
    }

    it('keeps one image per content, all or none of a batch', () => {
      store.images.insertMany([image(1)]);
      assert.throws(
        () => store.images.insertMany([image(2), image(3, { checksum: image(1).checksum })]),
        { code: 'CHECKSUM_TAKEN' },
      );
      assert.equal(store.images.find('image-2'), undefined);
      assert.deepEqual(
        [...store.images.lookupForDuplicates('catalog-1')],
        [[image(1).checksum, 'image-1']],
      );
      store.catalogs.insert(catalog({ id: 'catalog-2', name: 'B' }));
      store.images.insertMany([image(4, { catalogId: 'catalog-2', checksum: image(1).checksum })]);
      assert.equal(store.images.findByChecksum('catalog-2', image(1).checksum)?.id, 'image-4');
    });

    it('brings the facts into columns', () => {
      store.images.insertMany([image(1)], later);
      const found = store.images.find('image-1');
      assert.equal(found?.cameraMake, facts().cameraMake);
      assert.deepEqual(
        [found?.capturedAt, found?.capturedAtConfidence, found?.orientation, found?.createdAt],
        ['2023-06-15T14:30:45+02:00', 95, 6, later],
      );
      assert.deepEqual([found?.gpsLatitude, found?.gpsLongitude], [-33.5, 151.25]);
      assert.deepEqual(
        store.driver.get(
          'SELECT imported_checksum = checksum AS same, iso, exposure_time FROM images',
        ),
        { same: 1, iso: 100, exposure_time: 0.01 },
      );
    });

    it('looks up many contents, over more than one chunk', () => {
      const images = Array.from({ length: 5200 }, (_, index) => image(index));
      store.images.insertMany(images);
      const identities = store.images.checksumsOfCatalog('catalog-1');
      assert.equal(identities.size, images.length);
      assert.deepEqual(identities.get(image(5100).checksum), {
        imageId: 'image-5100',
        currentPath: path.join(managed, '2023/06/15/5100.jpg'),
        isManaged: true,
        fileMissing: false,
        sourceId: 'source-1',
      });
      assert.equal(store.images.lookupForDuplicates('catalog-1').size, images.length);
    });

    it('keeps sidecars with their image', () => {
      store.images.insertMany([image(1)]);
      store.images.insertSidecars([sidecar()]);
      assert.deepEqual(store.images.listSidecars('image-1'), [
        {
          imageId: 'image-1',
          currentPath: path.join(managed, '2023/06/15/1.xmp'),
          isManaged: true,
          originalSourcePath: '/card/1.xmp',
          checksum: 'e'.repeat(64),
          sizeBytes: 9,
        },
      ]);
      assert.equal(store.images.deleteMany(['image-1', 'none']), 1);
      assert.deepEqual(store.images.listSidecars('image-1'), []);
    });
  });

  it('reads the audit log newest first', () => {
    const first = store.auditLog.append({ at, operation: 'one' });
    const second = store.auditLog.append({ at, operation: 'two', path: '/x' });
    const { total, entries } = store.auditLog.page({ offset: 0, limit: 1 });
    assert.equal(total, 2);
    assert.deepEqual([entries[0]?.id, entries[0]?.path, entries[0]?.detail], [second, '/x', null]);
    assert.ok(first < second);
  });
});

function sidecar() {
  return {
    imageId: 'image-1',
    storedPath: '2023/06/15/1.xmp',
    isManaged: true,
    originalSourcePath: '/card/1.xmp',
    checksum: 'e'.repeat(64),
    sizeBytes: 9,
  };
}

function seen(relativePath: string, values: Partial<SourceFileUpsert> = {}): SourceFileUpsert {
  return {
    sourceId: 'source-1',
    relativePath,
    sizeBytes: 5,
    mtimeNs: '1700000000123456789',
    inode: '18446744073709551615',
    checksum: null,
    state: 'new',
    factsJson: null,
    seenAt: at,
    ...values,
  };
}

function item(values: Partial<NewImportItem> = {}): NewImportItem {
  return {
    importJobId: 'job-1',
    parentItemId: null,
    groupKey: null,
    role: 'primary',
    sourcePath: '/card/a.jpg',
    sizeBytes: 5,
    mtimeNs: '1700000000123456789',
    inode: '7',
    checksum: 'a'.repeat(64),
    destinationPath: '2023/a.jpg',
    temporaryPath: 'tmp.part',
    publishMethod: 'LINK',
    state: 'PLANNED',
    facts: null,
    ...values,
  };
}
