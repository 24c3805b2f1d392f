import path from 'node:path';
import { destinationError } from '../files/fileErrors.js';
import type { FilePort } from '../files/filePort.js';
import { systemErrorCode } from '../files/filePort.js';
import { makeParents } from '../files/folders.js';
import { isDerivedFile } from '../files/pictureFile.js';
import { CatalogError } from '../model/errors.js';
import type { ThumbnailSize } from '../model/picture.js';
import { isChecksum, thumbnailPath, type PictureFolders } from '../model/pictureFolders.js';

/** Bytes that writing one thumbnail may need, for the message of a full volume. */
const thumbnailBytes = 100_000;

/** Where derived pictures are, and where new ones go: beside the catalog file, or where it is read-only, elsewhere. */
export class ThumbnailFiles {
  readonly #files: FilePort;
  readonly #folders: PictureFolders;
  readonly #local: boolean;

  /** @param options.local new pictures go to the machine's own folders, not into the workspace */
  constructor(options: {
    readonly files: FilePort;
    readonly folders: PictureFolders;
    readonly local: boolean;
  }) {
    this.#files = options.files;
    this.#folders = options.folders;
    this.#local = options.local;
  }

  /** The folder that new thumbnails go to. */
  get folder(): string {
    return this.#local ? this.#folders.localThumbnails : this.#folders.thumbnails;
  }

  get renderingFolder(): string {
    return this.#local ? this.#folders.localRenderings : this.#folders.renderings;
  }

  /** Absolute path of a thumbnail that is there, or null. */
  find(checksum: string, size: ThumbnailSize): string | null {
    const { thumbnails, localThumbnails } = this.#folders;
    return this.#firstThere([thumbnails, ...(this.#local ? [localThumbnails] : [])], (folder) =>
      thumbnailPath(folder, checksum, size),
    )(checksum);
  }

  /** Absolute path of a rendering that is there, or null. */
  findRendering(checksum: string, longEdge: number): string | null {
    const { renderings, localRenderings } = this.#folders;
    return this.#firstThere([renderings, ...(this.#local ? [localRenderings] : [])], (folder) =>
      path.join(folder, renderingName(checksum, longEdge)),
    )(checksum);
  }

  #firstThere(
    folders: readonly string[],
    place: (folder: string) => string,
  ): (checksum: string) => string | null {
    return (checksum) => {
      // What a row says goes into no path before it is known to be a checksum.
      if (!isChecksum(checksum)) return null;
      return folders.map(place).find((file) => isDerivedFile(this.#files, file)) ?? null;
    };
  }

  /**
   * The path a new thumbnail is written to; its folder is there afterwards.
   * @throws CatalogError PICTURE_OUTSIDE if the row's checksum is none or the folder leads elsewhere,
   *   DESTINATION_UNWRITABLE, DISK_FULL
   */
  async prepare(checksum: string, size: ThumbnailSize): Promise<string> {
    requireChecksum(checksum);
    const file = thumbnailPath(this.folder, checksum, size);
    await this.#makeFolder(path.dirname(file));
    return file;
  }

  /** As prepare, for a rendering. */
  async prepareRendering(checksum: string, longEdge: number): Promise<string> {
    requireChecksum(checksum);
    await this.#makeFolder(this.renderingFolder);
    return path.join(this.renderingFolder, renderingName(checksum, longEdge));
  }

  async #makeFolder(folder: string): Promise<void> {
    const base = path.dirname(this.folder);
    try {
      if (this.#local) this.#makeBase(base);
      const below = path.relative(base, folder).split(path.sep).join('/');
      await makeParents(this.#files, this.#files.realpath(base), below);
    } catch (error) {
      if (CatalogError.is(error, 'DESTINATION_OUTSIDE')) {
        throw new CatalogError('PICTURE_OUTSIDE', { path: folder }, { cause: error });
      }
      throw destinationError(this.#files, error, folder, thumbnailBytes);
    }
  }

  #makeBase(folder: string): void {
    try {
      this.#files.mkdir(folder);
    } catch (error) {
      if (systemErrorCode(error) === 'EEXIST') return;
      if (systemErrorCode(error) !== 'ENOENT' || path.dirname(folder) === folder) throw error;
      this.#makeBase(path.dirname(folder));
      this.#files.mkdir(folder);
    }
  }
}

function requireChecksum(checksum: string): void {
  if (!isChecksum(checksum)) throw new CatalogError('PICTURE_OUTSIDE', { path: checksum });
}

const renderingName = (checksum: string, longEdge: number): string =>
  `${checksum}.${longEdge}.webp`;

/** The checksum of a thumbnail's name in the folder of its first two digits, or null for any other name. */
export function checksumOfThumbnail(folderName: string, name: string): string | null {
  const checksum = /^([0-9a-f]{64})(?:\.512)?\.webp$/.exec(name)?.[1];
  return checksum?.startsWith(folderName) && folderName.length === 2 ? checksum : null;
}

/** True for the names of renderings. */
export const isRenderingName = (name: string): boolean =>
  /^[0-9a-f]{64}\.\d{3,4}\.webp$/.test(name);
