import type { BufferReader } from '../boundedReader.js';
import { TiffReader, type TiffDirectory } from '../tiffDirectory.js';
import type { Part } from './part.js';

const tag = {
  width: 256,
  height: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  stripOffsets: 273,
  stripLengths: 279,
  tileOffsets: 324,
  tileLengths: 325,
  subDirectories: 330,
  jpegOffset: 513,
  jpegLength: 514,
} as const;

const maximumDirectories = 64;
const maximumStrips = 100_000;

/** TIFF and the raw formats built on it: strips and tiles of all directories, with what they mean. */
export function tiffParts(reader: BufferReader): Part[] | null {
  const tiff = new TiffReader(reader);
  const parts: Part[] = [];
  const seen = new Set<number>();
  const queue = [tiff.firstDirectory];
  for (let offset = queue.shift(); offset !== undefined; offset = queue.shift()) {
    if (offset === 0 || seen.has(offset)) continue;
    if (seen.size === maximumDirectories) return null;
    seen.add(offset);
    const directory = tiff.directory(offset);
    if (!addPicture(tiff, directory, parts)) return null;
    queue.unshift(...tiff.integers(directory.entries.get(tag.subDirectories)));
    queue.push(directory.next);
  }
  return parts.length > 0 ? parts : null;
}

/** False if the strips and their lengths do not go together. */
function addPicture(tiff: TiffReader, { entries }: TiffDirectory, parts: Part[]): boolean {
  const integers = (number: number): number[] => tiff.integers(entries.get(number), maximumStrips);
  for (const [offsetTag, lengthTag] of [
    [tag.stripOffsets, tag.stripLengths],
    [tag.tileOffsets, tag.tileLengths],
    [tag.jpegOffset, tag.jpegLength],
  ] as const) {
    const offsets = integers(offsetTag);
    if (offsets.length === 0) continue;
    const lengths = integers(lengthTag);
    if (lengths.length !== offsets.length) return false;
    const meaning = [tag.width, tag.height, tag.bitsPerSample, tag.compression, tag.photometric];
    parts.push(meaning.map((number) => integers(number).join()).join(' '));
    offsets.forEach((offset, at) => parts.push({ offset, length: lengths[at] ?? 0 }));
  }
  return true;
}
