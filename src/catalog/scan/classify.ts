import type { ImageIdentity } from '../store/rows.js';

export type Classification =
  | { readonly state: 'new' }
  | { readonly state: 'duplicate'; readonly imageId: string; readonly scanFileId: null }
  | { readonly state: 'duplicate'; readonly imageId: null; readonly scanFileId: number };

/**
 * Tells new content from known: an image of the catalog, or an earlier file of this scan. Files must come
 * in path order: the first of equal ones is new, the others are its duplicates.
 */
export class Classifier {
  private readonly catalogImages: ReadonlyMap<string, ImageIdentity>;
  private readonly firstFileIds = new Map<string, number>();

  /** @param catalogImages the images of the catalog by checksum */
  constructor(catalogImages: ReadonlyMap<string, ImageIdentity>) {
    this.catalogImages = catalogImages;
  }

  isInCatalog(checksum: string): boolean {
    return this.catalogImages.has(checksum);
  }

  imageOf(checksum: string): ImageIdentity | undefined {
    return this.catalogImages.get(checksum);
  }

  /** @param scanFileId the id that the file has in the preview */
  classify(checksum: string, scanFileId: number): Classification {
    const image = this.catalogImages.get(checksum);
    if (image) return { state: 'duplicate', imageId: image.imageId, scanFileId: null };
    const first = this.firstFileIds.get(checksum);
    if (first !== undefined) return { state: 'duplicate', imageId: null, scanFileId: first };
    this.firstFileIds.set(checksum, scanFileId);
    return { state: 'new' };
  }
}
