import path from 'node:path';
import { nodeFilePort, systemErrorCode } from '../files/filePort.js';
import { CatalogError, errorDetail } from '../model/errors.js';
import { applicationId } from '../store/schema.js';
import { JsonCatalogReader } from './jsonReader.js';
import type { LegacyCatalog, LegacyReader } from './legacyCatalog.js';
import { isPostgresAddress, PostgresCatalogReader } from './postgresReader.js';
import { SqliteCatalogReader } from './sqliteReader.js';

/** An old catalog with the reader that reads it. */
export interface LegacyPart {
  readonly reader: LegacyReader;
  readonly legacy: LegacyCatalog;
}

/** Everything old in one place: each entry becomes one catalog, from one or more files. */
export interface OpenedLegacy {
  readonly location: string;
  readonly catalogs: readonly (readonly LegacyPart[])[];
  readonly notes: readonly string[];
  close(): Promise<void>;
}

/** The files of a catalog folder, the newest generation first. */
const knownFiles = ['catalog.json', '.catalog.json', 'catalog.db'];

/**
 * Opens old catalogs for reading: a folder or file (absolute path), or the address of a database.
 * @throws CatalogError LEGACY_*
 */
export async function openLegacy(from: string): Promise<OpenedLegacy> {
  if (isPostgresAddress(from)) {
    const reader = await PostgresCatalogReader.open(from);
    const { unreadTables } = reader;
    return {
      location: reader.catalogs[0]?.location ?? from,
      catalogs: reader.catalogs.map((legacy) => [{ reader, legacy }]),
      notes:
        unreadTables.length > 0
          ? [
              `These tables hold nothing of a catalog and were not read: ${unreadTables.join(', ')}.`,
            ]
          : [],
      close: () => reader.close(),
    };
  }
  const parts: LegacyPart[] = [];
  const close = async (): Promise<void> => {
    for (const { reader } of parts) await reader.close();
  };
  try {
    for (const file of filesIn(from)) {
      const reader = await openFile(file);
      for (const legacy of reader.catalogs) {
        const [first] = parts;
        parts.push({ reader, legacy: first ? asPartOf(legacy, first.legacy) : legacy });
      }
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { location: from, catalogs: [parts], notes: [], close };
}

/** Files of one folder are one catalog: what only one of them knows holds for all. */
function asPartOf(legacy: LegacyCatalog, first: LegacyCatalog): LegacyCatalog {
  return {
    ...legacy,
    name: first.name,
    sourceDirectories:
      first.sourceDirectories.length > 0 ? first.sourceDirectories : legacy.sourceDirectories,
    organizedDirectory: legacy.organizedDirectory ?? first.organizedDirectory,
  };
}

function filesIn(from: string): string[] {
  let isFolder: boolean;
  try {
    isFolder = nodeFilePort.stat(from).isDirectory();
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') {
      throw new CatalogError('LEGACY_NOT_FOUND', { path: from });
    }
    throw new CatalogError('LEGACY_UNREADABLE', { path: from, detail: errorDetail(error) });
  }
  if (!isFolder) return [nodeFilePort.realpath(from)];
  const folder = nodeFilePort.realpath(from);
  const files = knownFiles
    .map((name) => path.join(folder, name))
    .filter(isFile)
    .map((file) => nodeFilePort.realpath(file));
  if (files.length === 0) throw new CatalogError('LEGACY_NOT_FOUND', { path: from });
  return files;
}

async function openFile(file: string): Promise<LegacyReader> {
  const header = readHeader(file);
  if (header.toString('latin1', 0, 15) !== 'SQLite format 3') return JsonCatalogReader.open(file);
  if (header.length >= 72 && header.readUInt32BE(68) === applicationId) {
    const detail = 'it is a catalog of this program already; open the folder that it is in';
    throw new CatalogError('LEGACY_UNSUPPORTED', { path: file, detail });
  }
  return SqliteCatalogReader.open(file);
}

function isFile(file: string): boolean {
  try {
    return nodeFilePort.stat(file).isFile();
  } catch {
    return false;
  }
}

function readHeader(file: string): Buffer {
  try {
    const handle = nodeFilePort.openRead(file);
    try {
      if (!nodeFilePort.fstat(handle).isFile()) throw new Error('it is not a regular file');
      const header = Buffer.alloc(100);
      return header.subarray(0, nodeFilePort.read(handle, header, 0, 100, 0));
    } finally {
      nodeFilePort.close(handle);
    }
  } catch (error) {
    throw new CatalogError('LEGACY_UNREADABLE', { path: file, detail: errorDetail(error) });
  }
}
