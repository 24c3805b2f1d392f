import { dirname } from 'node:path';
import type { FileIdentity } from './fileIdentity.js';
import type { FilePort } from './filePort.js';

/** FAT keeps modification times to two seconds, exFAT to a hundredth of one. */
const coarsestNs = 2_000_000_000n;

/** Types of Linux volumes (statfs) that may round times when a file leaves the system's memory. */
const coarseVolumes: ReadonlySet<number> = new Set([
  0x4d44, // FAT
  0x2011bab0, // exFAT
  0x65735546, // FUSE: exfat-fuse among them
]);

/**
 * True if two looks at a file differ only by what its volume rounds: a card that was taken out and put in again
 * tells the times that it could keep. The content is not proven by it.
 */
export function differsByRounding(
  port: FilePort,
  path: string,
  found: FileIdentity,
  expected: FileIdentity,
): boolean {
  if (found.sizeBytes !== expected.sizeBytes) return false;
  const [a, b] = [BigInt(found.mtimeNs), BigInt(expected.mtimeNs)];
  const difference = a < b ? b - a : a - b;
  if (difference >= coarsestNs) return false;
  // Elsewhere the type of a volume is not told; a time of whole two seconds is what FAT keeps.
  if (process.platform !== 'linux') return a % coarsestNs === 0n || b % coarsestNs === 0n;
  try {
    return coarseVolumes.has(port.statfs(dirname(path)).type ?? 0);
  } catch {
    return false;
  }
}
