import type { ImportItemState, ImportMode } from '../model/importJob.js';
import type { CatalogStore } from '../store/catalogStore.js';
import type { ImportItemRow, ImportJobRow } from '../store/rows.js';
import { unitPages } from './unitPages.js';
import type { UndoFile } from './undoFile.js';

/** An image with its sidecars: it is taken back with all of them or kept. Sidecars first. */
export type UndoFamily = readonly UndoFile[];

/** States of items that are in the catalog. */
export const importedStates = ['DONE', 'RELEASED', 'SOURCE_KEPT', 'UNDOING'] as const;

/** What a job brought into the catalog and is still there, in pages of whole families, in order. */
export function* importedFamilies(
  store: CatalogStore,
  job: ImportJobRow,
  states: readonly ImportItemState[] = importedStates,
): Generator<UndoFamily[]> {
  for (const units of unitPages(store, job.id, states)) {
    yield familiesOf(store, job.importMode, units.flat());
  }
}

/** @param items in order */
export function familiesOf(
  store: CatalogStore,
  importMode: ImportMode,
  items: readonly ImportItemRow[],
): UndoFamily[] {
  const families = new Map<number, ImportItemRow[]>();
  for (const item of items) {
    const key = item.role === 'primary' ? item.id : (item.parentItemId ?? item.id);
    const family = families.get(key);
    if (family) family.push(item);
    else families.set(key, [item]);
  }
  return [...families].map(([primaryId, members]) => {
    const primary = members.find((item) => item.id === primaryId);
    const imageId = (primary ?? store.importItems.find(primaryId))?.imageId ?? null;
    const files = filesOf(store, importMode, imageId, members);
    return files.sort((a, b) => Number(a.item.id === primaryId) - Number(b.item.id === primaryId));
  });
}

/** Where the rows say that the files are now. */
function filesOf(
  store: CatalogStore,
  importMode: ImportMode,
  imageId: string | null,
  members: readonly ImportItemRow[],
): UndoFile[] {
  const image = imageId === null ? undefined : store.images.find(imageId);
  if (image?.isManaged && importMode === 'reference') {
    const convertedTo = image.currentPath;
    return members.map((item) => ({ item, managed: null, mtimeNs: null, convertedTo }));
  }
  if (!image?.isManaged) {
    return members.map((item) => ({ item, managed: null, mtimeNs: null }));
  }
  const hasSidecars = members.some((item) => item.role === 'sidecar');
  const sidecars = hasSidecars ? store.images.listSidecars(image.id) : [];
  const stamp = store.images.fileStamp(image.id)?.mtimeNs ?? null;
  return members.map((item) => {
    if (item.role === 'primary') {
      // Of an edit that was accepted the row has the stamp, too: only the content tells then.
      const mtimeNs = image.checksum === item.checksum ? stamp : null;
      return { item, managed: image.currentPath, mtimeNs };
    }
    const row = sidecars.find((sidecar) => sidecar.originalSourcePath === item.sourcePath);
    return { item, managed: row?.isManaged ? row.currentPath : null, mtimeNs: null };
  });
}
