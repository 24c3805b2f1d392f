import type { BufferReader } from '../boundedReader.js';
import { emptyContainerFacts, maximumXmpLength, type ContainerFacts } from '../container.js';
import { collectTiff } from '../tiffBlock.js';
import type { TiffDirectory, TiffReader } from '../tiffDirectory.js';

/** TIFF 6.0 tags, TIFF/EP, and Panasonic's for the frame of its raw files. */
const tag = {
  newSubfileType: 254,
  imageWidth: 256,
  imageLength: 257,
  xmp: 700,
  iptc: 33723,
  panasonicTop: 4,
  panasonicLeft: 5,
  panasonicBottom: 6,
  panasonicRight: 7,
} as const;

/**
 * Reads a TIFF, or a raw file built like one. A raw file's size is that of its largest picture,
 * because its first one is often a thumbnail; a TIFF's that of its first page.
 */
export function readTiff(reader: BufferReader, isRaw: boolean): ContainerFacts {
  const facts = emptyContainerFacts();
  let collected;
  try {
    collected = collectTiff(reader);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { ...facts, damage: 'TIFF: damaged header' };
  }
  const { tiff, directories, exifBlock } = collected;
  const first = directories[0];
  if (!first) return { ...facts, damage: 'TIFF: no directory' };
  if (exifBlock) facts.tiffBlocks.push(exifBlock);
  const sizes = directories.map((directory) => sizeOf(tiff, directory));
  const size = isRaw ? largestOf(sizes) : sizes[0];
  if (size) [facts.width, facts.height] = size;
  const xmp = first.entries.get(tag.xmp);
  if (xmp) facts.xmp = tiff.bytes(xmp, maximumXmpLength);
  const iptc = first.entries.get(tag.iptc);
  if (iptc) facts.iptc = tiff.bytes(iptc, 64 * 1024);
  return facts;
}

type Size = readonly [number, number];

function sizeOf(tiff: TiffReader, { entries }: TiffDirectory): Size | null {
  const number = (wanted: number): number => tiff.integers(entries.get(wanted), 1)[0] ?? 0;
  const [width, height] = [number(tag.imageWidth), number(tag.imageLength)];
  if (width > 0 && height > 0) return [width, height];
  const frameWidth = number(tag.panasonicRight) - number(tag.panasonicLeft);
  const frameHeight = number(tag.panasonicBottom) - number(tag.panasonicTop);
  return frameWidth > 0 && frameHeight > 0 ? [frameWidth, frameHeight] : null;
}

function largestOf(sizes: readonly (Size | null)[]): Size | null {
  let largest: Size | null = null;
  for (const size of sizes) {
    if (size && (!largest || size[0] * size[1] > largest[0] * largest[1])) largest = size;
  }
  return largest;
}
