import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import type { FilePort } from '../../../src/catalog/files/filePort.js';
import { resumeJob } from '../../../src/catalog/import/execute.js';
import { rollBackInterruptedJob, undoJob } from '../../../src/catalog/import/undoJob.js';
import type { ImportMode } from '../../../src/catalog/model/importJob.js';
import type { PortCall } from './faultyPort.js';
import { systemError, WatchedPort } from './faultyPort.js';
import type { Before, Expectation } from './invariants.js';
import { filesNow, rowsOf, trashOf } from './invariants.js';
import { fastTemporaryFolder, twoVolumes } from './settings.js';
import type { CardFiles, SafetyWorld } from './world.js';
import { largeCard, manyCard, mixedCard } from './world.js';

/** Something that the product does with people's files, to be disturbed at each of its steps. */
export interface SafetyOperation {
  readonly name: string;
  readonly isMove: boolean;
  /** It takes back what an earlier import placed. */
  readonly isUndo?: boolean;
  /** It works on managed files only: the card stays as it is. */
  readonly isInside?: boolean;
  /** It gives managed files other names; its rows name whole files at every instant. */
  readonly isRenaming?: boolean;
  /** How the files come in, in the end. */
  readonly importMode: ImportMode;
  readonly card: CardFiles;
  /** Folders for the catalog and the card, and for the managed directory; null if the machine has no two volumes. */
  readonly volumes: readonly [string, string] | null;
  /** The file system beneath the faults. */
  readonly port: FilePort;
  /** Done before, undisturbed. What it returns goes to run. */
  arrange(world: SafetyWorld): Promise<string>;
  run(world: SafetyWorld, files: FilePort, arranged: string): Promise<unknown>;
  /** Contents that it removes for good, in a world where it is arranged. */
  contentsToGo?(world: SafetyWorld): ReadonlySet<string>;
  /** Paths that the test itself changed, in a world where it is arranged. */
  touched?(world: SafetyWorld): ReadonlySet<string>;
  /** Ends what was recovered, undisturbed, and checks the end. Without it everything is imported. */
  complete?(world: SafetyWorld, before: Before, expected: Expectation): Promise<string[]>;
}

/** What an operation may do, in a world where it is arranged. */
export function expectationOf(operation: SafetyOperation, world: SafetyWorld): Expectation {
  const { isMove, isUndo = false, isInside = false, isRenaming = false } = operation;
  const rows = rowsOf(world.store).map((row) => row.path);
  const lostByTest = operation.contentsToGo?.(world);
  return {
    isMove,
    isUndo,
    isInside,
    isRenaming,
    placedBefore: new Set([...rows, ...trashOf(world, filesNow(world))]),
    ...(lostByTest && { lostByTest }),
    ...(operation.touched && { touchedByTest: operation.touched(world) }),
  };
}

const fast = fastTemporaryFolder();
const one = [fast, fast] as const;

/** A volume without hard links. */
export const linklessPort: FilePort = {
  ...nodeFilePort,
  link: () => {
    throw systemError('EPERM', 'link');
  },
};

function importOperation(
  name: string,
  importMode: ImportMode,
  options: Partial<SafetyOperation> = {},
): SafetyOperation {
  return {
    name,
    isMove: importMode === 'move',
    importMode,
    card: mixedCard,
    volumes: one,
    port: nodeFilePort,
    arrange: (world) => world.scan(),
    run: (world, files, scanId) => world.import(importMode, scanId, files),
    ...options,
  };
}

/**
 * A volume on which files might share their blocks: every copy goes through the program, piece by piece. On other
 * volumes the system copies.
 */
export const piecewisePort: FilePort = {
  ...nodeFilePort,
  statfs: (folder) => ({ ...nodeFilePort.statfs(folder), type: btrfs }),
};
const btrfs = 0x9123683e;

/** A volume on which a file may not grow beyond some bytes: full in the middle of the third file or so. */
const smallVolume: FilePort = {
  ...piecewisePort,
  write: (...args) =>
    args[3] > 3500 ? Promise.reject(systemError('ENOSPC', 'write')) : nodeFilePort.write(...args),
};

export const imports: readonly SafetyOperation[] = [
  importOperation('copy on one file system', 'copy'),
  importOperation('copy across file systems', 'copy', { volumes: twoVolumes() }),
  importOperation('copy without hard links', 'copy', { port: linklessPort }),
  importOperation('copy piece by piece', 'copy', { port: piecewisePort }),
  importOperation('copy of a large file', 'copy', { card: largeCard }),
  importOperation('copy of a large file piece by piece', 'copy', {
    card: largeCard,
    port: piecewisePort,
  }),
  importOperation('move on one file system', 'move'),
  importOperation('move across file systems', 'move', { volumes: twoVolumes() }),
  importOperation('move across file systems piece by piece', 'move', {
    volumes: twoVolumes(),
    port: piecewisePort,
  }),
  importOperation('move without hard links', 'move', { port: linklessPort }),
  importOperation('reference', 'reference'),
];

/** The import is cut off at a moment, and its catalog opened anew. Returns the job. */
async function cutOff(
  world: SafetyWorld,
  mode: ImportMode,
  isMoment: (call: PortCall) => boolean,
): Promise<string> {
  const scanId = await world.scan();
  let crashed = false;
  const watched = new WatchedPort(nodeFilePort, {
    before: (call) => {
      if (!crashed && !isMoment(call)) return;
      if (!crashed) world.crash();
      crashed = true;
      throw systemError('ECRASHED', call.name);
    },
  });
  await world.import(mode, scanId, watched.port).catch(() => undefined);
  await world.close();
  await world.open();
  await world.recover();
  const [job] = world.store.importJobs.listByStatus('INTERRUPTED');
  if (!job) throw new Error('the import was not cut off');
  return job.id;
}

/** Files are on their way, none has a row. */
const whilePlacing = (call: PortCall): boolean => call.number === 120;

/** All files have rows, two sources are gone. */
function whileReleasing(world: SafetyWorld): (call: PortCall) => boolean {
  let released = 0;
  return ({ name, args }) => {
    if (name !== 'unlink' || !String(args[0]).startsWith(world.places.source)) return false;
    released += 1;
    return released === 3;
  };
}

/** A first batch has its rows, a second one is on its way. */
function inSecondBatch(): (call: PortCall) => boolean {
  let copied = 0;
  return ({ name }) => {
    if (name === 'copyNew') copied += 1;
    return copied === 68;
  };
}

function undoOperation(
  name: string,
  importMode: ImportMode,
  options: Partial<SafetyOperation> = {},
): SafetyOperation {
  return {
    ...importOperation(name, importMode, options),
    // What an unfinished job still has to do is done in its own way.
    isMove: importMode === 'move',
    isUndo: true,
    // Enough to prove that everything can come in again.
    importMode: 'copy',
    arrange: async (world) => (await world.import(importMode, await world.scan(), options.port)).id,
    run: (world, files, jobId) => undoJob(world.deps(files), jobId),
  };
}

export const laterOperations: readonly SafetyOperation[] = [
  importOperation('disk full in the middle of a copy', 'copy', { port: smallVolume }),
  ...(['copy', 'move'] as const).map((mode) =>
    importOperation(`resume of a ${mode} that was cut off`, mode, {
      volumes: mode === 'move' ? twoVolumes() : one,
      // A full disk on the way takes back what the job did before.
      isUndo: true,
      arrange: (world) => cutOff(world, mode, whilePlacing),
      run: (world, files, jobId) => resumeJob(world.deps(files), jobId),
    }),
  ),
  importOperation('resume of a move that was cut off in its releases', 'move', {
    volumes: twoVolumes(),
    arrange: (world) => cutOff(world, 'move', whileReleasing(world)),
    run: (world, files, jobId) => resumeJob(world.deps(files), jobId),
  }),
  {
    ...undoOperation('roll back of a copy that was cut off', 'copy', { card: manyCard }),
    arrange: (world) => cutOff(world, 'copy', inSecondBatch()),
    run: (world, files, jobId) => rollBackInterruptedJob(world.deps(files), jobId),
  },
  {
    ...undoOperation('roll back of a move that was cut off', 'move', { volumes: twoVolumes() }),
    arrange: (world) => cutOff(world, 'move', whileReleasing(world)),
    run: (world, files, jobId) => rollBackInterruptedJob(world.deps(files), jobId),
  },
  undoOperation('undo of a copy', 'copy'),
  undoOperation('undo of a move on one file system', 'move'),
  undoOperation('undo of a move across file systems', 'move', { volumes: twoVolumes() }),
  undoOperation('undo of a move without hard links', 'move', { port: linklessPort }),
  undoOperation('undo of a reference', 'reference'),
];

/** Too much to try every step of. */
export const isLarge = ({ card }: SafetyOperation): boolean =>
  card === largeCard || card === manyCard;
