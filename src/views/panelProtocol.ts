/**
 * The messages between the panels (extension host) and their webviews (browser). Both sides import this file,
 * so it imports neither `vscode` nor the DOM. A webview shows texts that the host has formatted and translated,
 * names things by id, and never sends a path.
 */
import type { LookAlikeDecision } from '../catalog/model/duplicates.js';
import type { ErrorCode } from '../catalog/model/errors.js';
import type { ImportJobStatus, ImportMode } from '../catalog/model/importJob.js';
import type { JobReportStrings, PreviewStrings } from './panelStrings.js';

/** One entry per request: what it takes and what it gives. */
export type RequestMap = Record<string, { readonly params: object; readonly result: unknown }>;

export type NoParams = Record<string, never>;

/** The data of an error response: the engine's code. The message is already translated. */
export interface PanelErrorData {
  readonly code: ErrorCode;
}

/** JSON-RPC leaves -32000 to -32099 to the application. */
export const panelErrorCode = -32050;

/** What the host writes into the page. */
export interface PageData<Strings, Identity> {
  readonly strings: Strings;
  readonly identity: Identity;
}

/** What a panel is about; kept over a window reload. */
export interface PanelIdentity {
  /** URI of the workspace folder whose catalog file holds it. */
  readonly folder: string;
}

/** Rows that a page asks for at once. */
export const rowsPerPage = 200;
/** The most rows that one request for a page may ask for. */
export const maximumPageSize = 500;

// ---- Import preview

/** What is kept of a preview over a window reload, as far as the host needs it. */
export interface PreviewIdentity extends PanelIdentity {
  readonly scanId: string;
  /** Null until the scan was loaded once; with it a scan that is gone can be repeated. */
  readonly sourceId: string | null;
}

export const previewTabs = ['new', 'duplicate', 'alike', 'error', 'passedBy'] as const;
export type PreviewTab = (typeof previewTabs)[number];
/** The tabs that list scanned files. */
export type FileTab = Exclude<PreviewTab, 'passedBy' | 'alike'>;

/** How to import, as chosen in the preview. */
export interface PreviewSettings {
  readonly importMode: ImportMode;
  readonly organizationStrategy: string;
  readonly undatedByModificationDate: boolean;
}

export interface PreviewTile {
  readonly tab: PreviewTab;
  readonly count: number;
  readonly countText: string;
  /** A second line: bytes, or the most common reasons. */
  readonly detail: string | null;
}

export interface PreviewActivity {
  readonly state: 'running' | 'finished';
  /** Null while the total is not known. */
  readonly percent: number | null;
  readonly text: string;
  readonly jobStatus: ImportJobStatus | null;
  /** True once a job exists whose report can be shown. */
  readonly hasJob: boolean;
}

export interface PreviewReady {
  readonly status: 'ready';
  readonly identity: PreviewIdentity;
  readonly title: string;
  readonly sourcePath: string;
  readonly catalogName: string;
  readonly scannedAt: string;
  readonly tiles: readonly PreviewTile[];
  readonly defaultSettings: PreviewSettings;
  readonly activity: PreviewActivity | null;
  readonly alikes: AlikeOverview;
}

/** The scan cannot be imported: it is gone, was imported, or did not finish. */
export interface PreviewUnavailable {
  readonly status: 'unavailable';
  readonly message: string;
  readonly canScanAgain: boolean;
  readonly activity: PreviewActivity | null;
}

export interface PreviewForecast {
  readonly selectedCount: number;
  /** `12 of 34 files selected, 56 MB`. */
  readonly selectionText: string;
  readonly importLabel: string;
  readonly destination: string;
  readonly space: string | null;
  readonly enoughSpace: boolean;
  readonly undated: string | null;
  /** Why the import cannot start, or null. */
  readonly blocked: string | null;
  /** True if choosing a managed directory would help. */
  readonly needsManagedDirectory: boolean;
  /** Where the first file would go, relative to the managed directory. */
  readonly example: string | null;
}

/** A folder of the source, in the order in which the files are listed. */
export interface PreviewFolder {
  readonly name: string;
  readonly counts: Readonly<Record<FileTab, number>>;
  readonly selectedCount: number;
  readonly sizeText: string;
}

export interface PreviewRow {
  readonly id: number;
  readonly name: string;
  readonly selected: boolean;
  readonly size: string;
  readonly captured: string;
  readonly capturedSource: string | null;
  readonly warnings: readonly string[];
  /** `with IMG_1.xmp`, for files that take others along. */
  readonly companions: string | null;
  /** Planned destination, the file it equals, or what is wrong with it. */
  readonly detail: string;
}

/** The thumbnail of a row, as far as there is one. */
export interface PreviewThumbnail {
  readonly id: number;
  /** Address of the picture. */
  readonly url: string | null;
  /** Why there is none, if there should be. */
  readonly problem: string | null;
}

/** The most thumbnails that one request may ask for. */
export const maximumPreviewThumbnails = 50;

/** New files that look like images of the catalog, as far as is known. */
export interface AlikeOverview {
  /** Null until they were looked for. */
  readonly total: number | null;
  /** What was compared, or that nothing was yet. */
  readonly summary: string;
  /** `3 to decide, 1 skipped`, or null without any. */
  readonly decided: string | null;
  /** What an import of the files would take out of the catalog, or null. */
  readonly replaced: string | null;
  /** While they are looked for. */
  readonly progress: AlikeProgress | null;
  /** False where nothing can be decided. */
  readonly canFind: boolean;
}

export interface AlikeProgress {
  /** Null while the total is not known. */
  readonly percent: number | null;
  readonly text: string;
}

export interface AlikeMatch {
  readonly imageId: string;
  readonly name: string;
  /** Where it is. */
  readonly path: string;
  readonly detail: string;
  /** How it resembles the new file. */
  readonly likeness: string;
}

/** A new file beside the images of the catalog that it looks like. */
export interface AlikeRow {
  readonly id: number;
  readonly name: string;
  readonly folder: string;
  readonly detail: string;
  /** The nearest first; none if they all left the catalog meanwhile. */
  readonly matches: readonly AlikeMatch[];
  readonly decision: LookAlikeDecision | 'open';
  /** Id of the image that is replaced, or null. */
  readonly replaces: string | null;
  readonly suggestion: LookAlikeDecision;
  /** The suggestion and its reason. */
  readonly reason: string;
}

/** The thumbnail of an image of the catalog. */
export interface ImageThumbnail {
  readonly id: string;
  readonly url: string | null;
}

export interface PassedByRow {
  readonly path: string;
  readonly reason: string;
}

export interface RowPage<Row> {
  readonly total: number;
  readonly rows: readonly Row[];
}

export interface PageRange {
  readonly offset: number;
  readonly limit: number;
}

/** Files to tick: all, a run of the list of new files, or some by id. */
export type PreviewSelection =
  | { readonly kind: 'all'; readonly selected: boolean }
  | {
      readonly kind: 'range';
      readonly selected: boolean;
      readonly offset: number;
      readonly count: number;
    }
  | { readonly kind: 'files'; readonly selected: boolean; readonly fileIds: readonly number[] };

export interface PreviewRequests {
  load: { params: NoParams; result: PreviewReady | PreviewUnavailable };
  forecast: { params: { readonly settings: PreviewSettings }; result: PreviewForecast };
  folders: { params: NoParams; result: readonly PreviewFolder[] };
  files: {
    params: PageRange & { readonly tab: FileTab; readonly settings: PreviewSettings };
    result: RowPage<PreviewRow>;
  };
  passedBy: { params: PageRange; result: RowPage<PassedByRow> };
  thumbnails: {
    params: { readonly fileIds: readonly number[] };
    result: readonly PreviewThumbnail[];
  };
  select: { params: PreviewSelection; result: null };
  alikes: { params: PageRange; result: RowPage<AlikeRow> };
  /** Starts looking for look-alikes; its course is told by notifications. */
  findAlikes: { params: NoParams; result: null };
  cancelAlikes: { params: NoParams; result: null };
  decideAlikes: {
    params: {
      /** Null: all. */
      readonly fileIds: readonly number[] | null;
      readonly decision: LookAlikeDecision | 'suggested';
      /** Which image is replaced; null: the nearest. */
      readonly imageId: string | null;
    };
    result: null;
  };
  imageThumbnails: {
    params: { readonly imageIds: readonly string[] };
    result: readonly ImageThumbnail[];
  };
  openFile: { params: { readonly fileId: number }; result: null };
  startImport: {
    params: { readonly settings: PreviewSettings; readonly skipDuplicates: boolean };
    result: null;
  };
  cancelImport: { params: NoParams; result: null };
  chooseManagedDirectory: { params: NoParams; result: null };
  showJob: { params: NoParams; result: null };
  scanAgain: { params: NoParams; result: null };
}

export interface PreviewNotifications {
  /** The scan, its selection or the state of the catalog changed: fetch again. */
  changed: NoParams;
  activity: PreviewActivity;
  alikeProgress: AlikeProgress;
}

export type PreviewPageData = PageData<PreviewStrings, PreviewIdentity>;

// ---- Job report

export interface JobIdentity extends PanelIdentity {
  readonly jobId: string;
}

export const jobFilters = ['all', 'imported', 'duplicate', 'failed', 'other'] as const;
export type JobFilter = (typeof jobFilters)[number];

export interface JobFigure {
  readonly label: string;
  readonly value: string;
}

export interface JobErrorGroup {
  readonly cause: string;
  readonly count: string;
  readonly examples: readonly string[];
}

export const jobActions = ['resume', 'rollBack', 'replace', 'undo', 'manifest'] as const;
/** What a report offers to do with its job, by the commands of the same purpose. */
export type JobAction = (typeof jobActions)[number];

export interface JobReady {
  readonly status: 'ready';
  readonly title: string;
  readonly jobStatus: ImportJobStatus;
  readonly statusText: string;
  readonly facts: readonly JobFigure[];
  readonly counts: Readonly<Record<JobFilter, number>>;
  readonly figures: readonly JobFigure[];
  /** What happened to the job as a whole, or null. */
  readonly note: { readonly kind: 'error' | 'warning' | 'info'; readonly text: string } | null;
  readonly errorGroups: readonly JobErrorGroup[];
  readonly running: boolean;
  readonly progressText: string | null;
  readonly percent: number | null;
  readonly canOpenPreview: boolean;
  readonly actions: readonly JobAction[];
}

export interface JobUnavailable {
  readonly status: 'unavailable';
  readonly message: string;
}

export type JobRowKind = 'imported' | 'duplicate' | 'failed' | 'other';

export interface JobRow {
  readonly id: number;
  readonly name: string;
  /** The folder the file came from. */
  readonly folder: string;
  readonly kind: JobRowKind;
  readonly result: string;
  readonly size: string;
  /** Destination, the image it equals, or what went wrong. */
  readonly detail: string;
  /** True if a file can be opened. */
  readonly canOpen: boolean;
}

export interface JobReportRequests {
  load: { params: NoParams; result: JobReady | JobUnavailable };
  items: { params: PageRange & { readonly filter: JobFilter }; result: RowPage<JobRow> };
  openItem: { params: { readonly itemId: number }; result: null };
  revealItem: { params: { readonly itemId: number }; result: null };
  cancelJob: { params: NoParams; result: null };
  openPreview: { params: NoParams; result: null };
  runAction: { params: { readonly action: JobAction }; result: null };
}

export interface JobReportNotifications {
  changed: NoParams;
}

export type JobReportPageData = PageData<JobReportStrings, JobIdentity>;
