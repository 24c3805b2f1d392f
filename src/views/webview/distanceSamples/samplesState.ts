import { hashMethods, type HashMethod } from '../../../catalog/model/duplicates.js';
import type {
  SamplesIdentity,
  SamplesNotifications,
  SamplesRequests,
} from '../../samplesProtocol.js';
import type { HostConnection } from '../shared/hostConnection.js';
import type { PanelState } from '../shared/panelState.js';

export type SamplesConnection = HostConnection<SamplesRequests, SamplesNotifications>;

/** What is looked at, kept by the editor while the webview is hidden and over a window reload. */
export interface SamplesState extends PanelState {
  readonly identity: SamplesIdentity;
  /** Null until another method was chosen than the one in use. */
  readonly method: HashMethod | null;
}

export function restoreState(identity: SamplesIdentity, kept: Partial<SamplesState>): SamplesState {
  const use: Partial<SamplesState> = kept.identity?.catalogId === identity.catalogId ? kept : {};
  return {
    identity,
    method: hashMethods.find((method) => method === use.method) ?? null,
    scrollTop: typeof use.scrollTop === 'number' ? use.scrollTop : 0,
  };
}
