import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { deflateSync } from 'node:zlib';
import { readMediaFacts } from '../../../src/catalog/media/readMediaFacts.js';
import type { MediaFacts } from '../../../src/catalog/model/media.js';
import {
  appleMetadata,
  ascii,
  box,
  fileType,
  jpeg,
  long,
  memoryReader,
  movieHeader,
  png,
  rational,
  segment,
  short,
  tiff,
  videoTrack,
} from './mediaBytes.js';

const now = new Date('2024-06-01T12:00:00Z');
const mtimeNs = '1700000000123456789';

const facts = (bytes: Buffer, name = 'picture.jpg', relativePath?: string): Promise<MediaFacts> =>
  readMediaFacts({
    reader: memoryReader(bytes),
    path: `/photos/${name}`,
    mtimeNs,
    now,
    ...(relativePath === undefined ? {} : { relativePath }),
  });

const warningCodes = ({ warnings }: MediaFacts): string[] => warnings.map(({ code }) => code);

const fullExif = (little = true): Buffer =>
  tiff(
    {
      ifd0: [
        ascii(271, 'Kamera '),
        ascii(272, 'K 1'),
        short(274, 6),
        ascii(306, '2024:01:01 00:00:00'),
      ],
      exif: [
        rational(33434, 1, 250),
        rational(33437, 28, 10),
        short(34855, 400),
        ascii(36867, '2023:06:15 14:30:45'),
        ascii(36868, '2023:06:16 01:00:00'),
        ascii(36881, '+02:00'),
        rational(37386, 50, 1),
        ascii(37521, '12'),
        ascii(42036, 'Lens 50'),
      ],
      gps: [
        ascii(1, 'S'),
        rational(2, 33, 1, 30, 1, 36, 1),
        ascii(3, 'W'),
        rational(4, 70, 1, 15, 1, 0, 1),
        { tag: 5, type: 1, values: [1] },
        rational(6, 125, 10),
      ],
    },
    { little },
  );

describe('readMediaFacts', () => {
  for (const little of [true, false]) {
    it(`reads the EXIF of a JPEG in ${little ? 'little' : 'big'} endian`, async () => {
      const read = await facts(jpeg({ exif: fullExif(little) }));
      assert.deepEqual(read, {
        fileType: 'image',
        mimeType: 'image/jpeg',
        width: 40,
        height: 30,
        orientation: 6,
        captureTime: {
          value: '2023-06-15T14:30:45.12+02:00',
          source: 'exif:DateTimeOriginal',
          confidence: 95,
          suspicious: null,
        },
        cameraMake: 'Kamera',
        cameraModel: 'K 1',
        lensModel: 'Lens 50',
        iso: 400,
        aperture: 2.8,
        exposureTime: 0.004,
        focalLength: 50,
        gps: { latitude: -33.51, longitude: -70.25, altitude: -12.5 },
        contentIdentifier: null,
        duration: null,
        rating: null,
        caption: null,
        keywords: [],
        colorSpace: null,
        warnings: [],
      });
    });
  }

  it('takes the next date when one is zeros', async () => {
    const exif = tiff({
      exif: [ascii(36867, '0000:00:00 00:00:00'), ascii(36868, '2023:06:15 14:30:45')],
    });
    const { captureTime } = await facts(jpeg({ exif }));
    assert.equal(captureTime?.value, '2023-06-15T14:30:45');
    assert.equal(captureTime?.source, 'exif:CreateDate');
  });

  it('reads the frame of a JPEG whose segments fill more than the first 64 KiB', async () => {
    const filler = Array.from({ length: 4 }, () => segment(0xe2, Buffer.alloc(60_000)));
    const read = await facts(jpeg({ exif: fullExif(), segments: filler, width: 4000 }));
    assert.equal(read.width, 4000);
    assert.equal(read.orientation, 6);
  });

  it('warns of a JPEG without its end, but not of data behind the end', async () => {
    assert.deepEqual(warningCodes(await facts(jpeg({ ended: false }))), ['TRUNCATED']);
    const motion = Buffer.concat([jpeg(), Buffer.alloc(3_000_000, 7)]);
    assert.deepEqual(warningCodes(await facts(motion)), []);
  });

  it('reads XMP where EXIF says nothing', async () => {
    const packet =
      '<x:xmpmeta><rdf:Description tiff:Orientation="3"><xmp:CreateDate>2020-01-27T14:08:33+01:00' +
      '</xmp:CreateDate></rdf:Description></x:xmpmeta>';
    const xmp = segment(0xe1, Buffer.from(`http://ns.adobe.com/xap/1.0/\0${packet}`));
    const read = await facts(jpeg({ segments: [xmp] }));
    assert.equal(read.captureTime?.value, '2020-01-27T14:08:33+01:00');
    assert.equal(read.captureTime.source, 'xmp');
    assert.equal(read.orientation, 3);
  });

  it('keeps what is sound of a damaged EXIF block and warns', async () => {
    const huge = { ...ascii(37510, 'comment'), values: Buffer.alloc(8) };
    const exif = tiff({
      ifd0: [ascii(271, 'Kamera')],
      exif: [ascii(36867, '2023:06:15 14:30:45'), huge],
    });
    const countAt = exif.indexOf(Buffer.from([0x86, 0x92, 2, 0])) + 4;
    exif.writeUInt32LE(0x7fffffff, countAt);
    const read = await facts(jpeg({ exif }));
    assert.equal(read.captureTime?.value, '2023-06-15T14:30:45');
    assert.equal(read.cameraMake, 'Kamera');
    assert.deepEqual(warningCodes(read), ['METADATA_DAMAGED']);
  });

  it('reads eXIf behind the picture data of a PNG', async () => {
    const read = await facts(
      png([
        ['IDAT', Buffer.alloc(200_000)],
        ['eXIf', fullExif()],
      ]),
      'a.png',
    );
    assert.equal(read.captureTime?.value, '2023-06-15T14:30:45.12+02:00');
    assert.equal(read.width, 40);
  });

  it('reads the older ways of PNG: a raw profile and a creation time in words', async () => {
    const hex = Buffer.concat([Buffer.from('Exif\0\0'), fullExif()]).toString('hex');
    const profile = deflateSync(Buffer.from(`\nexif\n${hex.length / 2}\n${hex}\n`));
    const zipped = Buffer.concat([Buffer.from('Raw profile type exif\0\0'), profile]);
    assert.equal((await facts(png([['zTXt', zipped]]), 'a.png')).orientation, 6);
    const text = Buffer.from('Creation Time\x0013 Feb 2007 06:34:38 -0600');
    const { captureTime } = await facts(png([['tEXt', text]]), 'a.png');
    assert.equal(captureTime?.value, '2007-02-13T06:34:38-06:00');
    assert.equal(captureTime.source, 'png');
  });

  it('warns of a PNG without IEND', async () => {
    assert.deepEqual(warningCodes(await facts(png([], false), 'a.png')), ['TRUNCATED']);
  });

  it('reads a TIFF whose directory lies far behind its pictures', async () => {
    const bytes = tiff(
      { ifd0: [long(256, 5000), long(257, 3000)], exif: [ascii(36867, '2023:06:15 14:30:45')] },
      { gap: 500_000 },
    );
    const reader = memoryReader(bytes);
    const read = await readMediaFacts({ reader, path: 'scan.tif', mtimeNs, now });
    assert.deepEqual([read.width, read.height], [5000, 3000]);
    assert.equal(read.captureTime?.source, 'exif:DateTimeOriginal');
    assert.ok(reader.bytesRead < 100_000, 'the pictures are not read');
  });

  it('calls a TIFF by the raw extension of its name', async () => {
    const bytes = tiff({ ifd0: [long(256, 50), long(257, 30)] });
    assert.equal((await facts(bytes, 'a.PEF')).mimeType, 'image/x-pentax-pef');
    assert.equal((await facts(bytes, 'a.tif')).mimeType, 'image/tiff');
  });

  it('reads a movie whose moov stands at the end', async () => {
    const metadata = appleMetadata({
      creationdate: '2021-04-10T11:43:59+0100',
      'content.identifier': 'ABC-1',
      'location.ISO6709': '+52.2097-000.8955+103.640/',
      make: 'Apple',
    });
    const movie = Buffer.concat([
      fileType('qt  '),
      box('mdat', Buffer.alloc(300_000)),
      box('moov', movieHeader(3_700_895_040), videoTrack(0, 1, -1, 0), metadata),
    ]);
    const read = await facts(movie, 'a.mov');
    assert.equal(read.fileType, 'video');
    assert.equal(read.mimeType, 'video/quicktime');
    assert.deepEqual([read.width, read.height, read.orientation], [640, 480, 6]);
    assert.equal(read.captureTime?.value, '2021-04-10T11:43:59+01:00');
    assert.equal(read.captureTime.source, 'quicktime:CreationDate');
    assert.equal(read.contentIdentifier, 'ABC-1');
    assert.deepEqual(read.gps, { latitude: 52.2097, longitude: -0.8955, altitude: 103.64 });
    assert.equal(read.cameraMake, 'Apple');
    assert.equal(read.duration, 2.5);
    assert.deepEqual(read.warnings, []);
  });

  it('takes the movie header for UTC, and its zero for no date', async () => {
    const movie = (created: number): Buffer =>
      Buffer.concat([fileType('isom'), box('moov', movieHeader(created), videoTrack())]);
    const dated = await facts(movie(2_082_844_800 + 1_600_000_000), 'a.mp4');
    assert.equal(dated.captureTime?.value, '2020-09-13T12:26:40+00:00');
    assert.equal(dated.captureTime.source, 'quicktime:CreateDate');
    assert.equal((await facts(movie(0), 'a.mp4')).captureTime?.source, 'mtime');
  });

  it('falls back to name, folder and modification time, in this order', async () => {
    const time = async (name: string, relativePath: string): Promise<unknown> => {
      const { captureTime } = await facts(jpeg(), name, relativePath);
      return [captureTime?.value, captureTime?.source];
    };
    const inFolder = '2020/05-06/IMG_20230415_143218.jpg';
    assert.deepEqual(await time('IMG_20230415_143218.jpg', inFolder), [
      '2023-04-15T14:32:18',
      'filename',
    ]);
    assert.deepEqual(await time('IMG_2019.jpg', '2020/05-06/IMG_2019.jpg'), [
      '2020-05-06',
      'folder',
    ]);
    assert.deepEqual(await time('a.jpg', 'a.jpg'), ['2023-11-14T22:13:20.123+00:00', 'mtime']);
  });

  it('warns of a suspicious date', async () => {
    const exif = tiff({ exif: [ascii(36867, '2000:01:01 00:00:12')] });
    const read = await facts(jpeg({ exif }));
    assert.deepEqual(warningCodes(read), ['DATE_SUSPICIOUS']);
    assert.equal(read.captureTime?.suspicious, 'clock-reset');
    assert.ok(read.captureTime.confidence < 50);
  });

  it('warns of an extension that names another kind', async () => {
    assert.deepEqual((await facts(jpeg(), 'a.png')).warnings, [
      { code: 'EXTENSION_MISMATCH', data: { extension: 'png', mimeType: 'image/jpeg' } },
    ]);
    for (const name of ['a.JPEG', 'a.jfif', 'noextension', 'a.thm']) {
      assert.deepEqual((await facts(jpeg(), name)).warnings, [], name);
    }
  });

  it('refuses empty files and what is no picture, saying what it seems to be', async () => {
    await assert.rejects(facts(Buffer.alloc(0)), { code: 'FILE_EMPTY' });
    const refused: readonly [string, Buffer][] = [
      ['a web page', Buffer.from('<!DOCTYPE html><html>')],
      ['plain text', Buffer.from('Grüße')],
      ['application/zip', Buffer.from('PK\x03\x04\x14\0\0\0\0\0'.padEnd(64, '\0'), 'latin1')],
      ['of no known kind', Buffer.alloc(100)],
    ];
    for (const [detail, bytes] of refused) {
      await assert.rejects(facts(bytes), (error: { code: string; data: { detail: string } }) => {
        assert.deepEqual([error.code, error.data.detail], ['FILE_NOT_MEDIA', detail]);
        return true;
      });
    }
  });

  it('says when a file cannot be read', async () => {
    const reader = {
      size: 100,
      read: () => {
        throw Object.assign(new Error('i/o error'), { code: 'EIO' });
      },
    };
    await assert.rejects(readMediaFacts({ reader, path: 'a.jpg', mtimeNs, now }), {
      code: 'FILE_UNREADABLE',
    });
  });

  it('survives every truncation and many damaged bytes of every format', async () => {
    const samples: readonly (readonly [string, Buffer])[] = [
      ['a.jpg', jpeg({ exif: fullExif() })],
      ['a.png', png([['eXIf', fullExif(false)]])],
      ['a.tif', fullExif()],
      ['a.mov', Buffer.concat([fileType('qt  '), box('moov', movieHeader(9e8), videoTrack())])],
    ];
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 1103515245 + 12345) % 2 ** 31;
      return seed % below;
    };
    const attempt = async (bytes: Buffer, name: string): Promise<void> => {
      try {
        await facts(bytes, name);
      } catch (error) {
        assert.equal((error as Error).name, 'CatalogError', String(error));
      }
    };
    for (const [name, sample] of samples) {
      for (let end = 0; end < sample.length; end += 3) await attempt(sample.subarray(0, end), name);
      for (let round = 0; round < 300; round++) {
        const damaged = Buffer.from(sample);
        for (let i = 0; i < 3; i++) damaged[random(damaged.length)] = random(256);
        await attempt(damaged, name);
      }
    }
  });

  it('reads no more than a bounded part of a file made of tiny boxes', async () => {
    const boxes = Buffer.concat([
      fileType('isom'),
      ...Array.from({ length: 5000 }, () => box('free')),
      Buffer.alloc(2_000_000),
    ]);
    const reader = memoryReader(boxes);
    const read = await readMediaFacts({ reader, path: 'a.mp4', mtimeNs, now });
    assert.equal(read.width, null);
    assert.ok(reader.bytesRead < 500_000);
  });
});
