/**
 * EXIF orientations as the 2x2 matrices [a, b, c, d] that turn stored pixels upright:
 * x' = a x + b y, y' = c x + d y, with y pointing down.
 */
const matrices: readonly (readonly [number, number, number, number])[] = [
  [1, 0, 0, 1],
  [-1, 0, 0, 1],
  [-1, 0, 0, -1],
  [1, 0, 0, -1],
  [0, 1, 1, 0],
  [0, -1, 1, 0],
  [0, -1, -1, 0],
  [0, 1, -1, 0],
];

/** The orientation that does `first`, then `second`. */
export function combineOrientations(first: number, second: number): number {
  const [a, b, c, d] = matrices[first - 1] ?? [1, 0, 0, 1];
  const [e, f, g, h] = matrices[second - 1] ?? [1, 0, 0, 1];
  return orientationOfMatrix(e * a + f * c, e * b + f * d, g * a + h * c, g * b + h * d) ?? 1;
}

/** The orientation whose matrix has these signs, or null for other angles. */
export function orientationOfMatrix(a: number, b: number, c: number, d: number): number | null {
  const signs = [a, b, c, d].map(Math.sign);
  const index = matrices.findIndex((matrix) => matrix.every((value, i) => value === signs[i]));
  return index < 0 ? null : index + 1;
}

/** HEIF's `irot`: quarter turns anti-clockwise. */
export function orientationOfRotation(quarterTurns: number): number {
  return [1, 8, 3, 6][quarterTurns] ?? 1;
}

/** HEIF's `imir`: 0 exchanges top and bottom, 1 left and right. */
export function orientationOfMirror(axis: number): number {
  return axis === 0 ? 4 : 2;
}
