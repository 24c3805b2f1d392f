import { isSameFile } from './fileIdentity.js';
import { systemErrorCode, type FilePort, type FileStats } from './filePort.js';

/**
 * Removes a file that this program made a moment ago, if the name still means that file.
 * @returns false if it may still be there
 */
export function removeOwn(port: FilePort, path: string, made: FileStats | null): boolean {
  try {
    if (made && isSameFile(port.lstat(path), made)) port.unlink(path);
    else return false;
    return true;
  } catch (error) {
    return systemErrorCode(error) === 'ENOENT';
  }
}
