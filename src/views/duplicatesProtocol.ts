/**
 * The messages between the duplicates report (extension host) and its webview (browser). As in panelProtocol.ts,
 * texts come translated from the host, and the webview names groups and images by id.
 */
import {
  duplicateLevels,
  type DuplicateDecision,
  type DuplicateLevel,
  type DuplicateScope,
  type DuplicateSort,
  type HashMethod,
} from '../catalog/model/duplicates.js';
import type { DuplicatesStrings } from './duplicatesStrings.js';
import type { NoParams, PageData, PageRange, PanelIdentity } from './panelProtocol.js';

export interface DuplicatesIdentity extends PanelIdentity {
  readonly catalogId: string;
  /** Of the source that the report was opened for, or null. */
  readonly sourceId: string | null;
}

export type DuplicatesPageData = PageData<DuplicatesStrings, DuplicatesIdentity>;

export const duplicateSections = ['all', ...duplicateLevels, 'bursts'] as const;
export type DuplicateSection = (typeof duplicateSections)[number];

export const duplicateScopes = [
  'all',
  'across-sources',
  'within-source',
] as const satisfies readonly DuplicateScope[];
export const duplicateSorts = [
  'bytes',
  'members',
  'date',
  'path',
  'distance',
] as const satisfies readonly DuplicateSort[];
export const duplicatePlaces = ['any', 'managed', 'referenced'] as const;
export const duplicateReviews = ['any', 'open', 'reviewed'] as const;

/** What is looked at. */
export interface DuplicatesView {
  readonly section: DuplicateSection;
  readonly scope: DuplicateScope;
  /** Groups with members from this source, and from that one too. */
  readonly sourceA: string | null;
  readonly sourceB: string | null;
  readonly place: (typeof duplicatePlaces)[number];
  readonly review: (typeof duplicateReviews)[number];
  /** In or below this folder; empty for any. */
  readonly folder: string;
  readonly sort: DuplicateSort;
  /** Null: as the settings say. */
  readonly method: HashMethod | null;
  readonly threshold: number | null;
  /** From 0. */
  readonly page: number;
}

export const firstView: DuplicatesView = {
  section: 'all',
  scope: 'all',
  sourceA: null,
  sourceB: null,
  place: 'any',
  review: 'any',
  folder: '',
  sort: 'bytes',
  method: null,
  threshold: null,
  page: 0,
};

/** A picture of a group, or a place where its content was seen. */
export interface MemberRow {
  /** Null: only a place at a source, which is never touched. */
  readonly imageId: string | null;
  /** Of the image that shows what is in the file; null if none does. */
  readonly pictureId: string | null;
  readonly name: string;
  readonly folder: string;
  readonly source: string;
  /** Size, dimensions, date, camera. */
  readonly facts: readonly string[];
  /** How it equals the one to keep: `3 of 64 bits differ`; empty for that one. */
  readonly likeness: string;
  /** Managed, referenced, missing, or only a place. */
  readonly state: 'managed' | 'referenced' | 'missing' | 'place';
  readonly stateText: string;
}

export interface GroupRow {
  readonly id: string;
  readonly level: DuplicateLevel;
  readonly levelText: string;
  /** `3 pictures · up to 4 of 64 bits differ · 12 MB to win`. */
  readonly summary: string;
  /** `They differ in: size, date`; empty if in nothing. */
  readonly differences: string;
  /** Why the first one is suggested. */
  readonly reason: string;
  /** What a person decided, or null. */
  readonly decision: string | null;
  /** The suggested keep first. */
  readonly members: readonly MemberRow[];
}

/** Shots within seconds, by time. */
export interface BurstRow {
  readonly id: string;
  readonly summary: string;
  readonly bestImageId: string;
  readonly members: readonly MemberRow[];
}

export interface DuplicatesReady {
  readonly status: 'ready';
  readonly title: string;
  readonly counts: Readonly<Record<DuplicateSection, number>>;
  readonly sources: readonly { readonly id: string; readonly name: string }[];
  /** By which hash, and up to how many differing bits, as far as they apply. */
  readonly method: HashMethod;
  readonly threshold: number;
  /** `12 groups, 340 MB to win`. */
  readonly summary: string;
  /** Pictures that could not be compared, or null. */
  readonly note: string | null;
  /** What was done last in this panel: a page that was hidden then learns of it here. */
  readonly done: DoneModel | null;
  /** The catalog has changed since the search. */
  readonly stale: boolean;
  readonly readOnly: boolean;
  readonly total: number;
  readonly pageCount: number;
  readonly groups: readonly GroupRow[];
  readonly bursts: readonly BurstRow[];
}

export interface DuplicatesStopped {
  readonly status: 'cancelled' | 'unavailable';
  readonly message: string;
}

export interface ImageThumbnailRow {
  readonly id: string;
  readonly url: string | null;
}

/** The most thumbnails that one request may ask for, and members of a group that are drawn at first. */
export const maximumDuplicateThumbnails = 50;
export const groupsPerPage = 20;

/** A dry run: every image that would leave the catalog. */
export interface PlanModel {
  readonly planId: string;
  readonly total: number;
  /** What would happen, in a sentence or two. */
  readonly summary: string;
  /** Groups where nothing would be done, and why. */
  readonly refused: readonly string[];
}

export interface PlanRow {
  readonly name: string;
  readonly folder: string;
  readonly action: 'trash' | 'entry';
  readonly actionText: string;
  readonly size: string;
  /** Path of the picture that stays. */
  readonly keeps: string;
}

/** What was done, and by what it is undone. */
export interface DoneModel {
  readonly text: string;
  /** Why some pictures stayed. */
  readonly kept: readonly string[];
  readonly undo: { readonly kind: 'decision' | 'resolution'; readonly id: string } | null;
}

export interface PlanParams {
  readonly view: DuplicatesView;
  /** Null: every group that is shown by the filters. */
  readonly groupId: string | null;
  readonly keepImageId: string | null;
  readonly mergeMetadata: boolean;
  readonly mergeSidecars: boolean;
}

export interface DuplicatesRequests {
  /** Searches if nothing was found yet with this method and threshold. */
  load: {
    params: { readonly view: DuplicatesView };
    result: DuplicatesReady | DuplicatesStopped;
  };
  /** Forgets what was found: the next load searches. */
  forget: { params: NoParams; result: null };
  /** Ends a search or a resolution. */
  cancel: { params: NoParams; result: null };
  thumbnails: {
    params: { readonly imageIds: readonly string[] };
    result: readonly ImageThumbnailRow[];
  };
  decide: {
    params: { readonly groupId: string; readonly decision: DuplicateDecision };
    result: DoneModel;
  };
  plan: { params: PlanParams; result: PlanModel };
  planRows: {
    params: PageRange & { readonly planId: string };
    result: { readonly total: number; readonly rows: readonly PlanRow[] };
  };
  /** Asks first. Null: a person said no. */
  apply: { params: { readonly planId: string }; result: DoneModel | null };
  undo: {
    params: { readonly kind: 'decision' | 'resolution'; readonly id: string };
    result: DoneModel;
  };
  /** Asks where to. Null: a person said nowhere. */
  export: {
    params: { readonly view: DuplicatesView; readonly format: 'csv' | 'json' };
    result: DoneModel | null;
  };
  compare: { params: { readonly imageIds: readonly string[] }; result: null };
  show: { params: { readonly imageId: string }; result: null };
}

export interface DuplicatesNotifications {
  changed: NoParams;
  progress: { readonly text: string; readonly percent: number | null };
}
