import { join, posix } from 'node:path';
import type { Catalog } from '../model/catalog.js';
import { parseOrganizationStrategy } from '../model/organizationStrategy.js';
import type { ImportSettings } from '../model/scan.js';
import type { ImportItemRow, ScanFileRow } from '../store/rows.js';
import type { ImportDeps } from './importRun.js';
import type { PlannableFile } from './plan.js';
import { planDestinations } from './plan.js';
import { takenNames } from './takenNames.js';

/**
 * Where the selected new files of a scan would be imported to.
 * @returns absolute paths by scan file id; empty without a managed directory
 */
export function planScan(
  deps: Pick<ImportDeps, 'store' | 'files'>,
  catalog: Catalog,
  scanId: string,
  settings: ImportSettings,
): Map<number, string> {
  const root = catalog.managedDirectory;
  if (settings.importMode === 'reference' || root === null) return new Map();
  const naming = {
    strategy: parseOrganizationStrategy(settings.organizationStrategy),
    undatedByModificationDate: settings.undatedByModificationDate ?? false,
  };
  const files = deps.store.scanFiles.listSelectedNew(scanId);
  const isTaken = takenNames(deps.files, root, deps.store.images.managedStoredPaths(catalog.id));
  const plan = planDestinations(files.map(plannableScanFile), naming, isTaken);
  return new Map(
    [...plan].map(([id, planned]) => [id, join(root, ...planned.destination.split('/'))]),
  );
}

export function plannableScanFile(file: ScanFileRow): PlannableFile {
  return {
    id: file.id,
    relativePath: file.relativePath,
    checksum: file.checksum ?? '',
    captureTime: file.facts?.captureTime ?? null,
    fileType: file.facts?.fileType ?? 'image',
    groupKey: file.groupKey,
    sidecars: file.sidecars.map((sidecar) => sidecar.relativePath),
  };
}

/** The same for the items of a unit, when their names have to be planned anew. Paths stay absolute. */
export function plannableItems(items: readonly ImportItemRow[]): PlannableFile[] {
  return items
    .filter((item) => item.role === 'primary')
    .map((item) => ({
      id: item.id,
      relativePath: posixPath(item.sourcePath),
      checksum: item.checksum,
      captureTime: item.facts?.captureTime ?? null,
      fileType: item.facts?.fileType ?? 'image',
      groupKey: item.groupKey,
      sidecars: items
        .filter((sidecar) => sidecar.parentItemId === item.id)
        .map((sidecar) => posixPath(sidecar.sourcePath)),
    }));
}

/** Only the names matter here, so the separator may be changed. */
export function posixPath(path: string): string {
  return process.platform === 'win32' ? path.replaceAll('\\', posix.sep) : path;
}
