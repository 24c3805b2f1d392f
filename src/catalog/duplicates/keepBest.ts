import {
  keepCriteria,
  type KeepCriterion,
  type KeepOrder,
  type KeepReason,
} from '../model/duplicates.js';
import { mimeTypeRank } from './formatRank.js';

/** What the choice asks of a candidate. */
export interface KeepCandidate {
  readonly path: string;
  readonly sourceId: string | null;
  readonly sourceName: string | null;
  readonly isManaged: boolean;
  readonly isImageFile: boolean;
  readonly fileMissing: boolean;
  readonly size: number;
  readonly mimeType: string | null;
  readonly capturedAt: string | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly qualityScore: number | null;
  readonly metadataCount: number;
}

/** A criterion as a figure, the more the better, and the same for people. */
interface Measure {
  readonly value: (candidate: KeepCandidate) => number;
  readonly text: (candidate: KeepCandidate) => string;
  /** Part of the best that counts as equal to it. */
  readonly tolerance?: number;
  /** False if the candidates cannot be compared by it. */
  readonly applies?: (candidates: readonly KeepCandidate[]) => boolean;
}

const pixels = ({ width, height }: KeepCandidate): number => (width ?? 0) * (height ?? 0);

/**
 * Chooses the picture to keep: criterion after criterion, those that are clearly worse than the best drop out,
 * until one is left. Does not depend on the order of the candidates.
 */
export function chooseKeep<Candidate extends KeepCandidate>(
  candidates: readonly Candidate[],
  order: KeepOrder = {},
): { keep: Candidate; reasons: KeepReason[] } {
  const reasons: KeepReason[] = [];
  let left = [...candidates].sort((a, b) => compareText(a.path, b.path));
  const narrow = (criterion: KeepReason['criterion'], measure: Measure): void => {
    if (left.length < 2 || measure.applies?.(left) === false) return;
    const ranked = left.map((each) => ({ each, value: measure.value(each) }));
    const best = Math.max(...ranked.map(({ value }) => value));
    const enough = best - Math.abs(best) * (measure.tolerance ?? 0);
    const kept = ranked.filter(({ value }) => value >= enough);
    const out = ranked.filter(({ value }) => value < enough);
    const next = out.sort((a, b) => b.value - a.value)[0];
    const first = kept[0];
    if (!next || !first) return;
    reasons.push({ criterion, kept: measure.text(first.each), next: measure.text(next.each) });
    left = kept.map(({ each }) => each);
  };
  narrow('catalog', {
    value: (each) => (each.fileMissing ? 0 : 1),
    text: (each) => (each.fileMissing ? 'missing' : 'there'),
  });
  const measures = measuresFor(order.preferredSourceIds ?? []);
  for (const criterion of order.criteria ?? keepCriteria) {
    // The better format of a thumbnail is no reason to give up the picture.
    if (criterion === 'format') narrow('resolution', { ...measures.resolution, tolerance: 0.5 });
    narrow(criterion, measures[criterion]);
  }
  narrow('catalog', {
    value: (each) => (each.isManaged ? 2 : each.isImageFile ? 1 : 0),
    text: (each) => (each.isManaged ? 'managed' : each.isImageFile ? 'catalogued' : 'seen'),
  });
  narrow('path', { value: (each) => -each.path.length, text: (each) => each.path });
  const [keep] = left;
  if (!keep) throw new RangeError('no candidates');
  return { keep, reasons };
}

function measuresFor(preferredSourceIds: readonly string[]): Record<KeepCriterion, Measure> {
  const sourceRank = ({ sourceId }: KeepCandidate): number => {
    const at = sourceId === null ? -1 : preferredSourceIds.indexOf(sourceId);
    return at < 0 ? -preferredSourceIds.length : -at;
  };
  return {
    format: {
      value: ({ mimeType }) => mimeTypeRank(mimeType),
      text: (each) => formatText(each.mimeType),
    },
    resolution: {
      value: pixels,
      tolerance: 0.02,
      text: (each) => `${each.width ?? '?'} x ${each.height ?? '?'}`,
    },
    size: {
      value: ({ size }) => size,
      tolerance: 0.05,
      text: ({ size }) => `${size} bytes`,
      applies: (left) => new Set(left.map(({ mimeType }) => mimeType)).size === 1,
    },
    metadata: {
      value: ({ metadataCount }) => metadataCount,
      text: ({ metadataCount }) => `${metadataCount} fields`,
    },
    quality: {
      value: ({ qualityScore }) => Math.round(qualityScore ?? 0),
      text: ({ qualityScore }) => `${Math.round(qualityScore ?? 0)} points`,
      applies: (left) => left.every(({ qualityScore }) => qualityScore !== null),
    },
    oldest: {
      value: ({ capturedAt }) => -dateNumber(capturedAt),
      text: ({ capturedAt }) => capturedAt ?? 'no date',
    },
    source: { value: sourceRank, text: ({ sourceName }) => sourceName ?? 'no source' },
  };
}

/** Seconds of the wall clock; undated ones last. */
function dateNumber(capturedAt: string | null): number {
  if (capturedAt === null) return Number.MAX_SAFE_INTEGER;
  const seconds = Date.parse(`${capturedAt.slice(0, 19).padEnd(10, '-01')}`.slice(0, 10)) / 1000;
  const [hours = 0, minutes = 0, rest = 0] = capturedAt.slice(11, 19).split(':').map(Number);
  return (Number.isNaN(seconds) ? 0 : seconds) + hours * 3600 + minutes * 60 + rest;
}

const formatText = (mimeType: string | null): string =>
  (mimeType ?? '?').replace(/^(image|video)\/(x-)?/, '').toUpperCase();

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
