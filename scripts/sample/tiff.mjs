// Writes TIFF structures: the EXIF block of a JPEG, and a DNG. (TIFF 6.0, EXIF 2.32, DNG 1.4.)

/**
 * A sub-directory or a block of data is given as `directories` or `blocks`: its offset becomes the value.
 * @typedef {{tag: number, type: number, count: number, bytes?: Buffer, directories?: Directory[], blocks?: Buffer[]}} Entry
 * @typedef {readonly Entry[]} Directory
 */

const types = {
  byte: 1,
  ascii: 2,
  short: 3,
  long: 4,
  rational: 5,
  undefined: 7,
  signedRational: 10,
};

/** @param {number} tag @param {string} text @returns {Entry} */
export function ascii(tag, text) {
  const bytes = Buffer.from(`${text}\0`, 'latin1');
  return { tag, type: types.ascii, count: bytes.length, bytes };
}

/** @param {number} tag @param {...number} values @returns {Entry} */
export function byte(tag, ...values) {
  return { tag, type: types.byte, count: values.length, bytes: Buffer.from(values) };
}

/** @param {number} tag @param {...number} values @returns {Entry} */
export function short(tag, ...values) {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, i) => bytes.writeUInt16LE(value, i * 2));
  return { tag, type: types.short, count: values.length, bytes };
}

/** @param {number} tag @param {...number} values @returns {Entry} */
export function long(tag, ...values) {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => bytes.writeUInt32LE(value, i * 4));
  return { tag, type: types.long, count: values.length, bytes };
}

/** @param {number} tag @param {...readonly [number, number]} values numerator, denominator @returns {Entry} */
export function rational(tag, ...values) {
  const bytes = Buffer.alloc(values.length * 8);
  values.flat().forEach((value, i) => bytes.writeInt32LE(value, i * 4));
  const signed = values.some(([numerator]) => numerator < 0);
  const type = signed ? types.signedRational : types.rational;
  return { tag, type, count: values.length, bytes };
}

/** @param {number} tag @param {readonly [number, number][]} values @returns {Entry} */
export function signedRational(tag, values) {
  return { ...rational(tag, ...values), type: types.signedRational };
}

/** @param {number} tag @param {string} text @returns {Entry} */
export function undefinedText(tag, text) {
  const bytes = Buffer.from(text, 'latin1');
  return { tag, type: types.undefined, count: bytes.length, bytes };
}

/** @param {number} tag @param {...Directory} directories @returns {Entry} */
export function subDirectory(tag, ...directories) {
  return { tag, type: types.long, count: directories.length, directories: [...directories] };
}

/** The offsets of blocks of data, e.g. StripOffsets. @param {number} tag @param {...Buffer} blocks @returns {Entry} */
export function dataOffsets(tag, ...blocks) {
  return { tag, type: types.long, count: blocks.length, blocks };
}

/**
 * A whole little-endian TIFF file.
 * @param {Directory} directory
 */
export function writeTiff(directory) {
  /** @type {Buffer[]} */
  const chunks = [Buffer.from([0x49, 0x49, 42, 0, 8, 0, 0, 0])];
  let length = 8;
  /** @param {Buffer} bytes @returns {number} where they went: always an even offset */
  const append = (bytes) => {
    const at = length;
    chunks.push(bytes);
    length += bytes.length;
    if (length % 2 === 1) {
      chunks.push(Buffer.alloc(1));
      length++;
    }
    return at;
  };
  /** @param {Directory} entries @returns {number} */
  const appendDirectory = (entries) => {
    const table = Buffer.alloc(2 + entries.length * 12 + 4);
    const at = append(table);
    table.writeUInt16LE(entries.length, 0);
    [...entries]
      .sort((a, b) => a.tag - b.tag)
      .forEach((entry, i) => {
        const slot = 2 + i * 12;
        table.writeUInt16LE(entry.tag, slot);
        table.writeUInt16LE(entry.type, slot + 2);
        table.writeUInt32LE(entry.count, slot + 4);
        const bytes = entry.bytes ?? offsets(entry);
        if (bytes.length <= 4) bytes.copy(table, slot + 8);
        else table.writeUInt32LE(append(bytes), slot + 8);
      });
    return at;
  };
  /** @param {Entry} entry */
  const offsets = (entry) => {
    const values = [
      ...(entry.directories ?? []).map((directory) => appendDirectory(directory)),
      ...(entry.blocks ?? []).map((block) => append(block)),
    ];
    const bytes = Buffer.alloc(values.length * 4);
    values.forEach((value, i) => bytes.writeUInt32LE(value, i * 4));
    return bytes;
  };
  appendDirectory(directory);
  return Buffer.concat(chunks);
}
