import { setImmediate as nextTurn } from 'node:timers/promises';
import { RootVolume, whileRootIsThere } from '../files/rootVolume.js';
import type { CatalogError } from '../model/errors.js';
import type { FileOperationReport } from '../model/fileOperation.js';
import type { OperationControl } from '../model/progress.js';
import { ProgressMeter } from '../model/progressMeter.js';
import { convertBatch, mustStop } from './convertBatch.js';
import type { ConvertedGroup, ConvertPlace, ConvertRun } from './convertGroup.js';
import type { MaintenanceDeps, OperationEntry } from './fileOperationRun.js';
import {
  beginOperation,
  endOperation,
  KeptFiles,
  reportOf,
  settledOnly,
} from './fileOperationRun.js';

/** Converted with one commit. */
const filesPerBatch = 64;

/**
 * Copies the files of referenced images into the managed directory, verified and durable, and makes the images
 * managed. The originals stay as they are, and so does original_source_path. What was cut off is taken back by
 * recovery; the operation can be resumed, and converting again goes on with what is left, too.
 * @throws CatalogError OPERATION_NOT_RESUMABLE, and of the store: what was written down is settled by recovery
 */
export async function convertFiles(
  deps: MaintenanceDeps,
  place: ConvertPlace,
  groups: readonly ConvertedGroup[],
  entry: OperationEntry,
  control: OperationControl = {},
): Promise<FileOperationReport> {
  const images = groups.flat();
  const begun = beginOperation(deps, entry, {
    ...place,
    kind: 'convert',
    imagesTotal: images.length,
  });
  const { id, done } = begun;
  const files = images.flatMap((image) => image.files);
  const meter = new ProgressMeter({
    phase: 'convert',
    filesTotal: images.length,
    bytesTotal: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    now: () => performance.now(),
    report: control.onProgress,
  });
  const volume = new RootVolume(deps.files, place.realRoot, place.catalog.name);
  const run: ConvertRun = { deps, place, id, volume, meter, control };
  const kept = new KeptFiles();
  let mustEnd: CatalogError | null = null;
  const settled = settledOnly(begun, kept, groups, (group) => group.map(({ imageId }) => imageId));
  const isAway = await whileRootIsThere(async () => {
    for (const batch of batchesOf(settled)) {
      if (control.signal?.aborted || mustEnd) break;
      for (const { group, files: copied, reason } of await convertBatch(run, batch)) {
        if (!reason) {
          done.images += group.length;
          done.files += copied.length;
          done.bytes += copied.reduce((sum, { expected }) => sum + expected.sizeBytes, 0);
          continue;
        }
        if (reason.code === 'CANCELLED') continue;
        for (const { imageId, files: own } of group) kept.add(own[0]?.from ?? imageId, reason);
        if (mustStop.has(reason.code)) mustEnd ??= reason;
      }
      await nextTurn();
    }
  });
  const stoppedBy = isAway ?? mustEnd;
  meter.flush();
  endOperation(deps, id, done, kept, control, stoppedBy);
  return reportOf(deps, id, kept, stoppedBy);
}

function* batchesOf(groups: readonly ConvertedGroup[]): Generator<ConvertedGroup[]> {
  let batch: ConvertedGroup[] = [];
  let files = 0;
  for (const group of groups) {
    batch.push(group);
    files += group.reduce((sum, image) => sum + image.files.length, 0);
    if (files < filesPerBatch) continue;
    yield batch;
    batch = [];
    files = 0;
  }
  if (batch.length > 0) yield batch;
}
