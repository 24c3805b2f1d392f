import type { Size } from '../shared/viewerTransform.js';

/** Shapes so much alike are taken for the same: rounding of a reduced picture must not let it jump. */
const sameShape = 0.02;

/** What all pictures are brought to: the size of the one with the most pixels. Null if there is none. */
export function commonFrame(pictures: readonly (Size | null)[]): Size | null {
  let largest: Size | null = null;
  for (const picture of pictures) {
    if (picture && (!largest || area(picture) > area(largest))) largest = picture;
  }
  return largest;
}

const area = ({ width, height }: Size): number => width * height;

export function hasShapeOf(picture: Size, frame: Size): boolean {
  const shape = picture.width / picture.height / (frame.width / frame.height);
  return Math.abs(shape - 1) <= sameShape;
}

/** The size of a picture inside the frame: all of it, as large as it fits, not distorted. */
export function inFrame(picture: Size, frame: Size): Size {
  if (hasShapeOf(picture, frame)) return frame;
  const scale = Math.min(frame.width / picture.width, frame.height / picture.height);
  return { width: picture.width * scale, height: picture.height * scale };
}

/** The frame with a long edge of at most so many pixels, in whole pixels. */
export function limitedTo(frame: Size, longEdge: number): Size {
  const scale = Math.min(1, longEdge / Math.max(frame.width, frame.height));
  const side = (pixels: number): number => Math.max(1, Math.round(pixels * scale));
  return { width: side(frame.width), height: side(frame.height) };
}
