import type { PlannedEntry } from '../duplicates/planResolve.js';
import type { ReplacementReport } from '../model/duplicates.js';
import { CatalogError } from '../model/errors.js';
import type { ImportJob } from '../model/importJob.js';
import type { OperationControl } from '../model/progress.js';
import type { DuplicateImageRow } from '../store/duplicateRepository.js';
import type { OperationDeps } from './operationDeps.js';
import { resolve, undoResolve } from './resolveDuplicates.js';

type Kept = ReplacementReport['kept'][number];

/**
 * Takes the images out of the catalog that files of a finished job replace: what is written about them goes to the
 * new images, managed files go to the trash. Each new file is read again first; where it is not what the import
 * wrote, the old image stays. What is done already is not done twice.
 * @throws CatalogError as resolving duplicates
 */
export async function replaceByImport(
  deps: OperationDeps,
  job: Pick<ImportJob, 'id' | 'catalogId' | 'status'>,
  control: OperationControl,
): Promise<ReplacementReport> {
  const { store } = deps;
  if (job.status !== 'SUCCESS' && job.status !== 'PARTIAL') return { replaced: 0, kept: [] };
  const { entries, kept } = plannedEntries(deps, job.id);
  if (entries.length === 0) return { replaced: 0, kept };
  const imageIds = entries.map(({ imageId }) => imageId);
  const resolutionId = deps.newId();
  store.importReplacements.setResolution(job.id, imageIds, resolutionId);
  try {
    const report = await resolve(
      deps,
      {
        catalogId: job.catalogId,
        merge: { metadata: true, sidecars: true },
        entries,
        refused: [],
      },
      control,
      { resolutionId, importJobId: job.id },
    );
    const refused = report.refused.flatMap(({ path, error }) => (error ? [{ path, error }] : []));
    return { replaced: report.imagesRemoved, kept: [...kept, ...refused, ...report.kept] };
  } finally {
    const there = store.duplicates.imagesById(imageIds);
    store.importReplacements.setResolution(job.id, [...there.keys()], null);
  }
}

function plannedEntries(
  { store }: OperationDeps,
  jobId: string,
): { entries: PlannedEntry[]; kept: Kept[] } {
  const open = store.importReplacements
    .list(jobId)
    .filter(({ isThere, newImageId }) => isThere && newImageId !== null);
  const rows = store.duplicates.imagesById(
    open.flatMap(({ imageId, newImageId }) => [imageId, newImageId ?? '']),
  );
  const entries = new Map<string, PlannedEntry>();
  const kept: Kept[] = [];
  for (const { imageId, newImageId } of open) {
    const [old, fresh] = [rows.get(imageId), rows.get(newImageId ?? '')];
    if (!old || !fresh || entries.has(imageId)) continue;
    // A file elsewhere may go away with its drive: it is no reason to give up a managed one.
    if (old.isManaged && !fresh.isManaged) {
      const data = { path: old.path, new: fresh.path };
      kept.push({ path: old.path, error: { code: 'REPLACEMENT_NOT_MANAGED', data } });
    } else entries.set(imageId, entryOf(jobId, old, fresh));
  }
  return { entries: [...entries.values()], kept };
}

const entryOf = (
  jobId: string,
  old: DuplicateImageRow,
  fresh: DuplicateImageRow,
): PlannedEntry => ({
  groupId: `${jobId}/${old.imageId}`,
  level: 'similar',
  imageId: old.imageId,
  path: old.path,
  keepImageId: fresh.imageId,
  keepPath: fresh.path,
  action: old.isManaged ? 'trash' : 'entry',
  size: old.size,
  checksum: old.checksum,
  keepChecksum: fresh.checksum,
});

/**
 * Brings back what files of a job replaced, before the job itself is undone.
 * @throws CatalogError REPLACED_NOT_BACK if an image cannot come back
 */
export async function undoReplacements(
  deps: OperationDeps,
  jobId: string,
  control: OperationControl,
): Promise<void> {
  const { importReplacements } = deps.store;
  const isGone = ({
    isThere,
    newImageId,
    resolutionId,
  }: ReturnType<typeof importReplacements.list>[number]): boolean =>
    !isThere && newImageId !== null && resolutionId !== null;
  const resolutions = importReplacements
    .list(jobId)
    .flatMap((each) => (isGone(each) && each.resolutionId !== null ? [each.resolutionId] : []));
  for (const resolutionId of new Set(resolutions)) {
    try {
      await undoResolve(deps, { resolutionId }, control);
    } catch (error) {
      // Told below, with the path.
      if (CatalogError.is(error, 'RESOLUTION_NOT_FOUND')) continue;
      if (!CatalogError.is(error, 'OPERATION_NOT_UNDOABLE')) throw error;
    }
  }
  const gone = importReplacements.list(jobId).find(isGone);
  if (control.signal?.aborted) throw new CatalogError('CANCELLED');
  if (gone) throw new CatalogError('REPLACED_NOT_BACK', { path: gone.path });
}
