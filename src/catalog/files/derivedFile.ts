import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import type { FilePort } from './filePort.js';
import { systemErrorCode } from './filePort.js';

/**
 * Writes a file that can be made again at any time, such as a thumbnail: whole or not at all, in place
 * of an older one. Makes its folder if need be. Not made durable: what is lost is made again.
 * @param path absolute, in a folder that holds nothing but derived files
 * @throws Node's errors of mkdir, open, write and rename
 */
export async function writeDerivedFile(
  port: FilePort,
  path: string,
  bytes: Uint8Array,
): Promise<void> {
  const temporary = `${path}.${randomUUID()}.part`;
  let descriptor: number;
  try {
    descriptor = port.openNew(temporary);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    makeFolder(port, dirname(path));
    descriptor = port.openNew(temporary);
  }
  let isOpen = true;
  try {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let done = 0; done < buffer.length;) {
      const count = await port.write(descriptor, buffer, done, buffer.length - done, done);
      if (count <= 0) throw new Error('the volume took no bytes');
      done += count;
    }
    port.close(descriptor);
    isOpen = false;
    port.rename(temporary, path);
  } catch (error) {
    if (isOpen) port.close(descriptor);
    port.unlink(temporary);
    throw error;
  }
}

function makeFolder(port: FilePort, folder: string): void {
  try {
    port.mkdir(folder);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(folder) === folder) throw error;
    makeFolder(port, dirname(folder));
    makeFolder(port, folder);
  }
}
