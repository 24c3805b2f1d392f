import { join, posix } from 'node:path';
import type { Catalog } from '../model/catalog.js';
import { parseOrganizationStrategy } from '../model/organizationStrategy.js';
import type { ImportSettings } from '../model/scan.js';
import type { ImportItemRow, ScanFileRow } from '../store/rows.js';
import { chosenGroups } from './chosenFiles.js';
import type { ImportDeps } from './importRun.js';
import type { PlannableFile } from './plan.js';
import { DestinationPlanner } from './plan.js';
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
  const isTaken = takenNames(deps.files, root, deps.store.images.managedStoredPaths(catalog.id));
  const planner = new DestinationPlanner(naming, isTaken);
  const paths = new Map<number, string>();
  for (const groups of chosenGroups(deps, { scanId })) {
    for (const group of groups) {
      for (const [id, { destination }] of planner.plan(group.map(plannableScanFile))) {
        paths.set(id, join(root, ...destination.split('/')));
      }
    }
  }
  return paths;
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
