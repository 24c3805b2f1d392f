import fs from 'node:fs';
import type { ThumbnailSize } from '../../catalog/model/picture.js';
import {
  isChecksum,
  thumbnailPath,
  type PictureFolders,
} from '../../catalog/model/pictureFolders.js';

/** Ours have some ten kilobytes; what else has such a name is not shown. */
const largestThumbnail = 1_000_000;

/** The files of thumbnails, in base64. */
export interface ThumbnailSource {
  /** Null for one that is not there. */
  read(checksums: readonly string[], size: ThumbnailSize): Promise<readonly (string | null)[]>;
}

/**
 * Reads thumbnails for a page: in messages a screen full of them comes at a fraction of what it costs to fetch each by
 * an address of its own (measured while scrolling: 60 ms a screen against 600).
 */
export class ThumbnailReader implements ThumbnailSource {
  readonly #folders: readonly string[];

  constructor({ thumbnails, localThumbnails }: PictureFolders) {
    this.#folders = [thumbnails, localThumbnails];
  }

  read(checksums: readonly string[], size: ThumbnailSize): Promise<readonly (string | null)[]> {
    return Promise.all(checksums.map((checksum) => this.#read(checksum, size)));
  }

  async #read(checksum: string, size: ThumbnailSize): Promise<string | null> {
    if (!isChecksum(checksum)) return null;
    for (const folder of this.#folders) {
      const file = await readSmallFile(thumbnailPath(folder, checksum, size)).catch(() => null);
      if (file !== null) return file;
    }
    return null;
  }
}

/** The folder may have come from a stranger: no link is followed, no pipe or device waited for. */
async function readSmallFile(file: string): Promise<string | null> {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = fs.constants as Partial<typeof fs.constants>;
  const handle = await fs.promises.open(file, (O_RDONLY ?? 0) | O_NOFOLLOW | O_NONBLOCK);
  try {
    const stats = await handle.stat();
    if (!stats.isFile() || stats.size > largestThumbnail) return null;
    return (await handle.readFile()).toString('base64');
  } finally {
    await handle.close();
  }
}
