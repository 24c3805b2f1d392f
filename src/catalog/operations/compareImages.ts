import { hexDistance } from '../duplicates/hamming.js';
import { hashMethods, type ComparedPair, type HashMethod } from '../model/duplicates.js';
import { CatalogError } from '../model/errors.js';
import type { DuplicateImageRow } from '../store/duplicateRepository.js';
import type { OperationDeps } from './operationDeps.js';

/** More pictures are not looked at side by side. */
const maximumImages = 16;

/**
 * Every pair of the images, in the order of the ids. Images that are no longer there are left out.
 * @throws CatalogError INVALID_ARGUMENT
 */
export function compareImages(
  deps: OperationDeps,
  { imageIds }: { readonly imageIds: readonly string[] },
): ComparedPair[] {
  if (imageIds.length > maximumImages) {
    const detail = `more than ${maximumImages} ids`;
    throw new CatalogError('INVALID_ARGUMENT', { name: 'imageIds', detail });
  }
  const found = deps.store.duplicates.imagesById(imageIds);
  const rows = imageIds.flatMap((id) => found.get(id) ?? []);
  return rows.flatMap((a, index) => rows.slice(index + 1).map((b) => comparePair(a, b)));
}

function comparePair(a: DuplicateImageRow, b: DuplicateImageRow): ComparedPair {
  const equal = (one: string | null, other: string | null): boolean =>
    one !== null && one !== '' && one === other;
  const distance = (method: HashMethod): number | null => {
    const [one, other] = [a[method], b[method]];
    return one === null || other === null ? null : hexDistance(one, other);
  };
  return {
    a: a.imageId,
    b: b.imageId,
    level: equal(a.pictureDataHash, b.pictureDataHash)
      ? 'data'
      : equal(a.pixelHash, b.pixelHash)
        ? 'pixels'
        : null,
    distances: Object.fromEntries(
      hashMethods.map((method) => [method, distance(method)]),
    ) as Record<HashMethod, number | null>,
  };
}
