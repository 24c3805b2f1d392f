import fs from 'node:fs';
import path from 'node:path';
import type { FilePort } from '../../../src/catalog/files/filePort.js';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import { listOperations, undoOperation } from '../../../src/catalog/operations/fileOperations.js';
import {
  forecastReorganize,
  reorganizeManaged,
} from '../../../src/catalog/operations/reorganize.js';
import { allImages } from '../../unit/store/support.js';
import { checkAllThere } from './deletions.js';
import type { Before, Expectation } from './invariants.js';
import type { SafetyOperation } from './operations.js';
import { linklessPort } from './operations.js';
import { fastTemporaryFolder } from './settings.js';
import type { SafetyWorld } from './world.js';
import { catalogId, mixedCard } from './world.js';

const request = { catalogId, organizationStrategy: 'FLAT/ORIGINAL' };

/** @returns the id of the operation */
async function reorganize(world: SafetyWorld, files: FilePort): Promise<string> {
  const { operation } = await reorganizeManaged(world.deps(files), request, {});
  return operation.id;
}

/** Moved into the catalog: the managed files are the only ones. One of them has the name that another is to get. */
async function moveIn(world: SafetyWorld, files: FilePort): Promise<void> {
  await world.import('move', await world.scan(), files);
  const { managed } = world.places;
  const standing = allImages(world.store, catalogId).find(
    ({ currentPath }) => path.basename(currentPath) === 'undated.JPG',
  );
  if (!standing) throw new Error('nothing is undated');
  fs.renameSync(standing.currentPath, path.join(managed, 'IMG_1.JPG'));
  const { driver } = world.store;
  driver.run("UPDATE images SET current_path = 'IMG_1.JPG' WHERE id = ?", [standing.id]);
}

/** Reorganizing again does the rest, and then there is nothing left to do. */
async function reorganizeTheRest(
  world: SafetyWorld,
  before: Before,
  expected: Expectation,
): Promise<string[]> {
  await reorganize(world, nodeFilePort);
  const { files, refusedCount, unchanged } = await forecastReorganize(world.deps(), request);
  const images = allImages(world.store, catalogId).length;
  return [
    ...(files + refusedCount > 0 ? [`${files} files were left, ${refusedCount} refused`] : []),
    ...(unchanged === images ? [] : [`${unchanged} of ${images} images are in place`]),
    ...checkAllThere(world, before, expected),
  ];
}

/** What is left to take back is taken back, and everything is reorganized anew. */
async function undoTheRest(
  world: SafetyWorld,
  before: Before,
  expected: Expectation,
): Promise<string[]> {
  for (const { id, status } of listOperations(world.deps(), { catalogId }).operations) {
    if (status !== 'UNDONE') await undoOperation(world.deps(), id, {});
  }
  const left = listOperations(world.deps(), { catalogId }).operations;
  return [
    ...left
      .filter(({ status }) => status !== 'UNDONE')
      .map(({ id, status }) => `${id} is ${status} after its undo`),
    ...checkAllThere(world, before, expected),
    ...(await reorganizeTheRest(world, before, expected)),
  ];
}

const fast = fastTemporaryFolder();

const volumes = [
  { where: 'on one file system', port: nodeFilePort },
  { where: 'without hard links', port: linklessPort },
] as const;

/** Managed images that get other names in their managed directory, and their old ones back. */
export const reorganizations: readonly SafetyOperation[] = volumes.flatMap(({ where, port }) => {
  const common = {
    isMove: false,
    isInside: true,
    isRenaming: true,
    importMode: 'copy',
    card: mixedCard,
    volumes: [fast, fast],
    port,
  } as const;
  return [
    {
      ...common,
      name: `reorganize ${where}`,
      arrange: async (world) => {
        await moveIn(world, port);
        return '';
      },
      run: (world, files) => reorganize(world, files),
      complete: reorganizeTheRest,
    },
    {
      ...common,
      name: `undo of a reorganize ${where}`,
      arrange: async (world) => {
        await moveIn(world, port);
        return reorganize(world, port);
      },
      run: (world, files, id) => undoOperation(world.deps(files), id, {}),
      complete: undoTheRest,
    },
  ] satisfies SafetyOperation[];
});
