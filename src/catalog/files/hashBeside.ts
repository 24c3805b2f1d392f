import { Buffer } from 'node:buffer';
import { webcrypto } from 'node:crypto';
import type { FilePort } from './filePort.js';

/** Larger files are hashed piece by piece on the thread itself. */
const sizeLimit = 8 * 1024 * 1024;
/** Files hashed beside the thread at once: each takes twice its size of memory. */
const most = 2;
let underWay = 0;
const spareBuffers: Buffer[] = [];

/**
 * SHA-256 of a small file by the system's thread pool, while this thread goes on with other files.
 * @param sizeBytes what the file should have; one byte more is read, so that a file that grew has another checksum
 * @returns 64 lower-case hex digits; null if this file is better hashed by the thread itself
 * @throws Node's errors of read
 */
export async function hashBeside(
  port: FilePort,
  descriptor: number,
  sizeBytes: number,
): Promise<string | null> {
  if (sizeBytes > sizeLimit || underWay >= most) return null;
  underWay += 1;
  const buffer = spareBuffers.pop() ?? Buffer.allocUnsafeSlow(sizeLimit + 1);
  try {
    const end = sizeBytes + 1;
    let length = 0;
    while (length < end) {
      const count = port.read(descriptor, buffer, length, end - length, length);
      if (count === 0) break;
      length += count;
    }
    const digest = await webcrypto.subtle.digest('SHA-256', buffer.subarray(0, length));
    return Buffer.from(digest).toString('hex');
  } finally {
    spareBuffers.push(buffer);
    underWay -= 1;
  }
}
