import fs from 'node:fs';
import { Buffer } from 'node:buffer';
import { decodePathBytes, encodePath } from './pathBytes.js';

export type FileStats = fs.BigIntStats;

export interface DirectoryEntry {
  /** A path string of pathBytes.ts. */
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'symlink' | 'other';
}

export interface VolumeSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
  /** The kind of file system, as Linux numbers them. */
  readonly type?: number;
}

/**
 * Every file-system call that touches photos. A plain object of functions, so that a test can wrap each call
 * to fail, stop or delay it. All paths are the strings of pathBytes.ts. The calls throw Node's errors.
 * Short calls are synchronous (the engine runs in a worker); those that may wait for a disk are asynchronous.
 */
export interface FilePort {
  /** For reading; never follows a symbolic link in the last part where the platform can refuse it. */
  readonly openRead: (path: string) => number;
  /** For reading and writing; fails with EEXIST if anything has that name, even a dangling link. */
  readonly openNew: (path: string) => number;
  /**
   * Copies a whole file into a new one inside the system, off the thread; EEXIST as with openNew. The system's
   * library removes a target that it could not finish.
   */
  readonly copyNew: (source: string, target: string) => Promise<void>;
  /** For fsync only. */
  readonly openDirectory: (path: string) => number;
  readonly close: (descriptor: number) => void;
  /** Bytes read; 0 at the end. */
  readonly read: (
    descriptor: number,
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ) => number;
  /** As `read`, where waiting for the disk may be long. */
  readonly readAsync: (
    descriptor: number,
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ) => Promise<number>;
  /** Bytes written; may be fewer than asked. */
  readonly write: (
    descriptor: number,
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ) => Promise<number>;
  readonly fsync: (descriptor: number) => Promise<void>;
  readonly fstat: (descriptor: number) => FileStats;
  readonly lstat: (path: string) => FileStats;
  readonly stat: (path: string) => FileStats;
  /** Sets the modification time (ns since 1970), exact to the microsecond. */
  readonly setModifiedTime: (descriptor: number, mtimeNs: bigint) => void;
  /** Not recursive. */
  readonly mkdir: (path: string) => void;
  /** Fails on a folder that is not empty. */
  readonly rmdir: (path: string) => void;
  readonly readdir: (path: string) => DirectoryEntry[];
  /** A second name for a file; fails with EEXIST rather than replace one. */
  readonly link: (existing: string, path: string) => void;
  /** Reserved for removeSource, and for temporary files and copies that this program made. */
  readonly unlink: (path: string) => void;
  /** Replaces what stands at the new name: only for files that this program made, to a name only it uses. */
  readonly rename: (path: string, newPath: string) => void;
  readonly realpath: (path: string) => string;
  readonly statfs: (path: string) => VolumeSpace;
}

const noFollow = (fs.constants.O_NOFOLLOW as number | undefined) ?? 0;
// A named pipe put in a file's place must not block the open for ever.
const nonBlocking = (fs.constants.O_NONBLOCK as number | undefined) ?? 0;

/**
 * The double of seconds that libuv turns back into the same microsecond, whether it truncates to
 * microseconds (older) or takes nanoseconds: a quarter microsecond covers the rounding.
 */
function secondsOf(mtimeNs: bigint): number {
  if (mtimeNs % 1_000_000_000n === 0n) return Number(mtimeNs / 1_000_000_000n);
  return (Number(mtimeNs / 1000n) + 0.25) / 1e6;
}

function kindOf(entry: fs.Dirent<Buffer>): DirectoryEntry['kind'] {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'directory';
  return entry.isSymbolicLink() ? 'symlink' : 'other';
}

/**
 * Memory copies to and from the page cache are done at once: the thread pool, which is full of fsyncs, makes
 * them wait behind those (measured: 30 ms for a write of 3 MB against 4).
 */
function settled<T>(work: () => T): Promise<T> {
  return Promise.resolve().then(work);
}

/** The real file system. */
export const nodeFilePort: FilePort = {
  openRead: (path) => fs.openSync(encodePath(path), fs.constants.O_RDONLY | noFollow | nonBlocking),
  openNew: (path) => fs.openSync(encodePath(path), 'wx+', 0o666),
  copyNew: (source, target) =>
    new Promise((resolve, reject) => {
      const done = (error: Error | null): void => (error ? reject(error) : resolve());
      fs.copyFile(encodePath(source), encodePath(target), fs.constants.COPYFILE_EXCL, done);
    }),
  openDirectory: (path) => fs.openSync(encodePath(path), 'r'),
  close: (descriptor) => fs.closeSync(descriptor),
  read: (descriptor, buffer, offset, length, position) =>
    fs.readSync(descriptor, buffer, offset, length, position),
  readAsync: (descriptor, buffer, offset, length, position) =>
    settled(() => fs.readSync(descriptor, buffer, offset, length, position)),
  write: (descriptor, buffer, offset, length, position) =>
    settled(() => fs.writeSync(descriptor, buffer, offset, length, position)),
  fsync: (descriptor) =>
    new Promise((resolve, reject) => {
      fs.fsync(descriptor, (error) => (error ? reject(error) : resolve()));
    }),
  fstat: (descriptor) => fs.fstatSync(descriptor, { bigint: true }),
  lstat: (path) => fs.lstatSync(encodePath(path), { bigint: true }),
  stat: (path) => fs.statSync(encodePath(path), { bigint: true }),
  setModifiedTime: (descriptor, mtimeNs) =>
    fs.futimesSync(descriptor, secondsOf(mtimeNs), secondsOf(mtimeNs)),
  mkdir: (path) => fs.mkdirSync(encodePath(path)),
  rmdir: (path) => fs.rmdirSync(encodePath(path)),
  readdir: (path) =>
    fs
      .readdirSync(encodePath(path), { withFileTypes: true, encoding: 'buffer' })
      .map((entry) => ({ name: decodePathBytes(entry.name), kind: kindOf(entry) })),
  link: (existing, path) => fs.linkSync(encodePath(existing), encodePath(path)),
  unlink: (path) => fs.unlinkSync(encodePath(path)),
  rename: (path, newPath) => fs.renameSync(encodePath(path), encodePath(newPath)),
  realpath: (path) =>
    decodePathBytes(fs.realpathSync.native(encodePath(path), { encoding: 'buffer' })),
  statfs: (path) => {
    const volume = fs.statfsSync(encodePath(path), { bigint: true });
    return {
      freeBytes: Number(volume.bavail * volume.bsize),
      totalBytes: Number(volume.blocks * volume.bsize),
      type: Number(volume.type),
    };
  },
};

/** The code of a Node system error (`ENOENT`), or '' for anything else. */
export function systemErrorCode(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return code ?? '';
}
