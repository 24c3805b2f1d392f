import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import fs from 'node:fs';
import path from 'node:path';
import type { FilePort } from '../../../src/catalog/files/filePort.js';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import { runDeletion } from '../../../src/catalog/operations/fileOperations.js';
import { returnFromTrash } from '../../../src/catalog/operations/returnFromTrash.js';
import { backUp } from '../../../src/catalog/store/backup.js';
import { NodeSqliteDriver } from '../../../src/catalog/store/nodeSqliteDriver.js';
import { restoreBackup } from '../../../src/catalog/store/restoreBackup.js';
import { changesDisk, faultyPort, WatchedPort } from '../../safety/support/faultyPort.js';
import { linklessPort } from '../../safety/support/operations.js';
import { fastTemporaryFolder } from '../../safety/support/settings.js';
import {
  catalogId,
  newPlaces,
  picture,
  removePlaces,
  SafetyWorld,
} from '../../safety/support/world.js';
import { allImages } from '../store/support.js';

const now = new Date('2024-06-01T12:00:00Z');
const card = {
  'A.JPG': picture('a', 300),
  'A.xmp': Buffer.from('<x:xmpmeta/>'),
  'B.JPG': picture('b', 300),
};

describe('bringing files back from the trash after a restored backup', function () {
  this.timeout(120_000);
  let world: SafetyWorld;
  let before: Map<string, string>;

  const filesBelow = (folder: string): Map<string, string> =>
    new Map(
      fs
        .readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.join(entry.parentPath, entry.name))
        .map((file) => [path.relative(folder, file), fs.readFileSync(file, 'latin1')]),
    );

  /** Imported, backed up, deleted, and the backup restored. @param isKnown by the file that is replaced */
  async function prepare(isKnown: boolean): Promise<void> {
    world = await SafetyWorld.create(newPlaces(fastTemporaryFolder()), card);
    await world.import('copy', await world.scan());
    before = filesBelow(world.places.managed);
    const { driver } = world.store;
    assert.ok(driver instanceof NodeSqliteDriver);
    const backup = await backUp(driver, world.catalogFile, now);
    const imageIds = allImages(world.store, catalogId).map(({ id }) => id);
    await runDeletion(world.deps(), { catalogId, imageIds, deleteFiles: true }, {});
    await world.close();
    if (!isKnown) fs.writeFileSync(world.catalogFile, 'damaged');
    await restoreBackup(world.workspace, backup, now);
    await world.open();
    assert.equal(allImages(world.store, catalogId).length, 2);
  }

  const giveBack = (files: FilePort): Promise<unknown> =>
    returnFromTrash(world.deps(files), (_, work) => work({}));

  /** Whatever happens on the way, nothing is lost of the files. */
  function checkContents(): void {
    const contents = new Set(filesBelow(world.places.managed).values());
    for (const [file, bytes] of before) assert.ok(contents.has(bytes), `${file} is lost`);
  }

  function checkBack(): void {
    assert.deepEqual(filesBelow(world.places.managed), before);
    const told = world.store.auditLog.page({
      operation: 'return-from-trash',
      offset: 0,
      limit: 100,
    });
    const images = new Set(told.entries.map(({ imageId }) => imageId));
    assert.equal(images.size, 2);
  }

  const clear = async (): Promise<void> => {
    await world.close();
    removePlaces(world.places);
  };

  const volumes: readonly (readonly [string, FilePort])[] = [
    ['with hard links', nodeFilePort],
    ['without', linklessPort],
  ];
  for (const [where, files] of volumes) {
    for (const isKnown of [true, false]) {
      const whose = isKnown ? 'a deletion that was carried over' : 'an unknown deletion';
      it(`of ${whose} goes on wherever it is cut off, ${where}`, async () => {
        await prepare(isKnown);
        const probe = new WatchedPort(files);
        assert.deepEqual(await giveBack(probe.port), { imagesReturned: 2, notLookedAt: [] });
        checkBack();
        await clear();
        // Between two changes a crash leaves the same.
        const steps = probe.names.flatMap((name, index) => (changesDisk(name) ? index + 1 : []));
        assert.ok(steps.length > 6);
        for (const at of steps) {
          await prepare(isKnown);
          const fault = { kind: 'CRASH', at, forever: true } as const;
          const { port } = faultyPort(files, fault, () => world.crash());
          await giveBack(port).catch(() => undefined);
          checkContents();
          await world.close();
          await world.open();
          await world.recover();
          checkContents();
          await giveBack(files);
          try {
            checkBack();
          } catch (error) {
            throw new Error(`cut off at call ${at}: ${probe.names[at - 1]}`, { cause: error });
          }
          await clear();
        }
      });
    }
  }
});
