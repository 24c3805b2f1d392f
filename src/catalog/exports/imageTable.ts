import type { Image, Sidecar } from '../model/image.js';
import type { TableColumn } from './tableText.js';

/** An image with what other tables know of it. */
export interface ExportedImage {
  readonly image: Image;
  readonly catalogName: string;
  readonly sourceName: string | null;
  readonly tags: readonly string[];
  readonly sidecars: readonly Sidecar[];
}

const plain = <Key extends keyof Image>(
  name: Key & (Image[Key] extends string | number | boolean | null ? string : never),
): TableColumn<ExportedImage> => ({
  name,
  value: ({ image }) => image[name] as string | number | boolean | null,
});

/** As docs/export.md describes them; new ones are added at the end. */
export const imageTable: readonly TableColumn<ExportedImage>[] = [
  plain('id'),
  plain('catalogId'),
  { name: 'catalogName', value: ({ catalogName }) => catalogName },
  plain('currentPath'),
  plain('isManaged'),
  plain('originalSourcePath'),
  plain('sourceId'),
  { name: 'sourceName', value: ({ sourceName }) => sourceName },
  plain('importJobId'),
  plain('importMode'),
  plain('checksum'),
  plain('importedChecksum'),
  plain('sizeBytes'),
  plain('fileType'),
  plain('mimeType'),
  plain('capturedAt'),
  plain('capturedAtSource'),
  plain('capturedAtConfidence'),
  plain('capturedAtSuspicious'),
  plain('width'),
  plain('height'),
  plain('orientation'),
  plain('duration'),
  plain('colorSpace'),
  plain('cameraMake'),
  plain('cameraModel'),
  plain('lensModel'),
  plain('iso'),
  plain('aperture'),
  plain('exposureTime'),
  plain('focalLength'),
  plain('gpsLatitude'),
  plain('gpsLongitude'),
  plain('gpsAltitude'),
  plain('rating'),
  plain('caption'),
  { name: 'keywords', value: ({ image }) => image.keywords },
  { name: 'tags', value: ({ tags }) => tags },
  plain('reviewStatus'),
  plain('fileMissing'),
  plain('fileChanged'),
  plain('fileDamaged'),
  plain('fileCheckedAt'),
  plain('verifiedAt'),
  plain('dhash'),
  plain('ahash'),
  plain('whash'),
  plain('phash'),
  plain('qualityScore'),
  plain('groupKey'),
  plain('burstId'),
  { name: 'sidecars', value: ({ sidecars }) => sidecars.map(({ currentPath }) => currentPath) },
  { name: 'importedAt', value: ({ image }) => image.createdAt },
  plain('updatedAt'),
];
