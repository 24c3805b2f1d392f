import path from 'node:path';
import { isInside } from '../files/folders.js';
import { sourceError } from '../files/fileErrors.js';
import { isGone, lookTwice } from '../files/publish.js';
import { volumePlace, type MountedVolume, type VolumePlace } from '../files/volumes.js';
import { CatalogError } from '../model/errors.js';
import type {
  RelocateFinding,
  RelocateReport,
  RelocateRequest,
  RelocateState,
} from '../model/integrity.js';
import type { OperationControl } from '../model/progress.js';
import type { Source } from '../model/source.js';
import { storedPath } from '../store/managedPaths.js';
import type { RelocatedRow, RelocatedSidecar } from '../store/relocationRepository.js';
import type { CheckDeps } from './checkFiles.js';
import { planRelocation, type PlannedRelocation, type RelocatePlace } from './relocatePlan.js';
import { movedSidecar } from './sidecarPaths.js';

export interface RelocateDeps extends CheckDeps {
  /** Makes a source of a folder that lies in none, inside the caller's transaction. */
  readonly addSource: (folder: string) => Source;
  /** Why a folder cannot be the one of a source, which keeps its folder then; null if it can. */
  readonly refusesSource: (folder: string, source: Source) => boolean;
  readonly volumes: readonly MountedVolume[];
}

const listedFindings = 10_000;

/** Not found first: that is what a person has to look at. */
const order: readonly RelocateState[] = [
  'absent',
  'differing',
  'taken',
  'refused',
  'kept',
  'found',
];

interface MovedSource {
  readonly source: Source;
  readonly to: string;
}

/** What is to be changed in one catalog. */
export interface PreparedRelocation {
  readonly report: RelocateReport;
  /** Inside the caller's transaction. @returns the report of what was done */
  readonly commit: () => RelocateReport;
}

/**
 * Looks at what a relocation has to change in a catalog, which is nothing unless at least one file is found at the new
 * place. A source that lies at or below the old place moves along, unless files still stand there; its files that were
 * not found are missing then, those with other bytes changed.
 * @throws CatalogError CANCELLED, and what reading files throws
 */
export async function prepareRelocation(
  deps: RelocateDeps,
  place: RelocatePlace,
  request: RelocateRequest,
  control: OperationControl = {},
): Promise<PreparedRelocation> {
  const planned = await planRelocation(deps, place, request, control);
  const isAccepted = ({ state }: PlannedRelocation): boolean =>
    state === 'found' || (state === 'differing' && request.acceptDiffering === true);
  const anyFound = planned.some(isAccepted);
  const sources = anyFound ? movedSources(deps, place, request, planned) : [];
  const moving = planned.filter((one) => isAccepted(one) || goesAlong(one, sources));
  const relocated = anyFound ? moving : [];
  const folder = neededSource(deps, place, request, relocated, sources);
  const report: RelocateReport = {
    from: request.from,
    to: request.to,
    dryRun: request.dryRun ?? false,
    images: planned.length,
    counts: countStates(planned),
    relocated: relocated.length,
    sources: sources.map(({ source, to }) => ({
      sourceId: source.id,
      name: source.name,
      from: source.sourcePath,
      to,
    })),
    addedSource: folder === null ? null : { name: path.basename(folder), path: folder },
    findings: listed(planned),
  };
  return {
    report,
    commit: () => {
      if (relocated.length === 0) return report;
      commit(deps, place, request, relocated, sources);
      if (folder === null) return report;
      const { name, sourcePath } = deps.addSource(folder);
      return { ...report, addedSource: { name, path: sourcePath } };
    },
  };
}

/**
 * Tells the catalogs that files are at another place, in one commit.
 * @throws CatalogError RELOCATE_TARGET_MISSING: nothing is changed then
 */
export function commitRelocations(
  { store, files }: Pick<CheckDeps, 'store' | 'files'>,
  { to }: RelocateRequest,
  prepared: readonly PreparedRelocation[],
): RelocateReport[] {
  // A drive that went away meanwhile makes files look absent.
  const isThere = prepared.every(({ report }) => report.relocated === 0) || lookTwice(files, to);
  if (!isThere) throw new CatalogError('RELOCATE_TARGET_MISSING', { path: to });
  return store.transaction(() => prepared.map(({ commit: run }) => run()));
}

/** Its source moves along: at its old place it would be in none. It is then missing, or changed, at the new one. */
const goesAlong = (one: PlannedRelocation, sources: readonly MovedSource[]): boolean =>
  (one.state === 'absent' || one.state === 'differing') &&
  !one.row.isManaged &&
  sources.some(({ source }) => isInside(one.from, source.sourcePath));

function movedSources(
  deps: RelocateDeps,
  { catalog }: RelocatePlace,
  { from, to }: RelocateRequest,
  planned: readonly PlannedRelocation[],
): MovedSource[] {
  return deps.store.sources.list(catalog.id).flatMap((source) => {
    if (!isInside(source.sourcePath, from)) return [];
    const folder = path.join(to, path.relative(from, source.sourcePath));
    const isStillUsed = planned.some(
      (one) => one.state === 'kept' && isInside(one.from, source.sourcePath),
    );
    const refused = isStillUsed || !isFolder(deps, folder) || deps.refusesSource(folder, source);
    return refused ? [] : [{ source, to: folder }];
  });
}

function isFolder({ files }: CheckDeps, folder: string): boolean {
  if (lookTwice(files, folder) === null) return false;
  try {
    return files.stat(folder).isDirectory();
  } catch (error) {
    throw sourceError(error, folder);
  }
}

/** Where a source lies on its volume, to be found again when that is mounted elsewhere. */
function placeOnVolume({ files, volumes }: RelocateDeps, folder: string): VolumePlace | null {
  try {
    return volumePlace(volumes, files.realpath(folder));
  } catch (error) {
    throw sourceError(error, folder);
  }
}

/** The folder that has to become a source so that the files found may be opened; null if they lie in one. */
function neededSource(
  deps: RelocateDeps,
  { catalog }: RelocatePlace,
  { from, to }: RelocateRequest,
  relocated: readonly PlannedRelocation[],
  moved: readonly MovedSource[],
): string | null {
  const folders = deps.store.sources
    .list(catalog.id)
    .map(({ id, sourcePath }) => moved.find(({ source }) => source.id === id)?.to ?? sourcePath);
  const uncovered = relocated.some(
    (one) => !one.row.isManaged && !folders.some((folder) => isInside(one.to, folder)),
  );
  if (!uncovered) return null;
  return relocated.some((one) => one.from === from) ? path.dirname(to) : to;
}

function commit(
  deps: RelocateDeps,
  { catalog }: RelocatePlace,
  request: RelocateRequest,
  relocated: readonly PlannedRelocation[],
  sources: readonly MovedSource[],
): void {
  const { store, now } = deps;
  const at = now().toISOString();
  const common = { at, catalogId: catalog.id, catalogName: catalog.name };
  for (const { source, to } of sources) {
    store.sources.update({ ...source, sourcePath: to, updatedAt: at });
    store.fileChecks.setVolume(source.id, placeOnVolume(deps, to));
    store.auditLog.append({
      ...common,
      operation: 'relocate-source',
      sourceId: source.id,
      path: to,
      detail: { from: source.sourcePath },
    });
  }
  const rows = relocated.map(({ row, storedTo, identity, state }): RelocatedRow => ({
    imageId: row.imageId,
    storedPath: storedTo,
    identity,
    isChanged: state === 'differing',
  }));
  store.relocations.relocate(rows, at);
  for (const one of relocated) {
    store.relocations.relocateSidecars(
      sidecarsOf(deps, catalog.managedDirectory, { ...one, isThere: one.identity !== null }),
    );
    store.auditLog.append({
      ...common,
      operation: 'relocate-image',
      imageId: one.row.imageId,
      path: one.to,
      detail: { from: one.from, found: one.state },
    });
  }
  if (relocated.length > 1) {
    const detail = { from: request.from, images: relocated.length };
    store.auditLog.append({ ...common, operation: 'relocate-folder', path: request.to, detail });
  }
}

/**
 * The sidecars that stand beside the image at its new place.
 * @param image.isThere its own file was found there
 * @throws CatalogError FILE_UNREADABLE, FILE_VANISHED if the place itself cannot be found any more
 */
export function sidecarsOf(
  { store, files }: CheckDeps,
  managedDirectory: string | null,
  image: Pick<PlannedRelocation, 'from' | 'to'> & {
    readonly row: { readonly imageId: string; readonly isManaged: boolean };
    readonly isThere: boolean;
  },
): RelocatedSidecar[] {
  const { imageId, isManaged } = image.row;
  const root = managedDirectory ?? '';
  return store.relocations.sidecarPaths(imageId).flatMap((from) => {
    const old = isManaged ? path.join(root, ...from.split('/')) : from;
    const to = movedSidecar(old, image);
    if (to === null) return [];
    const stats = lookTwice(files, to);
    if (stats === null && image.isThere && !isGone(files, to)) {
      throw new CatalogError('FILE_VANISHED', { path: to });
    }
    if (stats?.isFile() !== true) return [];
    return [{ imageId, from, to: isManaged ? storedPath(root, to) : to }];
  });
}

function countStates(planned: readonly PlannedRelocation[]): Record<RelocateState, number> {
  const counts = { found: 0, differing: 0, absent: 0, kept: 0, taken: 0, refused: 0 };
  for (const { state } of planned) counts[state] += 1;
  return counts;
}

function listed(planned: readonly PlannedRelocation[]): RelocateFinding[] {
  return order
    .flatMap((state) => planned.filter((one) => one.state === state))
    .slice(0, listedFindings)
    .map(({ row, from, to, state }) => ({ imageId: row.imageId, from, to, state }));
}
