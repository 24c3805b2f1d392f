import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { FilePort } from '../../../src/catalog/files/filePort.js';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import { runDeletion, undoOperation } from '../../../src/catalog/operations/fileOperations.js';
import { faultyPort, WatchedPort } from '../../safety/support/faultyPort.js';
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
