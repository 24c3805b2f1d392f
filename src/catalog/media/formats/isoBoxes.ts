import type { BufferReader } from '../boundedReader.js';

/** A box of ISO/IEC 14496-12 (and of JPEG 2000 and JPEG XL): its type and where its content lies. */
export interface IsoBox {
  readonly type: string;
  /** Hex of the extended type if `type` is uuid. */
  readonly uuid: string;
  readonly start: number;
  readonly end: number;
  /** False if the box says that it ends beyond what holds it. */
  readonly complete: boolean;
}

const maximumBoxes = 2000;

/** The boxes between two offsets. Sizes that cannot be end the walk; no box is read. */
export function* isoBoxes(reader: BufferReader, from: number, to: number): Generator<IsoBox> {
  const limit = Math.min(to, reader.size);
  let offset = from;
  for (let i = 0; i < maximumBoxes && offset + 8 <= limit; i++) {
    const header = reader.read(offset, 32);
    if (header.length < 8) return;
    let size = header.readUInt32BE(0);
    let headerLength = 8;
    if (size === 1 && header.length >= 16) {
      size = Number(header.readBigUInt64BE(8));
      headerLength = 16;
    } else if (size === 0) {
      size = limit - offset;
    }
    const type = header.toString('latin1', 4, 8);
    const uuid =
      type === 'uuid' ? header.toString('hex', headerLength, Math.min(headerLength + 16, 32)) : '';
    if (size < headerLength) return;
    const end = offset + size;
    yield {
      type,
      uuid,
      start: offset + headerLength + (uuid === '' ? 0 : 16),
      end: Math.min(end, limit),
      complete: end <= limit,
    };
    offset = end;
  }
}

export function findBox(
  reader: BufferReader,
  from: number,
  to: number,
  type: string,
): IsoBox | null {
  for (const box of isoBoxes(reader, from, to)) if (box.type === type) return box;
  return null;
}
