import { posix } from 'node:path';
import { freeSpace } from '../files/fileErrors.js';
import { CatalogError } from '../model/errors.js';
import { parseOrganizationStrategy } from '../model/organizationStrategy.js';
import type { ImportForecast } from '../model/scan.js';
import type { ScanFileRow } from '../store/rows.js';
import type { ImportDeps, ImportInput } from './importRun.js';
import type { ImportPlaces } from './preconditions.js';
import { bytesOf, bytesToWrite, checkPlaces, reserveBytes } from './preconditions.js';
import type { NamingSettings } from './strategy.js';
import { isUndated } from './strategy.js';

/**
 * What an import of the scan's selection would need, and why it could not start. Never throws for a reason
 * that `blocked` can tell. @throws CatalogError STRATEGY_INVALID
 */
export function forecastImport(deps: ImportDeps, input: ImportInput): ImportForecast {
  const strategy = parseOrganizationStrategy(input.organizationStrategy);
  const naming = {
    strategy,
    undatedByModificationDate: input.undatedByModificationDate ?? false,
  };
  const files = selectedFiles(deps, input);
  const places = placesOrBlocked(deps, input);
  const checked = places instanceof CatalogError ? null : places;
  const copies = input.importMode !== 'reference';
  const bytes = files.reduce((sum, file) => sum + bytesOf(file), 0);
  const bytesNeeded = checked
    ? bytesToWrite(deps.files, input, checked, files)
    : copies
      ? bytes
      : 0;
  const freeBytes = checked && copies ? freeSpace(deps.files, checked.realRoot) : null;
  return {
    importMode: input.importMode,
    organizationStrategy: input.organizationStrategy,
    fileCount: files.length,
    bytes,
    destinationDirectory: copies ? input.catalog.managedDirectory : null,
    bytesNeeded,
    freeBytes,
    enoughSpace: bytesNeeded === 0 || freeBytes === null || freeBytes >= bytesNeeded + reserveBytes,
    undatedCount: copies ? countUndated(files, naming) : 0,
    blocked: blockedBy(places, files),
  };
}

/** The chosen new files of a scan, in path order. */
export function selectedFiles(
  deps: Pick<ImportDeps, 'store'>,
  input: Pick<ImportInput, 'scanId' | 'fileIds'>,
): ScanFileRow[] {
  const { scanFiles } = deps.store;
  if (!input.fileIds) return scanFiles.listSelectedNew(input.scanId);
  return scanFiles
    .byIds(input.fileIds)
    .filter((file) => file.scanId === input.scanId && file.state === 'new');
}

function placesOrBlocked(deps: ImportDeps, input: ImportInput): ImportPlaces | CatalogError {
  try {
    return checkPlaces(deps, input);
  } catch (error) {
    if (error instanceof CatalogError) return error;
    throw error;
  }
}

function blockedBy(
  places: ImportPlaces | CatalogError,
  files: readonly ScanFileRow[],
): ImportForecast['blocked'] {
  if (places instanceof CatalogError) return { code: places.code, data: places.data };
  return files.length === 0 ? { code: 'NOTHING_TO_IMPORT', data: {} } : null;
}

function countUndated(files: readonly ScanFileRow[], naming: NamingSettings): number {
  return files.filter((file) =>
    isUndated(
      {
        originalName: posix.basename(file.relativePath),
        checksum: file.checksum ?? '',
        captureTime: file.facts?.captureTime ?? null,
      },
      naming,
    ),
  ).length;
}
