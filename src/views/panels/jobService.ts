import type { JobReportRequests } from '../panelProtocol.js';
import { readItemId, readItemsParams, readJobAction } from './jobParams.js';
import type { JobReportSession } from './jobReportSession.js';
import { loadRequest, readNoParams, type PanelService } from './panelServer.js';

/** The operations that the webview may ask for, and no others. */
export function jobService(
  session: JobReportSession,
  onTitle: (title: string) => void,
): PanelService<JobReportRequests> {
  return {
    load: loadRequest(() => session.load(), onTitle),
    items: { read: readItemsParams, handle: (params) => session.items(params) },
    openItem: { read: readItemId, handle: ({ itemId }) => session.openItem(itemId) },
    revealItem: { read: readItemId, handle: ({ itemId }) => session.revealItem(itemId) },
    cancelJob: { read: readNoParams, handle: () => session.cancelJob() },
    openPreview: { read: readNoParams, handle: () => session.openPreview() },
    runAction: { read: readJobAction, handle: ({ action }) => session.runAction(action) },
  };
}
