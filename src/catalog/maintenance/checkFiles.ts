import { sameContentStamp } from '../files/fileIdentity.js';
import type { FilePort, FileStats } from '../files/filePort.js';
import type { MountedVolume } from '../files/volumes.js';
import { sourceError } from '../files/fileErrors.js';
import type { Catalog } from '../model/catalog.js';
import { CatalogError } from '../model/errors.js';
import type { CheckFilesRequest, CheckReport } from '../model/integrity.js';
import type { OperationControl } from '../model/progress.js';
import { ProgressMeter } from '../model/progressMeter.js';
import type { CatalogStore } from '../store/catalogStore.js';
import type { CheckedRow } from '../store/fileCheckRepository.js';
import { CheckedFolders, isNothingThere, type ManagedPlace } from './checkedRoots.js';
import { Findings, RootTally } from './checkTally.js';
import { KeptFiles } from './fileOperationRun.js';
import { noteMissing, noteSources, readSuspects, type SuspectFile } from './noteCheck.js';
import { Pace } from './pace.js';

export interface CheckDeps {
  readonly store: CatalogStore;
  readonly files: FilePort;
  readonly now: () => Date;
}

export interface CheckPlace {
  readonly catalog: Catalog;
  /** Null if the catalog has none. */
  readonly managed: ManagedPlace | null;
  readonly volumes: readonly MountedVolume[];
}

/** What a check holds while it runs. */
export interface CheckRun {
  readonly deps: CheckDeps;
  readonly place: CheckPlace;
  readonly request: CheckFilesRequest;
  readonly control: OperationControl;
  readonly folders: CheckedFolders;
  readonly tallies: Map<string, RootTally>;
  readonly findings: Findings;
  readonly unreadable: KeptFiles;
  readonly suspects: SuspectFile[];
  readonly pace: Pace;
  readonly at: string;
}

/**
 * Looks up the files of images. Missing is only what is gone while the folder of its source or the managed directory
 * is there; where that cannot be told nothing is marked, and a large share missing at once is reported before anything
 * is marked. Files whose size or time has changed are read. Photos are only read, and only inside their roots.
 * @throws CatalogError CANCELLED; what was found in files read until then is kept
 */
export async function checkFiles(
  deps: CheckDeps,
  place: CheckPlace,
  request: CheckFilesRequest,
  control: OperationControl = {},
): Promise<CheckReport> {
  const { catalog, managed, volumes } = place;
  const { store, files } = deps;
  const sources = store.sources.list(catalog.id);
  const run: CheckRun = {
    deps,
    place,
    request,
    control,
    folders: new CheckedFolders({ store, files, sources, managed, volumes }),
    tallies: new Map(),
    findings: new Findings(),
    unreadable: new KeptFiles(),
    suspects: [],
    pace: new Pace(request.background ?? false),
    at: deps.now().toISOString(),
  };
  const images = await lookAtAll(run);
  const suspectFolders = judgeRoots(run);
  const counts = { images, filesRead: 0 };
  const asks = suspectFolders.length > 0 && request.acceptMissing !== true;
  if (!asks) {
    await noteMissing(run);
    counts.filesRead = await readSuspects(run);
    noteSources(run);
  } else listMissing(run);
  return report(run, counts, asks ? suspectFolders : []);
}

/** @returns how many images were looked at */
async function lookAtAll(run: CheckRun): Promise<number> {
  const { request, control, deps, pace } = run;
  const total = deps.store.fileChecks.count(request);
  const meter = new ProgressMeter({
    phase: 'check',
    filesTotal: total,
    bytesTotal: null,
    now: () => performance.now(),
    report: control.onProgress,
  });
  let looked = 0;
  for (const rows of deps.store.fileChecks.pages(request)) {
    let told = 0;
    for (const [index, row] of rows.entries()) {
      lookAt(run, row);
      if ((index & 63) !== 0 || !pace.isDue()) continue;
      meter.advance(index - told, 0, row.storedPath);
      told = index;
      await pace.rest();
      if (control.signal?.aborted) throw new CatalogError('CANCELLED');
    }
    meter.advance(rows.length - told, 0, null);
    looked += rows.length;
  }
  meter.flush();
  return looked;
}

function lookAt(run: CheckRun, row: CheckedRow): void {
  const { findings, deps } = run;
  const place = run.folders.find(row);
  if (!place || place.folder.state === 'outside') {
    findings.add('refused', { imageId: row.imageId, path: row.storedPath, isNew: false });
    return;
  }
  const { folder, name } = place;
  const tally = tallyOf(run, folder.root.path, () => new RootTally(folder.root));
  tally.images += 1;
  if (folder.state === 'unreadable') {
    tally.offline += 1;
    return;
  }
  const path = folder.prefix + name;
  let stats: FileStats | null = null;
  if (folder.state === 'there') {
    try {
      stats = deps.files.lstat(path);
    } catch (error) {
      if (!isNothingThere(error)) {
        tally.present += 1;
        run.unreadable.add(path, sourceError(error, path));
        return;
      }
    }
  }
  // A link or a folder in its place is not the file.
  if (!stats?.isFile()) {
    tally.missing.push({ imageId: row.imageId, path, isNew: !row.isMissing });
    return;
  }
  tally.present += 1;
  compare(run, row, path, stats);
}

function compare(run: CheckRun, row: CheckedRow, path: string, stats: FileStats): void {
  const { findings, request, suspects } = run;
  const { imageId } = row;
  const found = { sizeBytes: Number(stats.size), mtimeNs: stats.mtimeNs.toString() };
  if (!sameContentStamp(found, row)) {
    // Known already, and not touched since (which nobody can set back): it need not be read once more.
    const known = row.isChanged && !row.isMissing && request.imageIds === undefined;
    if (known && row.checkedAt !== null && stats.ctime.toISOString() < row.checkedAt) {
      findings.add('changed', { imageId, path, isNew: false });
      return;
    }
    suspects.push({ imageId, path, sizeBytes: found.sizeBytes, row });
  } else if (row.isChanged || row.isMissing) {
    suspects.push({ imageId, path, sizeBytes: found.sizeBytes, row });
  }
}

function tallyOf(run: CheckRun, path: string, create: () => RootTally): RootTally {
  let tally = run.tallies.get(path);
  if (!tally) {
    tally = create();
    run.tallies.set(path, tally);
  }
  return tally;
}

/** Roots that went away meanwhile, or that another volume has the place of, say nothing. @returns the doubtful ones */
function judgeRoots(run: CheckRun): ReturnType<typeof suspectsOf> {
  for (const tally of run.tallies.values()) {
    if (tally.missing.length === 0) continue;
    if (tally.isReplaced() || !run.folders.isStillThere(tally.root)) tally.setOffline();
  }
  return suspectsOf(run);
}

const suspectsOf = (run: CheckRun) =>
  [...run.tallies.values()].flatMap((tally) => tally.suspect() ?? []);

function listMissing(run: CheckRun): void {
  for (const { missing } of run.tallies.values()) {
    for (const file of missing) run.findings.add('missing', file);
  }
}

function report(
  run: CheckRun,
  counts: Pick<CheckReport, 'images' | 'filesRead'>,
  needsConfirmation: CheckReport['needsConfirmation'],
): CheckReport {
  const { findings, request, tallies, unreadable } = run;
  const all = [...tallies.values()];
  const sum = (pick: (tally: RootTally) => number): number =>
    all.reduce((total, tally) => total + pick(tally), 0);
  return {
    catalogId: request.catalogId,
    checkedAt: run.at,
    dryRun: request.dryRun ?? false,
    ...counts,
    present: sum((tally) => tally.present),
    missing: findings.count('missing'),
    newlyMissing: findings.newCount('missing'),
    changed: findings.count('changed'),
    newlyChanged: findings.newCount('changed'),
    found: findings.count('found'),
    offline: sum((tally) => tally.offline),
    refused: findings.count('refused'),
    unreadableCount: unreadable.count,
    unreadable: unreadable.listed,
    offlineFolders: all.flatMap((tally) => tally.offlineFolder() ?? []),
    needsConfirmation,
    findings: findings.listed(),
  };
}
