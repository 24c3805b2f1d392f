import type { FileFinding, FileState, OfflineFolder, SuspectFolder } from '../model/integrity.js';
import type { CheckedRoot } from './checkedRoots.js';

/** Findings that a report lists. */
const listedFindings = 10_000;

/** So much of one folder missing at once may be a share that lost its files from view. */
const suspectCount = 10;
const suspectShare = 0.2;

/** A file that is not where its row says. */
export interface MissingFile {
  readonly imageId: string;
  readonly path: string;
  readonly isNew: boolean;
}

/** What a check saw below one root. */
export class RootTally {
  readonly root: CheckedRoot;
  images = 0;
  present = 0;
  /** The root, or folders in it, could not be judged. */
  offline = 0;
  missing: MissingFile[] = [];

  constructor(root: CheckedRoot) {
    this.root = root;
  }

  get newlyMissing(): number {
    return this.missing.reduce((sum, { isNew }) => sum + (isNew ? 1 : 0), 0);
  }

  /** Nothing is to be said about its files after all. */
  setOffline(): void {
    this.offline = this.images;
    this.present = 0;
    this.missing = [];
  }

  /** None of its files is there and another volume is in its place. */
  isReplaced(): boolean {
    return this.root.isOtherVolume && this.present === 0 && this.missing.length > 0;
  }

  suspect(): SuspectFolder | null {
    const missing = this.newlyMissing;
    const isLarge = missing > suspectCount && missing > suspectShare * this.images;
    if (missing === 0 || !(isLarge || this.root.isEmpty)) return null;
    const { path, source } = this.root;
    return { path, sourceName: source?.name ?? null, missing, images: this.images };
  }

  offlineFolder(): OfflineFolder | null {
    if (this.offline === 0) return null;
    const { path, source, offline, seenAt } = this.root;
    const replaced = this.root.isOtherVolume && this.offline === this.images;
    return {
      path,
      reason: offline ?? (replaced ? 'other-volume' : 'unreadable'),
      images: this.offline,
      sourceId: source?.id ?? null,
      sourceName: source?.name ?? null,
      seenAt,
    };
  }
}

/** Everything a check found: counted, and the first of it listed by path. */
export class Findings {
  private readonly all: FileFinding[] = [];
  private readonly counts = new Map<string, number>();

  add(state: FileState, file: Omit<FileFinding, 'state'>): void {
    for (const key of file.isNew ? [state, `new ${state}`] : [state]) {
      this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    }
    this.all.push({ imageId: file.imageId, path: file.path, state, isNew: file.isNew });
  }

  count(state: FileState): number {
    return this.counts.get(state) ?? 0;
  }

  newCount(state: FileState): number {
    return this.counts.get(`new ${state}`) ?? 0;
  }

  listed(): FileFinding[] {
    const byPath = (a: FileFinding, b: FileFinding): number =>
      a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
    return this.all.sort(byPath).slice(0, listedFindings);
  }
}
