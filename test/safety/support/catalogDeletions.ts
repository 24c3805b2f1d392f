import fs from 'node:fs';
import path from 'node:path';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import type { FilePort } from '../../../src/catalog/files/filePort.js';
import { markerName } from '../../../src/catalog/files/managedMarker.js';
import { deleteCatalog } from '../../../src/catalog/operations/catalogs.js';
import { deleteCatalogWithFiles } from '../../../src/catalog/operations/deleteCatalog.js';
import {
  emptyCatalogTrash,
  listOperations,
  undoOperation,
} from '../../../src/catalog/operations/fileOperations.js';
import { bringAllBack, deletion, moveIn, volumesOfDeletions } from './deletions.js';
import { systemError } from './faultyPort.js';
import type { Before, Expectation } from './invariants.js';
import {
  checkAlways,
  checkRecovered,
  checksumOf,
  filesNow,
  rowsOf,
  trashOf,
} from './invariants.js';
import type { SafetyOperation } from './operations.js';
import { checkUntouched } from './rowChanges.js';
import type { SafetyWorld } from './world.js';
import { catalogId } from './world.js';

/** @returns the id of the operation */
async function deleteAll(world: SafetyWorld, files: FilePort): Promise<string> {
  const { operation } = await deleteCatalogWithFiles(world.deps(files), catalogId, {});
  return operation.id;
}

const isThere = (world: SafetyWorld): boolean => world.store.catalogs.find(catalogId) !== undefined;

/** The catalog goes in the end; all that it had lies in the trash until that is emptied. */
async function deleteTheRest(
  world: SafetyWorld,
  before: Before,
  expected: Expectation,
): Promise<string[]> {
  const faults: string[] = [];
  if (isThere(world)) await deleteAll(world, nodeFilePort);
  if (isThere(world)) faults.push('the catalog could not be deleted');
  const now = filesNow(world);
  const inTrash = new Set(trashOf(world, now).map((file) => now.get(file)?.checksum));
  for (const file of expected.placedBefore ?? []) {
    if (now.has(file)) faults.push(`${file} did not go to the trash`);
    const checksum = before.get(file)?.checksum;
    if (!inTrash.has(checksum)) faults.push(`the content of ${file} is not in the trash`);
  }
  faults.push(...checkAlways(world, before, null, expected));
  faults.push(...checkRecovered(world, before, expected));
  for (const { id, managedDirectory } of listOperations(world.deps(), { catalogId }).operations) {
    if (managedDirectory === null) continue;
    await emptyCatalogTrash(world.deps(), { catalogId, operationId: id }, {});
  }
  const left = trashOf(world, filesNow(world));
  return [...faults, ...left.map((file) => `${file} could not be emptied`)];
}

/** A file that cannot leave its place: the catalog has to stay. */
const heldRaw = (inner: FilePort): FilePort => ({
  ...inner,
  unlink: (file) => {
    if (file.endsWith('.NEF') && !file.includes('.imgcat-trash')) {
      throw systemError('EBUSY', 'unlink');
    }
    inner.unlink(file);
  },
});

/** The rows go at once, and no file does but the marker of the managed directory. */
const keepingFiles = deletion('delete a catalog and keep its files', {
  arrange: async (world) => {
    await moveIn(world, nodeFilePort);
    return '';
  },
  run: (world, files) => deleteCatalog(world.deps(files), catalogId),
  contentsToGo: (world) =>
    new Set([checksumOf(fs.readFileSync(path.join(world.places.managed, markerName)))]),
  // Without the rows they are nobody's; that none is touched is looked at in the end.
  touched: (world) => new Set(filesNow(world).keys()),
  complete: async (world, before, expected) => {
    const rows = rowsOf(world.store).length;
    const images = expected.placedBefore?.size ?? 0;
    const faults: string[] = [];
    if (rows !== (isThere(world) ? images : 0)) faults.push(`${rows} rows of ${images} are left`);
    if (isThere(world)) await deleteCatalog(world.deps(), catalogId);
    if (isThere(world)) faults.push('the catalog could not be deleted');
    const isMarker = (fault: string): boolean => fault.includes(markerName);
    return [...faults, ...checkUntouched(world, before).filter((fault) => !isMarker(fault))];
  },
});

/** Catalogs that go with their files, and what comes back of one that had to stay. */
export const catalogDeletions: readonly SafetyOperation[] = [
  keepingFiles,
  ...volumesOfDeletions.flatMap(({ where, port }) => [
    deletion(`delete a catalog ${where}`, {
      port,
      arrange: async (world) => {
        await moveIn(world, port);
        return '';
      },
      run: deleteAll,
      complete: deleteTheRest,
    }),
    deletion(`undo of the delete of a catalog ${where}`, {
      port,
      arrange: async (world) => {
        await moveIn(world, port);
        const id = await deleteAll(world, heldRaw(port));
        if (!isThere(world)) throw new Error('nothing kept the catalog');
        return id;
      },
      run: (world, files, id) => undoOperation(world.deps(files), id, {}),
      complete: bringAllBack,
    }),
  ]),
];
