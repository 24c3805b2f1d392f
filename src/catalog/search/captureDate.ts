import type { CaptureDateExplanation } from '../model/gallery.js';
import type { Image } from '../model/image.js';

const suspicions = ['future', 'too-early', 'clock-reset'] as const;

/** The parts of a sentence that says how sure an image's capture date is, or null for undated. */
export function explainCaptureDate(image: Image): CaptureDateExplanation | null {
  const { capturedAt: value } = image;
  if (value === null) return null;
  const dashes = value.slice(0, 10).split('-').length;
  return {
    value,
    source: image.capturedAtSource,
    confidence: image.capturedAtConfidence,
    precision: value.length > 10 ? 'time' : dashes === 3 ? 'day' : dashes === 2 ? 'month' : 'year',
    offset: /T.*?([+-]\d\d:?\d\d|Z)$/.exec(value)?.[1] ?? null,
    suspicious: suspicions.find((known) => known === image.capturedAtSuspicious) ?? null,
  };
}
