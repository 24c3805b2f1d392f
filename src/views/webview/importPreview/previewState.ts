import {
  previewTabs,
  type PreviewIdentity,
  type PreviewNotifications,
  type PreviewRequests,
  type PreviewSettings,
  type PreviewTab,
} from '../../panelProtocol.js';
import type { HostConnection } from '../shared/hostConnection.js';
import type { PanelState } from '../shared/panelState.js';

export type PreviewConnection = HostConnection<PreviewRequests, PreviewNotifications>;

/** What is looked at and how, kept by the editor while the webview is hidden and over a window reload. */
export interface ViewState extends PanelState {
  readonly identity: PreviewIdentity;
  readonly tab: PreviewTab;
  /** Null until something was chosen that differs from the source's own settings. */
  readonly settings: PreviewSettings | null;
  readonly skipDuplicates: boolean;
}

/** The kept state, if it is of this scan; else a fresh one. */
export function restoreState(identity: PreviewIdentity, kept: Partial<ViewState>): ViewState {
  const fresh: ViewState = {
    identity,
    tab: 'new',
    scrollTop: 0,
    settings: null,
    skipDuplicates: true,
  };
  if (kept.identity?.folder !== identity.folder) return fresh;
  const settings = kept.settings ?? null;
  const skipDuplicates = kept.skipDuplicates ?? true;
  // Another scan of the same panel keeps how to import, not what was looked at.
  if (kept.identity.scanId !== identity.scanId) return { ...fresh, settings, skipDuplicates };
  const tab = previewTabs.find((known) => known === kept.tab) ?? 'new';
  return {
    identity: { ...identity, sourceId: identity.sourceId ?? kept.identity.sourceId },
    tab,
    scrollTop: kept.scrollTop ?? 0,
    settings,
    skipDuplicates,
  };
}
