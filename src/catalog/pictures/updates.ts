import { hashVersion } from '../media/hashes/perceptualHashes.js';
import type { PictureResult } from '../model/picture.js';
import type { PictureProblem } from '../model/pictureWork.js';
import type { PictureRow, PictureUpdate } from '../store/pictureRepository.js';

/** What to write about an image's picture, or null if its row stays as it is. */
export interface UpdateOf {
  made(row: PictureRow, result: PictureResult): PictureUpdate | null;
  failed(row: PictureRow, error: PictureProblem): PictureUpdate | null;
}

/** Where nothing may be written. */
export const noUpdates: UpdateOf = { made: () => null, failed: () => null };

export const updates: UpdateOf = {
  made: ({ imageId, checksum, state }, result) =>
    state === 'DONE' ? null : { imageId, checksum, state: 'DONE', result },
  // A thumbnail that cannot be made again does not undo what is known of the picture.
  failed: ({ imageId, checksum, state }, error) =>
    state === 'PENDING' ? { imageId, checksum, state: 'FAILED', error, hashVersion } : null,
};
