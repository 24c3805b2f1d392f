import { sep } from 'node:path';
import { imageFlagBits, type ImageIndexColumns } from '../../store/imageIndexRepository.js';
import { extensionOfName } from '../../media/fileKinds.js';
import { fold } from '../fold.js';
import { DictionaryColumn } from './dictionaryColumn.js';
import { TextColumn } from './textColumn.js';

const numberNames = [
  'sizeBytes',
  'width',
  'height',
  'latitude',
  'longitude',
  'rating',
  'iso',
  'duration',
] as const;
export type NumberColumn = (typeof numberNames)[number];

/** What of an image changed: whoever looked at it looks again. */
export interface DetailChanges {
  names: boolean;
  flags: boolean;
  values: boolean;
}

/** Separates what is searched as one text but shown apart. */
export const partSeparator = '\u001e';

/** What listings and searches look at beside the capture time. */
export class ImageDetailColumns {
  readonly sources = new DictionaryColumn();
  readonly jobs = new DictionaryColumn();
  /** Without a slash at the end; see ImageGroup.key. */
  readonly folders = new DictionaryColumn();
  /** Where a managed image came from. */
  readonly originalFolders = new DictionaryColumn();
  readonly extensions = new DictionaryColumn();
  readonly mimeTypes = new DictionaryColumn();
  readonly cameras = new DictionaryColumn();
  readonly lenses = new DictionaryColumn();
  /** A JSON array and the tags, each after a partSeparator. */
  readonly keywords = new DictionaryColumn();
  readonly captions = new DictionaryColumn();
  /** Folded file name and, after a partSeparator, the name before the import. */
  readonly names = new TextColumn();
  flags = new Uint8Array(0);
  /** Milliseconds since 1970 UTC. */
  importedAt = new Float64Array(0);
  /** NaN: not known. */
  readonly numbers: Record<NumberColumn, Float64Array>;

  constructor() {
    const empty = numberNames.map((name) => [name, new Float64Array(0)] as const);
    this.numbers = Object.fromEntries(empty) as Record<NumberColumn, Float64Array>;
  }

  grow(length: number): void {
    for (const column of this.dictionaries()) column.grow(length);
    if (length <= this.flags.length) return;
    const flags = new Uint8Array(length);
    flags.set(this.flags);
    this.flags = flags;
    this.importedAt = grown(this.importedAt, length);
    for (const name of numberNames) this.numbers[name] = grown(this.numbers[name], length);
  }

  /** Takes over a row of what the repository read. */
  set(slot: number, columns: ImageIndexColumns, row: number): DetailChanges {
    const flags = Number(columns.flags[row]);
    const flagsChanged = this.flags[slot] !== flags;
    this.flags[slot] = flags;
    const names = this.setNames(slot, columns, row, (flags & imageFlagBits.managed) !== 0);
    const texts = this.setTexts(slot, columns, row);
    const numbers = this.setNumbers(slot, columns, row);
    return { names, flags: flagsChanged, values: texts || numbers };
  }

  private setNames(
    slot: number,
    { path, originalPath }: ImageIndexColumns,
    row: number,
    isManaged: boolean,
  ): boolean {
    const current = splitPath(path[row] ?? '', isManaged);
    const original = splitPath(originalPath[row] ?? '', false);
    const isRenamed = original.name !== '' && original.name !== current.name;
    const name = fold(current.name);
    let changed = this.names.set(
      slot,
      isRenamed ? `${name}${partSeparator}${fold(original.name)}` : name,
    );
    changed = this.folders.set(slot, current.folder) || changed;
    changed = this.originalFolders.set(slot, original.folder) || changed;
    return this.extensions.set(slot, extensionOfName(current.name)) || changed;
  }

  private setTexts(slot: number, columns: ImageIndexColumns, row: number): boolean {
    const camera = cameraName(columns.cameraMake[row] ?? '', columns.cameraModel[row] ?? '');
    let changed = this.cameras.set(slot, camera);
    changed = this.sources.set(slot, columns.sourceId[row] ?? '') || changed;
    changed = this.jobs.set(slot, columns.importJobId[row] ?? '') || changed;
    changed = this.mimeTypes.set(slot, columns.mimeType[row] ?? '') || changed;
    changed = this.lenses.set(slot, columns.lensModel[row] ?? '') || changed;
    changed = this.captions.set(slot, columns.caption[row] ?? '') || changed;
    const keywords = joined(columns.keywords[row] ?? '', columns.tags[row] ?? '');
    return this.keywords.set(slot, keywords) || changed;
  }

  private setNumbers(slot: number, columns: ImageIndexColumns, row: number): boolean {
    let changed = setNumber(this.importedAt, slot, Date.parse(columns.createdAt[row] ?? ''));
    for (const name of numberNames) {
      const value = columns[name][row] ?? '';
      changed = setNumber(this.numbers[name], slot, value === '' ? NaN : Number(value)) || changed;
    }
    return changed;
  }

  private dictionaries(): DictionaryColumn[] {
    return [
      this.sources,
      this.jobs,
      this.folders,
      this.originalFolders,
      this.extensions,
      this.mimeTypes,
      this.cameras,
      this.lenses,
      this.keywords,
      this.captions,
    ];
  }
}

export function grown(array: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const result = new Float64Array(length).fill(NaN, array.length);
  result.set(array);
  return result;
}

function setNumber(column: Float64Array, slot: number, value: number): boolean {
  const changes = !Object.is(column[slot], value);
  column[slot] = value;
  return changes;
}

const joined = (keywords: string, tags: string): string =>
  tags === '' ? keywords : `${keywords}${partSeparator}${tags}`;

/** The model, with the maker before it unless it says so itself: `NIKON CORPORATION`, `NIKON D750`. */
export function cameraName(make: string, model: string): string {
  if (model === '') return make;
  const firstWord = (text: string): string => (text.split(' ', 1)[0] ?? '').toLowerCase();
  return make === '' || firstWord(make) === firstWord(model) ? model : `${make} ${model}`;
}

/** Managed paths have `/` on every platform; a backslash in a name on Linux is a character like any other. */
function splitPath(path: string, isManaged: boolean): { folder: string; name: string } {
  const slash = path.lastIndexOf('/');
  const end = isManaged || sep === '/' ? slash : Math.max(slash, path.lastIndexOf(sep));
  // The root keeps its slash.
  return { folder: path.slice(0, end === 0 ? 1 : Math.max(0, end)), name: path.slice(end + 1) };
}
