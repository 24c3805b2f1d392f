import type { PreviewRequests } from '../panelProtocol.js';
import type { ImportPreviewSession } from './importPreviewSession.js';
import { loadRequest, readNoParams, readPageRange, type PanelService } from './panelServer.js';
import {
  readFileId,
  readFilesParams,
  readForecastParams,
  readImportParams,
  readSelection,
  readThumbnailsParams,
} from './previewParams.js';

/** The operations that the webview may ask for, and no others. */
export function previewService(
  session: ImportPreviewSession,
  onTitle: (title: string) => void,
): PanelService<PreviewRequests> {
  return {
    load: loadRequest(() => session.load(), onTitle),
    forecast: { read: readForecastParams, handle: ({ settings }) => session.forecast(settings) },
    folders: { read: readNoParams, handle: () => session.folders() },
    files: { read: readFilesParams, handle: (params) => session.files(params) },
    passedBy: { read: readPageRange, handle: (range) => session.passedBy(range) },
    thumbnails: {
      read: readThumbnailsParams,
      handle: ({ fileIds }) => session.thumbnails(fileIds),
    },
    select: { read: readSelection, handle: (selection) => session.select(selection) },
    openFile: { read: readFileId, handle: ({ fileId }) => session.openFile(fileId) },
    startImport: {
      read: readImportParams,
      handle: ({ settings, skipDuplicates }) => session.startImport(settings, skipDuplicates),
    },
    cancelImport: { read: readNoParams, handle: () => session.cancelImport() },
    chooseManagedDirectory: {
      read: readNoParams,
      handle: () => session.chooseManagedDirectory(),
    },
    showJob: { read: readNoParams, handle: () => session.showJob() },
    scanAgain: { read: readNoParams, handle: () => session.scanAgain() },
  };
}
