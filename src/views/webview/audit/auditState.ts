import type {
  AuditChoice,
  AuditIdentity,
  AuditNotifications,
  AuditRequests,
} from '../../auditProtocol.js';
import type { HostConnection } from '../shared/hostConnection.js';
import type { PanelState } from '../shared/panelState.js';

export type AuditConnection = HostConnection<AuditRequests, AuditNotifications>;

/** What is looked at, kept by the editor while the webview is hidden and over a window reload. */
export interface AuditState extends PanelState {
  readonly identity: AuditIdentity;
  readonly choice: AuditChoice;
}

export function restoreState(identity: AuditIdentity, kept: Partial<AuditState>): AuditState {
  const use: Partial<AuditState> = kept.identity?.catalogId === identity.catalogId ? kept : {};
  const text = (name: keyof AuditChoice): string => {
    const value: unknown = use.choice?.[name];
    return typeof value === 'string' ? value : '';
  };
  return {
    identity,
    choice: {
      operation: text('operation'),
      catalogId: use.choice ? text('catalogId') : (identity.catalogId ?? ''),
      text: text('text'),
      since: text('since'),
      until: text('until'),
    },
    scrollTop: typeof use.scrollTop === 'number' ? use.scrollTop : 0,
  };
}
