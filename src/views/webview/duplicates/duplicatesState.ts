import {
  firstView,
  type DoneModel,
  type DuplicatesIdentity,
  type DuplicatesNotifications,
  type DuplicatesRequests,
  type DuplicatesView,
} from '../../duplicatesProtocol.js';
import type { HostConnection } from '../shared/hostConnection.js';
import type { PanelState } from '../shared/panelState.js';
import type { PlanWish } from './planView.js';

export type DuplicatesConnection = HostConnection<DuplicatesRequests, DuplicatesNotifications>;

/** What is looked at, kept by the editor while the webview is hidden and over a window reload. */
export interface DuplicatesState extends PanelState {
  readonly identity: DuplicatesIdentity;
  readonly shown: DuplicatesView;
  /** The dry run that is looked at, or null. */
  readonly planned: PlanWish | null;
  readonly mergeMetadata: boolean;
  readonly mergeSidecars: boolean;
  /** What was done last, so that it can be undone. */
  readonly done: DoneModel | null;
}

export function restoreState(
  identity: DuplicatesIdentity,
  kept: Partial<DuplicatesState>,
): DuplicatesState {
  const use: Partial<DuplicatesState> =
    kept.identity?.catalogId === identity.catalogId && kept.identity.sourceId === identity.sourceId
      ? kept
      : {};
  return {
    identity,
    shown: { ...firstView, sourceA: identity.sourceId, ...use.shown },
    planned: use.planned ?? null,
    mergeMetadata: use.mergeMetadata !== false,
    mergeSidecars: use.mergeSidecars !== false,
    done: use.done ?? null,
    scrollTop: typeof use.scrollTop === 'number' ? use.scrollTop : 0,
  };
}
