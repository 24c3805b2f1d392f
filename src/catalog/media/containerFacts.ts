import { CatalogError, errorDetail } from '../model/errors.js';
import type { BoundedReader } from './boundedReader.js';
import { emptyContainerFacts, type ContainerFacts } from './container.js';
import { headerSize } from './dimensions.js';
import { readBoxedImage } from './formats/boxedImage.js';
import { readHeif } from './formats/heif.js';
import { readJpeg } from './formats/jpeg.js';
import { readMatroska } from './formats/matroska.js';
import { readPng } from './formats/png.js';
import { readQuickTime } from './formats/quickTime.js';
import { readCr3, readCrw, readMrw, readRaf, readX3f } from './formats/rawContainers.js';
import { readAvi, readWebp } from './formats/riff.js';
import { readTiff } from './formats/tiff.js';
import type { MediaFormat, SniffedType } from './sniff.js';

const containerReaders: Readonly<Record<MediaFormat, (reader: BoundedReader) => ContainerFacts>> = {
  jpeg: readJpeg,
  png: readPng,
  webp: readWebp,
  avi: readAvi,
  heif: readHeif,
  quickTime: readQuickTime,
  cr3: readCr3,
  tiff: (reader) => readTiff(reader, false),
  rawTiff: (reader) => readTiff(reader, true),
  raf: readRaf,
  mrw: readMrw,
  crw: readCrw,
  x3f: readX3f,
  matroska: readMatroska,
  boxedImage: readBoxedImage,
  other: emptyContainerFacts,
};

/**
 * What the container of a media file says, size and orientation among it. Damage is told in the result.
 * @throws CatalogError FILE_UNREADABLE
 */
export function readContainer(reader: BoundedReader, content: SniffedType): ContainerFacts {
  let facts: ContainerFacts;
  try {
    facts = containerReaders[content.format](reader);
  } catch (error) {
    if (error instanceof CatalogError) throw error;
    facts = { ...emptyContainerFacts(), damage: errorDetail(error) };
  }
  if (facts.width === undefined) {
    const size = headerSize(reader.head, content.mimeType);
    if (size) return { ...facts, ...size };
  }
  return facts;
}
