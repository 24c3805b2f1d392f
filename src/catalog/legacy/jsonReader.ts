import path from 'node:path';
import { nodeFilePort } from '../files/filePort.js';
import { CatalogError, errorDetail } from '../model/errors.js';
import { isList, isObject, JsonFault, parseJson, type JsonObject, type JsonValue } from './json.js';
import { JsonCursor } from './jsonCursor.js';
import { JsonEntries } from './jsonEntries.js';
import {
  batched,
  type DerivedRows,
  type LegacyBurstRecord,
  type LegacyCatalog,
  type LegacyGroupRecord,
  type LegacyReader,
  type LegacyRecord,
} from './legacyCatalog.js';
import { momentOf } from './values.js';

/** Sections that hold one entry per thing; they are read entry by entry. */
const listedSections = new Set([
  'images',
  'duplicate_groups',
  'burst_groups',
  'problematic_files',
  'review_queue',
]);

interface Section {
  readonly name: string;
  readonly position: number;
  /** Of a listed section. */
  readonly entries: JsonEntries | null;
}

/** `catalog.json` of the format 2.0.0, and `.catalog.json` before it. */
export class JsonCatalogReader implements LegacyReader {
  readonly catalogs: readonly LegacyCatalog[];
  private readonly file: string;
  private readonly descriptor: number;
  private readonly sections: readonly Section[];

  private constructor(
    file: string,
    descriptor: number,
    sections: readonly Section[],
    catalog: LegacyCatalog,
  ) {
    this.file = file;
    this.descriptor = descriptor;
    this.sections = sections;
    this.catalogs = [catalog];
  }

  /** @throws CatalogError LEGACY_UNREADABLE, LEGACY_INVALID */
  static open(file: string): JsonCatalogReader {
    let descriptor: number;
    try {
      descriptor = nodeFilePort.openRead(file);
    } catch (error) {
      throw new CatalogError('LEGACY_UNREADABLE', { path: file, detail: errorDetail(error) });
    }
    try {
      return naming(file, () => {
        const { sections, values } = readOutline(descriptor);
        const catalog = catalogOf(file, values, sections);
        return new JsonCatalogReader(file, descriptor, sections, catalog);
      });
    } catch (error) {
      nodeFilePort.close(descriptor);
      throw error;
    }
  }

  records(): AsyncIterable<readonly LegacyRecord[]> {
    return batched(this.read());
  }

  derived(): Promise<readonly DerivedRows[]> {
    return Promise.resolve([]);
  }

  close(): Promise<void> {
    nodeFilePort.close(this.descriptor);
    return Promise.resolve();
  }

  private *read(): Generator<LegacyRecord> {
    const seen = new Map<string, number>();
    for (const [section, read] of [
      ['images', imageRecord],
      ['burst_groups', burstRecord],
      ['duplicate_groups', groupRecord],
    ] as const) {
      for (const [key, value] of this.entries(section)) {
        yield read(key, this.object(section, key, value));
      }
    }
    const scalars: Record<string, JsonValue> = {};
    for (const { name } of this.sections) {
      if (name === 'transactions') yield* this.transactions();
      else if (name === 'problematic_files' || name === 'review_queue') {
        for (const [key, value] of this.entries(name)) {
          yield otherRecord(name, unrepeated(seen, `${name}/${key}`), value);
        }
      } else if (!listedSections.has(name)) {
        const value = naming(this.file, () => parseJson(this.cursorAt(name).text()));
        if (isObject(value) || isList(value)) yield otherRecord(name, name, value);
        else scalars[name] = value;
      }
    }
    yield otherRecord('catalog', 'catalog', scalars);
  }

  /** The history of operations: jobs; what is under way is kept as it is. */
  private *transactions(): Generator<LegacyRecord> {
    const value = naming(this.file, () => parseJson(this.cursorAt('transactions').text()));
    const history = isObject(value) ? value['history'] : undefined;
    if (!isObject(value) || !isList(history)) {
      yield otherRecord('transactions', 'transactions', value);
      return;
    }
    for (const [index, entry] of history.entries()) {
      yield { kind: 'job', id: `transaction ${index}`, row: rowOf(entry) };
    }
    const rest = Object.fromEntries(Object.entries(value).filter(([key]) => key !== 'history'));
    yield otherRecord('transactions', 'transactions', rest);
  }

  /** The entries of a section, each parsed on its own. */
  private *entries(section: string): Generator<readonly [string, JsonValue]> {
    const found = this.sections.find(({ name }) => name === section)?.entries;
    const texts = found?.read(nodeFilePort, this.descriptor);
    for (;;) {
      const next = naming(this.file, () => texts?.next());
      if (next === undefined || next.done === true) return;
      const [key, text] = next.value;
      yield [key, naming(this.file, () => parseJson(text), `${section}.${key}`)];
    }
  }

  private cursorAt(section: string): JsonCursor {
    const cursor = new JsonCursor(nodeFilePort, this.descriptor);
    cursor.seek(this.sections.find(({ name }) => name === section)?.position ?? 0);
    return cursor;
  }

  private object(section: string, key: string, value: JsonValue): JsonObject {
    if (isObject(value)) return value;
    throw invalid(this.file, `${section}.${key} is not an object`);
  }
}

/** Where the sections begin, and the values of the small ones. Walks over the whole file once. */
function readOutline(descriptor: number): {
  sections: readonly Section[];
  values: Map<string, JsonValue>;
} {
  const cursor = new JsonCursor(nodeFilePort, descriptor);
  const sections: Section[] = [];
  const values = new Map<string, JsonValue>();
  for (const name of cursor.keys()) {
    cursor.peek();
    if (sections.some((section) => section.name === name)) {
      throw new JsonFault(`it has two sections "${name}"`);
    }
    const { position } = cursor;
    if (listedSections.has(name)) {
      if (!cursor.isObject() && !cursor.isList() && cursor.peek() !== 0x6e) {
        throw new JsonFault(`"${name}" is neither an object nor a list`);
      }
      sections.push({ name, position, entries: JsonEntries.locate(cursor) });
      continue;
    }
    sections.push({ name, position, entries: null });
    if (name === 'configuration' || name === 'statistics' || name === 'state') {
      values.set(name, parseJson(cursor.text()));
    } else {
      const text = cursor.text();
      if (text.length < 100_000) values.set(name, parseJson(text));
    }
  }
  if (!cursor.atEnd()) throw new JsonFault('something follows its end');
  return { sections, values };
}

function catalogOf(
  file: string,
  values: ReadonlyMap<string, JsonValue>,
  sections: readonly Section[],
): LegacyCatalog {
  const version = values.get('version') ?? null;
  if (typeof version === 'string' && Number.parseInt(version, 10) > 2) {
    throw new CatalogError('LEGACY_UNSUPPORTED', {
      path: file,
      detail: `its format ${version} is newer than 2`,
    });
  }
  const images = sections.find(({ name }) => name === 'images');
  if (!images) {
    throw new JsonFault('it has no "images"; it is no catalog');
  }
  const configuration = values.get('configuration');
  if (configuration !== undefined && configuration !== null && !isObject(configuration)) {
    throw new JsonFault('"configuration" is not an object');
  }
  const directories = isObject(configuration) ? (configuration['source_directories'] ?? []) : [];
  if (!isList(directories) || !directories.every((each) => typeof each === 'string')) {
    throw new JsonFault('"configuration.source_directories" is not a list of texts');
  }
  const folder = path.dirname(file);
  const text = (key: string): string | null => {
    const value = values.get(key);
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const organized = isObject(configuration) ? configuration['import_directory'] : null;
  return {
    id: text('catalog_id') ?? `file:${file}`,
    name: path.basename(folder) || folder,
    format: 'json',
    location: file,
    sourceDirectories: directories,
    organizedDirectory: typeof organized === 'string' && organized !== '' ? organized : null,
    createdAt: momentOf(text('created')),
    updatedAt: momentOf(text('last_updated')),
    baseDirectory: folder,
    imageCount: images.entries?.count ?? null,
  };
}

function imageRecord(key: string, row: JsonObject): LegacyRecord {
  return { kind: 'image', id: textOf(row['id']) ?? key, archived: false, row };
}

function groupRecord(key: string, row: JsonObject): LegacyGroupRecord {
  return {
    kind: 'duplicateGroup',
    id: textOf(row['id']) ?? key,
    primaryId: textOf(row['primary']),
    memberIds: idsOf(row['images']),
    // A choice that somebody made: the program's own lists only say what needs to be looked at.
    reviewed:
      row['user_override'] !== undefined &&
      row['user_override'] !== null &&
      row['user_override'] !== false,
    row,
  };
}

function burstRecord(key: string, row: JsonObject): LegacyBurstRecord {
  return {
    kind: 'burst',
    id: textOf(row['id']) ?? key,
    bestId: textOf(row['primary']),
    memberIds: idsOf(row['images']),
    row,
  };
}

function otherRecord(table: string, id: string, value: JsonValue): LegacyRecord {
  return { kind: 'other', table, id, row: rowOf(value) };
}

function rowOf(value: JsonValue): JsonObject {
  return isObject(value) ? value : { value };
}

/** Ids in a list; some generations wrote objects with an id. */
function idsOf(value: JsonValue | undefined): readonly string[] {
  if (!isList(value)) return [];
  return value.flatMap(
    (each) => textOf(isObject(each) ? (each['id'] ?? each['image_id']) : each) ?? [],
  );
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function unrepeated(seen: Map<string, number>, id: string): string {
  const count = (seen.get(id) ?? 0) + 1;
  seen.set(id, count);
  return count === 1 ? id : `${id} (${count})`;
}

const invalid = (file: string, detail: string): CatalogError =>
  new CatalogError('LEGACY_INVALID', { path: file, detail });

/** Runs a reading; what goes wrong names the file, and the entry if it is known. */
function naming<T>(file: string, read: () => T, entry?: string): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof CatalogError) throw error;
    const where = entry === undefined ? '' : `${entry}: `;
    if (error instanceof JsonFault || error instanceof SyntaxError) {
      throw invalid(file, `${where}${error.message}`);
    }
    throw new CatalogError('LEGACY_UNREADABLE', { path: file, detail: errorDetail(error) });
  }
}
