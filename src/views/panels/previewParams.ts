import { lookAlikeDecisions } from '../../catalog/model/duplicates.js';
import { importModes } from '../../catalog/model/importJob.js';
import {
  formatOrganizationStrategy,
  parseOrganizationStrategy,
} from '../../catalog/model/organizationStrategy.js';
import {
  maximumPreviewThumbnails,
  type FileTab,
  type PageRange,
  type PreviewIdentity,
  type PreviewRequests,
  type PreviewSelection,
  type PreviewSettings,
} from '../panelProtocol.js';
import {
  readBoolean,
  readInteger,
  readIntegers,
  readPageRange,
  readRecord,
  readText,
  readTexts,
  readWord,
} from './panelServer.js';

const fileTabs = ['new', 'duplicate', 'error'] as const satisfies readonly FileTab[];
const maximumFileIds = 1000;

/** @throws ResponseError for a wrong shape, CatalogError STRATEGY_INVALID for an unknown strategy. */
export function readSettings(value: unknown): PreviewSettings {
  const record = readRecord(value, 'settings');
  const strategy = parseOrganizationStrategy(
    readText(record['organizationStrategy'], 'organizationStrategy', 100),
  );
  return {
    importMode: readWord(record['importMode'], 'importMode', importModes),
    organizationStrategy: formatOrganizationStrategy(strategy),
    undatedByModificationDate: readBoolean(
      record['undatedByModificationDate'],
      'undatedByModificationDate',
    ),
  };
}

export function readForecastParams(value: unknown): { settings: PreviewSettings } {
  return { settings: readSettings(readRecord(value)['settings']) };
}

export function readFilesParams(
  value: unknown,
): PageRange & { tab: FileTab; settings: PreviewSettings } {
  const record = readRecord(value);
  return {
    ...readPageRange(value),
    tab: readWord(record['tab'], 'tab', fileTabs),
    settings: readSettings(record['settings']),
  };
}

export function readImportParams(value: unknown): {
  settings: PreviewSettings;
  skipDuplicates: boolean;
} {
  const record = readRecord(value);
  return {
    settings: readSettings(record['settings']),
    skipDuplicates: readBoolean(record['skipDuplicates'], 'skipDuplicates'),
  };
}

export function readSelection(value: unknown): PreviewSelection {
  const record = readRecord(value);
  const selected = readBoolean(record['selected'], 'selected');
  const kind = readWord(record['kind'], 'kind', ['all', 'range', 'files']);
  switch (kind) {
    case 'all':
      return { kind, selected };
    case 'range':
      return {
        kind,
        selected,
        offset: readInteger(record['offset'], 'offset'),
        count: readInteger(record['count'], 'count', 1),
      };
    case 'files':
      return {
        kind,
        selected,
        fileIds: readIntegers(record['fileIds'], 'fileIds', maximumFileIds),
      };
  }
}

export function readThumbnailsParams(value: unknown): { fileIds: readonly number[] } {
  const { fileIds } = readRecord(value);
  return { fileIds: readIntegers(fileIds, 'fileIds', maximumPreviewThumbnails) };
}

export function readImageThumbnailsParams(value: unknown): { imageIds: readonly string[] } {
  const { imageIds } = readRecord(value);
  return { imageIds: readTexts(imageIds, 'imageIds', maximumPreviewThumbnails) };
}

export function readAlikeDecision(value: unknown): PreviewRequests['decideAlikes']['params'] {
  const { fileIds, decision, imageId } = readRecord(value);
  return {
    fileIds: fileIds === null ? null : readIntegers(fileIds, 'fileIds', maximumFileIds),
    decision: readWord(decision, 'decision', [...lookAlikeDecisions, 'suggested']),
    imageId: imageId === null ? null : readText(imageId, 'imageId', 100),
  };
}

export function readFileId(value: unknown): { fileId: number } {
  return { fileId: readInteger(readRecord(value)['fileId'], 'fileId') };
}

/** What the editor kept of a preview over a reload. */
export function readPreviewIdentity(kept: Readonly<Record<string, unknown>>): PreviewIdentity {
  const sourceId = kept['sourceId'];
  return {
    folder: readText(kept['folder'], 'folder'),
    scanId: readText(kept['scanId'], 'scanId', 100),
    sourceId: sourceId === null ? null : readText(sourceId, 'sourceId', 100),
  };
}
