import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { syncDirectory } from './durableFile.js';
import type { ProcessIdentity } from './processIdentity.js';
import { isRunning, ownIdentity } from './processIdentity.js';

/** What the lock file says about the writer of a catalog. */
export interface LockHolder extends ProcessIdentity {
  /** Different for every acquisition. */
  readonly nonce: string;
  /** The OS-wide mutex that the holder has, or null if its system gave it none. */
  readonly mutex: string | null;
  /** For people: which program it is. */
  readonly program: string;
}

/** The right to write a catalog file. */
export interface CatalogLock {
  readonly holder: LockHolder;
  /** False once the lock file was taken over or removed. Reads one small file. */
  stillHeld(): boolean;
  release(): Promise<void>;
}

export interface AcquireLockOptions {
  /** Default `Image Catalog`. */
  readonly program?: string;
  /** Takes a lock that another computer left. Only when a person said so. */
  readonly takeOver?: boolean;
}

export type LockResult =
  | { readonly acquired: true; readonly lock: CatalogLock }
  /** The holder is null if it could not be read. */
  | { readonly acquired: false; readonly holder: LockHolder | null };

export const lockFileName = 'catalog.lock';
/** The size of `sun_path` on Linux. */
const abstractNameBytes = 108;

/**
 * Takes the one writer's lock of the catalog in a folder. Two parts: a listening socket, which the operating
 * system releases with the process and which a blocked event loop cannot lose, and a lock file, which also
 * works between computers that share the folder and tells people who has it.
 * @param directory the catalog folder; it exists and can be written
 */
export async function acquireLock(
  directory: string,
  options: AcquireLockOptions = {},
): Promise<LockResult> {
  const file = path.join(fs.realpathSync(directory), lockFileName);
  const mutex = await acquireMutex(file);
  if (mutex === 'taken') return { acquired: false, holder: readHolder(file) };
  const holder: LockHolder = {
    ...ownIdentity(),
    nonce: randomUUID(),
    mutex: mutex?.id ?? null,
    program: options.program ?? 'Image Catalog',
  };
  try {
    if (writeLockFile(file, holder, options.takeOver ?? false)) {
      return { acquired: true, lock: new HeldLock(file, holder, mutex) };
    }
  } catch (error) {
    await mutex?.release();
    throw error;
  }
  await mutex?.release();
  return { acquired: false, holder: readHolder(file) };
}

/** True if another computer wrote the lock file: only a person can tell whether that one still runs. */
export function isForeignHolder(holder: LockHolder | null): boolean {
  return holder !== null && holder.host !== os.hostname();
}

/** True if a try to take the lock may succeed now. Reads one small file; takes nothing. */
export function mayBeFree(directory: string): boolean {
  const file = path.join(directory, lockFileName);
  const holder = readHolder(file);
  if (!holder) return !fs.existsSync(file);
  const own = ownIdentity();
  if (holder.host !== own.host) return false;
  if (holder.bootId !== own.bootId) return true;
  return holder.pidNamespace === own.pidNamespace && !isRunning(holder);
}

/** A holder in words: `Image Catalog, process 4711 on host`. */
export function describeHolder(holder: LockHolder | null): string {
  if (!holder) return 'another program';
  return `${holder.program}, process ${holder.pid} on ${holder.host}`;
}

class HeldLock implements CatalogLock {
  readonly holder: LockHolder;
  private readonly file: string;
  private readonly mutex: Mutex | null;

  constructor(file: string, holder: LockHolder, mutex: Mutex | null) {
    this.file = file;
    this.holder = holder;
    this.mutex = mutex;
  }

  stillHeld(): boolean {
    return readHolder(this.file)?.nonce === this.holder.nonce;
  }

  async release(): Promise<void> {
    // The file first: whoever gets the socket then finds no file of a living holder.
    if (this.stillHeld()) fs.rmSync(this.file, { force: true });
    await this.mutex?.release();
  }
}

function readHolder(file: string): LockHolder | null {
  try {
    const value: unknown = JSON.parse(fs.readFileSync(file, 'utf8'));
    const holder = value as LockHolder;
    return typeof holder.nonce === 'string' && typeof holder.pid === 'number' ? holder : null;
  } catch {
    return null;
  }
}

/** Puts our lock file in place; false if a living holder has one. */
function writeLockFile(file: string, holder: LockHolder, takeOver: boolean): boolean {
  const temporary = `${file}.${holder.nonce}`;
  fs.writeFileSync(temporary, JSON.stringify(holder), { flag: 'wx', flush: true });
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      if (createExclusively(temporary, file)) {
        syncDirectory(path.dirname(file));
        return true;
      }
      const other = readHolder(file);
      if (other && !isStale(other, holder) && !(takeOver && other.host !== holder.host)) {
        return false;
      }
      // Only the mutex's owner comes here, or a system without one, where the name decides again.
      if (readHolder(file)?.nonce === other?.nonce) fs.rmSync(file, { force: true });
    }
    return false;
  } finally {
    fs.rmSync(temporary, { force: true });
  }
}

function createExclusively(temporary: string, file: string): boolean {
  try {
    fs.linkSync(temporary, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
  }
  try {
    // A volume without hard links.
    fs.copyFileSync(temporary, file, fs.constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function isStale(other: LockHolder, own: LockHolder): boolean {
  // We have the very mutex that it wrote down, so it is gone, even if its process lives on without it.
  if (other.mutex !== null && other.mutex === own.mutex) return true;
  if (other.host !== own.host) return false;
  if (other.bootId !== null && own.bootId !== null && other.bootId !== own.bootId) return true;
  if (other.pidNamespace !== own.pidNamespace) return false;
  return !isRunning(other);
}

interface Mutex {
  readonly id: string;
  release(): Promise<void>;
}

/** Listens on a name derived from the lock file. Null where the system allows no such socket. */
async function acquireMutex(file: string): Promise<Mutex | 'taken' | null> {
  const name = `imgcat-${createHash('sha256').update(file).digest('hex').slice(0, 32)}`;
  const address = mutexAddress(name);
  for (let attempt = 0; attempt < 2; attempt++) {
    const server = net.createServer((socket) => socket.destroy());
    const failure = await listen(server, address);
    if (!failure) {
      server.unref();
      return {
        id: `${address}|${ownIdentity().bootId ?? ''}|${networkNamespace()}`,
        release: () => new Promise((resolve) => server.close(() => resolve())),
      };
    }
    if (failure.code !== 'EADDRINUSE') return null;
    // An abstract socket or pipe ends with its process; a socket file stays and has to be probed.
    if (process.platform !== 'darwin' || (await answers(address))) return 'taken';
    fs.rmSync(address, { force: true });
  }
  return 'taken';
}

function mutexAddress(name: string): string {
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  // Of the full length: older versions of Node pad a shorter abstract name with zero bytes, newer ones do not,
  // so that the two would not see each other.
  if (process.platform === 'linux') return `\0${name}`.padEnd(abstractNameBytes, '_');
  return path.join(os.tmpdir(), `${name}.sock`);
}

function networkNamespace(): string {
  try {
    return fs.readlinkSync('/proc/self/ns/net');
  } catch {
    return '';
  }
}

function listen(server: net.Server, address: string): Promise<NodeJS.ErrnoException | null> {
  return new Promise((resolve) => {
    server.once('error', resolve);
    server.listen({ path: address, exclusive: true }, () => {
      server.removeListener('error', resolve);
      // Later errors concern single connections.
      server.on('error', () => undefined);
      resolve(null);
    });
  });
}

function answers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(address);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'ECONNREFUSED'));
  });
}
