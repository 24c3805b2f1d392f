import {
  jobActions,
  jobFilters,
  type JobAction,
  type JobFilter,
  type JobIdentity,
  type PageRange,
} from '../panelProtocol.js';
import { readInteger, readPageRange, readRecord, readText, readWord } from './panelServer.js';

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

/** What the editor kept of a report over a reload. */
export function readJobIdentity(kept: Readonly<Record<string, unknown>>): JobIdentity {
  return {
    folder: readText(kept['folder'], 'folder'),
    jobId: readText(kept['jobId'], 'jobId', 100),
  };
}
