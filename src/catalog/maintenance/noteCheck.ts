import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FileIdentity } from '../files/fileIdentity.js';
import type { FilePort } from '../files/filePort.js';
import { readContent } from '../files/readContent.js';
import { volumePlace } from '../files/volumes.js';
import { CatalogError, toCatalogError } from '../model/errors.js';
import { ProgressMeter } from '../model/progressMeter.js';
import type { CheckedRow } from '../store/fileCheckRepository.js';
import type { CheckRun } from './checkFiles.js';
import { isNothingThere } from './checkedRoots.js';
import type { MissingFile } from './checkTally.js';

const batchFiles = 256;

/** Read files are noted at least this often, so that a cancel loses little. */
const batchBytes = 512 * 1024 * 1024;

/** A file that is there, of which only its bytes tell whether it is the one of its row. */
export interface SuspectFile {
  readonly imageId: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly row: CheckedRow;
}

/** Marks what is missing, after a last look at each file. */
export async function noteMissing(run: CheckRun): Promise<void> {
  const { deps, request, findings } = run;
  const gone: MissingFile[] = [];
  for (const tally of run.tallies.values()) {
    for (const file of tally.missing) {
      if (file.isNew && !isStillGone(deps.files, file.path)) continue;
      findings.add('missing', file);
      if (file.isNew) gone.push(file);
    }
    await nextTurn();
  }
  requireOwnTurn(run);
  if (request.dryRun || gone.length === 0) return;
  deps.store.transaction(() => {
    const ids = gone.map(({ imageId }) => imageId);
    deps.store.fileChecks.mark(ids, { missing: true }, run.at);
    for (const { imageId, path } of gone) audit(run, 'file-missing', imageId, path);
  });
}

function isStillGone(files: FilePort, path: string): boolean {
  try {
    return !files.lstat(path).isFile();
  } catch (error) {
    return isNothingThere(error);
  }
}

interface ReadFile {
  readonly suspect: SuspectFile;
  readonly identity: FileIdentity;
  readonly isIntact: boolean;
}

/** Reads files whose size or time has changed, and those that were missing and are there. @returns how many */
export async function readSuspects(run: CheckRun): Promise<number> {
  const { control, request, suspects, unreadable } = run;
  const meter = new ProgressMeter({
    phase: 'verify',
    filesTotal: suspects.length,
    bytesTotal: suspects.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    now: () => performance.now(),
    report: control.onProgress,
  });
  let count = 0;
  let batch: ReadFile[] = [];
  let bytes = 0;
  for (const suspect of suspects) {
    try {
      batch.push(await read(run, suspect, meter));
      count += 1;
    } catch (error) {
      if (CatalogError.is(error, 'CANCELLED')) {
        if (!request.background) note(run, batch);
        throw error;
      }
      unreadable.add(suspect.path, toCatalogError(error));
    }
    bytes += suspect.sizeBytes;
    meter.advance(1, 0, suspect.path);
    if (run.pace.isDue()) await run.pace.rest();
    if (batch.length < batchFiles && bytes < batchBytes) continue;
    note(run, batch);
    batch = [];
    bytes = 0;
  }
  note(run, batch);
  if (suspects.length > 0) meter.flush();
  return count;
}

async function read(run: CheckRun, suspect: SuspectFile, meter: ProgressMeter): Promise<ReadFile> {
  const { deps, control } = run;
  const { path, imageId } = suspect;
  const { checksum, ...identity } = await readContent(deps.files, path, {
    signal: control.signal,
    onBytes: (bytes) => meter.advance(0, bytes, path),
  });
  const expected = deps.store.fileChecks.checksums([imageId]).get(imageId);
  return { suspect, identity, isIntact: checksum === expected };
}

/** One commit for the files that were read. */
function note(run: CheckRun, batch: readonly ReadFile[]): void {
  const { deps, findings, request, at } = run;
  const { fileChecks } = deps.store;
  if (batch.length === 0) return;
  requireOwnTurn(run);
  const intact = batch.filter(({ isIntact }) => isIntact);
  const changed = batch.filter(({ isIntact }) => !isIntact);
  const isBack = ({ suspect: { row } }: ReadFile): boolean => row.isMissing || row.isChanged;
  const isNews = ({ suspect: { row } }: ReadFile): boolean => !row.isChanged;
  for (const file of intact.filter(isBack)) {
    findings.add('found', { ...file.suspect, isNew: true });
  }
  for (const file of changed) findings.add('changed', { ...file.suspect, isNew: isNews(file) });
  if (request.dryRun) return;
  deps.store.transaction(() => {
    fileChecks.markIntact(
      intact.map(({ suspect: { imageId }, identity }) => ({ imageId, ...identity })),
      at,
    );
    for (const { suspect } of intact.filter(isBack)) {
      audit(run, 'file-found', suspect.imageId, suspect.path);
    }
    const ids = changed.map(({ suspect }) => suspect.imageId);
    fileChecks.mark(ids, { missing: false, changed: true }, at);
    const news = changed.filter(isNews).map(({ suspect }) => suspect);
    for (const { imageId, path } of news) audit(run, 'file-changed', imageId, path);
  });
}

/** In the background other work may have changed the rows meanwhile. @throws CatalogError CANCELLED */
function requireOwnTurn({ control, request }: CheckRun): void {
  if (control.signal?.aborted && request.background) throw new CatalogError('CANCELLED');
}

/** Notes that all was looked up, and on which volumes the sources are. */
export function noteSources(run: CheckRun): void {
  const { deps, place, request, at, tallies } = run;
  if (request.dryRun || request.imageIds) return;
  requireOwnTurn(run);
  const { fileChecks } = deps.store;
  deps.store.transaction(() => {
    for (const { root, present } of tallies.values()) {
      const { source, realPath } = root;
      if (!source || realPath === null || present === 0) continue;
      const now = volumePlace(place.volumes, realPath);
      const known = fileChecks.volumeOf(source.id);
      if (now && (now.id !== known?.id || now.path !== known.path)) {
        fileChecks.setVolume(source.id, now);
      }
    }
    if (request.sourceId === undefined) fileChecks.setCatalogChecked(request.catalogId, at);
    else fileChecks.setSourceChecked(request.sourceId, at);
  });
}

function audit(run: CheckRun, operation: string, imageId: string, path: string): void {
  const { catalog } = run.place;
  run.deps.store.auditLog.append({
    at: run.at,
    operation,
    catalogId: catalog.id,
    catalogName: catalog.name,
    imageId,
    path,
  });
}
