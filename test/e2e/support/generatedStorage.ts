import type { StorageReport } from '../../../src/catalog/model/storage.js';

/** Figures of a catalog with two sources, one of them out of reach. */
export function generatedStorage(images: number): StorageReport {
  const none = { count: 0, bytes: 0 };
  return {
    catalogId: 'catalog-1',
    managedDirectory: '/pictures/managed',
    managedCount: 1000,
    managedBytes: 4e9,
    referencedCount: images - 1000,
    referencedBytes: 1e9,
    missingCount: 7,
    changedCount: 0,
    totalCount: images,
    totalBytes: 5e9,
    freeBytes: 120e9,
    catalogFileBytes: 2_500_000,
    sidecars: { count: 12, bytes: 48_000 },
    bySource: [
      {
        sourceId: 'source-1',
        sourceName: 'Card',
        count: 1000,
        bytes: 4e9,
        managed: { count: 1000, bytes: 4e9 },
        referenced: none,
        online: true,
      },
      {
        sourceId: 'source-2',
        sourceName: 'Archive <b>of</b> 2001',
        count: images - 1000,
        bytes: 1e9,
        managed: none,
        referenced: { count: images - 1000, bytes: 1e9 },
        online: false,
      },
    ],
    byFormat: [
      { mimeType: 'image/jpeg', count: images - 34, bytes: 3.4e9 },
      { mimeType: 'image/x-canon-cr2', count: 34, bytes: 1.6e9 },
    ],
    byYear: [
      { year: '2019', count: 300, bytes: 1.1e9 },
      { year: '2021', count: 900, bytes: 3.8e9 },
      { year: null, count: images - 1200, bytes: 1e8 },
    ],
    missing: { count: 7, bytes: 28e6 },
    changed: none,
    damaged: none,
    offline: { count: images - 1000, bytes: 1e9 },
    duplicates: {
      count: 40,
      bytes: 160e6,
      bySource: [{ sourceId: 'source-1', sourceName: 'Card', count: 40, bytes: 160e6 }],
    },
    trash: { count: 3, bytes: 12e6 },
    thumbnails: { count: 2468, bytes: 40e6, estimated: true },
    backups: { count: 7, bytes: 17_000_000 },
  };
}
