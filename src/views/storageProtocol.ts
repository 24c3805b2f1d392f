/**
 * The messages between the storage page (extension host) and its webview (browser). As in panelProtocol.ts, texts come
 * translated from the host, and the webview names what it shows by id.
 */
import type { JobFigure, NoParams, PanelIdentity } from './panelProtocol.js';

export interface StorageIdentity extends PanelIdentity {
  readonly catalogId: string;
}

export interface StorageRow {
  /** Names the row in a request. */
  readonly id: string;
  readonly label: string;
  /** More about the label, or null. */
  readonly note: string | null;
  readonly count: string;
  readonly size: string;
  /** 0-1 of the section's longest bar; null without a bar. */
  readonly share: number | null;
  /** Its images can be shown in the gallery. */
  readonly canShow: boolean;
}

export interface StorageSection {
  readonly title: string;
  readonly explanation: string | null;
  readonly columnLabel: string;
  readonly rows: readonly StorageRow[];
}

export interface StorageReady {
  readonly status: 'ready';
  readonly title: string;
  readonly figures: readonly JobFigure[];
  readonly facts: readonly JobFigure[];
  readonly sections: readonly StorageSection[];
}

export interface StorageUnavailable {
  readonly status: 'unavailable';
  readonly message: string;
}

export interface StorageRequests {
  load: { params: NoParams; result: StorageReady | StorageUnavailable };
  /** Shows the images of a row in the gallery. */
  show: { params: { readonly rowId: string }; result: null };
}

export interface StorageNotifications {
  /** The catalog changed: fetch again. */
  changed: NoParams;
}
