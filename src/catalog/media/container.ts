import type { Buffer } from 'node:buffer';
import type { GpsPosition } from '../model/media.js';
import type { DateCandidate } from './dateText.js';

/** What a container format yields before its EXIF and XMP are parsed. Absent means not found. */
export interface ContainerFacts {
  width?: number;
  height?: number;
  orientation?: number;
  /** TIFF structured EXIF blocks; what the first ones say wins. */
  tiffBlocks: Uint8Array[];
  /** An XMP packet, UTF-8. */
  xmp?: Buffer;
  /** An IPTC-IIM record, as in Photoshop's resource 0x0404. */
  iptc?: Uint8Array;
  dates: DateCandidate[];
  cameraMake?: string;
  cameraModel?: string;
  gps?: GpsPosition;
  contentIdentifier?: string;
  /** Seconds. */
  duration?: number;
  truncated?: boolean;
  /** What could not be understood. */
  damage?: string;
}

export function emptyContainerFacts(): ContainerFacts {
  return { tiffBlocks: [], dates: [] };
}

/** Longest XMP packet that is looked at. */
export const maximumXmpLength = 512 * 1024;
/** Longest EXIF block that is looked at. */
export const maximumExifLength = 1024 * 1024;

/** Adds an EXIF block, with or without its `Exif\0\0` prefix; anything else is ignored. */
export function addExifBlock(facts: ContainerFacts, bytes: Buffer): boolean {
  const start = findTiffHeader(bytes);
  if (start < 0) return false;
  facts.tiffBlocks.push(bytes.subarray(start));
  return true;
}

/** Where `II*\0` or `MM\0*` begins within the first 32 bytes, or -1. */
function findTiffHeader(bytes: Buffer): number {
  const end = Math.min(32, bytes.length - 8);
  for (let i = 0; i <= end; i++) {
    const magic = bytes.readUInt32BE(i);
    if (magic === 0x49492a00 || magic === 0x4d4d002a) return i;
  }
  return -1;
}
