import path from 'node:path';
import { systemErrorCode, type FilePort } from '../files/filePort.js';
import { isInside } from '../files/folders.js';
import { lstatOrNull } from '../files/publish.js';
import { placesNow, volumePlace, type MountedVolume } from '../files/volumes.js';
import type { OfflineReason } from '../model/integrity.js';
import type { Source } from '../model/source.js';
import type { CatalogStore } from '../store/catalogStore.js';
import type { CheckedRow } from '../store/fileCheckRepository.js';
import { managedPath } from '../store/managedPaths.js';

/** The managed directory as the caller has proven it; `offline` says why its files cannot be judged. */
export interface ManagedPlace {
  readonly path: string;
  /** Real path; null if it is offline. */
  readonly realRoot: string | null;
  readonly offline: OfflineReason | null;
}

/** A folder that either is there, or says nothing about its files. */
export interface CheckedRoot {
  readonly path: string;
  /** Null if it is offline. */
  readonly realPath: string | null;
  readonly offline: OfflineReason | null;
  readonly source: Source | null;
  /** There is nothing at all in it. */
  readonly isEmpty: boolean;
  /** Another volume is mounted there than when it was last seen. */
  readonly isOtherVolume: boolean;
  /** Where its volume is mounted now, if it is offline. */
  readonly seenAt: string | null;
}

/**
 * `there`: look at the single files. `absent`: the root is there, this folder is not. `outside`: a link leads out of
 * the root. `unreadable`: the system does not tell.
 */
export type FolderState = 'there' | 'absent' | 'outside' | 'unreadable';

export interface CheckedFolder {
  readonly root: CheckedRoot;
  readonly state: FolderState;
  /** Absolute, as the rows name it, with a separator at its end. */
  readonly prefix: string;
}

export interface CheckedPlaces {
  readonly store: CatalogStore;
  readonly files: FilePort;
  readonly sources: readonly Source[];
  readonly managed: ManagedPlace | null;
  readonly volumes: readonly MountedVolume[];
}

/**
 * Says for every row in which root its file must lie, and looks at each root and folder once. A row may come from a
 * stranger: what lies outside the managed directory and the sources of the catalog, by its name or through a link, is
 * not looked at.
 */
export class CheckedFolders {
  readonly roots = new Map<string, CheckedRoot>();
  private readonly places: CheckedPlaces;
  private readonly folders = new Map<string, CheckedFolder | null>();

  constructor(places: CheckedPlaces) {
    this.places = places;
  }

  /** The folder of a row's file and the file's name; null if the row must not be followed. */
  find(row: CheckedRow): { readonly folder: CheckedFolder; readonly name: string } | null {
    const separator = row.isManaged ? '/' : path.sep;
    const cut = row.storedPath.lastIndexOf(separator);
    const name = row.storedPath.slice(cut + 1);
    if (name === '' || name === '.' || name === '..' || name.includes('\0')) return null;
    const stored = row.storedPath.slice(0, cut + 1);
    const owner = row.sourceId ?? (row.isOrphan ? 'orphan' : '');
    const key = row.isManaged ? stored : `${owner}\0${stored}`;
    let folder = this.folders.get(key);
    if (folder === undefined) {
      folder = row.isManaged ? this.managedFolder(stored) : this.referencedFolder(stored, row);
      this.folders.set(key, folder);
    }
    return folder && { folder, name };
  }

  /** Looks at a root once more: a drive may have been unplugged meanwhile. */
  isStillThere({ path: root, realPath }: CheckedRoot): boolean {
    const { files } = this.places;
    try {
      return files.stat(root).isDirectory() && files.realpath(root) === realPath;
    } catch {
      return false;
    }
  }

  private managedFolder(stored: string): CheckedFolder | null {
    const { managed } = this.places;
    if (!managed) return null;
    const { path: directory, realRoot, offline } = managed;
    const root = this.root(directory, () => ({
      path: directory,
      realPath: realRoot,
      offline,
      source: null,
      isEmpty: false,
      isOtherVolume: false,
      seenAt: null,
    }));
    try {
      const folder = stored === '' ? directory : managedPath(directory, stored.slice(0, -1));
      return this.look(root, folder);
    } catch {
      return null;
    }
  }

  private referencedFolder(stored: string, row: CheckedRow): CheckedFolder | null {
    const folder = path.dirname(`${stored}x`);
    if (!path.isAbsolute(stored) || path.normalize(stored) !== stored) return null;
    const source = this.sourceOf(folder, row.sourceId);
    if (source) return this.look(this.sourceRoot(source), folder);
    // Its source was removed from the catalog; the images stay.
    if (!row.isOrphan) return null;
    return this.look(this.plainRoot(folder, null), folder);
  }

  /** The row's own source, else the innermost that holds the folder. */
  private sourceOf(folder: string, sourceId: string | null): Source | null {
    const holding = this.places.sources.filter(({ sourcePath }) => isInside(folder, sourcePath));
    const own = holding.find(({ id }) => id === sourceId);
    const byLength = [...holding].sort((a, b) => b.sourcePath.length - a.sourcePath.length);
    return own ?? byLength[0] ?? null;
  }

  private sourceRoot(source: Source): CheckedRoot {
    return this.plainRoot(source.sourcePath, source);
  }

  private plainRoot(folder: string, source: Source | null): CheckedRoot {
    return this.root(folder, () => this.lookAtRoot(folder, source));
  }

  private root(folder: string, look: () => CheckedRoot): CheckedRoot {
    let root = this.roots.get(folder);
    if (!root) {
      root = look();
      this.roots.set(folder, root);
    }
    return root;
  }

  private lookAtRoot(folder: string, source: Source | null): CheckedRoot {
    const { files, store, volumes } = this.places;
    const offline = (reason: OfflineReason): CheckedRoot => ({
      path: folder,
      realPath: null,
      offline: reason,
      source,
      isEmpty: false,
      isOtherVolume: false,
      seenAt: source && seenElsewhere({ store, files, volumes }, source),
    });
    try {
      if (!files.stat(folder).isDirectory()) return offline('absent');
      const realPath = files.realpath(folder);
      const known = source && store.fileChecks.volumeOf(source.id);
      return {
        path: folder,
        realPath,
        offline: null,
        source,
        isEmpty: files.readdir(folder).length === 0,
        isOtherVolume: known !== null && volumePlace(volumes, realPath)?.id !== known.id,
        seenAt: source && seenElsewhere({ store, files, volumes }, source),
      };
    } catch (error) {
      return offline(isNothingThere(error) ? 'absent' : 'unreadable');
    }
  }

  private look(root: CheckedRoot, folder: string): CheckedFolder {
    const prefix = folder.endsWith(path.sep) ? folder : folder + path.sep;
    const state = root.realPath === null ? 'unreadable' : this.stateOf(root.realPath, folder);
    return { root, prefix, state };
  }

  private stateOf(realRoot: string, folder: string): FolderState {
    try {
      return isInside(this.places.files.realpath(folder), realRoot) ? 'there' : 'outside';
    } catch (error) {
      return isNothingThere(error) ? 'absent' : 'unreadable';
    }
  }
}

export function isNothingThere(error: unknown): boolean {
  const code = systemErrorCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** Where the folder of a source is now that its volume is mounted elsewhere; null if it is not, or not there. */
export function seenElsewhere(
  { store, files, volumes }: Pick<CheckedPlaces, 'store' | 'files' | 'volumes'>,
  source: Pick<Source, 'id' | 'sourcePath'>,
): string | null {
  const known = store.fileChecks.volumeOf(source.id);
  if (!known) return null;
  return (
    placesNow(volumes, known).find(
      (place) => place !== source.sourcePath && lstatOrNull(files, place)?.isDirectory() === true,
    ) ?? null
  );
}
