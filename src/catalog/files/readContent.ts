import { CatalogError } from '../model/errors.js';
import { sourceError } from './fileErrors.js';
import { identityOf, sameContentStamp, type FileIdentity } from './fileIdentity.js';
import type { FilePort } from './filePort.js';
import { hashDescriptor } from './hashFile.js';

/** A file as it was read from its first byte to its last. */
export interface FileContent extends FileIdentity {
  /** SHA-256, 64 lower-case hex digits. */
  readonly checksum: string;
}

export interface ReadContentOptions {
  readonly signal?: AbortSignal | undefined;
  /** Bytes read since the last call. */
  readonly onBytes?: (bytes: number) => void;
}

/**
 * Reads a regular file for its checksum. No link is followed in the last part of the path.
 * @throws CatalogError FILE_CHANGED if it is written to meanwhile; FILE_VANISHED, FILE_NOT_REGULAR, FILE_UNREADABLE,
 *   PATH_LOOP; CANCELLED
 */
export async function readContent(
  port: FilePort,
  path: string,
  { signal, onBytes }: ReadContentOptions = {},
): Promise<FileContent> {
  let descriptor: number | null = null;
  try {
    descriptor = port.openRead(path);
    const before = port.fstat(descriptor);
    if (!before.isFile())
      throw new CatalogError('FILE_NOT_REGULAR', { path, detail: 'not a file' });
    let told = 0;
    const { sha256, sizeBytes } = await hashDescriptor(port, descriptor, {
      ...(signal && { signal }),
      onBytes: (bytes) => {
        onBytes?.(bytes - told);
        told = bytes;
      },
    });
    const identity = identityOf(port.fstat(descriptor));
    if (!sameContentStamp(identity, identityOf(before)) || sizeBytes !== identity.sizeBytes) {
      throw new CatalogError('FILE_CHANGED', { path });
    }
    return { ...identity, checksum: sha256 };
  } catch (error) {
    throw sourceError(error, path);
  } finally {
    if (descriptor !== null) port.close(descriptor);
  }
}
