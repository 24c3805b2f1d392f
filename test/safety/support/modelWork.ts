import type { FilePort } from '../../../src/catalog/files/filePort.js';
import { resumeJob } from '../../../src/catalog/import/execute.js';
import { undoJob } from '../../../src/catalog/import/undoJob.js';
import { isResumable } from '../../../src/catalog/model/fileOperation.js';
import type { FileOperationStatus } from '../../../src/catalog/model/fileOperation.js';
import type { ImportJobStatus } from '../../../src/catalog/model/importJob.js';
import { convertToManaged } from '../../../src/catalog/operations/convert.js';
import {
  emptyCatalogTrash,
  runDeletion,
  undoOperation,
} from '../../../src/catalog/operations/fileOperations.js';
import { reorganizeManaged } from '../../../src/catalog/operations/reorganize.js';
import { resumeOperation } from '../../../src/catalog/operations/resumeOperation.js';
import { allImages } from '../../unit/store/support.js';
import type { WorkStep } from './modelSteps.js';
import type { SafetyWorld } from './world.js';
import { catalogId } from './world.js';

export type Work = (files: FilePort) => Promise<unknown>;

/** The work of a step, through files that may fail; null if there is nothing to do it to. */
export async function workOf(world: SafetyWorld, one: WorkStep): Promise<Work | null> {
  switch (one.kind) {
    case 'import': {
      const scanId = await world.scan();
      return (files) => world.import(one.mode, scanId, files);
    }
    case 'resume': {
      const id = newestJob(world, (status) => status === 'INTERRUPTED');
      return id === undefined ? null : (files) => resumeJob(world.deps(files), id);
    }
    case 'undo': {
      const id = newestJob(world, (status) => status !== 'INTERRUPTED');
      return id === undefined ? null : (files) => undoJob(world.deps(files), id);
    }
    case 'trash': {
      const { includeChanged } = one;
      const imageIds = pickImages(world, one, () => true);
      if (imageIds.length === 0) return null;
      const request = { catalogId, imageIds, deleteFiles: true, includeChanged };
      return (files) => runDeletion(world.deps(files), request, {});
    }
    case 'convert': {
      const imageIds = pickImages(world, one, (isManaged) => !isManaged);
      if (imageIds.length === 0) return null;
      return (files) => convertToManaged(world.deps(files), { catalogId, imageIds }, {});
    }
    case 'reorganize': {
      const request = { catalogId, organizationStrategy: one.strategy };
      return (files) => reorganizeManaged(world.deps(files), request, {});
    }
    case 'undo operation': {
      const id = pickOperation(world, one.number, isUndoable);
      return id === undefined ? null : (files) => undoOperation(world.deps(files), id, {});
    }
    case 'resume operation': {
      const id = pickOperation(world, 0, isResumable);
      return id === undefined ? null : (files) => resumeOperation(world.deps(files), id, {});
    }
    case 'empty trash':
      return (files) => emptyCatalogTrash(world.deps(files), { catalogId }, {});
  }
}

const isUndoable = (status: FileOperationStatus): boolean =>
  status !== 'RUNNING' && status !== 'UNDONE' && status !== 'EMPTIED';

// Times are all the same here, and ids are made by chance: rows come in the order in which they were written.

function newestJob(
  { store }: SafetyWorld,
  isWanted: (status: ImportJobStatus) => boolean,
): string | undefined {
  const jobs = store.driver.all<{ id: string; status: ImportJobStatus }>(
    'SELECT id, status FROM import_jobs ORDER BY rowid DESC',
  );
  return jobs.find(({ status }) => isWanted(status))?.id;
}

function pickOperation(
  { store }: SafetyWorld,
  number: number,
  isWanted: (status: FileOperationStatus) => boolean,
): string | undefined {
  const all = store.driver.all<{ id: string; status: FileOperationStatus }>(
    'SELECT id, status FROM file_operations ORDER BY rowid DESC',
  );
  const found = all.filter(({ status }) => isWanted(status));
  return found[number % Math.max(1, found.length)]?.id;
}

function pickImages(
  { store }: SafetyWorld,
  { number, count }: { readonly number: number; readonly count: number },
  isWanted: (isManaged: boolean) => boolean,
): string[] {
  const found = allImages(store, catalogId)
    .filter(({ isManaged }) => isWanted(isManaged))
    .map(({ id, originalSourcePath, checksum }) => ({ id, key: originalSourcePath + checksum }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const first = number % Math.max(1, found.length);
  return found.slice(first, first + count).map(({ id }) => id);
}
