import { freeSpace, volumeOf } from '../files/fileErrors.js';
import type { FilePort } from '../files/filePort.js';
import { isInside, realManagedDirectory } from '../files/folders.js';
import type { Catalog } from '../model/catalog.js';
import { CatalogError } from '../model/errors.js';
import type { ImportMode } from '../model/importJob.js';
import { parseOrganizationStrategy } from '../model/organizationStrategy.js';
import type { ImportDeps, ImportInput } from './importRun.js';
import type { NamingSettings } from './strategy.js';

/** Free space that an import leaves: for the catalog file, its journal and other programs. */
export const reserveBytes = 64 * 1024 * 1024;

/** Where an import reads and writes, checked. */
export interface ImportPlaces {
  /** Real path of the source. */
  readonly realSource: string;
  /** Real path of the managed directory; '' in reference mode. */
  readonly realRoot: string;
  readonly naming: NamingSettings;
}

/**
 * Checks everything about an import that can be known before its first file.
 * @throws CatalogError SCAN_NOT_FOUND, SCAN_STALE, STRATEGY_INVALID, SOURCE_PATH_NOT_FOUND,
 *   SOURCE_PATH_NOT_DIRECTORY, SOURCE_INSIDE_MANAGED, MANAGED_DIRECTORY_MISSING, MANAGED_DIRECTORY_UNUSABLE
 */
export function checkPlaces(deps: ImportDeps, input: ImportInput): ImportPlaces {
  const { catalog, source, scanId } = input;
  const scan = deps.store.scans.find(scanId);
  if (!scan || scan.sourceId !== source.id) {
    throw new CatalogError('SCAN_NOT_FOUND', { scan: scanId });
  }
  if (scan.status !== 'READY') throw new CatalogError('SCAN_STALE', { scan: scanId });
  const naming = {
    strategy: parseOrganizationStrategy(input.organizationStrategy),
    undatedByModificationDate: input.undatedByModificationDate ?? false,
  };
  return { ...realPlaces(deps.files, catalog, source.sourcePath, input.importMode), naming };
}

/**
 * The real paths of a source and, unless by reference, of the managed directory, which must not hold it.
 * @throws CatalogError SOURCE_PATH_NOT_FOUND, SOURCE_PATH_NOT_DIRECTORY, SOURCE_INSIDE_MANAGED,
 *   MANAGED_DIRECTORY_MISSING, MANAGED_DIRECTORY_UNUSABLE
 */
export function realPlaces(
  port: FilePort,
  catalog: Catalog,
  sourcePath: string,
  importMode: ImportMode,
): Omit<ImportPlaces, 'naming'> {
  const realSource = realSourceFolder(port, sourcePath);
  if (importMode === 'reference') return { realSource, realRoot: '' };
  if (catalog.managedDirectory === null) {
    throw new CatalogError('MANAGED_DIRECTORY_MISSING', { catalog: catalog.name });
  }
  const realRoot = realManagedDirectory(port, catalog.managedDirectory);
  if (isInside(realSource, realRoot)) {
    const data = { path: sourcePath, managedDirectory: catalog.managedDirectory };
    throw new CatalogError('SOURCE_INSIDE_MANAGED', data);
  }
  return { realSource, realRoot };
}

/** @throws CatalogError SOURCE_PATH_NOT_FOUND, SOURCE_PATH_NOT_DIRECTORY */
export function realSourceFolder(port: FilePort, path: string): string {
  let real: string;
  let isFolder: boolean;
  try {
    real = port.realpath(path);
    isFolder = port.stat(real).isDirectory();
  } catch (error) {
    throw new CatalogError('SOURCE_PATH_NOT_FOUND', { path }, { cause: error });
  }
  if (!isFolder) throw new CatalogError('SOURCE_PATH_NOT_DIRECTORY', { path });
  return real;
}

/**
 * Bytes that an import writes at the destination: none by reference or by links on one volume.
 * @param bytes of the files and their sidecars
 */
export function bytesToWrite(
  port: FilePort,
  input: Pick<ImportInput, 'importMode'>,
  places: ImportPlaces,
  bytes: number,
): number {
  if (input.importMode === 'reference') return 0;
  if (input.importMode === 'move' && areOnOneVolume(port, places)) return 0;
  return bytes;
}

/** False if it cannot be told: then room is asked for as if all were copied. */
function areOnOneVolume(port: FilePort, { realSource, realRoot }: ImportPlaces): boolean {
  try {
    return port.stat(realSource).dev === port.stat(realRoot).dev;
  } catch {
    return false;
  }
}

/** @throws CatalogError DISK_FULL if the files and the reserve do not fit */
export function checkSpace(port: FilePort, realRoot: string, bytesNeeded: number): void {
  if (bytesNeeded === 0) return;
  const free = freeSpace(port, realRoot);
  if (free === null || free >= bytesNeeded + reserveBytes) return;
  const needed = bytesNeeded + reserveBytes;
  throw new CatalogError('DISK_FULL', { volume: volumeOf(port, realRoot), needed, free });
}
