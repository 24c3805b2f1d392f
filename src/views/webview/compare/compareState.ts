import type { CompareIdentity } from '../../compareProtocol.js';
import type { PanelState } from '../shared/panelState.js';
import { fitted, type ViewerTransform } from '../shared/viewerTransform.js';

export const compareModes = ['side', 'blink', 'difference'] as const;
export type CompareMode = (typeof compareModes)[number];

export const largestAmplification = 16;

/** What is looked at and how, kept by the editor while the webview is hidden and over a window reload. */
export interface CompareState extends PanelState {
  readonly identity: CompareIdentity;
  readonly mode: CompareMode;
  /** Of the picture that blinking shows. */
  readonly shown: number;
  /** Of the pictures whose difference is shown. */
  readonly pair: readonly [number, number];
  readonly amplification: number;
  readonly showFacts: boolean;
  readonly onlyDifferences: boolean;
  readonly transform: ViewerTransform;
}

/** The kept state, if it is of the same images; else a fresh one. What was kept is not trusted to be complete. */
export function restoreState(identity: CompareIdentity, kept: Partial<CompareState>): CompareState {
  const same = kept.identity?.imageIds?.join() === identity.imageIds.join();
  const use: Partial<CompareState> = same ? kept : {};
  const last = identity.imageIds.length - 1;
  const [first = 0, second = 1] = Array.isArray(use.pair) ? use.pair : [];
  return {
    identity,
    mode: compareModes.find((mode) => mode === use.mode) ?? 'side',
    shown: whole(use.shown, 0, 0, last),
    pair: [whole(first, 0, 0, last), whole(second, 1, 0, last)],
    amplification: whole(use.amplification, 4, 1, largestAmplification),
    showFacts: use.showFacts !== false,
    onlyDifferences: use.onlyDifferences === true,
    transform: transformOf(use.transform),
    scrollTop: whole(use.scrollTop, 0, 0, Number.MAX_SAFE_INTEGER),
  };
}

function whole(value: unknown, otherwise: number, least: number, most: number): number {
  const known = typeof value === 'number' && Number.isFinite(value) ? Math.round(value) : otherwise;
  return Math.max(least, Math.min(most, known));
}

function transformOf(kept: Partial<ViewerTransform> | undefined): ViewerTransform {
  const { zoom, x, y } = kept ?? {};
  const isNumber = (value: unknown): value is number =>
    typeof value === 'number' && Number.isFinite(value);
  return isNumber(zoom) && zoom > 0 && isNumber(x) && isNumber(y) ? { zoom, x, y } : fitted;
}
