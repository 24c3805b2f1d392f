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
 * @param options.overwrite the person said that a file of that name may be replaced
 * @throws CatalogError OUTPUT_EXISTS, DESTINATION_UNWRITABLE, DISK_FULL
 */
export async function writeOutput(
  port: FilePort,
  path: string,
  bytes: Uint8Array,
  options: { readonly overwrite: boolean; readonly id: string },
): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path).slice(0, 100)}.${options.id}.part`);
  const exists = (): CatalogError => new CatalogError('OUTPUT_EXISTS', { path });
  if (!options.overwrite && lstatIfThere(port, path)) throw exists();
  try {
    await writeNew(port, temporary, bytes);
    if (options.overwrite) {
      port.rename(temporary, path);
    } else {
      const published = publishByLink(port, temporary, path);
      if (published === 'published') dropName(port, temporary, path);
      else port.unlink(temporary);
      if (published === 'taken') throw exists();
      // No hard links here: created under its name at once.
      if (published === 'no-links') await writeNew(port, path, bytes);
    }
    await syncDirectory(port, folder);
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') throw exists();
    throw destinationError(port, error, path, bytes.length);
  }
}

async function writeNew(port: FilePort, path: string, bytes: Uint8Array): Promise<void> {
  const descriptor = port.openNew(path);
  let whole = false;
  try {
    const buffer = Buffer.from(bytes);
    for (let done = 0; done < buffer.length;) {
      const count = await port.write(descriptor, buffer, done, buffer.length - done, done);
      if (count <= 0) throw new Error('the volume took no bytes');
      done += count;
    }
    await port.fsync(descriptor);
    whole = true;
  } finally {
    port.close(descriptor);
    if (!whole) port.unlink(path);
  }
}
