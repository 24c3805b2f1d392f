import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { sampleJpeg } from '../../../bench/lib/sampleFiles.js';
import type { CatalogEngine } from '../../../src/catalog/engine.js';
import type { ImportJobReport, ImportMode } from '../../../src/catalog/model/importJob.js';
import { segment } from '../media/mediaBytes.js';
import { DuplicatesFixture, flipped } from './duplicatesFixture.js';
import { withStoreOf } from './storeOf.js';

const cat = 'a5a5f00f12345678';
const dog = '7654321089abcdef';

describe('look-alikes at import', () => {
  let fixture: DuplicatesFixture;
  let engine: CatalogEngine;
  let scanId: string;

  beforeEach(() => {
    fixture = new DuplicatesFixture();
  });
  afterEach(() => fixture.remove());

  /** Two small images are in the catalog, two larger versions of them and another picture are new. */
  async function prepare(mode: ImportMode = 'copy'): Promise<void> {
    engine = await fixture.open();
    for (const [name, dhash] of [
      ['cat-small.jpg', cat],
      ['dog-small.jpg', dog],
    ] as const) {
      fixture.put(name);
      fixture.look(name, { dhash });
    }
    await fixture.import(engine, mode);
    await describeCat();
    for (const [name, dhash] of [
      ['cat-large.jpg', flipped(cat, 1)],
      ['dog-large.jpg', flipped(dog, 2)],
    ] as const) {
      fixture.put(name);
      fixture.look(name, { dhash, width: 400, height: 300 });
    }
    fixture.put('other.jpg');
    ({ scanId } = await engine.scanSource({ sourceId: fixture.sourceId }));
    await engine.nearDuplicatesOfScan({ scanId });
  }

  /** A rating and keywords, as a person may have given. */
  async function describeCat(): Promise<void> {
    await engine.close();
    await withStoreOf(fixture.workspace, (store) => {
      store.driver.run(
        `UPDATE images SET rating = 4, keywords = '["pet"]'
        WHERE original_source_path LIKE '%cat-small.jpg'`,
      );
    });
    engine = await fixture.open();
  }

  const runImport = (importMode: ImportMode = 'copy'): Promise<ImportJobReport> =>
    engine.importSource({
      sourceId: fixture.sourceId,
      scanId,
      importMode,
      organizationStrategy: 'FLAT/ORIGINAL',
    });
  const names = async (): Promise<string[]> => [...(await fixture.images(engine)).keys()].sort();
  const managed = (name: string): string => path.join(fixture.managed, name);
  const idOf = async (name: string): Promise<string> =>
    (await fixture.images(engine)).get(name)?.id ?? '';
  const decisions = async (): Promise<Record<string, string>> => {
    const { files } = await engine.listLookAlikes({ scanId });
    return Object.fromEntries(files.map((file) => [file.relativePath, file.decision]));
  };
  const fileId = async (name: string): Promise<number> => {
    const { files } = await engine.listLookAlikes({ scanId });
    return files.find(({ relativePath }) => relativePath === name)?.fileId ?? 0;
  };
  const audit = async (operation: string): Promise<{ job: string; detail: unknown }[]> => {
    await engine.close();
    const found: { job: string; detail: unknown }[] = [];
    await withStoreOf(fixture.workspace, (store) => {
      for (const entry of store.auditLog.page({ offset: 0, limit: 100 }).entries) {
        if (entry.operation !== operation) continue;
        found.push({ job: entry.importJobId ?? '', detail: entry.detail });
      }
    });
    engine = await fixture.open();
    return found;
  };

  it('are kept with the scan, with what was decided, over a restart', async () => {
    await prepare();
    const found = await engine.listLookAlikes({ scanId });
    assert.equal(found.total, 2);
    assert.deepEqual(found.counts, { open: 2, skip: 0, import: 0, replace: 0 });
    assert.deepEqual(
      [found.summary?.filesCompared, found.summary?.failedCount],
      [3, 0],
      JSON.stringify(found.summary),
    );
    assert.deepEqual(
      found.files.map(({ relativePath, path: file, matches, suggestion }) => [
        relativePath,
        file,
        matches.map((match) => [path.basename(match.path), match.distance]),
        suggestion,
      ]),
      [
        [
          'cat-large.jpg',
          path.join(fixture.source, 'cat-large.jpg'),
          [['cat-small.jpg', 1]],
          'replace',
        ],
        [
          'dog-large.jpg',
          path.join(fixture.source, 'dog-large.jpg'),
          [['dog-small.jpg', 2]],
          'replace',
        ],
      ],
    );
    await engine.decideLookAlikes({
      scanId,
      fileIds: [await fileId('cat-large.jpg')],
      decision: 'skip',
    });
    const counts = await engine.decideLookAlikes({
      scanId,
      fileIds: [await fileId('dog-large.jpg')],
      decision: 'replace',
    });
    assert.deepEqual(counts, { open: 0, skip: 1, import: 0, replace: 1 });
    assert.equal(
      (await engine.getScan({ scanId })).selectedCount,
      2,
      'what is skipped is unticked',
    );
    await engine.close();
    engine = await fixture.open();
    assert.deepEqual(await decisions(), { 'cat-large.jpg': 'skip', 'dog-large.jpg': 'replace' });
    const [, dogs] = (await engine.listLookAlikes({ scanId })).files;
    assert.equal(dogs?.replaces, await idOf('dog-small.jpg'));
    // A tick says more than an earlier decision.
    await engine.setScanSelection({ scanId, selected: true });
    assert.deepEqual(await decisions(), { 'cat-large.jpg': 'import', 'dog-large.jpg': 'replace' });
    await engine.setScanSelection({ scanId, selected: false });
    assert.deepEqual(await decisions(), { 'cat-large.jpg': 'skip', 'dog-large.jpg': 'skip' });
    // Compared again, what was decided stays.
    await engine.nearDuplicatesOfScan({ scanId });
    await engine.setScanSelection({ scanId, selected: true });
    assert.deepEqual(await decisions(), { 'cat-large.jpg': 'import', 'dog-large.jpg': 'replace' });
  });

  it('are told by how they equal: picture data, pixels, looks', async () => {
    engine = await fixture.open();
    const picture = sampleJpeg('one');
    const pixels = { dhash: cat, pixelHash: '1'.repeat(32) };
    fixture.put('one.jpg', picture);
    fixture.look('one.jpg', pixels);
    await fixture.import(engine);
    fixture.put(
      'edited.jpg',
      Buffer.concat([
        picture.subarray(0, 2),
        segment(0xfe, Buffer.from('mine')),
        picture.subarray(2),
      ]),
    );
    fixture.look('edited.jpg', pixels);
    fixture.put('other format.jpg');
    fixture.look('other format.jpg', pixels);
    fixture.put('similar.jpg');
    fixture.look('similar.jpg', { dhash: flipped(cat, 1), pixelHash: '2'.repeat(32) });
    ({ scanId } = await engine.scanSource({ sourceId: fixture.sourceId }));
    const { files } = await engine.nearDuplicatesOfScan({ scanId });
    assert.deepEqual(
      files.map(({ relativePath, matches }) => [
        relativePath,
        ...matches.map(({ level }) => level),
      ]),
      [
        ['edited.jpg', 'data'],
        ['other format.jpg', 'pixels'],
        ['similar.jpg', 'similar'],
      ],
    );
    assert.deepEqual((await engine.nearDuplicatesOfScan({ scanId, threshold: 0 })).files.length, 2);
  });

  it('are decided all at once, as suggested', async () => {
    await prepare();
    const counts = await engine.decideLookAlikes({ scanId, decision: 'suggested' });
    assert.deepEqual(counts, { open: 0, skip: 0, import: 0, replace: 2 });
    assert.deepEqual(await engine.decideLookAlikes({ scanId, decision: 'skip' }), {
      open: 0,
      skip: 2,
      import: 0,
      replace: 0,
    });
    assert.equal((await engine.getScan({ scanId })).selectedCount, 1);
  });

  it('are replaced once the new file is in the catalog: trash, merged, in the audit, undoable', async () => {
    await prepare();
    const oldCat = await idOf('cat-small.jpg');
    const before = fs.readFileSync(managed('cat-small.jpg'));
    await engine.decideLookAlikes({
      scanId,
      fileIds: [await fileId('cat-large.jpg')],
      decision: 'replace',
    });
    const job = await runImport();
    assert.deepEqual(job.replacements, { replaced: 1, open: 0, kept: [] });
    assert.deepEqual(await names(), [
      'cat-large.jpg',
      'dog-large.jpg',
      'dog-small.jpg',
      'other.jpg',
    ]);
    assert.ok(!fs.existsSync(managed('cat-small.jpg')), 'in the trash');
    assert.ok(fs.existsSync(managed('dog-small.jpg')));
    const { rating, keywords } = await engine.getImage({ imageId: await idOf('cat-large.jpg') });
    assert.deepEqual([rating, keywords], [4, ['pet']]);
    const [noted] = await audit('import-look-alikes');
    assert.equal(noted?.job, job.id);
    assert.deepEqual(noted?.detail, {
      files: [
        { path: 'cat-large.jpg', decision: 'replace', looksLike: [oldCat], replaces: oldCat },
      ],
    });
    const [resolved] = await audit('duplicates-resolved');
    assert.equal(resolved?.job, job.id);
    assert.deepEqual((await engine.getImportJob({ jobId: job.id })).replacements, {
      replaced: 1,
      open: 0,
      kept: [],
    });

    await engine.undoImportJob({ jobId: job.id });
    assert.deepEqual(await names(), ['cat-small.jpg', 'dog-small.jpg']);
    assert.deepEqual(fs.readFileSync(managed('cat-small.jpg')), before);
    assert.ok(!fs.existsSync(managed('cat-large.jpg')));
    const old = await engine.getImage({ imageId: oldCat });
    assert.deepEqual([old.rating, old.keywords], [4, ['pet']]);
  });

  it('of which nothing comes back are no reason to lose the new file too', async () => {
    await prepare();
    await engine.decideLookAlikes({ scanId, decision: 'suggested' });
    const job = await runImport();
    assert.equal(job.replacements?.replaced, 2);
    await engine.emptyTrash({ catalogId: fixture.catalogId });
    await assert.rejects(engine.undoImportJob({ jobId: job.id }), { code: 'REPLACED_NOT_BACK' });
    assert.deepEqual(await names(), ['cat-large.jpg', 'dog-large.jpg', 'other.jpg']);
    assert.ok(fs.existsSync(managed('cat-large.jpg')));
  });

  it('come back by hand where a crash left no word of how they left', async () => {
    await prepare();
    await engine.decideLookAlikes({ scanId, decision: 'suggested' });
    const job = await runImport();
    await engine.close();
    // As if the program had ended after the files were moved and before that was written down.
    await withStoreOf(fixture.workspace, (store) => {
      store.driver.run("DELETE FROM audit_log WHERE operation = 'duplicates-resolved'");
    });
    engine = await fixture.open();
    await assert.rejects(engine.undoImportJob({ jobId: job.id }), { code: 'REPLACED_NOT_BACK' });
    assert.ok(fs.existsSync(managed('cat-large.jpg')));
    const { operations } = await engine.listFileOperations({ catalogId: fixture.catalogId });
    await engine.undoFileOperation({ operationId: operations[0]?.id ?? '' });
    await engine.undoImportJob({ jobId: job.id });
    assert.deepEqual(await names(), ['cat-small.jpg', 'dog-small.jpg']);
  });

  it('that are managed stay where the new file is only referenced', async () => {
    await prepare();
    await engine.decideLookAlikes({ scanId, decision: 'suggested' });
    const job = await runImport('reference');
    assert.deepEqual([job.replacements?.replaced, job.replacements?.open], [0, 2]);
    assert.deepEqual(
      job.replacements?.kept.map(({ error }) => error.code),
      ['REPLACEMENT_NOT_MANAGED', 'REPLACEMENT_NOT_MANAGED'],
    );
    assert.equal((await names()).length, 5);
    assert.ok(fs.existsSync(managed('cat-small.jpg')));
    assert.equal((await engine.replaceByImport({ jobId: job.id })).replaced, 0);
  });

  it('that are referenced lose their entry only', async () => {
    await prepare('reference');
    await engine.decideLookAlikes({ scanId, decision: 'suggested' });
    const job = await runImport();
    assert.deepEqual(job.replacements, { replaced: 2, open: 0, kept: [] });
    assert.deepEqual(await names(), ['cat-large.jpg', 'dog-large.jpg', 'other.jpg']);
    assert.ok(fs.existsSync(path.join(fixture.source, 'cat-small.jpg')));
  });

  it('stay where the new file was not imported', async () => {
    await prepare();
    await engine.decideLookAlikes({ scanId, decision: 'suggested' });
    fs.writeFileSync(path.join(fixture.source, 'cat-large.jpg'), 'changed since the scan');
    const job = await runImport();
    assert.equal(job.status, 'PARTIAL');
    assert.deepEqual(job.replacements, { replaced: 1, open: 0, kept: [] });
    assert.ok((await names()).includes('cat-small.jpg'));
    assert.ok(fs.existsSync(managed('cat-small.jpg')));
  });

  it('stay where the copy of the new file does not read back, and leave when it does', async () => {
    await prepare();
    await engine.decideLookAlikes({ scanId, decision: 'suggested' });
    const controller = new AbortController();
    const job = await engine.importSource(
      {
        sourceId: fixture.sourceId,
        scanId,
        importMode: 'copy',
        organizationStrategy: 'FLAT/ORIGINAL',
      },
      {
        signal: controller.signal,
        // The import is done; the new files are about to be read again.
        onProgress: ({ phase }) => void (phase === 'verify' && controller.abort()),
      },
    );
    assert.deepEqual([job.status, job.replacements?.open], ['SUCCESS', 2]);
    assert.ok(fs.existsSync(managed('cat-small.jpg')));
    const copy = managed('cat-large.jpg');
    const content = fs.readFileSync(copy);
    fs.writeFileSync(copy, 'damaged');
    const partly = await engine.replaceByImport({ jobId: job.id });
    assert.equal(partly.replaced, 1);
    assert.deepEqual(
      partly.kept.map(({ error }) => error.code),
      ['FILE_CHANGED'],
    );
    assert.ok(fs.existsSync(managed('cat-small.jpg')));
    fs.writeFileSync(copy, content);
    assert.equal((await engine.replaceByImport({ jobId: job.id })).replaced, 1);
    assert.ok(!fs.existsSync(managed('cat-small.jpg')));
    assert.equal((await engine.replaceByImport({ jobId: job.id })).replaced, 0);
  });
});
