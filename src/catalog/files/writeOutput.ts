import { dirname, join, basename } from 'node:path';
import { Buffer } from 'node:buffer';
import { CatalogError } from '../model/errors.js';
import { destinationError } from './fileErrors.js';
import type { FilePort } from './filePort.js';
import { systemErrorCode } from './filePort.js';
import { syncDirectory } from './folders.js';
import { dropName, lstatIfThere, publishByLink } from './publish.js';

/**
 * Writes a file of ours that a person asked for, whole or not at all.
 * @param path absolute
 * @param content what is in it; of parts, one at a time is in memory, and what they throw is thrown
 * @param options.overwrite the person said that a file of that name may be replaced
 * @throws CatalogError OUTPUT_EXISTS, DESTINATION_UNWRITABLE, DISK_FULL
 */
export async function writeOutput(
  port: FilePort,
  path: string,
  content: Uint8Array | AsyncIterable<Uint8Array>,
  options: { readonly overwrite: boolean; readonly id: string },
): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path).slice(0, 100)}.${options.id}.part`);
  const exists = (): CatalogError => new CatalogError('OUTPUT_EXISTS', { path });
  requireFreeOutput(port, path, options.overwrite);
  const written = { bytes: 0 };
  try {
    await writeNew(port, temporary, content instanceof Uint8Array ? [content] : content, written);
    if (options.overwrite) port.rename(temporary, path);
    else await publishNew(port, temporary, path, exists);
    await syncDirectory(port, folder);
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') throw exists();
    throw destinationError(port, error, path, written.bytes);
  }
}

/** A look before a file is written: nothing is kept from appearing there. @throws CatalogError OUTPUT_EXISTS */
export function requireFreeOutput(port: FilePort, path: string, overwrite: boolean): void {
  if (!overwrite && lstatIfThere(port, path)) throw new CatalogError('OUTPUT_EXISTS', { path });
}

async function publishNew(
  port: FilePort,
  temporary: string,
  path: string,
  exists: () => CatalogError,
): Promise<void> {
  const published = publishByLink(port, temporary, path);
  if (published === 'published') {
    dropName(port, temporary, path);
    return;
  }
  try {
    if (published === 'taken') throw exists();
    // No hard links here: a copy that fails if anything has the name.
    await port.copyNew(temporary, path);
  } finally {
    port.unlink(temporary);
  }
}

async function writeNew(
  port: FilePort,
  path: string,
  parts: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  written: { bytes: number },
): Promise<void> {
  const descriptor = port.openNew(path);
  let whole = false;
  try {
    for await (const bytes of parts) {
      const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (let done = 0; done < buffer.length;) {
        const count = await port.write(
          descriptor,
          buffer,
          done,
          buffer.length - done,
          written.bytes,
        );
        if (count <= 0) throw new Error('the volume took no bytes');
        done += count;
        written.bytes += count;
      }
    }
    await port.fsync(descriptor);
    whole = true;
  } finally {
    port.close(descriptor);
    if (!whole) port.unlink(path);
  }
}
