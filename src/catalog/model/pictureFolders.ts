import { createHash } from 'node:crypto';
import path from 'node:path';
import type { ThumbnailSize } from './picture.js';

/** Where the pictures of one catalog file are: everything in these folders is derived and may be deleted. */
export interface PictureFolders {
  /** `<aa>/<checksum>.webp` (256 pixels) and `<aa>/<checksum>.512.webp`. */
  readonly thumbnails: string;
  readonly renderings: string;
  /** The same two for a catalog that is read-only here: outside the workspace. */
  readonly localThumbnails: string;
  readonly localRenderings: string;
}

/**
 * @param workspaceDirectory absolute path of the folder that holds `.image-catalog`
 * @param machineStateDirectory see EngineOptions
 */
export function pictureFolders(
  workspaceDirectory: string,
  machineStateDirectory: string,
): PictureFolders {
  const own = path.join(workspaceDirectory, '.image-catalog');
  // A folder for each workspace: what one catalog says about a checksum is not believed by another.
  const key = createHash('sha256').update(path.resolve(workspaceDirectory)).digest('hex');
  const local = path.join(machineStateDirectory, 'pictures', key.slice(0, 16));
  return {
    thumbnails: path.join(own, 'thumbnails'),
    renderings: path.join(own, 'renderings'),
    localThumbnails: path.join(local, 'thumbnails'),
    localRenderings: path.join(local, 'renderings'),
  };
}

/** True for what may become a part of a path: 64 hex digits. */
export const isChecksum = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

/** Where the thumbnail of a checksum is, in one of the folders for thumbnails. */
export function thumbnailPath(folder: string, checksum: string, size: ThumbnailSize): string {
  const name = size === 256 ? `${checksum}.webp` : `${checksum}.512.webp`;
  return path.join(folder, checksum.slice(0, 2), name);
}
