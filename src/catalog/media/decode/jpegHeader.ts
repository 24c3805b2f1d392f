import { Buffer } from 'node:buffer';

export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 3 colour, 4 inks. */
  readonly components: number;
  readonly hasProfile: boolean;
}

const startOfScan = 0xda;
const profileMarker = 0xe2;
const profileName = 'ICC_PROFILE\0';

/**
 * What a JPEG's segments say before its first scan, far quicker than by a decoder; null if they are damaged,
 * have no size (it may stand behind the picture) or more than one frame.
 */
export function jpegHeader(bytes: Uint8Array): JpegHeader | null {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.length < 4 || file.readUInt16BE(0) !== 0xffd8) return null;
  let frame: Omit<JpegHeader, 'hasProfile'> | null = null;
  let hasProfile = false;
  for (let at = 2; at + 4 <= file.length;) {
    if (file[at] !== 0xff) return null;
    const marker = file.readUInt8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const length = file.readUInt16BE(at + 2);
    if (length < 2) return null;
    if (marker === startOfScan) return frame && { ...frame, hasProfile };
    if (isFrame(marker)) {
      if (frame || length < 8 || at + 10 > file.length) return null;
      const [height, width] = [file.readUInt16BE(at + 5), file.readUInt16BE(at + 7)];
      if (width === 0 || height === 0) return null;
      frame = { width, height, components: file.readUInt8(at + 9) };
    }
    const name = file.toString('latin1', at + 4, at + 4 + profileName.length);
    if (marker === profileMarker && name === profileName) hasProfile = true;
    at += 2 + length;
  }
  return null;
}

/** SOF0 to SOF2: baseline, extended and progressive. The others are left to the decoder. */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xc2;
