import { Buffer } from 'node:buffer';
import path from 'node:path';
import { systemErrorCode, type FilePort } from './filePort.js';
import { isInside } from './folders.js';
import { decodePathBytes } from './pathBytes.js';

/** A volume where it is mounted now. */
export interface MountedVolume {
  /** The same wherever it is mounted: `uuid:` of its file system, or the address of a network share. */
  readonly id: string;
  readonly mountPoint: string;
  /** Which folder of the volume is mounted there; `/` unless only a part of it is. */
  readonly root: string;
}

/** A folder by its volume. */
export interface VolumePlace {
  readonly id: string;
  /** Of the folder on the volume. */
  readonly path: string;
}

const mountTable = '/proc/self/mountinfo';
const uuidFolder = '/dev/disk/by-uuid';
const networkTypes = /^(nfs4?|cifs|smb3|smbfs|fuse\.sshfs|9p|afs|ceph)$/;
const maximumBytes = 4 * 1024 * 1024;

type VolumePort = Pick<FilePort, 'openRead' | 'read' | 'close' | 'readdir' | 'realpath'>;

/** The volumes that can be recognised again. Linux only: elsewhere there is no plain file that tells them. */
export function mountedVolumes(port: VolumePort): MountedVolume[] {
  try {
    const devices = devicesByPath(port);
    return parseMountTable(readAll(port, mountTable)).flatMap(
      ({ root, mountPoint, type, source }) => {
        const uuid = source.startsWith('/') ? devices.get(realOr(port, source)) : undefined;
        const isShare = networkTypes.test(type);
        if (uuid === undefined && !isShare) return [];
        const id = uuid === undefined ? `share:${source}` : `uuid:${uuid}`;
        return [{ id, mountPoint, root }];
      },
    );
  } catch {
    return [];
  }
}

/** Where a folder lies on its volume; null if the volume could not be recognised elsewhere. */
export function volumePlace(
  volumes: readonly MountedVolume[],
  realFolder: string,
): VolumePlace | null {
  const volume = volumes
    .filter(({ mountPoint }) => isInside(realFolder, mountPoint))
    // Of two mounts at one place the later one is seen.
    .reduce<MountedVolume | null>(
      (best, each) => (best && best.mountPoint.length > each.mountPoint.length ? best : each),
      null,
    );
  if (!volume) return null;
  const inside = path.posix.relative(volume.mountPoint, realFolder);
  return { id: volume.id, path: path.posix.join(volume.root, inside) };
}

/** Where a place on a volume is now, in order of mounting; empty if the volume is not mounted. */
export function placesNow(volumes: readonly MountedVolume[], place: VolumePlace): string[] {
  return volumes
    .filter(({ id, root }) => id === place.id && isInside(place.path, root))
    .map(({ mountPoint, root }) =>
      path.posix.join(mountPoint, path.posix.relative(root, place.path)),
    );
}

interface Mount {
  readonly root: string;
  readonly mountPoint: string;
  readonly type: string;
  readonly source: string;
}

/** The lines of proc_pid_mountinfo(5). */
function parseMountTable(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [front = '', back = ''] = line.split(' - ');
    const [, , , root, mountPoint] = front.split(' ');
    const [type, source] = back.split(' ');
    if (!root || !mountPoint || !type || !source) return [];
    return [{ root: plain(root), mountPoint: plain(mountPoint), type, source: plain(source) }];
  });
}

/** Spaces and the like are written as octal numbers. */
function plain(field: string): string {
  if (!field.includes('\\')) return field;
  const bytes = Buffer.from(field, 'utf8').toString('latin1');
  const unescaped = bytes.replace(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(parseInt(octal, 8)),
  );
  return decodePathBytes(Buffer.from(unescaped, 'latin1'));
}

function devicesByPath(port: VolumePort): Map<string, string> {
  try {
    const entries = port.readdir(uuidFolder);
    return new Map(entries.map(({ name }) => [realOr(port, `${uuidFolder}/${name}`), name]));
  } catch (error) {
    if (systemErrorCode(error) === '') throw error;
    return new Map();
  }
}

function realOr(port: VolumePort, file: string): string {
  try {
    return port.realpath(file);
  } catch {
    return file;
  }
}

function readAll(port: VolumePort, file: string): string {
  const descriptor = port.openRead(file);
  try {
    const buffer = Buffer.alloc(maximumBytes);
    let size = 0;
    for (;;) {
      const count = port.read(descriptor, buffer, size, maximumBytes - size, size);
      if (count === 0) break;
      size += count;
    }
    return decodePathBytes(buffer.subarray(0, size));
  } finally {
    port.close(descriptor);
  }
}

/**
 * True if the folder of a source is there, holds anything at all, and is on the volume that it was last seen on: an
 * unmounted drive leaves an empty folder, or another volume in its place.
 * @param known null if it is not known
 */
export function isSourceThere(
  port: VolumePort,
  folder: string,
  known: Pick<VolumePlace, 'id'> | null,
  volumes: () => readonly MountedVolume[] = () => mountedVolumes(port),
): boolean {
  try {
    if (port.readdir(folder).length === 0) return false;
    return known === null || known.id === volumePlace(volumes(), port.realpath(folder))?.id;
  } catch {
    return false;
  }
}
