import { CatalogError } from '../model/errors.js';
import type { ByteReader, MediaFacts } from '../model/media.js';

export interface MediaFactsInput {
  readonly reader: ByteReader;
  /** For messages and for the date in the file name. */
  readonly path: string;
  /** Relative to the source, `/` separated: its folders may name a date. */
  readonly relativePath?: string;
  /** Modification time, nanoseconds since 1970 UTC. */
  readonly mtimeNs: string;
  readonly now: Date;
}

/**
 * Reads what a media file says about itself, without decoding its pixels.
 * @throws CatalogError FILE_EMPTY, FILE_NOT_MEDIA, FILE_UNREADABLE
 */
export async function readMediaFacts(input: MediaFactsInput): Promise<MediaFacts> {
  throw new CatalogError('INTERNAL', { detail: `not implemented: ${input.path}` });
}
