import assert from 'node:assert/strict';
import sharp, { type Sharp } from 'sharp';
import { hashPictureData, noPictureData } from '../../../src/catalog/media/pictureData.js';
import { ascii, jpeg, memoryReader, png, segment, tiff } from './mediaBytes.js';

const hash = (bytes: Buffer, name = 'picture'): Promise<string> =>
  hashPictureData(memoryReader(bytes), name);

const exif = tiff({ ifd0: [ascii(271, 'Maker\0')] });

/** A small picture of noise. */
const noise = (seed: number): Sharp =>
  sharp(Buffer.from(Array.from({ length: 48 * 32 * 3 }, (_, at) => (at * at * seed) & 255)), {
    raw: { width: 48, height: 32, channels: 3 },
  });

describe('picture data', () => {
  it('of a JPEG do not change with EXIF, XMP, comments and what follows the picture', async () => {
    const plain = jpeg();
    const same = await hash(plain);
    assert.match(same, /^[0-9a-f]{32}$/);
    const xmp = segment(0xe1, Buffer.from('http://ns.adobe.com/xap/1.0/\0<x/>'));
    const comment = segment(0xfe, Buffer.from('mine'));
    assert.equal(await hash(jpeg({ exif })), same);
    assert.equal(await hash(jpeg({ segments: [xmp, comment] })), same);
    assert.equal(await hash(Buffer.concat([plain, Buffer.from('a movie')])), same);
    // Colours as they go without saying, and others.
    const adobe = (transform: number): Buffer =>
      segment(0xee, Buffer.from([...Buffer.from('Adobe'), 0, 100, 0, 0, 0, 0, transform]));
    assert.equal(await hash(jpeg({ segments: [adobe(1)] })), same);
    assert.notEqual(await hash(jpeg({ segments: [adobe(0)] })), same);
  });

  it('of a JPEG change with its size, tables and scan', async () => {
    const same = await hash(jpeg());
    assert.notEqual(await hash(jpeg({ width: 41 })), same);
    assert.notEqual(await hash(jpeg({ segments: [segment(0xdb, Buffer.alloc(65, 1))] })), same);
    const other = jpeg();
    other[other.length - 3] = 9;
    assert.notEqual(await hash(other), same);
  });

  it('of progressive JPEGs are all scans', async () => {
    const write = (exifText: string | null): Promise<Buffer> => {
      const image = noise(3).jpeg({ progressive: true, quality: 80 });
      return (exifText ? image.withExif({ IFD0: { Copyright: exifText } }) : image).toBuffer();
    };
    const [plain, edited] = [await write(null), await write('somebody')];
    assert.notDeepEqual(plain, edited);
    assert.equal(await hash(edited), await hash(plain));
    const last = Buffer.from(plain);
    const at = last.length - 6;
    last[at] = (last[at] ?? 0) ^ 1;
    assert.notEqual(await hash(last), await hash(plain));
  });

  it('of a PNG do not change with text, EXIF and how the data are cut', async () => {
    const data = Buffer.from('compressed data');
    const same = await hash(png([['IDAT', data]]));
    assert.match(same, /^[0-9a-f]{32}$/);
    const described = png([
      ['tEXt', Buffer.from('Title\0x')],
      ['IDAT', data.subarray(0, 4)],
      ['IDAT', data.subarray(4)],
      ['eXIf', exif],
    ]);
    assert.equal(await hash(described), same);
    assert.notEqual(
      await hash(
        png([
          ['tRNS', Buffer.from([1])],
          ['IDAT', data],
        ]),
      ),
      same,
    );
  });

  it('of WebP, GIF, TIFF and AVIF do not change with the metadata', async () => {
    for (const format of ['webp', 'tiff', 'avif'] as const) {
      const write = (seed: number, text: string | null): Promise<Buffer> => {
        const image = noise(seed).toFormat(format, { lossless: true, compression: 'deflate' });
        return (text ? image.withExif({ IFD0: { Copyright: text } }) : image).toBuffer();
      };
      const name = `picture.${format}`;
      const same = await hash(await write(5, null), name);
      assert.match(same, /^[0-9a-f]{32}$/, format);
      assert.equal(await hash(await write(5, 'somebody'), name), same, format);
      assert.notEqual(await hash(await write(7, null), name), same, format);
    }
    const gif = await noise(5).gif().toBuffer();
    const trailer = gif.subarray(gif.length - 1);
    const comment = Buffer.from([0x21, 0xfe, 4, ...Buffer.from('mine'), 0]);
    const edited = Buffer.concat([gif.subarray(0, gif.length - 1), comment, trailer]);
    assert.equal(await hash(edited), await hash(gif));
    assert.match(await hash(gif), /^[0-9a-f]{32}$/);
  });

  it('are not known of other and of broken files', async () => {
    const cut = png([['IDAT', Buffer.from('compressed data')]]).subarray(0, 50);
    for (const bytes of [Buffer.from('text'), Buffer.alloc(0), jpeg().subarray(0, 10), cut]) {
      assert.equal(await hash(bytes), noPictureData);
    }
  });

  it('are read once however often a table names them', async () => {
    const offsets = Array.from({ length: 5000 }, () => 8);
    const lengths = Array.from({ length: 5000 }, () => 40_000);
    const hostile = tiff(
      {
        ifd0: [
          { tag: 273, type: 4, values: offsets },
          { tag: 279, type: 4, values: lengths },
        ],
      },
      { gap: 40_000 },
    );
    const reader = memoryReader(hostile);
    assert.equal(await hashPictureData(reader, 'x.tif'), noPictureData);
    assert.ok(reader.bytesRead < 3 * hostile.length);
  });
});
