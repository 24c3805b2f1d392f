import assert from 'node:assert/strict';
import { join } from 'node:path';
import { nodeFilePort } from '../../src/catalog/files/filePort.js';
import { openByteReader } from '../../src/catalog/files/byteReader.js';
import { inspectFile } from '../../src/catalog/media/inspect.js';
import { readMediaFacts } from '../../src/catalog/media/readMediaFacts.js';
import { CatalogError } from '../../src/catalog/model/errors.js';
import type { InspectedFile, MediaFacts } from '../../src/catalog/model/media.js';
import { corpusDirectory, describeCorpus } from './corpus.js';

const now = new Date('2026-08-01T00:00:00Z');
const secondsAllowed = 10;

/** Why a date that EXIF tools find is not the one of the catalog. */
const dateExceptions: Readonly<Record<string, string>> = {
  'exif-dates/goexif/raw.exif': 'a bare EXIF block is no image',
};

/** Why Pillow's size is not that of the catalog. */
const sizeExceptions: Readonly<Record<string, string>> = {
  'hostile/Pillow/ossfuzz-4836216264589312.pcx': 'PCX is not imported',
  'hostile/Pillow/ossfuzz-5730089102868480.sgi': 'SGI is not imported',
  'raw/Magick.NET/Coders/DSC8695.dng': 'Pillow reads the thumbnail of a raw file',
  'raw/Magick.NET/Coders/RAW_KODAK_DC50.KDC': 'Pillow reads the thumbnail of a raw file',
  'raw/exiftool/DNG.dng': 'Pillow reads the thumbnail of a raw file',
  'raw/exiftool/Nikon.nef': 'Pillow reads the thumbnail of a raw file',
};

/** Orientations that EXIF does not define (0, 100) are null. */
const validOrientation = (value: number | undefined): number | null =>
  value !== undefined && value >= 1 && value <= 8 ? value : null;

describeCorpus('corpus: inspect', (expected) => {
  const inspected = new Map<string, InspectedFile>();
  const slow: string[] = [];

  before(async () => {
    for (const path of expected.keys()) {
      const started = performance.now();
      inspected.set(
        path,
        await inspectFile(join(corpusDirectory, path), { files: nodeFilePort, now: () => now }),
      );
      if (performance.now() - started > secondsAllowed * 1000) slow.push(path);
    }
  });

  /** Compares one thing on every file; all differences are shown at once. */
  function compare(difference: (path: string, found: InspectedFile) => string | null): void {
    const differences: string[] = [];
    for (const [path, found] of inspected) {
      const text = difference(path, found);
      if (text !== null) differences.push(`${path}: ${text}`);
    }
    assert.deepEqual(differences, []);
  }

  /** The number of files with the thing compared; another corpus has at least one. */
  const assertCompared = (count: number, least: number): void =>
    assert.ok(count >= (expected.size === 813 ? least : 1), `only ${count} files compared`);
  const expectedOf = (path: string): NonNullable<ReturnType<typeof expected.get>> =>
    expected.get(path) ?? assert.fail(path);
  const unequal = (actual: unknown, wanted: unknown): string | null =>
    actual === wanted ? null : `${String(actual)} instead of ${String(wanted)}`;

  it('gives checksum and size of every file, whatever it is', () => {
    assert.equal(inspected.size, expected.size);
    compare((path, found) => unequal(found.sha256, expectedOf(path).sha256));
    compare((path, found) => unequal(found.size, expectedOf(path).bytes));
  });

  it('takes less than 10 s for each file', () => {
    assert.deepEqual(slow, []);
  });

  it('gives only the errors that a file can have', () => {
    compare((_, { error }) =>
      error === null || error.code === 'FILE_EMPTY' || error.code === 'FILE_NOT_MEDIA'
        ? null
        : error.code,
    );
    compare((path, { error }) =>
      (error?.code === 'FILE_EMPTY') === (expectedOf(path).bytes === 0)
        ? null
        : String(error?.code),
    );
  });

  it('reads every capture date of EXIF, with sub-seconds and offset', () => {
    let compared = 0;
    compare((path, found) => {
      const wanted = expectedOf(path).exif_taken_iso;
      if (wanted === undefined || path in dateExceptions) return null;
      compared += 1;
      return unequal(found.capturedAt, wanted);
    });
    assertCompared(compared, 157);
  });

  it('reads EXIF also where the picture around it is gone', () => {
    let compared = 0;
    compare((path, found) => {
      const stored = expectedOf(path).lenient_DateTimeOriginal;
      if (stored === undefined || expectedOf(path).exif_taken_iso !== undefined) return null;
      compared += 1;
      const [day = '', time = ''] = stored.split(' ');
      const wanted = `${day.replaceAll(':', '-')}T${time}`;
      return found.capturedAtSource === 'exif:DateTimeOriginal'
        ? unequal(found.capturedAt?.slice(0, 19), wanted)
        : `from ${String(found.capturedAtSource)}`;
    });
    assertCompared(compared, 47);
  });

  it('reads the wall clock of movies', () => {
    let compared = 0;
    compare((path, found) => {
      const stored = expectedOf(path).Keys_CreationDate;
      if (stored === undefined || !/^\d{4}:/.test(stored)) return null;
      compared += 1;
      const wanted = stored.replace(':', '-').replace(':', '-').replace(' ', 'T');
      return unequal(found.capturedAt, wanted);
    });
    assertCompared(compared, 3);
  });

  it('agrees with Pillow on the stored size', () => {
    let compared = 0;
    compare((path, found) => {
      const { pil_open_ok: opens, pil_w: width, pil_h: height } = expectedOf(path);
      if (!opens || path in sizeExceptions) return null;
      compared += 1;
      return unequal(`${found.width}x${found.height}`, `${width}x${height}`);
    });
    assertCompared(compared, 516);
  });

  it('agrees with Pillow on the orientation', () => {
    let compared = 0;
    compare((path, found) => {
      const { pil_open_ok: opens, pil_orientation: orientation } = expectedOf(path);
      if (!opens || orientation === undefined) return null;
      compared += 1;
      return unequal(found.orientation, validOrientation(orientation));
    });
    assertCompared(compared, 236);
  });

  it('reads the size of HEIF and AVIF pictures', () => {
    let compared = 0;
    compare((path, found) => {
      const { true_type: type = '', exiftool_w: width, exiftool_h: height } = expectedOf(path);
      if (!['HEIC', 'HEIF', 'AVIF'].includes(type) || path.startsWith('hostile/')) return null;
      if (width === undefined) return null;
      compared += 1;
      return unequal(`${found.width}x${found.height}`, `${width}x${height}`);
    });
    assertCompared(compared, 50);
  });

  it('reads the position', () => {
    let compared = 0;
    compare((path, { gps }) => {
      const { GPSLatitude: latitude, GPSLongitude: longitude } = expectedOf(path);
      if (latitude === undefined || longitude === undefined) return null;
      compared += 1;
      if (!gps) return 'no position';
      const near =
        Math.abs(gps.latitude - latitude) < 1e-5 && Math.abs(gps.longitude - longitude) < 1e-5;
      return near ? null : `${gps.latitude}, ${gps.longitude}`;
    });
    assertCompared(compared, 38);
  });

  it('reads the camera', () => {
    let compared = 0;
    compare((path, found) => {
      const { Make: make, Model: model } = expectedOf(path);
      if (path in dateExceptions || String(make ?? '').trim() === '') return null;
      compared += 1;
      return (
        unequal(found.cameraMake, String(make).trim()) ??
        (model === undefined ? null : unequal(found.cameraModel, String(model).trim() || null))
      );
    });
    assertCompared(compared, 145);
  });

  it('pairs live photos by their content identifier', async () => {
    for (const [path, file] of expected) {
      const wanted = file.MakerNotes_ContentIdentifier ?? file.Keys_ContentIdentifier;
      const facts = await factsOrNull(path);
      assert.equal(facts?.contentIdentifier ?? null, wanted ?? null, path);
    }
  });
});

async function factsOrNull(path: string): Promise<MediaFacts | null> {
  const reader = openByteReader(nodeFilePort, join(corpusDirectory, path));
  try {
    return await readMediaFacts({ reader, path, mtimeNs: '0', now });
  } catch (error) {
    assert.ok(CatalogError.is(error), path);
    return null;
  } finally {
    reader.close();
  }
}
