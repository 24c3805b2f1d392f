import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { markerName } from '../../../src/catalog/files/managedMarker.js';
import type { PlannedMove } from '../../../src/catalog/model/fileOperation.js';
import type { OperationControl, ProgressReport } from '../../../src/catalog/model/progress.js';
import { movesPage } from '../../../src/catalog/operations/plannedImages.js';
import { treeOf } from '../../support/treeOf.js';
import { IntegrityFixture } from './integrityFixture.js';

describe('looks ahead at work on files', function () {
  this.timeout(60_000);
  let fixture: IntegrityFixture;
  beforeEach(async () => {
    fixture = await IntegrityFixture.create();
    fixture.put('managed/1.jpg');
    await fixture.import('copy');
    fixture.put('referenced/2.jpg', 'referenced/3.jpg');
    await fixture.import('reference');
  });
  afterEach(() => fixture.remove());

  /** Of long ones, with what each tells while it goes on. */
  async function longForecasts() {
    fixture.put('managed/6.jpg', 'managed/7.jpg');
    await fixture.import('copy');
    const { engine, catalogId } = fixture;
    const deletion = { catalogId, imageIds: await ids(), deleteFiles: true };
    const naming = { catalogId, organizationStrategy: 'FLAT/CHECKSUM' };
    const [job] = (await engine.listImportJobs({ limit: 1 })).jobs;
    type Look = (control: OperationControl) => Promise<unknown>;
    return Object.entries<Look>({
      delete: (control) => engine.forecastDelete(deletion, control),
      convert: (control) => engine.forecastConvert({ catalogId }, control),
      reorganize: (control) => engine.forecastReorganize(naming, control),
      undo: (control) => engine.forecastUndo({ jobId: job?.id ?? '' }, control),
    });
  }

  const ids = async (): Promise<string[]> => (await fixture.images()).map(({ id }) => id);

  async function forecasts(): Promise<readonly (readonly [string, () => Promise<unknown>])[]> {
    const { engine, catalogId } = fixture;
    const imageIds = await ids();
    return [
      ['delete', () => engine.forecastDelete({ catalogId, imageIds, deleteFiles: true })],
      ['convert', () => engine.forecastConvert({ catalogId })],
      [
        'reorganize',
        () => engine.forecastReorganize({ catalogId, organizationStrategy: 'FLAT/CHECKSUM' }),
      ],
      ['delete a catalog', () => engine.forecastDeleteCatalog({ catalogId })],
      ['check', () => engine.checkFiles({ catalogId, dryRun: true })],
      ['verify', () => engine.verifyFiles({ catalogId, dryRun: true })],
      ['accept', () => engine.acceptEdited({ imageIds, dryRun: true })],
      [
        'relocate',
        () => engine.relocateFiles({ from: fixture.photos, to: fixture.workspace, dryRun: true }),
      ],
    ];
  }

  it('write nothing, also where the marker is missing', async () => {
    fs.rmSync(path.join(fixture.managed, markerName));
    const work = await forecasts();
    const before = treeOf(fixture.root);
    for (const [name, look] of work) {
      await look();
      assert.deepEqual(treeOf(fixture.root), before, name);
    }
  });

  it('refuse a managed directory that is not there as the work does', async () => {
    fs.renameSync(fixture.managed, `${fixture.managed}.away`);
    fs.mkdirSync(fixture.managed);
    const away = { code: 'MANAGED_DIRECTORY_ELSEWHERE' };
    for (const [name, look] of (await forecasts()).slice(0, 3)) {
      await assert.rejects(look(), away, name);
    }
    assert.deepEqual(fs.readdirSync(fixture.managed), []);
  });

  it('and the work itself know every image that is named', async () => {
    const { engine, catalogId } = fixture;
    const other = await engine.createCatalog({ name: 'Other' });
    const imageIds = await ids();
    const moves = { catalogId, imageIds: [...imageIds, 'unknown'] };
    const ofOther = { catalogId: other.id, imageIds };
    const unknown = { code: 'IMAGE_NOT_FOUND' };
    for (const request of [moves, ofOther]) {
      const deletion = { ...request, deleteFiles: true };
      await assert.rejects(engine.forecastDelete(deletion), unknown);
      await assert.rejects(engine.deleteImages(deletion), unknown);
      await assert.rejects(engine.forecastConvert(request), unknown);
      await assert.rejects(engine.convertToManaged(request), unknown);
      await assert.rejects(engine.forecastReorganize(request), unknown);
      await assert.rejects(engine.reorganizeFiles(request), unknown);
      await assert.rejects(engine.verifyFiles(request), unknown);
    }
    assert.deepEqual([(await ids()).length, imageIds.length], [3, 3]);
    assert.equal((await engine.listFileOperations({})).total, 0);
  });

  it('list as many moves as are asked for, or all of them', () => {
    const moves = Array.from({ length: 20_001 }, (_, index): PlannedMove => {
      const file = String(index);
      return { imageId: file, role: 'primary', from: file, to: file, sizeBytes: 1 };
    });
    const listed = (limit: number): number => movesPage(moves, { limit }).moves.length;
    assert.deepEqual([listed(5), listed(1_000_000), listed(Infinity)], [5, 10_000, 20_001]);
  });

  it('tell how far they are, and can be cancelled', async () => {
    for (const [name, look] of await longForecasts()) {
      const reports: ProgressReport[] = [];
      await look({ onProgress: (report) => reports.push(report) });
      const [first] = reports;
      assert.ok(first && (first.filesTotal ?? 0) > 1, name);
      const cancellation = new AbortController();
      const control = {
        signal: cancellation.signal,
        onProgress: () => {
          cancellation.abort();
        },
      };
      await assert.rejects(look(control), { code: 'CANCELLED' }, name);
    }
  });

  for (const name of ['delete', 'convert', 'reorganize', 'undo']) {
    it(`have ended when the catalog file is closed: ${name}`, async () => {
      const look = new Map(await longForecasts()).get(name);
      const order: string[] = [];
      let closing: Promise<void> | undefined;
      const onProgress = (): void => {
        closing ??= fixture.engine.close().then(() => void order.push('closed'));
      };
      await assert.rejects(look?.({ onProgress }) ?? Promise.resolve(), { code: 'CANCELLED' });
      order.push('ended');
      await closing;
      assert.deepEqual(order, ['ended', 'closed']);
    });
  }

  it('name what a conversion leaves, and why', async () => {
    const { engine, catalogId } = fixture;
    fixture.put('referenced/4.jpg', 'away/5.jpg');
    fs.writeFileSync(fixture.at('referenced/4.jpg.xmp'), '<x:xmpmeta/>');
    await fixture.import('reference');
    fs.rmSync(fixture.at('referenced/2.jpg'));
    fs.appendFileSync(fixture.at('referenced/3.jpg'), 'edited');
    fs.rmSync(fixture.at('referenced/4.jpg.xmp'));
    fs.rmSync(fixture.at('away'), { recursive: true });
    fs.symlinkSync(fixture.workspace, fixture.at('away'));
    const forecast = await engine.forecastConvert({ catalogId });
    const reasons = forecast.refused.map(({ path: file, code }) => [
      path.relative(fixture.photos, file),
      code,
    ]);
    assert.deepEqual(reasons, [
      ['away/5.jpg', 'FILE_VANISHED'],
      ['referenced/2.jpg', 'FILE_VANISHED'],
      ['referenced/3.jpg', 'FILE_CHANGED'],
    ]);
    const { moves, images, files, bytes, refusedCount } = forecast;
    assert.deepEqual([images, files, bytes, refusedCount], [1, 1, moves[0]?.sizeBytes, 3]);
    const { operation, kept } = await engine.convertToManaged({ catalogId });
    assert.deepEqual([operation.imagesDone, operation.filesMoved], [1, 1]);
    assert.deepEqual(kept, forecast.refused);
  });

  it('name the files of a source that is away', async () => {
    fs.renameSync(fixture.photos, `${fixture.photos}.away`);
    const { images, refused } = await fixture.engine.forecastConvert({
      catalogId: fixture.catalogId,
    });
    assert.deepEqual(
      [images, ...refused.map(({ code }) => code)],
      [0, 'FILE_VANISHED', 'FILE_VANISHED'],
    );
  });
});
