import {
  duplicateDecisions,
  hashMethods,
  maximumThreshold,
  type DuplicateDecision,
} from '../../catalog/model/duplicates.js';
import {
  duplicatePlaces,
  duplicateReviews,
  duplicateScopes,
  duplicateSections,
  duplicateSorts,
  type DuplicatesIdentity,
  type DuplicatesView,
  type PlanParams,
} from '../duplicatesProtocol.js';
import { readBoolean, readInteger, readRecord, readText, readWord } from './panelServer.js';

const orNull = <T>(value: unknown, read: (value: unknown) => T): T | null =>
  value === null ? null : read(value);
const readId = (value: unknown, name: string): string => readText(value, name, 200);

export function readView(value: unknown): { view: DuplicatesView } {
  const view = readRecord(readRecord(value)['view'], 'view');
  const folder = view['folder'];
  return {
    view: {
      section: readWord(view['section'], 'section', duplicateSections),
      scope: readWord(view['scope'], 'scope', duplicateScopes),
      sourceA: orNull(view['sourceA'], (id) => readId(id, 'sourceA')),
      sourceB: orNull(view['sourceB'], (id) => readId(id, 'sourceB')),
      place: readWord(view['place'], 'place', duplicatePlaces),
      review: readWord(view['review'], 'review', duplicateReviews),
      folder: folder === '' ? '' : readText(folder, 'folder', 4096),
      sort: readWord(view['sort'], 'sort', duplicateSorts),
      method: orNull(view['method'], (method) => readWord(method, 'method', hashMethods)),
      threshold: orNull(view['threshold'], (bits) =>
        readInteger(bits, 'threshold', 0, maximumThreshold),
      ),
      page: readInteger(view['page'], 'page'),
    },
  };
}

export function readDecision(value: unknown): { groupId: string; decision: DuplicateDecision } {
  const record = readRecord(value);
  return {
    groupId: readId(record['groupId'], 'groupId'),
    decision: readWord(record['decision'], 'decision', duplicateDecisions),
  };
}

export function readPlanParams(value: unknown): PlanParams {
  const record = readRecord(value);
  return {
    ...readView(value),
    groupId: orNull(record['groupId'], (id) => readId(id, 'groupId')),
    keepImageId: orNull(record['keepImageId'], (id) => readId(id, 'keepImageId')),
    mergeMetadata: readBoolean(record['mergeMetadata'], 'mergeMetadata'),
    mergeSidecars: readBoolean(record['mergeSidecars'], 'mergeSidecars'),
  };
}

export function readUndo(value: unknown): { kind: 'decision' | 'resolution'; id: string } {
  const record = readRecord(value);
  return {
    kind: readWord(record['kind'], 'kind', ['decision', 'resolution'] as const),
    id: readId(record['id'], 'id'),
  };
}

/** What the editor kept of a report over a reload. */
export function readDuplicatesIdentity(
  kept: Readonly<Record<string, unknown>>,
): DuplicatesIdentity {
  return {
    folder: readText(kept['folder'], 'folder'),
    catalogId: readText(kept['catalogId'], 'catalogId', 100),
    sourceId: orNull(kept['sourceId'] ?? null, (id) => readId(id, 'sourceId')),
  };
}
