import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { FilePort } from '../../../src/catalog/files/filePort.js';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import {
  emptyCatalogTrash,
  runDeletion,
  undoOperation,
} from '../../../src/catalog/operations/fileOperations.js';
import type { FileOperation } from '../../../src/catalog/model/fileOperation.js';
import type { Image } from '../../../src/catalog/model/image.js';
import { acceptEditedFiles } from '../../../src/catalog/operations/integrity.js';
import { resumeOperation } from '../../../src/catalog/operations/resumeOperation.js';
import { reorganizeManaged } from '../../../src/catalog/operations/reorganize.js';
import { faultyPort, systemError, WatchedPort } from '../../safety/support/faultyPort.js';
import { filesNow } from '../../safety/support/invariants.js';
import { linklessPort } from '../../safety/support/operations.js';
import { caseIgnoringPort } from '../../support/caseIgnoringPort.js';
import {
  catalogId,
  newPlaces,
  picture,
  removePlaces,
  SafetyWorld,
} from '../../safety/support/world.js';
import { allImages } from '../store/support.js';

describe('undoing a deletion whose image was imported again', function () {
  this.timeout(120_000);
  let world: SafetyWorld;
  let operationId: string;

  /** Deleted into the trash, then imported anew: another image has the name. */
  async function prepare(): Promise<void> {
    world = await SafetyWorld.create(newPlaces(os.tmpdir()), { 'A.JPG': picture('a', 300) });
    await world.import('copy', await world.scan());
    const imageIds = allImages(world.store, catalogId).map(({ id }) => id);
    const request = { catalogId, imageIds, deleteFiles: true };
    const { operation } = await runDeletion(world.deps(), request, {});
    operationId = operation.id;
    await world.import('copy', await world.scan());
  }

  const clear = async (): Promise<void> => {
    await world.close();
    removePlaces(world.places);
  };

  function checkFiles(): void {
    const [image, ...others] = allImages(world.store, catalogId);
    assert.deepEqual(others, []);
    assert.ok(image && fs.existsSync(image.currentPath));
    const [item] = world.store.fileOperations.items({
      operationId,
      states: ['DONE'],
      afterId: 0,
      limit: 2,
    });
    assert.ok(item?.toPath && fs.existsSync(path.join(world.places.managed, item.toPath)));
  }

  const volumes: readonly (readonly [string, FilePort])[] = [
    ['with hard links', nodeFilePort],
    ['without', linklessPort],
  ];
  for (const [where, files] of volumes) {
    it(`leaves both files where they are, ${where}`, async () => {
      await prepare();
      const probe = new WatchedPort(files);
      await undoOperation(world.deps(probe.port), operationId, {});
      checkFiles();
      await clear();
      assert.ok(probe.calls > 3, String(probe.calls));
      for (let at = 1 + (probe.calls % 3); at <= probe.calls; at += 3) {
        await prepare();
        const fault = { kind: 'CRASH', at, forever: true } as const;
        const { port } = faultyPort(files, fault, () => world.crash());
        await assert.rejects(undoOperation(world.deps(port), operationId, {}));
        await world.close();
        await world.open();
        await world.recover();
        checkFiles();
        await clear();
      }
    });
  }
});

describe('a deletion that was cut off with a file at both places', function () {
  this.timeout(120_000);
  let world: SafetyWorld;
  afterEach(async () => {
    await world.close();
    removePlaces(world.places);
  });

  const reopen = async (): Promise<void> => {
    await world.close();
    await world.open();
    await world.recover();
  };

  /** The image whose original has this name. */
  const imageOf = (name: string): Image => {
    const image = allImages(world.store, catalogId).find(
      ({ originalSourcePath }) => path.basename(originalSourcePath) === name,
    );
    assert.ok(image, name);
    return image;
  };

  /** Deletes images, until the last one's file is about to leave its place; then that is edited. @returns the operation */
  async function cutOff(names: readonly string[], files: FilePort): Promise<FileOperation> {
    const card = Object.fromEntries(names.map((name) => [name, picture(name, 300)]));
    world = await SafetyWorld.create(newPlaces(os.tmpdir()), card);
    await world.import('copy', await world.scan());
    const images = names.map(imageOf);
    const last = images.at(-1)?.currentPath ?? '';
    let crashed = false;
    const { port } = new WatchedPort(files, {
      before: ({ name, args }) => {
        if (!crashed && (name !== 'unlink' || args[0] !== last)) return;
        if (!crashed) world.crash();
        crashed = true;
        throw systemError('ECRASHED', name);
      },
    });
    const request = { catalogId, imageIds: images.map(({ id }) => id), deleteFiles: true };
    await assert.rejects(runDeletion(world.deps(port), request, {}));
    // Saved as editors do, before the program starts again: another file under the name.
    fs.rmSync(last);
    fs.writeFileSync(last, edited);
    await reopen();
    const [operation] = world.store.fileOperations.unsettled();
    assert.ok(operation);
    return operation;
  }

  const edited = picture('edited', 400);

  const stateOf = (operationId: string): (string | undefined)[] => [
    world.store.fileOperations.find(operationId)?.status,
    ...world.store.fileOperations.openItems(operationId).map(({ fromPath }) => fromPath),
  ];

  const volumes: readonly (readonly [string, FilePort])[] = [
    ['with hard links', nodeFilePort],
    ['without', linklessPort],
  ];
  for (const [where, files] of volumes) {
    it(`does not take the row of an image that was edited and moved since, ${where}`, async () => {
      await cutOff(['A.JPG'], files);
      const image = imageOf('A.JPG');
      await acceptEditedFiles(world.deps(), { imageIds: [image.id] }, {});
      const organizationStrategy = 'YEAR_ONLY/ORIGINAL';
      const moved = await reorganizeManaged(world.deps(), { catalogId, organizationStrategy }, {});
      assert.equal(moved.operation.imagesDone, 1);
      assert.equal(fs.existsSync(image.currentPath), false);
      const stood = [...filesNow(world).keys()].sort();
      await reopen();
      const after = imageOf('A.JPG');
      assert.equal(after.id, image.id);
      assert.deepEqual(fs.readFileSync(after.currentPath), edited);
      assert.deepEqual([...filesNow(world).keys()].sort(), stood);
      assert.deepEqual(world.store.fileOperations.unsettled(), []);
    });
  }

  it('can be undone but for that file, which stays open', async () => {
    const { id, status, imagesDone } = await cutOff(['A.JPG', 'B.JPG'], nodeFilePort);
    assert.deepEqual([status, imagesDone], ['INTERRUPTED', 1]);
    const open = path.relative(world.places.managed, imageOf('B.JPG').currentPath);
    const undone = await undoOperation(world.deps(), id, {});
    assert.deepEqual([undone.operation.imagesDone, undone.keptCount], [0, 0]);
    assert.deepEqual(fs.readFileSync(imageOf('A.JPG').currentPath), picture('A.JPG', 300));
    assert.deepEqual(stateOf(id), ['INTERRUPTED', open]);
    // Looked at: what was deleted is what shall be deleted.
    fs.rmSync(imageOf('B.JPG').currentPath);
    await reopen();
    assert.deepEqual(stateOf(id), ['INTERRUPTED']);
    await undoOperation(world.deps(), id, {});
    assert.deepEqual(stateOf(id), ['UNDONE']);
    assert.deepEqual(fs.readFileSync(imageOf('B.JPG').currentPath), picture('B.JPG', 300));
  });

  it('goes on without that file', async () => {
    const { id } = await cutOff(['A.JPG', 'B.JPG'], nodeFilePort);
    const open = stateOf(id)[1];
    const files = [...filesNow(world).keys()];
    const report = await resumeOperation(world.deps(), id, {});
    assert.deepEqual(
      report.kept.map(({ path: file, code }) => [file, code]),
      [[open, 'OPERATION_UNSETTLED']],
    );
    assert.deepEqual(stateOf(id), ['PARTIAL', open]);
    assert.deepEqual([...filesNow(world).keys()], files);
  });

  it('is settled before it goes on if its drive was away when the catalog was opened', async () => {
    const { id } = await cutOff(['A.JPG', 'B.JPG'], nodeFilePort);
    fs.rmSync(imageOf('B.JPG').currentPath);
    const { operation, keptCount } = await resumeOperation(world.deps(), id, {});
    assert.deepEqual([operation.imagesDone, keptCount, stateOf(id)], [2, 0, ['SUCCESS']]);
    await undoOperation(world.deps(), id, {});
    for (const name of ['A.JPG', 'B.JPG']) {
      assert.deepEqual(fs.readFileSync(imageOf(name).currentPath), picture(name, 300));
    }
  });

  it('does not count as emptied while that file is open', async () => {
    const { id } = await cutOff(['A.JPG', 'B.JPG'], nodeFilePort);
    const emptied = await emptyCatalogTrash(world.deps(), { catalogId }, {});
    assert.deepEqual([emptied.files, emptied.keptCount], [1, 0]);
    fs.rmSync(imageOf('B.JPG').currentPath);
    await reopen();
    assert.deepEqual(stateOf(id), ['INTERRUPTED']);
    await undoOperation(world.deps(), id, {});
    assert.deepEqual(fs.readFileSync(imageOf('B.JPG').currentPath), picture('B.JPG', 300));
  });

  it('is no longer under way while its drive is away', async () => {
    const { id } = await cutOff(['A.JPG', 'B.JPG'], nodeFilePort);
    world.store.fileOperations.update(id, { status: 'RUNNING' });
    const away = `${world.places.managed}-away`;
    fs.renameSync(world.places.managed, away);
    await reopen();
    assert.equal(stateOf(id)[0], 'INTERRUPTED');
    fs.renameSync(away, world.places.managed);
  });
});

describe('an undo of a deletion that was cut off', function () {
  this.timeout(120_000);
  let world: SafetyWorld;
  afterEach(async () => {
    await world.close();
    removePlaces(world.places);
  });

  for (const [name, isLeft] of [
    ['a.jpg', false],
    ['b.jpg', true],
  ] as const) {
    it(`tells ${name} of another image from A.JPG where names ignore case`, async () => {
      const content = picture('a', 300);
      world = await SafetyWorld.create(newPlaces(os.tmpdir()), { 'A.JPG': content });
      await world.import('copy', await world.scan());
      const [deleted] = allImages(world.store, catalogId);
      const request = { catalogId, imageIds: [deleted?.id ?? ''], deleteFiles: true };
      const { operation } = await runDeletion(world.deps(), request, {});
      fs.rmSync(path.join(world.places.source, 'A.JPG'));
      world.putOnCard({ [name]: content });
      await world.import('copy', await world.scan());
      const [image] = allImages(world.store, catalogId);
      assert.ok(deleted && image);
      assert.equal(path.basename(image.currentPath), name);
      // The undo had begun; if the names differ it had put the file back.
      const { fileOperations } = world.store;
      const states = ['DONE'] as const;
      const left = { operationId: operation.id, states, afterId: 0, limit: 9 };
      const ids = fileOperations.items(left).map(({ id }) => id);
      fileOperations.setState(ids, 'UNDOING', '2024-06-01T12:00:00.000Z');
      if (isLeft) fs.writeFileSync(deleted.currentPath, content);
      await world.recover(caseIgnoringPort);
      assert.deepEqual(fs.readFileSync(image.currentPath), content);
      assert.equal(fs.existsSync(deleted.currentPath), false);
      assert.deepEqual(fileOperations.unsettled(), []);
    });
  }
});
