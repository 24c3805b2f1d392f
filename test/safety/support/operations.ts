import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import type { FilePort } from '../../../src/catalog/files/filePort.js';
import type { ImportMode } from '../../../src/catalog/model/importJob.js';
import { systemError } from './faultyPort.js';
import { fastTemporaryFolder, twoVolumes } from './settings.js';
import type { CardFiles, SafetyWorld } from './world.js';
import { largeCard, mixedCard } from './world.js';

/** Something that the product does with people's files, to be disturbed at each of its steps. */
export interface SafetyOperation {
  readonly name: string;
  readonly isMove: boolean;
  /** It may remove what an earlier import placed. */
  readonly mayRemoveManaged?: boolean;
  readonly card: CardFiles;
  /** Folders for the catalog and the card, and for the managed directory; null if the machine has no two volumes. */
  readonly volumes: readonly [string, string] | null;
  /** The file system beneath the faults. */
  readonly port: FilePort;
  /** Done before, undisturbed. What it returns goes to run. */
  arrange(world: SafetyWorld): Promise<string>;
  run(world: SafetyWorld, files: FilePort, arranged: string): Promise<unknown>;
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
    card: mixedCard,
    volumes: one,
    port: nodeFilePort,
    arrange: (world) => world.scan(),
    run: (world, files, scanId) => world.import(importMode, scanId, files),
    ...options,
  };
}

/** A volume that is full once some bytes are written. */
export function smallVolume(room: number): FilePort {
  let written = 0;
  return {
    ...nodeFilePort,
    write: async (...args) => {
      if (written + args[3] > room) throw systemError('ENOSPC', 'write');
      const count = await nodeFilePort.write(...args);
      written += count;
      return count;
    },
  };
}

export const imports: readonly SafetyOperation[] = [
  importOperation('copy on one file system', 'copy'),
  importOperation('copy across file systems', 'copy', { volumes: twoVolumes() }),
  importOperation('copy without hard links', 'copy', { port: linklessPort }),
  importOperation('copy of a large file', 'copy', { card: largeCard }),
  importOperation('move on one file system', 'move'),
  importOperation('move across file systems', 'move', { volumes: twoVolumes() }),
  importOperation('move without hard links', 'move', { port: linklessPort }),
  importOperation('reference', 'reference'),
];

/** Every operation that can be disturbed, imports first. */
export function allOperations(): readonly SafetyOperation[] {
  return imports;
}
