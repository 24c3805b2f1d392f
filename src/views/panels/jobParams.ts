import {
  jobActions,
  jobFilters,
  type JobAction,
  type JobFilter,
  type JobIdentity,
  type PageRange,
} from '../panelProtocol.js';
import { readInteger, readRecord, readText, readWord } from './panelServer.js';
import { readPageRange } from './previewParams.js';

export function readItemsParams(value: unknown): PageRange & { filter: JobFilter } {
  return {
    ...readPageRange(value),
    filter: readWord(readRecord(value)['filter'], 'filter', jobFilters),
  };
}

export function readItemId(value: unknown): { itemId: number } {
  return { itemId: readInteger(readRecord(value)['itemId'], 'itemId') };
}

export function readJobAction(value: unknown): { action: JobAction } {
  return { action: readWord(readRecord(value)['action'], 'action', jobActions) };
}

/** What the editor kept of a report over a reload, or null if it is not what we wrote. */
export function readJobState(state: unknown): JobIdentity | null {
  try {
    const record = readRecord(readRecord(state)['identity']);
    return {
      folder: readText(record['folder'], 'folder'),
      jobId: readText(record['jobId'], 'jobId', 100),
    };
  } catch {
    return null;
  }
}
