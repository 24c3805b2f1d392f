import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { FilePort } from '../../../src/catalog/files/filePort.js';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import { runDeletion, undoOperation } from '../../../src/catalog/operations/fileOperations.js';
import { acceptEditedFiles } from '../../../src/catalog/operations/integrity.js';
import { reorganizeManaged } from '../../../src/catalog/operations/reorganize.js';
import { faultyPort, systemError, WatchedPort } from '../../safety/support/faultyPort.js';
import { filesNow } from '../../safety/support/invariants.js';
import { linklessPort } from '../../safety/support/operations.js';
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
    it(`leaves both files where they are, wherever it is cut off, ${where}`, async () => {
      await prepare();
      const probe = new WatchedPort(files);
      await undoOperation(world.deps(probe.port), operationId, {});
      checkFiles();
      await clear();
      assert.ok(probe.calls > 3, String(probe.calls));
      for (let at = 1; at <= probe.calls; at += 1) {
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

describe('a deletion that was cut off with the file at both places', function () {
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

  const volumes: readonly (readonly [string, FilePort])[] = [
    ['with hard links', nodeFilePort],
    ['without', linklessPort],
  ];
  for (const [where, files] of volumes) {
    it(`does not take the row of an image that was edited and moved since, ${where}`, async () => {
      world = await SafetyWorld.create(newPlaces(os.tmpdir()), { 'A.JPG': picture('a', 300) });
      await world.import('copy', await world.scan());
      const [image] = allImages(world.store, catalogId);
      assert.ok(image);
      let crashed = false;
      const { port } = new WatchedPort(files, {
        before: ({ name, args }) => {
          if (!crashed && (name !== 'unlink' || args[0] !== image.currentPath)) return;
          if (!crashed) world.crash();
          crashed = true;
          throw systemError('ECRASHED', name);
        },
      });
      const request = { catalogId, imageIds: [image.id], deleteFiles: true };
      await assert.rejects(runDeletion(world.deps(port), request, {}));
      // Saved as editors do, before the program starts again: another file under the name.
      fs.rmSync(image.currentPath);
      fs.writeFileSync(image.currentPath, picture('edited', 400));
      await reopen();
      assert.equal(world.store.fileOperations.unsettled().length, 1);
      await acceptEditedFiles(world.deps(), { imageIds: [image.id] }, {});
      const organizationStrategy = 'YEAR_ONLY/ORIGINAL';
      const moved = await reorganizeManaged(world.deps(), { catalogId, organizationStrategy }, {});
      assert.equal(moved.operation.imagesDone, 1);
      assert.equal(fs.existsSync(image.currentPath), false);
      const stood = [...filesNow(world).keys()].sort();
      await reopen();
      const [after] = allImages(world.store, catalogId);
      assert.equal(after?.id, image.id);
      assert.deepEqual(fs.readFileSync(after.currentPath), picture('edited', 400));
      assert.deepEqual([...filesNow(world).keys()].sort(), stood);
      assert.deepEqual(world.store.fileOperations.unsettled(), []);
    });
  }
});
