import { posix } from 'node:path';
import { freeSpace, volumeOf } from '../files/fileErrors.js';
import { CatalogError } from '../model/errors.js';
import { parseOrganizationStrategy } from '../model/organizationStrategy.js';
import type { ImportForecast } from '../model/scan.js';
import { chosenGroups } from './chosenFiles.js';
import type { ImportDeps, ImportInput } from './importRun.js';
import type { ImportPlaces } from './preconditions.js';
import { bytesToWrite, checkPlaces, reserveBytes } from './preconditions.js';
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
  const { count, bytes } = deps.store.scanFiles.newFigures(input);
  const places = placesOrBlocked(deps, input);
  const checked = places instanceof CatalogError ? null : places;
  const copies = input.importMode !== 'reference';
  const bytesNeeded = checked
    ? bytesToWrite(deps.files, input, checked, bytes)
    : copies
      ? bytes
      : 0;
  const freeBytes = checked && copies ? freeSpace(deps.files, checked.realRoot) : null;
  return {
    importMode: input.importMode,
    organizationStrategy: input.organizationStrategy,
    fileCount: count,
    bytes,
    destinationDirectory: copies ? input.catalog.managedDirectory : null,
    bytesNeeded,
    bytesReserved: bytesNeeded === 0 ? 0 : reserveBytes,
    freeBytes,
    volume: checked && copies ? volumeOf(deps.files, checked.realRoot) : null,
    enoughSpace: bytesNeeded === 0 || freeBytes === null || freeBytes >= bytesNeeded + reserveBytes,
    undatedCount: copies ? countUndated(deps, input, naming) : 0,
    blocked: blockedBy(places, count),
  };
}

function placesOrBlocked(deps: ImportDeps, input: ImportInput): ImportPlaces | CatalogError {
  try {
    return checkPlaces(deps, input);
  } catch (error) {
    if (error instanceof CatalogError) return error;
    throw error;
  }
}

function blockedBy(places: ImportPlaces | CatalogError, count: number): ImportForecast['blocked'] {
  if (places instanceof CatalogError) return { code: places.code, data: places.data };
  return count === 0 ? { code: 'NOTHING_TO_IMPORT', data: {} } : null;
}

function countUndated(deps: ImportDeps, input: ImportInput, naming: NamingSettings): number {
  let count = 0;
  for (const groups of chosenGroups(deps, input)) {
    for (const { relativePath, checksum, facts } of groups.flat()) {
      const file = {
        originalName: posix.basename(relativePath),
        checksum: checksum ?? '',
        captureTime: facts?.captureTime ?? null,
      };
      if (isUndated(file, naming)) count += 1;
    }
  }
  return count;
}
