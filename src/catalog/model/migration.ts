/** Migration of old catalogs: what is asked for and what is told. */

/** `json`: catalog.json. `sqlite`: catalog.db. `postgres`: the server version. `catalog`: an early file of ours. */
export type LegacyFormat = 'json' | 'sqlite' | 'postgres' | 'catalog';

/** A prefix of paths in the old catalog and what it is here, compared by path component. */
export interface PathMapping {
  readonly from: string;
  readonly to: string;
}

/** An old catalog as a choice. */
export interface LegacyCatalogInfo {
  readonly id: string;
  readonly name: string;
  readonly format: LegacyFormat;
  /** Without passwords. */
  readonly location: string;
  readonly sourceDirectories: readonly string[];
  readonly organizedDirectory: string | null;
  /** Null if counting would mean reading all of it. */
  readonly imageCount: number | null;
  /** The catalog that an earlier migration made from it, or null. */
  readonly migratedTo: { readonly catalogId: string; readonly catalogName: string } | null;
}

export interface MigrationRequest {
  /** A folder or file (absolute path), or a `postgres://` address. */
  readonly from: string;
  /** Names or ids of the old catalogs; none means all. */
  readonly catalogs?: readonly string[];
  /** The name of the catalog that gets everything; without it every old catalog gets its own. */
  readonly into?: string;
  readonly mappings?: readonly PathMapping[];
}

/** Things of an old catalog that are counted each on their own. */
export const legacyKinds = [
  'image',
  'tag',
  'imageTag',
  'duplicateGroup',
  'duplicateDecision',
  'burst',
  'importJob',
  'job',
  'other',
] as const;
export type LegacyKind = (typeof legacyKinds)[number];

/**
 * Why something has no row of its own. DUPLICATE_TAG: made by the old duplicate search. SAME_CONTENT: the
 * catalog has an image with this checksum, which got the path as a sighting. The rest says what is unusable.
 */
export type LeftOutReason =
  | 'DUPLICATE_TAG'
  | 'SAME_CONTENT'
  | 'NO_CHECKSUM'
  | 'NO_PATH'
  | 'NO_NAME'
  | 'IMAGE_NOT_MIGRATED'
  | 'TAG_NOT_MIGRATED'
  | 'TOO_FEW_IMAGES'
  | 'NOT_DECIDED'
  | 'DERIVED_DATA';

/** `total = migrated + earlier + leftOut`. */
export interface KindCounts {
  readonly kind: LegacyKind;
  readonly total: number;
  /** Written by this run, or by the run that a dry run foretells. */
  readonly migrated: number;
  /** Brought along or left out by an earlier run. */
  readonly earlier: number;
  readonly leftOut: number;
}

export interface LeftOutGroup {
  readonly kind: LegacyKind;
  readonly reason: LeftOutReason;
  readonly count: number;
  /** The first of them: path, name or id. */
  readonly examples: readonly string[];
}

/** A source that the migration makes or has made. */
export interface MigrationSource {
  /** In the old catalog; null for the unknown source. */
  readonly directory: string | null;
  /** On this machine, after the mappings; '' for the unknown source. */
  readonly path: string;
  readonly name: string;
  readonly existsHere: boolean;
  /** All images of the old catalog that belong to it. */
  readonly images: number;
  readonly filesFound: number;
  readonly filesMissing: number;
  /** Not looked up because the folder is not there. */
  readonly filesUnreachable: number;
  /** Gone files are marked as missing; not if it were more than half of the source, which rather is a mistake. */
  readonly marksMissing: boolean;
}

/** Folders of the old catalog that are not on this machine. */
export interface AbsentPrefix {
  readonly prefix: string;
  readonly images: number;
}

/** An image's folder lay in more than one source: the longest path won. */
export interface SourceChoice {
  readonly chosen: string;
  readonly others: readonly string[];
  readonly images: number;
  readonly example: string;
}

/**
 * KEPT: the same wall clock as before. RECOVERED: found in the stored metadata, which the old program had
 * overlooked. GUESSED: there was none; a name or the file's time has one. TIME_RECOVERED: the day was known, its time not. CORRECTED: another date for other reasons.
 * DROPPED: what passed for a date is none. NONE: there never was one.
 */
export const dateOutcomes = [
  'KEPT',
  'RECOVERED',
  'GUESSED',
  'TIME_RECOVERED',
  'CORRECTED',
  'DROPPED',
  'NONE',
] as const;
export type DateOutcome = (typeof dateOutcomes)[number];

export interface MigrationReport {
  readonly migrationId: string | null;
  readonly dryRun: boolean;
  readonly startedAt: string;
  readonly completedAt: string;
  readonly format: LegacyFormat;
  readonly location: string;
  readonly originId: string;
  readonly originName: string;
  /** Null in a dry run that would make the catalog. */
  readonly catalogId: string | null;
  readonly catalogName: string;
  readonly managedDirectory: string | null;
  readonly mappings: readonly PathMapping[];
  readonly counts: readonly KindCounts[];
  readonly leftOut: readonly LeftOutGroup[];
  readonly sources: readonly MigrationSource[];
  readonly sourceChoices: readonly SourceChoice[];
  readonly absentPrefixes: readonly AbsentPrefix[];
  readonly files: {
    readonly found: number;
    readonly missing: number;
    readonly unreachable: number;
    /** Under the organized directory: they become managed. */
    readonly managed: number;
    readonly managedMissing: number;
    /** Of these, the ones whose origin is not known. */
    readonly managedOriginUnknown: number;
  };
  /** New images by what became of their date. */
  readonly dates: Readonly<Record<DateOutcome, number>>;
  /** Stored times with a `Z` that were the camera's wall clock. */
  readonly zonesIgnored: number;
  readonly suspiciousDates: number;
  /** New images with perceptual hashes that are computed anew; the old ones were of several kinds. */
  readonly hashesToRecompute: number;
  /** Values of the wrong type, kept as they were but not used. */
  readonly valuesIgnored: number;
  /** Rows of other kinds that are kept as JSON, by table. */
  readonly others: Readonly<Record<string, number>>;
  /** For people, in English. */
  readonly notes: readonly string[];
}

export interface MigrationSummary {
  readonly migrationId: string;
  readonly catalogId: string;
  readonly originName: string;
  readonly location: string;
  /** RUNNING: it was interrupted; the same migration again goes on. */
  readonly status: 'RUNNING' | 'DONE';
  readonly startedAt: string;
  readonly completedAt: string | null;
  readonly report: MigrationReport | null;
}

export type MigrationReportFormat = 'json' | 'csv' | 'text';
