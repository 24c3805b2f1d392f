import { createHash } from 'node:crypto';
import type { MediaFacts } from '../../src/catalog/model/media.js';
import type { CatalogStore } from '../../src/catalog/store/catalogStore.js';

const makers = ['Canon', 'NIKON CORPORATION', 'SONY', 'Apple', 'FUJIFILM'];
const words = ['holiday', 'beach', 'family', 'city', 'snow', 'party', 'garden'];
const rowsAtOnce = 10_000;

/** Fills a catalog with rows as years of imports leave them; every run makes the same ones. */
export function insertBenchImages(
  store: CatalogStore,
  catalogId: string,
  sourceId: string,
  count: number,
): void {
  for (let start = 0; start < count; start += rowsAtOnce) {
    const length = Math.min(rowsAtOnce, count - start);
    store.images.insertMany(
      Array.from({ length }, (_, index) => {
        const number = start + index;
        const checksum = createHash('sha256').update(String(number)).digest('hex');
        const taken = takenAt(number);
        const [date, time] = taken.split('T');
        return {
          id: `${checksum.slice(0, 8)}-0000-4000-8000-${checksum.slice(8, 20)}`,
          catalogId,
          storedPath: `${date?.replaceAll('-', '/')}/${time?.replaceAll(':', '')}_${checksum.slice(0, 8)}.jpg`,
          isManaged: true,
          sourceId,
          importJobId: null,
          importMode: 'copy' as const,
          originalSourcePath: `/media/card/DCIM/${100 + (number % 900)}CANON/IMG_${number}.JPG`,
          checksum,
          sizeBytes: 2_000_000 + ((number * 7919) % 8_000_000),
          fileMtimeNs: String(1_700_000_000_000_000_000n + BigInt(number)),
          fileInode: String(number),
          facts: factsOf(number, taken),
        };
      }),
    );
  }
}

/** Over 24 years, in no order. */
const takenAt = (number: number): string =>
  new Date(Date.UTC(2000, 0, 1) + ((number * 7919) % (24 * 365 * 86_400)) * 1000)
    .toISOString()
    .slice(0, 19);

function factsOf(number: number, value: string): MediaFacts {
  return {
    fileType: 'image',
    mimeType: 'image/jpeg',
    width: 4000,
    height: 3000,
    orientation: 1,
    captureTime: { value, source: 'exif:DateTimeOriginal', confidence: 95, suspicious: null },
    cameraMake: makers[number % makers.length] ?? null,
    cameraModel: `Model ${number % 37}`,
    lensModel: `Lens ${number % 23}`,
    iso: 100 * (1 + (number % 32)),
    aperture: 2.8,
    exposureTime: 0.01,
    focalLength: 50,
    gps:
      number % 3 === 0
        ? { latitude: (number % 160) - 80 + 0.5, longitude: (number % 360) - 179.5, altitude: null }
        : null,
    contentIdentifier: null,
    duration: null,
    rating: number % 10 === 0 ? number % 6 : null,
    keywords: number % 5 === 0 ? [words[number % 7] ?? '', words[(number >> 3) % 7] ?? ''] : [],
    caption: number % 20 === 0 ? `A caption of picture ${number}` : null,
    warnings: [],
  };
}
