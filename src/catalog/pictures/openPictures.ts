import type { FilePort } from '../files/filePort.js';
import { hashVersion } from '../media/hashes/perceptualHashes.js';
import { CatalogError, toCatalogError } from '../model/errors.js';
import type { Log } from '../model/log.js';
import type { Decoder, PictureResult } from '../model/picture.js';
import type { PictureFolders } from '../model/pictureFolders.js';
import type {
  PictureProblem,
  Rendering,
  ScanThumbnail,
  Thumbnail,
  ThumbnailRequest,
} from '../model/pictureWork.js';
import type { OperationControl } from '../model/progress.js';
import type { EngineNotifications } from '../protocol.js';
import type { CatalogStore } from '../store/catalogStore.js';
import type { PictureRow } from '../store/pictureRepository.js';
import { boundRenderings, boundThumbnails, removeOrphans } from './derivedFiles.js';
import { PictureLedger } from './pictureLedger.js';
import { PictureMaker, type PictureInput } from './pictureMaker.js';
import { PictureRun, type PictureOutcome } from './pictureRun.js';
import { endsAll, isLasting, locateImage, type PictureSourceDeps } from './pictureSource.js';
import { scanPictures } from './scanPictures.js';
import { ThumbnailFiles } from './thumbnailFiles.js';
import { ThumbnailRequests, unknownImage } from './thumbnailRequests.js';
import { noUpdates, updates } from './updates.js';

/** What a folder of renderings, and a machine's own thumbnails of a read-only catalog, may take. */
const mostRenderingBytes = 512 * 1024 ** 2;
const mostLocalThumbnailBytes = 1024 ** 3;

/** So many unexplained failures in a row are the decoder's, not the pictures'. */
const mostInternalFailures = 3;

export interface OpenPicturesOptions {
  readonly store: CatalogStore;
  readonly files: FilePort;
  readonly bindings: PictureSourceDeps['bindings'];
  readonly folders: PictureFolders;
  /** own: beside the catalog file. local: it is read-only here. forbidden: nothing is decoded at all. */
  readonly place: 'own' | 'local' | 'forbidden';
  readonly decoder: () => Decoder;
  readonly tell: (event: EngineNotifications['pictures']) => void;
  readonly log: Log;
}

/** The pictures of one opened catalog file. */
export class OpenPictures {
  readonly #options: OpenPicturesOptions;
  readonly #files: ThumbnailFiles;
  readonly #maker: PictureMaker;
  readonly #ledger: PictureLedger;
  readonly #requests: ThumbnailRequests;
  readonly #closing = new AbortController();
  readonly #forbidden: PictureProblem | null;
  readonly #failedRenderings = new Map<string, CatalogError>();

  constructor(options: OpenPicturesOptions) {
    const { files, folders, place, store } = options;
    this.#options = options;
    this.#files = new ThumbnailFiles({ files, folders, local: place === 'local' });
    this.#maker = new PictureMaker(options.decoder, this.#files);
    const writable = place === 'own';
    this.#ledger = new PictureLedger(writable ? store.pictures : null, options.tell, options.log);
    this.#forbidden =
      place === 'forbidden'
        ? { code: 'CATALOG_READ_ONLY', data: { reason: 'the workspace is not trusted' } }
        : null;
    this.#requests = new ThumbnailRequests({
      maker: this.#maker,
      files: this.#files,
      ledger: this.#ledger,
      updateOf: writable ? updates : noUpdates,
      inputOf: (row) => this.#inputOf(row),
      forbidden: this.#forbidden,
    });
  }

  /** Stops all work; afterwards nothing is written any more. */
  close(): void {
    this.#closing.abort();
    this.#ledger.flush();
    this.#ledger.stop();
  }

  get closed(): AbortSignal {
    return this.#closing.signal;
  }

  #inputOf(row: PictureRow): PictureInput {
    const { checksum, mimeType, orientation } = row;
    return { checksum, mimeType, orientation, locate: () => locateImage(this.#options, row) };
  }

  /** @throws CatalogError CANCELLED, ENGINE_STOPPED */
  async thumbnails(request: ThumbnailRequest, control: OperationControl): Promise<Thumbnail[]> {
    const { imageIds, size } = request;
    const rows = this.#options.store.pictures.byIds(imageIds);
    return this.#urgently(control, (signal) =>
      imageIds.map((imageId) => {
        const row = rows.get(imageId);
        if (!row) return unknownImage(imageId);
        const known = this.#requests.known(row, size);
        return known ?? this.#requests.make(row, size, { urgent: true, signal });
      }),
    );
  }

  /** @throws CatalogError CANCELLED, ENGINE_STOPPED */
  async thumbnailsOfScan(
    scan: { readonly scanId: string; readonly sourcePath: string },
    fileIds: readonly number[],
    control: OperationControl,
  ): Promise<ScanThumbnail[]> {
    const pictures = scanPictures(this.#options, scan, fileIds);
    return this.#urgently(control, (signal) =>
      pictures.map((picture) => this.#requests.ofScan(picture, { urgent: true, signal })),
    );
  }

  async #urgently<T>(
    control: OperationControl,
    start: (signal: AbortSignal) => readonly (T | Promise<T>)[],
  ): Promise<T[]> {
    const signals = [this.#closing.signal, ...(control.signal ? [control.signal] : [])];
    try {
      return await Promise.all(start(AbortSignal.any(signals)));
    } catch (error) {
      if (this.#closing.signal.aborted)
        throw new CatalogError('ENGINE_STOPPED', { detail: 'closed' });
      throw error;
    }
  }

  /**
   * @param longEdge one of renderingEdges
   * @throws CatalogError PICTURE_UNSUPPORTED and the like, CATALOG_READ_ONLY where nothing is decoded
   */
  async rendering(
    row: PictureRow,
    longEdge: number,
    control: OperationControl,
  ): Promise<Rendering> {
    const { checksum, error } = row;
    const there = this.#files.findRendering(checksum, longEdge);
    if (there !== null) return { path: there, damage: row.state === 'DONE' ? error : null };
    if (this.#forbidden) throw new CatalogError(this.#forbidden.code, this.#forbidden.data);
    if (row.state === 'FAILED' && error) throw new CatalogError(error.code, error.data);
    const earlier = this.#failedRenderings.get(checksum);
    if (earlier) throw earlier;
    try {
      const [made] = await this.#urgently(control, (signal) => [
        this.#maker.rendering(this.#inputOf(row), longEdge, signal),
      ]);
      if (!made) throw new CatalogError('ENGINE_STOPPED', { detail: 'closed' });
      const { path, result } = made;
      const folder = this.#files.renderingFolder;
      await boundRenderings(this.#options.files, folder, mostRenderingBytes, path);
      return { path, damage: result.damage };
    } catch (thrown) {
      const failure = toCatalogError(thrown);
      if (isLasting(failure.code)) this.#failedRenderings.set(checksum, failure);
      throw failure;
    }
  }

  /** A hash of all pixels of an image. @throws CatalogError PICTURE_UNSUPPORTED and the like */
  async pixelHash(row: PictureRow, control: OperationControl): Promise<string | null> {
    if (this.#forbidden) throw new CatalogError(this.#forbidden.code, this.#forbidden.data);
    const [result] = await this.#urgently(control, (signal) => [
      this.#maker.examine(this.#inputOf(row), { hashes: false, pixelHash: true }, signal),
    ]);
    return result?.pixelHash ?? null;
  }

  /**
   * Perceptual hashes of a file of a scan, or null for one without a picture.
   * @throws CatalogError PICTURE_UNSUPPORTED and the like
   */
  async hashesOfScanFile(
    scan: { readonly scanId: string; readonly sourcePath: string },
    fileId: number,
    control: OperationControl,
  ): Promise<PictureResult | null> {
    if (this.#forbidden) throw new CatalogError(this.#forbidden.code, this.#forbidden.data);
    const [picture] = scanPictures(this.#options, scan, [fileId]);
    if (!picture || !('input' in picture)) return null;
    const { input } = picture;
    const [result] = await this.#urgently(control, (signal) => [
      this.#maker.examine(input, { hashes: true, pixelHash: true }, signal),
    ]);
    return result ?? null;
  }

  /** Forgets what failed while this catalog file was open. */
  retry(): void {
    this.#requests.retry();
    this.#failedRenderings.clear();
  }

  /** One pass over the pending pictures of one catalog, or of all; `run` it. */
  pass(options: {
    readonly catalogId: string | null;
    readonly signal: AbortSignal;
    readonly concurrency: number;
    readonly gate: () => Promise<void> | null;
    readonly onProgress: () => void;
  }): PictureRun {
    const { pictures } = this.#options.store;
    const { catalogId } = options;
    const signal = AbortSignal.any([options.signal, this.#closing.signal]);
    const internal = { inARow: 0 };
    return new PictureRun({
      ...options,
      signal,
      next: (afterRowId, limit) => {
        // What is done must not come again.
        this.#ledger.flush();
        return pictures.nextPending({ catalogId, afterRowId, limit });
      },
      countPending: (afterRowId) => pictures.countPending(catalogId, afterRowId),
      make: (row) => this.#makeInPass(row, signal, internal),
      now: () => performance.now(),
    });
  }

  async #makeInPass(
    row: PictureRow,
    signal: AbortSignal,
    internal: { inARow: number },
  ): Promise<PictureOutcome> {
    const { state, error } = await this.#requests.make(row, 256, { urgent: false, signal });
    if (state !== 'failed' || error === null) {
      internal.inARow = 0;
      return 'made';
    }
    internal.inARow = error.code === 'INTERNAL' ? internal.inARow + 1 : 0;
    if (endsAll(error.code) || internal.inARow >= mostInternalFailures) {
      throw new CatalogError(error.code, error.data);
    }
    return isLasting(error.code) ? 'failed' : 'later';
  }

  flush(): void {
    this.#ledger.flush();
  }

  /**
   * Prepares the rows for a pass: videos have no picture, and what an older version has made is marked.
   * @param knownVersion of the hashes that all rows have; null if it is not known
   */
  settle(knownVersion: number | null): void {
    const { pictures } = this.#options.store;
    pictures.settleVideos();
    if (knownVersion !== hashVersion) pictures.resetOlderThan(hashVersion);
  }

  /** Removes derived files that nothing needs, or where there are too many. */
  async cleanUp(): Promise<void> {
    const { files, store, place } = this.#options;
    const { signal } = this.#closing;
    if (place === 'local') {
      await boundThumbnails(files, this.#files.folder, mostLocalThumbnailBytes);
      await boundRenderings(files, this.#files.renderingFolder, mostRenderingBytes, null);
      return;
    }
    if (place === 'forbidden') return;
    const previews = store.pictures.checksumsOfPreviews();
    const withoutOwner = (checksums: readonly string[]): ReadonlySet<string> =>
      signal.aborted
        ? new Set()
        : store.pictures.withoutImage(checksums.filter((checksum) => !previews.has(checksum)));
    await removeOrphans(files, this.#files.folder, withoutOwner, signal);
  }
}
