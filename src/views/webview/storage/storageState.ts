import type {
  StorageIdentity,
  StorageNotifications,
  StorageRequests,
} from '../../storageProtocol.js';
import type { HostConnection } from '../shared/hostConnection.js';
import type { PanelState } from '../shared/panelState.js';

export type StorageConnection = HostConnection<StorageRequests, StorageNotifications>;

export interface StorageState extends PanelState {
  readonly identity: StorageIdentity;
}

/** The kept state, if it is of this catalog; else a fresh one. */
export function restoreState(identity: StorageIdentity, kept: Partial<StorageState>): StorageState {
  const same = kept.identity?.catalogId === identity.catalogId;
  return { identity, scrollTop: (same && kept.scrollTop) || 0 };
}
