import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { openByteReader } from '../files/byteReader.js';
import { sameContentStamp } from '../files/fileIdentity.js';
import { readContent, type FileContent } from '../files/readContent.js';
import { readMediaFacts } from '../media/readMediaFacts.js';
import { readXmpSidecars } from '../media/xmpSidecar.js';
import { CatalogError, toCatalogError, type ErrorCode } from '../model/errors.js';
import type { Image } from '../model/image.js';
import type {
  AcceptedImage,
  AcceptEditedRequest,
  AcceptRefusal,
  AcceptReport,
} from '../model/integrity.js';
import type { MediaFacts } from '../model/media.js';
import type { OperationControl } from '../model/progress.js';
import { ProgressMeter } from '../model/progressMeter.js';
import type { CheckDeps } from './checkFiles.js';
import { KeptFiles } from './fileOperationRun.js';

export interface AcceptDeps extends CheckDeps {
  /** The image's file, proven to lie where it may. @throws CatalogError */
  readonly locate: (imageId: string) => string;
}

/** What an image's file holds now. */
interface Edited {
  readonly image: Image;
  readonly path: string;
  readonly content: FileContent;
  readonly facts: MediaFacts;
  readonly sidecars: readonly { readonly storedPath: string; readonly content: FileContent }[];
}

/**
 * Takes the present content of files for their images': checksum, size, facts; the picture is made anew. The checksum
 * that was imported stays known. Each image is a commit of its own; no file is written to.
 * @throws CatalogError CANCELLED; what was accepted until then is accepted
 */
export async function acceptEdited(
  deps: AcceptDeps,
  request: AcceptEditedRequest,
  control: OperationControl = {},
): Promise<AcceptReport> {
  const accepted: AcceptedImage[] = [];
  const kept = new KeptFiles();
  const refusals = { damaged: 0, noPicture: 0, duplicate: 0, unreadable: 0 };
  let unchanged = 0;
  const meter = new ProgressMeter({
    phase: 'verify',
    filesTotal: request.imageIds.length,
    bytesTotal: null,
    now: () => performance.now(),
    report: control.onProgress,
  });
  for (const imageId of request.imageIds) {
    if (control.signal?.aborted) throw new CatalogError('CANCELLED');
    let file = imageId;
    try {
      const image = deps.store.images.find(imageId);
      if (!image) throw new CatalogError('IMAGE_NOT_FOUND', { image: imageId });
      file = image.currentPath;
      const edited = await readEdited(deps, image, request, control);
      if (edited) {
        if (!request.dryRun) deps.store.transaction(() => commit(deps, edited));
        accepted.push({
          imageId,
          path: file,
          checksumBefore: image.checksum,
          checksum: edited.content.checksum,
        });
      } else {
        unchanged += 1;
      }
    } catch (error) {
      if (CatalogError.is(error, 'CANCELLED')) throw error;
      const known = toCatalogError(error);
      refusals[refusalOf(known.code)] += 1;
      kept.add(file, known);
    }
    meter.advance(1, 0, file);
    await nextTurn();
  }
  meter.flush();
  const dryRun = request.dryRun ?? false;
  return { dryRun, accepted, unchanged, keptCount: kept.count, refusals, kept: kept.listed };
}

function refusalOf(code: ErrorCode): AcceptRefusal {
  if (code === 'ACCEPT_DAMAGED') return 'damaged';
  if (code === 'CHECKSUM_TAKEN') return 'duplicate';
  return code === 'FILE_NOT_MEDIA' || code === 'FILE_EMPTY' ? 'noPicture' : 'unreadable';
}

/** @returns null if the file and its sidecars are what the catalog knows */
async function readEdited(
  deps: AcceptDeps,
  image: Image,
  request: AcceptEditedRequest,
  { signal }: OperationControl,
): Promise<Edited | null> {
  const { files, store } = deps;
  const file = deps.locate(image.id);
  const content = await readContent(files, file, { signal });
  const sidecars = await editedSidecars(deps, image, file, signal);
  if (content.checksum === image.checksum && sidecars.length === 0) {
    if (!request.dryRun && (image.fileChanged || image.fileMissing)) {
      store.fileChecks.markIntact([{ imageId: image.id, ...content }], deps.now().toISOString());
    }
    return null;
  }
  const known = store.images.fileStamp(image.id);
  const isUntouched =
    content.checksum !== image.checksum &&
    known !== undefined &&
    sameContentStamp(content, { sizeBytes: image.sizeBytes, mtimeNs: known.mtimeNs });
  if (isUntouched && !request.acceptDamaged) {
    throw new CatalogError('ACCEPT_DAMAGED', { path: file });
  }
  const other = store.images.findByChecksum(image.catalogId, content.checksum);
  if (other && other.id !== image.id) {
    throw new CatalogError('CHECKSUM_TAKEN', { path: file, existing: other.currentPath });
  }
  const facts = await factsOf(deps, image, file, content);
  return { image, path: file, content, sidecars, facts };
}

/** As an import reads them: what a sidecar says of its image goes before what the image says. */
async function factsOf(
  deps: CheckDeps,
  image: Image,
  file: string,
  { mtimeNs }: FileContent,
): Promise<MediaFacts> {
  const { files, now } = deps;
  const relativePath = path.basename(file);
  const beside = sidecarsBeside(deps, image, file).map((sidecar) => sidecar.path);
  // The one that carries the whole name counts most.
  const isExact = (sidecar: string): boolean => path.basename(sidecar).startsWith(relativePath);
  const sidecars = readXmpSidecars(
    files,
    beside.sort((a, b) => Number(isExact(b)) - Number(isExact(a))),
  );
  const reader = openByteReader(files, file);
  try {
    return await readMediaFacts({
      reader,
      path: file,
      relativePath,
      sidecars,
      mtimeNs,
      now: now(),
    });
  } finally {
    reader.close();
  }
}

/**
 * Sidecars beside the image that were written to. One that is gone, or lies elsewhere, stays as it is known.
 * @throws CatalogError FILE_UNREADABLE, FILE_CHANGED: the image waits until its sidecars can be read
 */
async function editedSidecars(
  deps: CheckDeps,
  image: Image,
  file: string,
  signal: AbortSignal | undefined,
): Promise<Edited['sidecars']> {
  const edited: { storedPath: string; content: FileContent }[] = [];
  for (const { storedPath, checksum, path: sidecar } of sidecarsBeside(deps, image, file)) {
    try {
      const content = await readContent(deps.files, sidecar, { signal });
      if (content.checksum !== checksum) edited.push({ storedPath, content });
    } catch (error) {
      const { code } = toCatalogError(error);
      const isNone = ['FILE_VANISHED', 'FILE_NOT_REGULAR', 'PATH_LOOP'].includes(code);
      if (!isNone) throw error;
    }
  }
  return edited;
}

/** Where the sidecars of an image are if they lie beside it. */
function sidecarsBeside(
  { store }: CheckDeps,
  image: Image,
  file: string,
): { readonly storedPath: string; readonly checksum: string; readonly path: string }[] {
  return store.fileChecks.sidecars([image.id]).map(({ storedPath, checksum }) => {
    const name = storedPath.slice(storedPath.lastIndexOf(image.isManaged ? '/' : path.sep) + 1);
    return { storedPath, checksum, path: path.join(path.dirname(file), name) };
  });
}

function commit({ store, now }: CheckDeps, edited: Edited): void {
  const { image, path: file, content, facts, sidecars } = edited;
  const at = now().toISOString();
  const { id: imageId, catalogId } = image;
  const { checksum, ...identity } = content;
  if (checksum !== image.checksum) {
    store.fileChecks.acceptContent({ imageId, checksum, identity, facts }, at);
  } else store.fileChecks.acceptDescription(imageId, facts, at);
  for (const { storedPath, content: sidecar } of sidecars) {
    const { checksum: sidecarChecksum, sizeBytes } = sidecar;
    store.fileChecks.acceptSidecar(imageId, storedPath, sidecarChecksum, sizeBytes);
  }
  store.auditLog.append({
    at,
    operation: 'accept-edited',
    catalogId,
    catalogName: store.catalogs.find(catalogId)?.name ?? null,
    imageId,
    path: file,
    detail: {
      before: image.checksum,
      checksum,
      imported: image.importedChecksum,
      ...(sidecars.length > 0 && { sidecars: sidecars.map(({ storedPath }) => storedPath) }),
    },
  });
}
