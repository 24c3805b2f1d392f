import assert from 'node:assert/strict';
import os from 'node:os';
import type { FilePort } from '../../../src/catalog/files/filePort.js';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import type {
  FileOperation,
  FileOperationReport,
} from '../../../src/catalog/model/fileOperation.js';
import { convertToManaged } from '../../../src/catalog/operations/convert.js';
import { deleteCatalogWithFiles } from '../../../src/catalog/operations/deleteCatalog.js';
import { runDeletion, undoOperation } from '../../../src/catalog/operations/fileOperations.js';
import { reorganizeManaged } from '../../../src/catalog/operations/reorganize.js';
import { resumeOperation } from '../../../src/catalog/operations/resumeOperation.js';
import { faultyPort, WatchedPort } from '../../safety/support/faultyPort.js';
import { filesNow, rowsOf } from '../../safety/support/invariants.js';
import {
  catalogId,
  newPlaces,
  picture,
  removePlaces,
  SafetyWorld,
} from '../../safety/support/world.js';
import { allImages } from '../store/support.js';

/** Enough for more than one batch of each. */
const imageCount = 80;

interface Resumed {
  readonly kind: FileOperation['kind'];
  readonly mode: 'reference' | 'move';
  /** About where the work is half done, of all calls to the files. */
  readonly crashAt: number;
  readonly start: (world: SafetyWorld, files: FilePort) => Promise<FileOperationReport>;
}

const resumed: readonly Resumed[] = [
  {
    kind: 'convert',
    mode: 'reference',
    crashAt: 0.9,
    start: (world, files) => convertToManaged(world.deps(files), { catalogId }, {}),
  },
  {
    kind: 'reorganize',
    mode: 'move',
    crashAt: 0.9,
    start: (world, files) =>
      reorganizeManaged(
        world.deps(files),
        { catalogId, organizationStrategy: 'YEAR_ONLY/ORIGINAL' },
        {},
      ),
  },
  {
    kind: 'delete',
    mode: 'move',
    crashAt: 0.97,
    start: (world, files) => {
      const imageIds = allImages(world.store, catalogId).map(({ id }) => id);
      return runDeletion(world.deps(files), { catalogId, imageIds, deleteFiles: true }, {});
    },
  },
  {
    kind: 'delete-catalog',
    mode: 'move',
    crashAt: 0.97,
    start: (world, files) => deleteCatalogWithFiles(world.deps(files), catalogId, {}),
  },
];

describe('resuming an operation on files', function () {
  this.timeout(120_000);
  let world: SafetyWorld;
  let before: string;

  async function makeWorld(mode: Resumed['mode']): Promise<void> {
    const names = Array.from({ length: imageCount }, (_, index) => `IMG_${index + 100}`);
    const card = Object.fromEntries([
      ...names.map((name) => [`${name}.JPG`, picture(name, 300)] as const),
      ['IMG_100.JPG.xmp', Buffer.from('<x:xmpmeta/>')] as const,
    ]);
    world = await SafetyWorld.create(newPlaces(os.tmpdir()), card);
    await world.import(mode, await world.scan());
    before = placesNow();
  }

  afterEach(async () => {
    await world.close();
    removePlaces(world.places);
  });

  /** Rows, and files of the managed directory. */
  const placesNow = (): string =>
    JSON.stringify([
      rowsOf(world.store).map((row) => [row.path, row.checksum]),
      [...filesNow(world)].map(([file, { checksum }]) => [file, checksum]).sort(),
    ]);

  const newest = (): FileOperation => {
    const [operation] = world.store.fileOperations.page({ offset: 0, limit: 1 }).operations;
    assert.ok(operation);
    return operation;
  };

  /** Starts it and ends the process at a call, then starts anew. */
  async function cutOff(one: Resumed, share: number): Promise<FileOperation> {
    const probe = new WatchedPort(nodeFilePort);
    await one.start(world, probe.port);
    const at = Math.floor(probe.calls * share);
    await world.close();
    removePlaces(world.places);
    await makeWorld(one.mode);
    const fault = { kind: 'CRASH', at, forever: true } as const;
    const port = faultyPort(nodeFilePort, fault, () => world.crash()).port;
    await assert.rejects(one.start(world, port));
    await world.close();
    await world.open();
    await world.recover();
    return newest();
  }

  for (const one of resumed) {
    it(`goes on with ${one.kind} under its id, so that one undo takes all back`, async () => {
      await makeWorld(one.mode);
      const interrupted = await cutOff(one, one.crashAt);
      const { id, imagesDone, filesMoved } = interrupted;
      assert.equal(interrupted.status, 'INTERRUPTED');
      assert.ok(imagesDone > 0 && imagesDone < imageCount, String(imagesDone));
      assert.ok(filesMoved >= imagesDone, String(filesMoved));
      const { operation, keptCount } = await resumeOperation(world.deps(), id, {});
      assert.deepEqual(
        [operation.id, operation.status, operation.imagesTotal, operation.imagesDone],
        [id, 'SUCCESS', imageCount, imageCount],
      );
      assert.deepEqual([operation.filesMoved, keptCount], [imageCount + 1, 0]);
      assert.equal(world.store.fileOperations.page({ offset: 0, limit: 10 }).total, 1);
      await assert.rejects(resumeOperation(world.deps(), id, {}), {
        code: 'OPERATION_NOT_RESUMABLE',
      });
      if (one.kind === 'delete-catalog') {
        assert.equal(world.store.catalogs.find(catalogId), undefined);
        return;
      }
      const undone = await undoOperation(world.deps(), id, {});
      assert.equal(undone.operation.status, 'UNDONE');
      assert.equal(placesNow(), before);
    });
  }

  it('goes on after it was cancelled, and counts only once what was done before', async () => {
    await makeWorld('reference');
    const controller = new AbortController();
    const onProgress = (): void => controller.abort();
    const { signal } = controller;
    const { operation } = await convertToManaged(
      world.deps(),
      { catalogId },
      { signal, onProgress },
    );
    assert.equal(operation.status, 'CANCELLED');
    const resumedReport = await resumeOperation(world.deps(), operation.id, {});
    const { status, imagesDone, filesMoved } = resumedReport.operation;
    assert.deepEqual([status, imagesDone, filesMoved], ['SUCCESS', imageCount, imageCount + 1]);
  });

  it('keeps to what was asked first', async () => {
    await makeWorld('reference');
    const [first, second] = allImages(world.store, catalogId).map(({ id }) => id);
    const signal = AbortSignal.abort();
    const request = { catalogId, imageIds: [first ?? '', second ?? ''] };
    const { operation } = await convertToManaged(world.deps(), request, { signal });
    await resumeOperation(world.deps(), operation.id, {});
    const managed = allImages(world.store, catalogId).filter(({ isManaged }) => isManaged);
    assert.deepEqual(managed.map(({ id }) => id).sort(), [first, second].sort());
  });

  it('believes no request that is about another catalog', async () => {
    await makeWorld('reference');
    const signal = AbortSignal.abort();
    const { operation } = await convertToManaged(world.deps(), { catalogId }, { signal });
    for (const request of [null, '{"catalogId":"other"}', '[]', '{']) {
      world.store.driver.run('UPDATE file_operations SET request = ?', [request]);
      await assert.rejects(resumeOperation(world.deps(), operation.id, {}), {
        code: 'OPERATION_NOT_RESUMABLE',
      });
    }
  });
});
