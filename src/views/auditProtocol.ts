/**
 * The messages between the audit log's panel (extension host) and its webview (browser). As in panelProtocol.ts, texts
 * come translated from the host, and the webview names entries by id.
 */
import type { NoParams, PageRange, PanelIdentity, RowPage } from './panelProtocol.js';

export interface AuditIdentity extends PanelIdentity {
  /** What the log is filtered by at first; null: all catalogs of the folder. */
  readonly catalogId: string | null;
}

/** What is chosen; empty texts filter nothing. */
export interface AuditChoice {
  readonly operation: string;
  readonly catalogId: string;
  readonly text: string;
  /** Days, `2024-06-30`, both inclusive. */
  readonly since: string;
  readonly until: string;
}

export interface AuditOption {
  readonly value: string;
  readonly label: string;
}

export interface AuditReady {
  readonly status: 'ready';
  readonly title: string;
  readonly operations: readonly AuditOption[];
  readonly catalogs: readonly AuditOption[];
}

export interface AuditRow {
  readonly id: number;
  readonly at: string;
  readonly who: string;
  /** What was done. */
  readonly deed: string;
  readonly kind: 'added' | 'removed' | 'moved' | 'problem' | 'other';
  readonly name: string;
  readonly path: string;
  readonly detail: string;
  readonly hasImage: boolean;
  readonly hasJob: boolean;
}

export interface AuditRequests {
  load: { params: NoParams; result: AuditReady };
  rows: { params: PageRange & { readonly choice: AuditChoice }; result: RowPage<AuditRow> };
  /** Shows the image of an entry in the gallery, or its import job. */
  showImage: { params: { readonly entryId: number }; result: null };
  showJob: { params: { readonly entryId: number }; result: null };
  /** Asks for a format and a file. */
  export: { params: { readonly choice: AuditChoice }; result: null };
}

export interface AuditNotifications {
  /** The catalog changed: fetch again. */
  changed: NoParams;
}
