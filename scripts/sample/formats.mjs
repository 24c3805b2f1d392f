// The file formats of the sample: JPEG with EXIF, DNG, PNG, BMP, MP4 and MOV.
import zlib from 'node:zlib';
import jpeg from 'jpeg-js';
import {
  ascii,
  byte,
  dataOffsets,
  long,
  rational,
  short,
  signedRational,
  subDirectory,
  undefinedText,
  writeTiff,
} from './tiff.mjs';

/**
 * @typedef {import('./scenes.mjs').Picture} Picture
 * @typedef {{make: string, model: string}} Camera
 * @typedef {object} Exif
 * @property {Camera} camera
 * @property {string} [taken] 'YYYY:MM:DD HH:MM:SS', the camera's wall clock
 * @property {string} [offset] e.g. '+02:00'
 * @property {string} [subSeconds]
 * @property {number} [orientation] 1 to 8
 * @property {{latitude: number, longitude: number}} [place] degrees
 * @property {string} [software]
 */

/** @param {Exif} exif @param {{width: number, height: number}} size @returns {import('./tiff.mjs').Directory} */
function exifDirectory(exif, size) {
  const { taken } = exif;
  return [
    rational(0x829a, [1, 250]),
    rational(0x829d, [56, 10]),
    short(0x8827, 200),
    undefinedText(0x9000, '0232'),
    ...(taken ? [ascii(0x9003, taken), ascii(0x9004, taken)] : []),
    ...(exif.offset ? [ascii(0x9010, exif.offset), ascii(0x9011, exif.offset)] : []),
    ...(exif.subSeconds ? [ascii(0x9291, exif.subSeconds)] : []),
    rational(0x920a, [35, 1]),
    long(0xa002, size.width),
    long(0xa003, size.height),
  ];
}

/** @param {{latitude: number, longitude: number}} place @returns {import('./tiff.mjs').Directory} */
function gpsDirectory({ latitude, longitude }) {
  /** @param {number} degrees @returns {[number, number][]} */
  const parts = (degrees) => {
    const absolute = Math.abs(degrees);
    const minutes = (absolute % 1) * 60;
    return [
      [Math.floor(absolute), 1],
      [Math.floor(minutes), 1],
      [Math.round((minutes % 1) * 6000), 100],
    ];
  };
  return [
    byte(0, 2, 3, 0, 0),
    ascii(1, latitude < 0 ? 'S' : 'N'),
    rational(2, ...parts(latitude)),
    ascii(3, longitude < 0 ? 'W' : 'E'),
    rational(4, ...parts(longitude)),
  ];
}

/** @param {Exif} exif @param {{width: number, height: number}} size @returns {import('./tiff.mjs').Entry[]} */
function mainEntries(exif, size) {
  return [
    ascii(0x010f, exif.camera.make),
    ascii(0x0110, exif.camera.model),
    short(0x0112, exif.orientation ?? 1),
    ...(exif.software ? [ascii(0x0131, exif.software)] : []),
    ...(exif.taken ? [ascii(0x0132, exif.taken)] : []),
    subDirectory(0x8769, exifDirectory(exif, size)),
    ...(exif.place ? [subDirectory(0x8825, gpsDirectory(exif.place))] : []),
  ];
}

/**
 * @param {Picture} picture @param {{quality?: number, exif?: Exif}} [options]
 * @returns {Buffer}
 */
export function encodeJpeg(picture, { quality = 85, exif } = {}) {
  const { width, height } = picture;
  const encoded = jpeg.encode(
    { width, height, data: Buffer.from(picture.data.buffer) },
    quality,
  ).data;
  if (!exif) return encoded;
  const tiff = writeTiff(mainEntries(exif, picture));
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(2 + 6 + tiff.length, 2);
  const block = Buffer.concat([head, Buffer.from('Exif\0\0', 'latin1'), tiff]);
  return Buffer.concat([encoded.subarray(0, 2), block, encoded.subarray(2)]);
}

/**
 * A raw file of the DNG kind: a JPEG preview in the main directory, a small Bayer mosaic of the same
 * picture in a sub-directory.
 * @param {Picture} picture @param {Exif} exif @returns {Buffer}
 */
export function encodeDng(picture, exif) {
  const { width, height } = picture;
  const preview = encodeJpeg(picture, { quality: 75 });
  const mosaic = Buffer.alloc(width * height * 2);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const channel = (y % 2) + (x % 2); // RGGB
      mosaic.writeUInt16LE(
        (picture.data[(y * width + x) * 4 + channel] ?? 0) * 16,
        (y * width + x) * 2,
      );
    }
  }
  const raw = [
    long(0x00fe, 0),
    long(0x0100, width),
    long(0x0101, height),
    short(0x0102, 16),
    short(0x0103, 1),
    short(0x0106, 32803),
    dataOffsets(0x0111, mosaic),
    short(0x0115, 1),
    long(0x0116, height),
    long(0x0117, mosaic.length),
    short(0x828d, 2, 2),
    byte(0x828e, 0, 1, 1, 2),
    long(0xc61d, 4095),
  ];
  return writeTiff([
    ...mainEntries(exif, picture),
    long(0x00fe, 1),
    long(0x0100, width),
    long(0x0101, height),
    short(0x0102, 8, 8, 8),
    short(0x0103, 7),
    short(0x0106, 6),
    dataOffsets(0x0111, preview),
    short(0x0115, 3),
    long(0x0116, height),
    long(0x0117, preview.length),
    subDirectory(0x014a, raw),
    byte(0xc612, 1, 4, 0, 0),
    ascii(0xc614, `${exif.camera.make} ${exif.camera.model}`),
    signedRational(0xc621, [
      [8, 10],
      [-2, 10],
      [-1, 10],
      [-3, 10],
      [12, 10],
      [1, 10],
      [0, 10],
      [2, 10],
      [6, 10],
    ]),
    rational(0xc628, [5, 10], [1, 1], [6, 10]),
    short(0xc65a, 21),
  ]);
}

/** @param {Picture} picture @returns {Buffer} 8-bit RGB */
export function encodePng(picture) {
  const { width, height, data } = picture;
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0, to = 0; y < height; y++) {
    to++; // filter 0
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * 4;
      for (let c = 0; c < 3; c++) rows[to++] = data[from + c] ?? 0;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    pngChunk('IHDR', header),
    pngChunk('IDAT', zlib.deflateSync(rows, { level: 9 })),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** @param {string} type @param {Buffer} body */
function pngChunk(type, body) {
  const chunk = Buffer.alloc(12 + body.length);
  chunk.writeUInt32BE(body.length, 0);
  chunk.write(type, 4, 'latin1');
  body.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + body.length)), 8 + body.length);
  return chunk;
}

/** CRC-32 as PNG wants it (zlib.crc32 is not in Node 20). @param {Buffer} bytes */
function crc32(bytes) {
  let crc = 0xffffffff;
  for (const value of bytes) {
    crc ^= value;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** @param {Picture} picture @returns {Buffer} 24 bits, bottom row first */
export function encodeBmp({ width, height, data }) {
  const stride = Math.ceil((width * 3) / 4) * 4;
  const file = Buffer.alloc(54 + stride * height);
  file.write('BM', 0, 'latin1');
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(54, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(width, 18);
  file.writeInt32LE(height, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(24, 28);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++)
        file[54 + (height - 1 - y) * stride + x * 3 + c] = data[(y * width + x) * 4 + 2 - c] ?? 0;
  return file;
}

/** @param {string} type @param {...Buffer} bodies */
function box(type, ...bodies) {
  const body = Buffer.concat(bodies);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length, 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
}

const unityMatrix = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000];

/** @param {...number} values 32 bits each */
function words(...values) {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => bytes.writeUInt32BE(value >>> 0, i * 4));
  return bytes;
}

/**
 * The frame of a video file without any pictures in it: enough for its kind, date, length and size.
 * @param {'mp4' | 'mov'} kind
 * @param {{taken: string, seconds: number, width: number, height: number, seed: number}} video
 *   taken: ISO 8601 with zone
 * @returns {Buffer}
 */
export function encodeVideo(kind, { taken, seconds, width, height, seed }) {
  const epoch1904 = 2082844800;
  const created = Math.floor(Date.parse(taken) / 1000) + epoch1904;
  const duration = seconds * 1000;
  const brand = kind === 'mov' ? 'qt  ' : 'isom';
  const mvhd = box(
    'mvhd',
    words(0, created, created, 1000, duration, 0x10000, 0x01000000, 0, 0),
    words(...unityMatrix, 0, 0, 0, 0, 0, 0, 2),
  );
  const tkhd = box(
    'tkhd',
    words(7, created, created, 1, 0, duration, 0, 0, 0, 0),
    words(...unityMatrix, width * 0x10000, height * 0x10000),
  );
  const mdhd = box('mdhd', words(0, created, created, 1000, duration, 0x55c40000));
  const hdlr = box(
    'hdlr',
    words(0, 0),
    Buffer.from('vide', 'latin1'),
    words(0, 0, 0),
    Buffer.alloc(1),
  );
  const content = Buffer.alloc(4096, `sample video ${seed} `);
  return Buffer.concat([
    box('ftyp', Buffer.from(brand, 'latin1'), words(512), Buffer.from(brand, 'latin1')),
    box('moov', mvhd, box('trak', tkhd, box('mdia', mdhd, hdlr))),
    box('mdat', content),
  ]);
}
