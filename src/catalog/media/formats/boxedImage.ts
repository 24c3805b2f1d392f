import type { Buffer } from 'node:buffer';
import { brotliDecompressSync } from 'node:zlib';
import type { BufferReader } from '../boundedReader.js';
import {
  addExifBlock,
  emptyContainerFacts,
  maximumExifLength,
  maximumXmpLength,
  type ContainerFacts,
} from '../container.js';
import { isoBoxes, type IsoBox } from './isoBoxes.js';

/** The `JpgTiffExif->JP2` and Adobe's XMP extended types. */
const exifUuid = '4a706754696666457869662d3e4a5032';
const xmpUuid = 'be7acfcb97a942e89c71999491e3afac';

/** EXIF and XMP in the boxes of JPEG XL (ISO/IEC 18181-2) and JPEG 2000 (ISO/IEC 15444-1). */
export function readBoxedImage(reader: BufferReader): ContainerFacts {
  const facts = emptyContainerFacts();
  for (const box of isoBoxes(reader, 0, reader.size)) {
    if (!box.complete) facts.truncated = true;
    readMetadataBox(reader, box, facts);
  }
  return facts;
}

function readMetadataBox(reader: BufferReader, box: IsoBox, facts: ContainerFacts): void {
  const bytes = (limit: number): Buffer =>
    reader.read(box.start, Math.min(box.end - box.start, limit));
  if (box.type === 'Exif' || (box.type === 'uuid' && box.uuid === exifUuid)) {
    addExifBlock(facts, bytes(maximumExifLength));
  } else if (box.type === 'xml ' || (box.type === 'uuid' && box.uuid === xmpUuid)) {
    facts.xmp ??= bytes(maximumXmpLength);
  } else if (box.type === 'brob') {
    readCompressedBox(bytes(maximumExifLength), facts);
  }
}

/** A Brotli compressed box: the type of what it holds, then the stream. */
function readCompressedBox(bytes: Buffer, facts: ContainerFacts): void {
  const type = bytes.toString('latin1', 0, 4);
  if (type !== 'Exif' && type !== 'xml ') return;
  try {
    const content = brotliDecompressSync(bytes.subarray(4), {
      maxOutputLength: 2 * maximumExifLength,
    });
    if (type === 'Exif') addExifBlock(facts, content);
    else facts.xmp ??= content;
  } catch {
    facts.damage ??= 'JPEG XL: damaged compressed box';
  }
}
