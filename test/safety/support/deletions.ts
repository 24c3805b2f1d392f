import {
  emptyCatalogTrash,
  listOperations,
  runDeletion,
  undoOperation,
} from '../../../src/catalog/operations/fileOperations.js';
import type { FilePort } from '../../../src/catalog/files/filePort.js';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import { allImages } from '../../unit/store/support.js';
import { resumeOperation } from '../../../src/catalog/operations/resumeOperation.js';
import { cutOffOperation } from './cutOff.js';
import type { PortCall } from './faultyPort.js';
import { systemError } from './faultyPort.js';
import type { Before, Expectation } from './invariants.js';
import { checkAlways, checkRecovered, filesNow, rowsOf, trashOf } from './invariants.js';
import type { SafetyOperation } from './operations.js';
import { linklessPort } from './operations.js';
import { fastTemporaryFolder } from './settings.js';
import type { SafetyWorld } from './world.js';
import { catalogId, mixedCard } from './world.js';

const fast = fastTemporaryFolder();

/** Moved into the catalog: the managed files are the only ones. @returns the ids of the images */
export async function moveIn(world: SafetyWorld, files: FilePort): Promise<string[]> {
  await world.import('move', await world.scan(), files);
  return allImages(world.store, catalogId).map((image) => image.id);
}

/** @returns the id of the operation */
async function trash(world: SafetyWorld, files: FilePort, ids: readonly string[]): Promise<string> {
  const request = { catalogId, imageIds: ids, deleteFiles: true };
  const { operation } = await runDeletion(world.deps(files), request, {});
  return operation.id;
}

/** What is left is deleted, then everything is taken back: all that stood there is in the catalog then. */
export async function bringAllBack(
  world: SafetyWorld,
  before: Before,
  expected: Expectation,
): Promise<string[]> {
  const left = allImages(world.store, catalogId).map((image) => image.id);
  await trash(world, nodeFilePort, left);
  for (const { id, status } of listOperations(world.deps(), { catalogId }).operations) {
    if (status === 'UNDONE' || status === 'EMPTIED') continue;
    await undoOperation(world.deps(), id, {});
  }
  return checkAllThere(world, before, expected);
}

/** Every content is where a row says, once, and nothing else. */
export function checkAllThere(world: SafetyWorld, before: Before, expected: Expectation): string[] {
  const rows = rowsOf(world.store);
  const wanted = new Set(
    [...(expected.placedBefore ?? [])].flatMap((file) => before.get(file)?.checksum ?? []),
  );
  for (const lost of expected.lostByTest ?? []) wanted.delete(lost);
  const faults: string[] = [];
  const inCatalog = new Set(rows.map((row) => row.checksum));
  for (const checksum of wanted) {
    if (!inCatalog.has(checksum)) faults.push(`${checksum} is not in the catalog any more`);
  }
  if (rows.length !== wanted.size) {
    faults.push(`there are ${rows.length} rows for ${wanted.size} files`);
  }
  return [
    ...faults,
    ...checkAlways(world, before, rows, expected),
    ...checkRecovered(world, before, expected),
  ];
}

async function emptyAll(
  world: SafetyWorld,
  before: Before,
  expected: Expectation,
): Promise<string[]> {
  await emptyCatalogTrash(world.deps(), { catalogId }, {});
  const left = trashOf(world, filesNow(world)).map((file) => `${file} could not be emptied`);
  return [...left, ...checkAllThere(world, before, expected)];
}

/** An operation on managed files only, without the card. */
export function deletion(
  name: string,
  options: Pick<SafetyOperation, 'arrange' | 'run'> & Partial<SafetyOperation>,
): SafetyOperation {
  return {
    name,
    isMove: false,
    isInside: true,
    importMode: 'copy',
    card: mixedCard,
    volumes: [fast, fast],
    port: nodeFilePort,
    complete: bringAllBack,
    ...options,
  };
}

const withoutTrashNames = (inner: FilePort): FilePort => ({
  ...inner,
  unlink: (file) => {
    if (file.includes('.imgcat-trash')) throw systemError('EBUSY', 'unlink');
    inner.unlink(file);
  },
});

export const volumesOfDeletions = [
  { where: 'on one file system', port: nodeFilePort },
  { where: 'without hard links', port: linklessPort },
] as const;

/** Two files have left their places, a third is about to. */
function whileReleasing(): (call: PortCall) => boolean {
  let released = 0;
  return ({ name, args }) => {
    const file = String(args[0]);
    const isOwn = !file.includes('.imgcat-') && !file.includes('.image-catalog-');
    if (name === 'unlink' && isOwn) released += 1;
    return released === 3;
  };
}

/** All but one image: with sidecars, with names that clash. */
const most = (ids: readonly string[]): readonly string[] => ids.slice(1);

/** Images that go to the trash, come back, and go for good. */
export const deletions: readonly SafetyOperation[] = volumesOfDeletions.flatMap(
  ({ where, port }) => [
    deletion(`delete ${where}`, {
      port,
      arrange: async (world) => JSON.stringify(most(await moveIn(world, port))),
      run: (world, files, ids) => trash(world, files, JSON.parse(ids) as string[]),
    }),
    deletion(`resume of a delete that was cut off ${where}`, {
      port,
      arrange: async (world) => {
        const ids = most(await moveIn(world, port));
        return cutOffOperation(world, port, whileReleasing(), (files) => trash(world, files, ids));
      },
      run: (world, files, id) => resumeOperation(world.deps(files), id, {}),
    }),
    deletion(`undo of a delete ${where}`, {
      port,
      arrange: async (world) => trash(world, port, most(await moveIn(world, port))),
      run: (world, files, id) => undoOperation(world.deps(files), id, {}),
    }),
    deletion(`empty trash ${where}`, {
      port,
      // Two images in the trash, and two that came back but left a name in it.
      arrange: async (world) => {
        const [, first = '', second = '', third = '', fourth = ''] = await moveIn(world, port);
        await trash(world, port, [first, second]);
        const back = await trash(world, port, [third, fourth]);
        await undoOperation(world.deps(withoutTrashNames(port)), back, {});
        return '';
      },
      run: (world, files) => emptyCatalogTrash(world.deps(files), { catalogId }, {}),
      contentsToGo: (world) => {
        const inCatalog = new Set(rowsOf(world.store).map((row) => row.checksum));
        const now = filesNow(world);
        const checksums = trashOf(world, now).flatMap((file) => now.get(file)?.checksum ?? []);
        return new Set(checksums.filter((checksum) => !inCatalog.has(checksum)));
      },
      complete: emptyAll,
    }),
  ],
);
