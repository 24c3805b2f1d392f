import fastGlob from 'fast-glob';
import path from 'node:path';
import type { FilePort } from '../files/filePort.js';
import { systemErrorCode } from '../files/filePort.js';
import { extensionOfName, fileTypeOfName, sidecarKindOfName } from '../media/fileKinds.js';
import { CatalogError, errorDetail } from '../model/errors.js';
import type { ScanSkippedEntry, SkipReason } from '../model/scan.js';
import type { PathScope } from './pathScope.js';
import { isHiddenName, isSystemFolder } from './skipRules.js';

export interface WalkInput {
  readonly files: Pick<FilePort, 'readdir'>;
  /** Absolute. */
  readonly root: string;
  readonly scope: PathScope;
  readonly signal?: AbortSignal | undefined;
  /** Called after each folder with the number of its entries. */
  readonly onFolder?: (entryCount: number, folder: string) => void;
}

/** What lies in a source. All paths are relative to it and `/` separated. */
export interface WalkResult {
  /** Images and videos by their names, in path order, see sortedByFolder. */
  readonly mediaPaths: readonly string[];
  /** Files that may belong to an image: sidecars by their names, and every JSON file. */
  readonly companionPaths: readonly string[];
  readonly skipped: SkippedPaths;
  /** Folders that were read to their end. '' is the root. */
  readonly completeFolders: ReadonlySet<string>;
  readonly rootIsEmpty: boolean;
}

/** More passed-by files than this are counted but no longer listed. */
const listedSkipsMaximum = 100_000;

/** Everything passed by: counted by reason, and listed up to a limit. */
export class SkippedPaths {
  readonly counts: Partial<Record<SkipReason, number>> = {};
  readonly entries: ScanSkippedEntry[] = [];

  add(relativePath: string, reason: SkipReason, detail: string | null = null): void {
    this.counts[reason] = (this.counts[reason] ?? 0) + 1;
    if (this.entries.length < listedSkipsMaximum)
      this.entries.push({ relativePath, reason, detail });
  }

  sort(): void {
    this.entries.sort((a, b) => compareCodeUnits(a.relativePath, b.relativePath));
  }
}

/** Locale-independent order of paths. */
export function compareCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Path order: folder by folder, then by name, both in code units. The preview shows files by folder and
 * pages through them, so those of one folder must follow each other; plain path order would put `a/b/1.jpg`
 * between `a/a.jpg` and `a/c.jpg`.
 */
export function sortedByFolder(relativePaths: Iterable<string>): string[] {
  const folders = new Map<string, string[]>();
  for (const relativePath of relativePaths) {
    const folder = relativePath.slice(0, relativePath.lastIndexOf('/') + 1);
    const paths = folders.get(folder);
    if (paths) paths.push(relativePath);
    else folders.set(folder, [relativePath]);
  }
  const sorted: string[] = [];
  for (const folder of [...folders.keys()].sort(compareCodeUnits)) {
    for (const relativePath of folders.get(folder)?.sort(compareCodeUnits) ?? []) {
      sorted.push(relativePath);
    }
  }
  return sorted;
}

const turnMilliseconds = 25;

/**
 * Finds the files of a source. fast-glob goes from folder to folder; it sees them through an adapter that
 * reads them by the file port and sorts every entry, so that each is found, passed by for a reason, or
 * entered. Links are never followed. A folder that cannot be read is reported and the walk goes on; in
 * fast-glob itself it would end the walk, and a name that is not UTF-8 would empty the result.
 * @throws CatalogError FOLDER_UNREADABLE or SOURCE_PATH_NOT_FOUND for the root itself; CANCELLED
 */
export async function walk(input: WalkInput): Promise<WalkResult> {
  const root = path.resolve(input.root);
  const prefixLength = /[/\\]$/.test(root) ? root.length : root.length + 1;
  const walker = new Walker(input);
  let turnEnds = performance.now() + turnMilliseconds;

  const readdir = (
    folder: string,
    done: (error: Error | null, entries: readonly SubfolderEntry[]) => void,
  ): void => {
    const subfolders = walker.readFolder(folder, folder.slice(prefixLength));
    const now = performance.now();
    if (now >= turnEnds) {
      turnEnds = now + turnMilliseconds;
      setImmediate(done, null, subfolders);
    } else {
      // Never at once: fast-glob's queue would call us again from within, ever deeper.
      process.nextTick(done, null, subfolders);
    }
  };
  const adapter = {
    readdir: (
      folder: string,
      _options: unknown,
      done: (error: Error | null, entries: readonly SubfolderEntry[]) => void,
    ) => readdir(folder, done),
  };
  // Only folders are handed back to fast-glob, so it enters them and itself returns nothing.
  await fastGlob('**/*', {
    cwd: root,
    dot: true,
    followSymbolicLinks: false,
    unique: false,
    fs: adapter as unknown as Partial<fastGlob.FileSystemAdapter>,
  });
  return walker.result();
}

/** What fast-glob needs of a Dirent. Everything it gets is a folder to enter. */
class SubfolderEntry {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  isDirectory(): boolean {
    return true;
  }

  isFile(): boolean {
    return false;
  }

  isSymbolicLink(): boolean {
    return false;
  }
}

class Walker {
  private readonly input: WalkInput;
  private readonly mediaPaths: string[] = [];
  private readonly companionPaths: string[] = [];
  private readonly skipped = new SkippedPaths();
  private readonly completeFolders = new Set<string>();
  private rootIsEmpty = false;
  private failure: CatalogError | null = null;

  constructor(input: WalkInput) {
    this.input = input;
  }

  /** Sorts a folder's entries and returns the subfolders to enter. Never throws. */
  readFolder(absolutePath: string, folder: string): SubfolderEntry[] {
    if (this.failure !== null) return [];
    if (this.input.signal?.aborted) {
      this.failure = new CatalogError('CANCELLED');
      return [];
    }
    let entries;
    try {
      entries = this.input.files.readdir(absolutePath);
    } catch (error) {
      this.folderFailed(absolutePath, folder, error);
      return [];
    }
    const subfolders: SubfolderEntry[] = [];
    for (const { name, kind } of entries) {
      const relativePath = folder === '' ? name : `${folder}/${name}`;
      if (kind !== 'directory') this.addFile(name, relativePath, kind);
      else if (this.enters(name, relativePath)) subfolders.push(new SubfolderEntry(name));
    }
    this.completeFolders.add(folder);
    if (folder === '') this.rootIsEmpty = entries.length === 0;
    this.input.onFolder?.(entries.length, folder);
    return subfolders;
  }

  private enters(name: string, relativePath: string): boolean {
    if (!this.input.scope.coversFolder(relativePath)) return false;
    if (isSystemFolder(name)) {
      this.skipped.add(relativePath, 'system-folder');
      return false;
    }
    const exclusion = this.input.scope.exclusionOfFolder(relativePath);
    if (exclusion !== null) {
      this.skipped.add(relativePath, 'excluded', exclusion.by);
      return false;
    }
    if (isHiddenName(name)) {
      this.skipped.add(relativePath, 'hidden');
      return false;
    }
    return true;
  }

  private addFile(name: string, relativePath: string, kind: 'file' | 'symlink' | 'other'): void {
    const { scope } = this.input;
    const isMedia = fileTypeOfName(name) !== null;
    const isCompanion = !isMedia && (isJsonName(name) || sidecarKindOfName(name) !== null);
    // The sidecars of a picked image were not picked themselves, yet they travel with it.
    const isCovered = scope.coversFile(relativePath);
    const reason = reasonOfName(name, isMedia || isCompanion);
    if (kind === 'symlink') {
      if (isCovered || scope.coversFolder(relativePath)) this.skipped.add(relativePath, 'symlink');
    } else if (kind === 'other') {
      if (isCovered) this.skipped.add(relativePath, 'not-a-file');
    } else if (reason !== null) {
      if (isCovered) this.skipped.add(relativePath, reason);
    } else if (isCompanion || isCovered) {
      const exclusion = isMedia
        ? scope.exclusionOfFile(relativePath)
        : scope.exclusionOfSidecar(relativePath);
      if (exclusion === null) (isMedia ? this.mediaPaths : this.companionPaths).push(relativePath);
      else if (isCovered) this.skipped.add(relativePath, 'excluded', exclusion.by);
    }
  }

  private folderFailed(absolutePath: string, folder: string, error: unknown): void {
    const code = systemErrorCode(error);
    const vanished = code === 'ENOENT' || code === 'ENOTDIR';
    if (folder === '') {
      this.failure = vanished
        ? new CatalogError('SOURCE_PATH_NOT_FOUND', { path: absolutePath }, { cause: error })
        : new CatalogError(
            'FOLDER_UNREADABLE',
            { path: absolutePath, detail: errorDetail(error) },
            { cause: error },
          );
      return;
    }
    this.skipped.add(
      folder,
      vanished ? 'folder-vanished' : 'folder-unreadable',
      errorDetail(error),
    );
  }

  result(): WalkResult {
    if (this.failure !== null) throw this.failure;
    return {
      mediaPaths: sortedByFolder(this.mediaPaths),
      companionPaths: this.companionPaths.sort(compareCodeUnits),
      skipped: this.skipped,
      completeFolders: this.completeFolders,
      rootIsEmpty: this.rootIsEmpty,
    };
  }
}

function reasonOfName(name: string, isSupported: boolean): SkipReason | null {
  if (isHiddenName(name)) return 'hidden';
  return isSupported ? null : 'unsupported-extension';
}

export function isJsonName(name: string): boolean {
  return extensionOfName(name) === 'json';
}
