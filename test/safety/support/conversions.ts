import type { FilePort } from '../../../src/catalog/files/filePort.js';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import { convertToManaged } from '../../../src/catalog/operations/convert.js';
import { listOperations, undoOperation } from '../../../src/catalog/operations/fileOperations.js';
import { resumeOperation } from '../../../src/catalog/operations/resumeOperation.js';
import { allImages } from '../../unit/store/support.js';
import type { Before, Expectation } from './invariants.js';
import { checkAlways, checkRecovered, filesNow, rowsOf } from './invariants.js';
import type { SafetyOperation } from './operations.js';
import { cutOffOperation } from './cutOff.js';
import type { PortCall } from './faultyPort.js';
import { linklessPort } from './operations.js';
import { fastTemporaryFolder, twoVolumes } from './settings.js';
import type { SafetyWorld } from './world.js';
import { catalogId, mixedCard } from './world.js';

/** The files stay on the card. */
async function reference(world: SafetyWorld): Promise<void> {
  await world.import('reference', await world.scan());
}

/** @returns the id of the operation */
async function convertAll(world: SafetyWorld, files: FilePort = nodeFilePort): Promise<string> {
  const { operation } = await convertToManaged(world.deps(files), { catalogId }, {});
  return operation.id;
}

/** Some copies stand in the managed directory. */
function whileCopying(): (call: PortCall) => boolean {
  let copied = 0;
  return ({ name }) => {
    if (name === 'copyNew') copied += 1;
    return copied === 6;
  };
}

/** Every image of the card has its rows, all of them here or there, and nothing else is in the way. */
function checkAllAre(
  managed: boolean,
  world: SafetyWorld,
  before: Before,
  expected: Expectation,
): string[] {
  const faults: string[] = [];
  const inCatalog = new Set(rowsOf(world.store).map((row) => row.checksum));
  for (const [file, { checksum }] of before) {
    if (!file.startsWith(world.places.source) || inCatalog.has(checksum)) continue;
    faults.push(`${file} is not in the catalog any more`);
  }
  for (const image of allImages(world.store, catalogId)) {
    const { currentPath, isManaged, verifiedAt } = image;
    if (isManaged !== managed) faults.push(`${currentPath} is ${managed ? 'not ' : ''}managed`);
    if (managed && verifiedAt === null) faults.push(`${currentPath} was never verified`);
    for (const sidecar of world.store.images.listSidecars(image.id)) {
      if (sidecar.isManaged !== isManaged) faults.push(`${sidecar.currentPath} was left behind`);
    }
  }
  return [
    ...faults,
    ...checkAlways(world, before, rowsOf(world.store), expected),
    ...checkRecovered(world, before, expected),
  ];
}

/** Converting again goes on with what is left. */
async function convertTheRest(
  world: SafetyWorld,
  before: Before,
  expected: Expectation,
): Promise<string[]> {
  await convertAll(world);
  return checkAllAre(true, world, before, expected);
}

/** What is left to take back is taken back, and everything is converted anew. */
async function undoTheRest(
  world: SafetyWorld,
  before: Before,
  expected: Expectation,
): Promise<string[]> {
  for (const { id, status } of listOperations(world.deps(), { catalogId }).operations) {
    if (status !== 'UNDONE') await undoOperation(world.deps(), id, {});
  }
  const left = [...(expected.placedBefore ?? [])].filter((file) => filesNow(world).has(file));
  return [
    ...left.map((file) => `${file} is a copy that was to go`),
    ...checkAllAre(false, world, before, expected),
    ...(await convertTheRest(world, before, expected)),
  ];
}

function conversion(
  name: string,
  options: Pick<SafetyOperation, 'port' | 'volumes'> & Partial<SafetyOperation>,
): SafetyOperation {
  return {
    name,
    isMove: false,
    importMode: 'reference',
    card: mixedCard,
    arrange: async (world) => {
      await reference(world);
      return '';
    },
    run: (world, files) => convertAll(world, files),
    complete: convertTheRest,
    ...options,
  };
}

const fast = fastTemporaryFolder();

const places = [
  { where: 'on one file system', port: nodeFilePort, volumes: [fast, fast] },
  { where: 'across file systems', port: nodeFilePort, volumes: twoVolumes() },
  { where: 'without hard links', port: linklessPort, volumes: [fast, fast] },
] as const;

/** Referenced images that become managed, and referenced again. */
export const conversions: readonly SafetyOperation[] = places.flatMap(
  ({ where, port, volumes }) => [
    conversion(`convert to managed ${where}`, { port, volumes }),
    conversion(`resume of a conversion that was cut off ${where}`, {
      port,
      volumes,
      arrange: async (world) => {
        await reference(world);
        return cutOffOperation(world, port, whileCopying(), (files) => convertAll(world, files));
      },
      run: (world, files, id) => resumeOperation(world.deps(files), id, {}),
    }),
    conversion(`undo of a conversion ${where}`, {
      port,
      volumes,
      // The copies go; originals may not be touched by it.
      isInside: true,
      arrange: async (world) => {
        await reference(world);
        return convertAll(world, port);
      },
      run: (world, files, id) => undoOperation(world.deps(files), id, {}),
      complete: undoTheRest,
    }),
  ],
);
