import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { hostileCases } from './support/hostileCases.js';
import { HostileWorld, inventedOperation } from './support/hostileWorld.js';
import { isShort, Random, sample, seed } from './support/settings.js';

/** How many the short form takes. */
const shortCount = 24;

type Work = (world: HostileWorld) => Promise<unknown>;

const allIds = (world: HostileWorld): string[] => [...world.ids.values()];

const undoAll: Work = async ({ engine, catalogId }) => {
  const { operations } = await engine.listFileOperations({ catalogId, limit: 100 });
  for (const { id: operationId } of operations) {
    await engine.undoFileOperation({ operationId }).catch(() => null);
  }
};

/** Each may fail; none may reach further than it should. */
const works: Readonly<Record<string, readonly Work[]>> = {
  'looking and writing lists': [
    ({ engine, catalogId }) => engine.checkFiles({ catalogId, acceptMissing: true }),
    ({ engine, catalogId }) => engine.verifyFiles({ catalogId }),
    (world) => world.engine.acceptEdited({ imageIds: allIds(world), acceptDamaged: true }),
    (world) => world.engine.requestThumbnails({ imageIds: allIds(world), size: 256 }),
    (world) => world.engine.renderPicture({ imageId: world.id('a.jpg'), longEdge: 64 }),
    ({ engine, fixture }) => engine.checkSafeToErase({ sourceId: fixture.sourceId }),
    ({ engine, catalogId, fixture }) =>
      engine.writeExport({
        request: { kind: 'images', format: 'csv', selection: { catalogId } },
        path: path.join(fixture.root, 'list.csv'),
      }),
    ({ engine, jobId, fixture }) =>
      engine.writeJobManifest({ jobId, path: path.join(fixture.root, 'list.sha256') }),
  ],
  'deleting, undoing it, and emptying the trash': [
    (world) =>
      world.engine.deleteImages({
        catalogId: world.catalogId,
        imageIds: allIds(world),
        deleteFiles: true,
        includeChanged: true,
      }),
    undoAll,
    (world) =>
      world.engine.deleteImages({
        catalogId: world.catalogId,
        imageIds: allIds(world),
        deleteFiles: true,
      }),
    ({ engine, catalogId }) => engine.emptyTrash({ catalogId }),
  ],
  'converting and undoing it': [
    ({ engine, catalogId }) => engine.convertToManaged({ catalogId }),
    undoAll,
  ],
  'reorganizing and undoing it': [
    ({ engine, catalogId }) =>
      engine.reorganizeFiles({ catalogId, organizationStrategy: 'FLAT/CHECKSUM' }),
    undoAll,
  ],
  'undoing the import': [({ engine, jobId }) => engine.undoImportJob({ jobId })],
  'resuming the import': [({ engine, jobId }) => engine.resumeImportJob({ jobId })],
  'rolling the import back': [({ engine, jobId }) => engine.rollBackImportJob({ jobId })],
  'undoing operations': [undoAll],
  'resuming an operation': [
    ({ engine }) => engine.resumeFileOperation({ operationId: inventedOperation }),
  ],
  'replacing by the import': [({ engine, jobId }) => engine.replaceByImport({ jobId })],
  'emptying the trash': [({ engine, catalogId }) => engine.emptyTrash({ catalogId })],
  'deleting the catalog with its files': [
    ({ engine, catalogId }) => engine.deleteCatalogWithFiles({ catalogId }),
    async ({ engine, catalogId }) => {
      const { operations } = await engine.listFileOperations({ catalogId });
      for (const { id: operationId } of operations) {
        await engine.emptyTrash({ catalogId, operationId });
      }
    },
  ],
  // Opening the file recovers it.
  opening: [({ engine }) => engine.getState({})],
};

describe('a hostile catalog file', function () {
  this.timeout(60_000);
  let world: HostileWorld;

  afterEach(() => world.remove());

  const all = hostileCases.flatMap((each) => each.works.map((work) => ({ ...each, work })));
  const chosen = isShort ? sample(all, shortCount, new Random(seed)) : all;
  for (const { name, importMode, work, tamper, keepsOwn = false } of chosen) {
    it(`${name}: ${work} reaches nothing else`, async () => {
      world = await HostileWorld.create(importMode);
      const changed = await world.tamper(tamper(world));
      assert.ok(changed.length > 0 && changed.at(-1) !== 0, 'nothing was tampered with');
      const before = world.surroundings();
      const own = world.ownFiles();
      const photos = fs.readdirSync(world.fixture.photos);
      const steps = works[work] ?? [];
      assert.ok(steps.length > 0);
      for (const step of steps) {
        await step(world).catch(() => null);
        assert.deepEqual(world.surroundings(), before);
        assert.deepEqual(world.leaks(), []);
      }
      if (keepsOwn) {
        assert.deepEqual(world.ownFiles(), own);
        assert.deepEqual(fs.readdirSync(world.fixture.photos), photos);
      }
    });
  }
});
