import type { PictureProblem } from './pictureWork.js';

/**
 * How much is equal. bytes: the checksum. data: the picture data, whatever the metadata say. pixels: the decoded,
 * upright pixels. similar: the pictures look alike.
 */
export const duplicateLevels = ['bytes', 'data', 'pixels', 'similar'] as const;
export type DuplicateLevel = (typeof duplicateLevels)[number];

export const hashMethods = ['dhash', 'ahash', 'whash', 'phash'] as const;
export type HashMethod = (typeof hashMethods)[number];

/** By what the picture to keep is chosen, the foremost first. */
export const keepCriteria = [
  'format',
  'resolution',
  'size',
  'metadata',
  'quality',
  'oldest',
  'source',
] as const;
export type KeepCriterion = (typeof keepCriteria)[number];

export interface KeepOrder {
  /** Criteria that are not named are not asked. */
  readonly criteria?: readonly KeepCriterion[];
  /** For the criterion `source`, the most preferred first. */
  readonly preferredSourceIds?: readonly string[];
}

export type DuplicateScope = 'all' | 'across-sources' | 'within-source';

/** Groups once with the most bytes to win first, by number of members, by date of the oldest, or by path. */
export type DuplicateSort = 'bytes' | 'members' | 'date' | 'path' | 'distance';

/** What is compared, and how. A report is computed once for one of these. */
export interface DuplicateQuery {
  readonly catalogId: string;
  /** Absent: every level; a group of the same images is then listed at the strictest only. */
  readonly level?: DuplicateLevel;
  /** Of the level `similar`; default dhash. */
  readonly method?: HashMethod;
  /** Differing bits at most, 0-32; default as `defaultThresholds`. */
  readonly threshold?: number;
  /** Ask pHash too; default true for dhash, and without effect on phash. */
  readonly confirm?: boolean;
  readonly keepOrder?: KeepOrder;
}

/** Which groups of a report, and in which order. */
export interface DuplicateFilter {
  /** Only groups that the report lists at this level. */
  readonly listedLevel?: DuplicateLevel;
  readonly scope?: DuplicateScope;
  /** Only groups with members from both. */
  readonly sourcePair?: readonly [string, string];
  /** Only groups with a managed (true) or a referenced (false) member. */
  readonly managed?: boolean;
  /** Only groups with a member in or below this absolute folder. */
  readonly folder?: string;
  /** Only groups that a person has (true) or has not (false) decided about. */
  readonly reviewed?: boolean;
  readonly sort?: DuplicateSort;
}

export interface FindDuplicatesInput extends DuplicateQuery, DuplicateFilter {
  /** Of an earlier answer: its report is paged, as it was then. */
  readonly reportId?: string;
  readonly offset?: number;
  readonly limit?: number;
}

/** A picture of a group, or a place where its content was seen. */
export interface DuplicateMember {
  /** Null if the content is not in the catalog: only seen at a source. */
  readonly imageId: string | null;
  /** Absolute. */
  readonly path: string;
  readonly checksum: string;
  readonly sourceId: string | null;
  readonly sourceName: string | null;
  /** True for the file that the image's row points to, false for another place of the same content. */
  readonly isImageFile: boolean;
  readonly isManaged: boolean;
  readonly fileMissing: boolean;
  /** How it equals the suggested keep. */
  readonly level: DuplicateLevel;
  /** Differing bits to the suggested keep; 0 for the levels above `similar`. */
  readonly distance: number;
  readonly size: number;
  readonly mimeType: string | null;
  readonly capturedAt: string | null;
  readonly cameraMake: string | null;
  readonly cameraModel: string | null;
  /** As seen, after orientation. */
  readonly width: number | null;
  readonly height: number | null;
  readonly qualityScore: number | null;
}

export type MemberDifference =
  'size' | 'date' | 'camera' | 'path' | 'dimensions' | 'format' | 'orientation';

/** One step of the choice of the picture to keep. */
export interface KeepReason {
  readonly criterion: KeepCriterion | 'catalog' | 'path';
  /** What the kept one has, for people: `RAW`, `24.0 MP`, `12 fields`. */
  readonly kept: string;
  /** What the next best has. */
  readonly next: string;
}

export interface DuplicateGroup {
  /** The same after every rescan, as long as the same contents are in it. */
  readonly id: string;
  readonly level: DuplicateLevel;
  /** The largest distance between two members. */
  readonly distance: number;
  /** The suggested keep first, then by distance and path. */
  readonly members: readonly DuplicateMember[];
  readonly differences: readonly MemberDifference[];
  /** Bytes of all files but the suggested keep. */
  readonly bytesToWin: number;
  /** Path of a member. */
  readonly suggestedKeep: string;
  readonly suggestedKeepImageId: string | null;
  readonly reasons: readonly KeepReason[];
  /** What a person decided about exactly these contents, or null. */
  readonly decision: 'keep' | 'keep-all' | null;
  /** With the decision `keep`. */
  readonly keptImageId: string | null;
}

/** Shots of one camera within seconds: not duplicates, but worth a choice. By time. */
export interface BurstGroup {
  readonly id: string;
  readonly startedAt: string;
  readonly seconds: number;
  readonly bestImageId: string;
  readonly members: readonly DuplicateMember[];
}

export interface DuplicateReportPage {
  readonly reportId: string;
  /** Groups that pass the filter. */
  readonly total: number;
  readonly bytesToWin: number;
  readonly groups: readonly DuplicateGroup[];
  /** Of all groups of the report. */
  readonly countsByLevel: Readonly<Record<DuplicateLevel, number>>;
  readonly burstCount: number;
  /** Images that could not be compared, by why. */
  readonly notCompared: {
    /** Flat or low contrast: a hash says nothing about them. */
    readonly flat: number;
    /** No picture could be made, or none has been made yet. */
    readonly withoutPicture: number;
  };
}

export const duplicateDecisions = ['keep', 'keep-all', 'not-duplicate'] as const;
export type DuplicateDecision = (typeof duplicateDecisions)[number];

export interface DecideDuplicatesInput {
  readonly catalogId: string;
  readonly groups: readonly {
    readonly checksums: readonly string[];
    readonly decision: DuplicateDecision;
    /** With `keep`: the checksum of the one to keep. */
    readonly keep?: string;
  }[];
}

export interface DecidedDuplicates {
  /** Undoes all of them at once. */
  readonly decisionId: string;
  readonly groups: number;
  readonly pairs: number;
}

/** A pair of pictures at a distance, to choose a threshold by looking. */
export interface DistanceSample {
  readonly distance: number;
  /** Pairs at this distance in all, as far as they were counted. */
  readonly count: number;
  readonly pairs: readonly { readonly a: DuplicateMember; readonly b: DuplicateMember }[];
}

/** An image of the catalog that a new file looks like. */
export interface NearImage {
  readonly imageId: string;
  readonly path: string;
  readonly distance: number;
  readonly level: 'data' | 'pixels' | 'similar';
  readonly size: number;
  readonly width: number | null;
  readonly height: number | null;
  readonly capturedAt: string | null;
}

export interface NearDuplicateOfScan {
  readonly fileId: number;
  readonly relativePath: string;
  readonly sizeBytes: number;
  readonly width: number | null;
  readonly height: number | null;
  /** The nearest first. */
  readonly matches: readonly NearImage[];
  /** replace: the new file is the better one. skip: the catalog's is as good or better. */
  readonly suggestion: 'skip' | 'replace';
  readonly reasons: readonly KeepReason[];
}

export interface NearDuplicatesOfScan {
  readonly scanId: string;
  readonly files: readonly NearDuplicateOfScan[];
  readonly filesCompared: number;
  readonly failed: readonly { readonly fileId: number; readonly error: PictureProblem }[];
}

/** Differing bits up to which two pictures look alike. Chosen on labelled pictures; dHash is confirmed by pHash. */
export const defaultThresholds: Readonly<Record<HashMethod, number>> = {
  dhash: 8,
  ahash: 4,
  whash: 4,
  phash: 8,
};

/** Pictures that are further apart are never asked for. */
export const maximumThreshold = 32;

/** pHash at most so far apart confirms, more if the threshold itself is larger. */
export const confirmationLimit = (threshold: number): number => Math.max(10, threshold + 2);

export interface MergeOptions {
  /** Give the kept image the ratings, captions, keywords and tags of those that go. Default true. */
  readonly metadata?: boolean;
  /** Give it their sidecars of kinds that it has none of. Default true. */
  readonly sidecars?: boolean;
}

export interface PlanResolveInput extends DuplicateQuery, DuplicateFilter {
  readonly reportId?: string;
  /** Absent: every group that passes the filter, with its suggested keep. */
  readonly groups?: readonly { readonly groupId: string; readonly keepImageId?: string }[];
  readonly merge?: MergeOptions;
}

/** One image that would leave the catalog. */
export interface ResolveEntry {
  readonly groupId: string;
  readonly level: DuplicateLevel;
  readonly imageId: string;
  readonly path: string;
  readonly keepImageId: string;
  readonly keepPath: string;
  /** trash: a managed file goes to the trash. entry: a referenced file stays, only its entry goes. */
  readonly action: 'trash' | 'entry';
  readonly size: number;
}

export type ResolveRefusal =
  /** Only places at sources, which are never touched. */
  | 'only-places'
  /** The image to keep is not in the group, or leaves the catalog by another group. */
  | 'keeper-leaves'
  /** The file to keep is missing, damaged or cannot be read. */
  | 'keeper-not-verified';

export interface RefusedGroup {
  readonly groupId: string;
  readonly path: string;
  readonly reason: ResolveRefusal;
  readonly error: PictureProblem | null;
}

/** A dry run: what resolving would do, image by image. Nothing is changed by it. */
export interface ResolvePlan {
  readonly planId: string;
  readonly groups: number;
  readonly total: number;
  readonly trashCount: number;
  readonly entryCount: number;
  /** Of the managed files that go to the trash. */
  readonly bytes: number;
  readonly refused: readonly RefusedGroup[];
  /** A page; see listResolveEntries for the others. */
  readonly entries: readonly ResolveEntry[];
}

export interface ResolveReport {
  /** Undoes it. */
  readonly resolutionId: string;
  readonly groups: number;
  readonly imagesRemoved: number;
  readonly filesTrashed: number;
  readonly bytes: number;
  readonly refused: readonly RefusedGroup[];
  /** Images that had to stay, and why. */
  readonly kept: readonly { readonly path: string; readonly error: PictureProblem }[];
}

/** How two images of a catalog equal each other. */
export interface ComparedPair {
  readonly a: string;
  readonly b: string;
  /** Null: neither the picture data nor the pixels are the same, or it is not known yet. */
  readonly level: 'data' | 'pixels' | null;
  /** Differing bits of 64 by method; null where a hash is missing. */
  readonly distances: Readonly<Record<HashMethod, number | null>>;
}

export const lookAlikeDecisions = ['skip', 'import', 'replace'] as const;
/**
 * What becomes of a new file that looks like an image of the catalog. import: both are kept. replace: once the new
 * file is in the catalog, the image that it replaces leaves it.
 */
export type LookAlikeDecision = (typeof lookAlikeDecisions)[number];

/** A new file with what was decided about it; `open`: nothing yet, so it is imported if it is ticked. */
export interface DecidedLookAlike extends NearDuplicateOfScan {
  /** Absolute. */
  readonly path: string;
  readonly decision: LookAlikeDecision | 'open';
  /** Of the image that is replaced. */
  readonly replaces: string | null;
}

/** When new files were compared with the catalog. */
export interface LookAlikeSummary {
  /** ISO 8601 UTC. */
  readonly comparedAt: string;
  readonly filesCompared: number;
  readonly failedCount: number;
}

export interface LookAlikePage {
  /** Null until the scan's files were compared. */
  readonly summary: LookAlikeSummary | null;
  readonly total: number;
  readonly counts: Readonly<Record<DecidedLookAlike['decision'], number>>;
  /** In path order. Matches that left the catalog meanwhile are left out. */
  readonly files: readonly DecidedLookAlike[];
}

export interface DecideLookAlikesInput {
  readonly scanId: string;
  /** Without it: all files of the scan that look like an image. */
  readonly fileIds?: readonly number[];
  /** suggested: what was suggested for each file. */
  readonly decision: LookAlikeDecision | 'suggested';
  /** With `replace` and one file: which of its matches; the nearest if absent. */
  readonly imageId?: string;
}

/** What an import did about the images that its files replace. */
export interface ReplacementReport {
  readonly replaced: number;
  /** Images that are still there, and why. */
  readonly kept: readonly { readonly path: string; readonly error: PictureProblem }[];
}
