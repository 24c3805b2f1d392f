import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import { CatalogError, errorDetail } from '../model/errors.js';
import { systemErrorCode, type FilePort } from './filePort.js';
import { realManagedDirectory, syncDirectory } from './folders.js';
import { temporaryName } from './temporaryName.js';

/**
 * Makes a managed directory if it is not there, proves that files can be made in it, and returns its real path.
 * @param path absolute
 * @throws CatalogError MANAGED_DIRECTORY_UNUSABLE
 */
export async function prepareManagedDirectory(port: FilePort, path: string): Promise<string> {
  try {
    await makeFolders(port, path);
  } catch (error) {
    throw new CatalogError('MANAGED_DIRECTORY_UNUSABLE', { path, detail: errorDetail(error) });
  }
  const real = realManagedDirectory(port, path);
  const probe = join(real, temporaryName(randomUUID()));
  try {
    port.close(port.openNew(probe));
    port.unlink(probe);
  } catch (error) {
    throw new CatalogError('MANAGED_DIRECTORY_UNUSABLE', { path, detail: errorDetail(error) });
  }
  return real;
}

async function makeFolders(port: FilePort, path: string): Promise<void> {
  try {
    port.mkdir(path);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'EEXIST') return;
    const parent = dirname(path);
    if (code !== 'ENOENT' || parent === path) throw error;
    await makeFolders(port, parent);
    port.mkdir(path);
  }
  await syncDirectory(port, dirname(path));
}
