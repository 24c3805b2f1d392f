import type { ImportMode } from '../model/importJob.js';
import type { DiskLook, FileState } from './diskLook.js';
import type { LegacyPlaces } from './legacyImage.js';
import { pathParts, startsWith, type PathMapper } from './legacyPaths.js';
import type { SourceEntry, SourceTable } from './sourceTable.js';

/** Where an image is and where it came from, on this machine. */
export interface Location {
  readonly source: SourceEntry;
  /** Absolute. */
  readonly currentPath: string;
  readonly isManaged: boolean;
  /** Relative to the managed directory with `/` if isManaged, else absolute. */
  readonly storedPath: string;
  readonly originalPath: string;
  readonly originUnknown: boolean;
  /** Of the original in its source, `/` separated. */
  readonly relativePath: string;
  readonly importMode: ImportMode;
  readonly file: FileState;
}

/** Finds the place of every image by the import model's rules. */
export class Locator {
  private readonly mapper: PathMapper;
  private readonly sources: SourceTable;
  private readonly disk: DiskLook;
  private readonly managed: { readonly path: string; readonly parts: readonly string[] } | null;

  constructor(
    mapper: PathMapper,
    sources: SourceTable,
    disk: DiskLook,
    managedDirectory: string | null,
  ) {
    this.mapper = mapper;
    this.sources = sources;
    this.disk = disk;
    this.managed =
      managedDirectory === null
        ? null
        : { path: managedDirectory, parts: pathParts(managedDirectory) };
  }

  /** Null if the old row has no path. */
  locate(places: LegacyPlaces, originalRemoved: boolean): Location | null {
    const path = places.path === null ? null : this.mapper.map(places.path);
    const organized = places.organizedPath === null ? null : this.mapper.map(places.organizedPath);
    const original = places.originalPath === null ? null : this.mapper.map(places.originalPath);
    if (organized !== null && organized !== path) {
      const copy = this.inManaged(organized, original ?? path, originalRemoved);
      if (copy !== null && copy.file !== 'missing') return copy;
      // The copy is gone: the original is what there is, if it is there.
      const own = path === null ? null : this.referenced(path, path);
      if (copy === null && own === null) return this.referenced(organized, organized);
      if (own !== null && (copy === null || typeof own.file === 'object')) return own;
      return copy;
    }
    if (path === null) return null;
    const origin = original === path ? null : original;
    return this.inManaged(path, origin, originalRemoved) ?? this.referenced(path, origin ?? path);
  }

  /** A file under the managed directory, or null if it does not lie there. */
  private inManaged(
    file: string,
    original: string | null,
    originalRemoved: boolean,
  ): Location | null {
    const parts = pathParts(file);
    if (!this.managed || !startsWith(parts, this.managed.parts)) return null;
    const inside = parts.slice(this.managed.parts.length);
    if (inside.length === 0 || inside.includes('..')) return null;
    const source = original === null ? this.sources.unknown : this.sources.of(pathParts(original));
    return {
      source,
      currentPath: file,
      isManaged: true,
      storedPath: inside.join('/'),
      originalPath: original ?? file,
      originUnknown: original === null,
      relativePath: original === null ? inside.join('/') : relativeTo(source, original),
      importMode: originalRemoved ? 'move' : 'copy',
      file: this.disk.file(file, this.managed.path),
    };
  }

  private referenced(file: string, original: string): Location {
    const source = this.sources.of(pathParts(original));
    // What was brought elsewhere by an import is not under its source.
    const root = source.directory === null || original !== file ? null : source.path;
    return {
      source,
      currentPath: file,
      isManaged: false,
      storedPath: file,
      originalPath: original,
      originUnknown: source.directory === null,
      relativePath: relativeTo(source, original),
      importMode: 'reference',
      file: this.disk.file(file, root),
    };
  }
}

function relativeTo(source: SourceEntry, file: string): string {
  return pathParts(file).slice(pathParts(source.path).length).join('/');
}
