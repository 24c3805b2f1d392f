import type { MigrationSource, SourceChoice } from '../model/migration.js';
import type { LegacyCatalog } from './legacyCatalog.js';
import { foldersOf, pathParts, type Folder, type PathMapper } from './legacyPaths.js';

/** The source that images of no known source get. */
export const unknownSourceName = 'Unknown Source';

/** A source of the new catalog with what is counted about it. */
export class SourceEntry {
  /** As stored in the old catalog; null for the unknown source. */
  readonly directory: string | null;
  /** On this machine; '' for the unknown source. */
  readonly path: string;
  readonly existsHere: boolean;
  name: string;
  /** Ids in the new catalog as soon as there are rows. */
  sourceId: string | null = null;
  jobId: string | null = null;
  images = 0;
  newImages = 0;
  found = 0;
  missing = 0;
  unreachable = 0;

  constructor(directory: string | null, path: string, existsHere: boolean) {
    this.directory = directory;
    this.path = path;
    this.existsHere = existsHere;
    this.name = directory === null ? unknownSourceName : `Imported from ${path}`;
  }

  /** Many gone at once are more likely a wrong folder than lost photos. */
  get marksMissing(): boolean {
    return this.missing > 0 && this.missing <= this.found;
  }

  toReport(): MigrationSource {
    return {
      directory: this.directory,
      path: this.path,
      name: this.name,
      existsHere: this.existsHere,
      images: this.images,
      filesFound: this.found,
      filesMissing: this.missing,
      filesUnreachable: this.unreachable,
      marksMissing: this.marksMissing,
    };
  }
}

/** The sources of an old catalog, and which one a path belongs to. */
export class SourceTable {
  readonly unknown = new SourceEntry(null, '', false);
  private readonly folders: readonly Folder<SourceEntry>[];
  private readonly choices = new Map<string, SourceChoice & { images: number }>();

  /** @param exists whether a folder is on this machine */
  constructor(catalog: LegacyCatalog, mapper: PathMapper, exists: (folder: string) => boolean) {
    const byPath = new Map<string, SourceEntry>();
    for (const directory of catalog.sourceDirectories) {
      if (directory.trim() === '' || directory.includes('\0')) continue;
      const path = mapper.map(directory);
      if (!byPath.has(path)) byPath.set(path, new SourceEntry(directory, path, exists(path)));
    }
    this.folders = [...byPath.values()].map((value) => ({ parts: pathParts(value.path), value }));
  }

  /** All known sources, in the old order. */
  get entries(): readonly SourceEntry[] {
    return this.folders.map(({ value }) => value);
  }

  /** The source with the longest path that holds the file, or the unknown one. */
  of(parts: readonly string[]): SourceEntry {
    return foldersOf(parts, this.folders)[0]?.value ?? this.unknown;
  }

  /** Notes the choice that was made for an image whose folder lies in more than one source. */
  noteChoice(file: string): void {
    const [best, ...others] = foldersOf(pathParts(file), this.folders);
    if (!best || others.length === 0) return;
    const names = others.map(({ value }) => value.path);
    const key = [best.value.path, ...names].join('\0');
    const chosen = best.value.path;
    const choice = this.choices.get(key) ?? { chosen, others: names, images: 0, example: file };
    choice.images++;
    this.choices.set(key, choice);
  }

  sourceChoices(): SourceChoice[] {
    return [...this.choices.values()];
  }

  /** True if a folder is, or holds, a source: the old catalog then scanned it in place. */
  isOrHoldsSource(folder: readonly string[]): boolean {
    return this.folders.some(({ parts }) => folder.every((part, index) => part === parts[index]));
  }
}
