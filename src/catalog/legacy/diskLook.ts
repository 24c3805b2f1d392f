import path from 'node:path';
import type { FilePort } from '../files/filePort.js';
import type { AbsentPrefix } from '../model/migration.js';
import { pathParts } from './legacyPaths.js';

/** A file as it stands on this machine. */
export interface FoundFile {
  readonly size: number;
  readonly mtimeNs: bigint;
  readonly inode: string;
}

/** `unreachable`: its drive or folder is not there, so nothing can be said. */
export type FileState = FoundFile | 'missing' | 'unreachable';

const rememberedFolders = 20_000;

/** Looks up what is on this machine. Nothing is opened, and relative or foreign paths are never looked up. */
export class DiskLook {
  private readonly files: FilePort;
  private readonly folders = new Map<string, boolean>();
  private readonly absent = new Map<string, number>();

  constructor(files: FilePort) {
    this.files = files;
  }

  isFolder(folder: string): boolean {
    if (!path.isAbsolute(folder) || folder.includes('\0')) return false;
    let known = this.folders.get(folder);
    if (known === undefined) {
      known = this.lookUpFolder(folder);
      if (this.folders.size >= rememberedFolders) this.folders.clear();
      this.folders.set(folder, known);
    }
    return known;
  }

  /** @param root whose presence decides whether a file is gone; null: the file's own folder decides */
  file(file: string, root: string | null): FileState {
    const folder = path.dirname(file);
    if (!this.isFolder(root ?? folder)) return 'unreachable';
    try {
      const stat = this.files.lstat(file);
      if (!stat.isFile()) return 'missing';
      return { size: Number(stat.size), mtimeNs: stat.mtimeNs, inode: String(stat.ino) };
    } catch {
      return 'missing';
    }
  }

  /** Notes that an image's folder is not here: under its source, or the first part of it that is missing. */
  noteAbsent(file: string, sourcePath: string | null): void {
    const prefix = sourcePath ?? this.firstAbsentFolder(file);
    this.absent.set(prefix, (this.absent.get(prefix) ?? 0) + 1);
  }

  absentPrefixes(): AbsentPrefix[] {
    return [...this.absent]
      .map(([prefix, images]) => ({ prefix, images }))
      .sort((a, b) => b.images - a.images || (a.prefix < b.prefix ? -1 : 1));
  }

  /** One folder below the first part that is not here, so that unlike trees are not thrown together. */
  private firstAbsentFolder(file: string): string {
    if (!path.isAbsolute(file)) return pathParts(file)[0] ?? file;
    const parts = pathParts(path.dirname(file));
    let folder = path.parse(file).root;
    for (const [index, part] of parts.entries()) {
      folder = path.join(folder, part);
      if (!this.isFolder(folder)) return path.join(folder, parts[index + 1] ?? '');
    }
    return folder;
  }

  private lookUpFolder(folder: string): boolean {
    try {
      return this.files.stat(folder).isDirectory();
    } catch {
      return false;
    }
  }
}
