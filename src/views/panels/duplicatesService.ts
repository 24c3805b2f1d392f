import { mostCompared } from '../compareProtocol.js';
import { maximumDuplicateThumbnails, type DuplicatesRequests } from '../duplicatesProtocol.js';
import { readDecision, readPlanParams, readUndo, readView } from './duplicatesParams.js';
import type { DuplicatesSession } from './duplicatesSession.js';
import {
  readNoParams,
  readPageRange,
  readRecord,
  readText,
  readTexts,
  readWord,
  titled,
  type PanelService,
} from './panelServer.js';

/** The operations that the webview may ask for, and no others. */
export function duplicatesService(
  session: DuplicatesSession,
  onTitle: (title: string) => void,
): PanelService<DuplicatesRequests> {
  const readIds = (value: unknown, maximum: number): { imageIds: readonly string[] } => ({
    imageIds: readTexts(readRecord(value)['imageIds'], 'imageIds', maximum),
  });
  const readPlan = (value: unknown): { planId: string } => ({
    planId: readText(readRecord(value)['planId'], 'planId', 100),
  });
  return {
    load: { read: readView, handle: ({ view }) => titled(session.load(view), onTitle) },
    forget: { read: readNoParams, handle: () => session.forget() },
    cancel: { read: readNoParams, handle: () => session.cancel() },
    thumbnails: {
      read: (value) => readIds(value, maximumDuplicateThumbnails),
      handle: ({ imageIds }) => session.thumbnails(imageIds),
    },
    decide: {
      read: readDecision,
      handle: ({ groupId, decision }) => session.decide(groupId, decision),
    },
    plan: { read: readPlanParams, handle: (params) => session.plan(params) },
    planRows: {
      read: (value) => ({ ...readPlan(value), ...readPageRange(value) }),
      handle: ({ planId, ...range }) => session.planRows(planId, range),
    },
    apply: { read: readPlan, handle: ({ planId }) => session.apply(planId) },
    undo: { read: readUndo, handle: ({ kind, id }) => session.undo(kind, id) },
    export: {
      read: (value) => ({
        ...readView(value),
        format: readWord(readRecord(value)['format'], 'format', ['csv', 'json'] as const),
      }),
      handle: ({ view, format }) => session.export(view, format),
    },
    compare: {
      read: (value) => readIds(value, mostCompared),
      handle: ({ imageIds }) => session.compare(imageIds),
    },
    show: {
      read: (value) => ({ imageId: readText(readRecord(value)['imageId'], 'imageId', 100) }),
      handle: ({ imageId }) => session.show(imageId),
    },
  };
}
