import { CatalogError, toCatalogError } from '../model/errors.js';
import type { PictureResult, ThumbnailSize } from '../model/picture.js';
import type { PictureProblem, ScanThumbnail, Thumbnail } from '../model/pictureWork.js';
import type { PictureRow } from '../store/pictureRepository.js';
import { BoundedMap } from './boundedMap.js';
import type { PictureLedger } from './pictureLedger.js';
import type { MakeOptions, PictureInput, PictureMaker } from './pictureMaker.js';
import { isLasting } from './pictureSource.js';
import type { ThumbnailFiles } from './thumbnailFiles.js';
import type { UpdateOf } from './updates.js';

/** Contents whose results or failures are remembered while the engine runs. */
const rememberedContents = 20_000;

export interface ThumbnailRequestsDeps {
  readonly maker: PictureMaker;
  readonly files: ThumbnailFiles;
  readonly ledger: PictureLedger;
  readonly updateOf: UpdateOf;
  readonly inputOf: (row: PictureRow) => PictureInput;
  /** Why nothing may be decoded here, or null. */
  readonly forbidden: PictureProblem | null;
}

/** A file of a scan, or why there is nothing to show of it. */
export type ScanPicture = { readonly fileId: number } & (
  { readonly input: PictureInput } | { readonly none: PictureProblem | null }
);

/** Thumbnails that somebody looks at now, and what was learned while making any. */
export class ThumbnailRequests {
  readonly #deps: ThumbnailRequestsDeps;
  /** Of files that are not in the catalog yet: their import then need not decode them again. */
  readonly #results = new BoundedMap<string, PictureResult>(rememberedContents);
  /** Of what no row keeps: files of scans, read-only catalogs, thumbnails that were to be made again. */
  readonly #failures = new BoundedMap<string, PictureProblem>(rememberedContents);

  constructor(deps: ThumbnailRequestsDeps) {
    this.#deps = deps;
  }

  /** Forgets what failed, so that it is tried again. */
  retry(): void {
    this.#failures.clear();
    this.#results.clear();
  }

  /** What is known at once; null if it has to be made. */
  known(row: PictureRow, size: ThumbnailSize): Thumbnail | null {
    const { imageId, checksum } = row;
    if (row.fileType === 'video') return { imageId, state: 'none', path: null, error: null };
    const path = this.#deps.files.find(checksum, size);
    if (path !== null) return { imageId, state: 'ready', path, error: null };
    const failure = row.state === 'FAILED' ? row.error : this.#failures.get(checksum);
    if (failure) return { imageId, state: 'failed', path: null, error: failure };
    const { forbidden } = this.#deps;
    return forbidden && { imageId, state: 'none', path: null, error: forbidden };
  }

  /** Makes an image's thumbnail and notes what became of it. @throws CatalogError CANCELLED, ENGINE_STOPPED */
  async make(row: PictureRow, size: ThumbnailSize, options: MakeOptions): Promise<Thumbnail> {
    const { imageId, checksum } = row;
    const { maker, ledger, updateOf, inputOf, files } = this.#deps;
    try {
      const result =
        this.#learned(row, size) ?? (await maker.thumbnail(inputOf(row), size, options));
      ledger.note(imageId, true, updateOf.made(row, result));
      return { imageId, state: 'ready', path: files.find(checksum, size), error: null };
    } catch (thrown) {
      const error = toCatalogError(thrown);
      if (error.code === 'CANCELLED' || error.code === 'ENGINE_STOPPED') throw error;
      const problem = { code: error.code, data: error.data };
      const lasting = isLasting(error.code);
      const update = lasting ? updateOf.failed(row, problem) : null;
      if (lasting && update === null) this.#failures.set(checksum, problem);
      ledger.note(imageId, false, update);
      return { imageId, state: 'failed', path: null, error: problem };
    }
  }

  /** The thumbnail and hashes that an import preview has brought, if they are all there. */
  #learned(row: PictureRow, size: ThumbnailSize): PictureResult | null {
    const result = this.#results.get(row.checksum);
    if (!result || this.#deps.files.find(row.checksum, size) === null) return null;
    this.#results.delete(row.checksum);
    return result;
  }

  /** The thumbnail of a file of a scan. @throws CatalogError CANCELLED, ENGINE_STOPPED */
  async ofScan(picture: ScanPicture, options: MakeOptions): Promise<ScanThumbnail> {
    const { fileId } = picture;
    if ('none' in picture) return { fileId, state: 'none', path: null, error: picture.none };
    const { checksum } = picture.input;
    const { files, forbidden, maker } = this.#deps;
    const there = files.find(checksum, 256);
    if (there !== null) return { fileId, state: 'ready', path: there, error: null };
    const failure = this.#failures.get(checksum);
    if (failure) return { fileId, state: 'failed', path: null, error: failure };
    if (forbidden) return { fileId, state: 'none', path: null, error: forbidden };
    try {
      this.#results.set(checksum, await maker.thumbnail(picture.input, 256, options));
      return { fileId, state: 'ready', path: files.find(checksum, 256), error: null };
    } catch (thrown) {
      const error = toCatalogError(thrown);
      if (error.code === 'CANCELLED' || error.code === 'ENGINE_STOPPED') throw error;
      const problem = { code: error.code, data: error.data };
      if (isLasting(error.code)) this.#failures.set(checksum, problem);
      return { fileId, state: 'failed', path: null, error: problem };
    }
  }
}

/** The answer for an id that no image has. */
export function unknownImage(imageId: string): Thumbnail {
  const { code, data } = new CatalogError('IMAGE_NOT_FOUND', { image: imageId });
  return { imageId, state: 'failed', path: null, error: { code, data } };
}
