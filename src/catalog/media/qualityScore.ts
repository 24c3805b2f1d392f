import type { MediaFacts } from '../model/media.js';

/** What the score is made of; a MediaFacts has it all. */
export type QualityFacts = Pick<
  MediaFacts,
  | 'mimeType'
  | 'width'
  | 'height'
  | 'cameraMake'
  | 'cameraModel'
  | 'lensModel'
  | 'focalLength'
  | 'aperture'
  | 'exposureTime'
  | 'iso'
  | 'gps'
>;

const weights = { format: 0.4, resolution: 0.35, size: 0.15, metadata: 0.1 } as const;

/** Raw formats score highest; those that the score's inventors did not list count as unknown. */
const rawTypes: ReadonlySet<string> = new Set([
  'image/x-canon-cr2',
  'image/x-canon-cr3',
  'image/x-nikon-nef',
  'image/x-sony-arw',
  'image/x-adobe-dng',
  'image/x-fujifilm-raf',
  'image/x-olympus-orf',
  'image/x-panasonic-rw2',
  'image/x-pentax-pef',
  'image/x-samsung-srw',
]);

/** Raw formats whose size is measured by a raw file's yardstick. */
const largeRawTypes: ReadonlySet<string> = new Set([
  'image/x-canon-cr2',
  'image/x-canon-cr3',
  'image/x-nikon-nef',
  'image/x-sony-arw',
  'image/x-adobe-dng',
]);

const formatScores: Readonly<Record<string, number>> = {
  'image/tiff': 90,
  'image/png': 85,
  'image/apng': 85,
  'image/heic': 80,
  'image/heif': 80,
  'image/jpeg': 70,
  'image/webp': 60,
  'image/bmp': 50,
  'image/gif': 40,
};
const unknownFormatScore = 50;

/**
 * How good a file is likely to be as the one to keep, 0 to 100 with two decimals: format, resolution, file size
 * and metadata, weighted as in lumina's quality scorer, so that migrated and new scores compare.
 * @param sizeBytes of the file
 */
export function qualityScore(facts: QualityFacts, sizeBytes: number): number {
  const { mimeType, width, height } = facts;
  const format = rawTypes.has(mimeType) ? 100 : (formatScores[mimeType] ?? unknownFormatScore);
  const total =
    format * weights.format +
    resolutionScore(((width ?? 0) * (height ?? 0)) / 1e6) * weights.resolution +
    sizeScore(mimeType, sizeBytes / 1024 ** 2) * weights.size +
    metadataScore(facts) * weights.metadata;
  return Math.round(total * 100) / 100;
}

/** A line from one step to the next: [from, score there] in rising order. */
function interpolate(steps: readonly (readonly [number, number])[], value: number): number {
  let [lowerAt, lowerScore] = [0, 0];
  for (const [at, score] of steps) {
    if (value < at) {
      return lowerScore + ((value - lowerAt) / (at - lowerAt)) * (score - lowerScore);
    }
    [lowerAt, lowerScore] = [at, score];
  }
  return lowerScore;
}

const resolutionScore = (megapixels: number): number =>
  interpolate(
    [
      [1, 40],
      [2, 60],
      [8, 80],
      [20, 90],
      [33, 100],
    ],
    megapixels,
  );

function sizeScore(mimeType: string, mebibytes: number): number {
  if (largeRawTypes.has(mimeType)) return interpolate([[20, 80], [50, 100]], mebibytes); // prettier-ignore
  if (mimeType === 'image/tiff') return interpolate([[10, 80], [30, 100]], mebibytes); // prettier-ignore
  return interpolate([[0.5, 40], [2, 70], [10, 100]], mebibytes); // prettier-ignore
}

/** What is known of how the picture was taken. */
function metadataScore(facts: QualityFacts): number {
  const known = (value: unknown, score: number): number =>
    value === null || value === undefined ? 0 : score;
  return (
    known(facts.cameraMake, 15) +
    known(facts.cameraModel, 15) +
    known(facts.lensModel, 10) +
    known(facts.focalLength, 10) +
    known(facts.aperture, 10) +
    known(facts.exposureTime, 10) +
    known(facts.iso, 10) +
    known(facts.gps, 20)
  );
}
