import type { PreviewRequests } from '../panelProtocol.js';
import type { ImportPreviewSession } from './importPreviewSession.js';
import { loadRequest, readNoParams, readPageRange, type PanelService } from './panelServer.js';
import {
  readAlikeDecision,
  readFileId,
  readFilesParams,
  readForecastParams,
  readImageThumbnailsParams,
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
    alikes: { read: readPageRange, handle: (range) => session.lookAlikes.page(range) },
    findAlikes: { read: readNoParams, handle: () => session.lookAlikes.find() },
    cancelAlikes: { read: readNoParams, handle: () => session.lookAlikes.cancel() },
    decideAlikes: {
      read: readAlikeDecision,
      handle: (params) => session.lookAlikes.decide(params),
    },
    imageThumbnails: {
      read: readImageThumbnailsParams,
      handle: ({ imageIds }) => session.lookAlikes.thumbnails(imageIds),
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
