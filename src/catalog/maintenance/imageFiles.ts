import type { CatalogStore } from '../store/catalogStore.js';

/** A file that an image owns or refers to. */
export interface ImageFile {
  /** Absolute. */
  readonly path: string;
  readonly isManaged: boolean;
  readonly checksum: string;
  readonly sizeBytes: number;
}

/** An image's own file first, then its sidecars. */
export interface ImageFiles {
  readonly id: string;
  readonly files: readonly ImageFile[];
}

/** @returns null if the catalog has no such image */
export function imageFilesOf(
  store: CatalogStore,
  imageId: string,
  catalogId: string,
): ImageFiles | null {
  const image = store.images.find(imageId);
  if (!image || image.catalogId !== catalogId) return null;
  const own: ImageFile = {
    path: image.currentPath,
    isManaged: image.isManaged,
    checksum: image.checksum,
    sizeBytes: image.sizeBytes,
  };
  const sidecars = store.images
    .listSidecars(imageId)
    .map(({ currentPath, ...sidecar }): ImageFile => ({ path: currentPath, ...sidecar }));
  return { id: imageId, files: [own, ...sidecars] };
}
