import type { FileStats } from './filePort.js';

/** What tells that a file is still the one that was seen. Numbers above 2^53 are texts. */
export interface FileIdentity {
  readonly sizeBytes: number;
  readonly mtimeNs: string;
  readonly inode: string;
}

export function identityOf(stats: FileStats): FileIdentity {
  return {
    sizeBytes: Number(stats.size),
    mtimeNs: stats.mtimeNs.toString(),
    inode: stats.ino.toString(),
  };
}

/** True if size and modification time agree: the content was not written to since. */
export function sameContentStamp(
  a: Pick<FileIdentity, 'sizeBytes' | 'mtimeNs'>,
  b: Pick<FileIdentity, 'sizeBytes' | 'mtimeNs'>,
): boolean {
  return a.sizeBytes === b.sizeBytes && a.mtimeNs === b.mtimeNs;
}

/** True if both are the same file on disk, not just equal ones. */
export function isSameFile(a: FileStats, b: FileStats): boolean {
  return a.dev === b.dev && a.ino === b.ino;
}
