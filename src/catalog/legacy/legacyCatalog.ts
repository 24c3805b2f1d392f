import type { LegacyFormat } from '../model/migration.js';
import type { JsonObject } from './json.js';

/** An old catalog without its rows. */
export interface LegacyCatalog {
  /** What tells it from others for ever: its own id, or where it lies if it has none. */
  readonly id: string;
  readonly name: string;
  readonly format: LegacyFormat;
  /** For people, without passwords. */
  readonly location: string;
  /** As stored. */
  readonly sourceDirectories: readonly string[];
  readonly organizedDirectory: string | null;
  /** ISO 8601 UTC, or null. */
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
  /** Folder that relative paths start from, or null. */
  readonly baseDirectory: string | null;
  readonly imageCount: number | null;
}

interface RecordBase {
  /** Unique among the records of its kind in the catalog. */
  readonly id: string;
  /** The whole old row, as it was. */
  readonly row: JsonObject;
}

export interface LegacyImageRecord extends RecordBase {
  readonly kind: 'image';
  /** Taken out of the old catalog's list and kept in its archive. */
  readonly archived: boolean;
}
export interface LegacyTagRecord extends RecordBase {
  readonly kind: 'tag';
}
export interface LegacyImageTagRecord extends RecordBase {
  readonly kind: 'imageTag';
  readonly imageId: string;
  readonly tagId: string;
}
export interface LegacyGroupRecord extends RecordBase {
  readonly kind: 'duplicateGroup';
  readonly primaryId: string | null;
  readonly memberIds: readonly string[];
  /** A person has looked at it. */
  readonly reviewed: boolean;
}
export interface LegacyDecisionRecord extends RecordBase {
  readonly kind: 'duplicateDecision';
  readonly imageIds: readonly [string, string];
  readonly decision: 'duplicate' | 'not-duplicate' | null;
  readonly decidedAt: string | null;
}
export interface LegacyBurstRecord extends RecordBase {
  readonly kind: 'burst';
  readonly bestId: string | null;
  readonly memberIds: readonly string[];
}
export interface LegacyImportJobRecord extends RecordBase {
  readonly kind: 'importJob';
}
export interface LegacyJobRecord extends RecordBase {
  readonly kind: 'job';
}
/** Anything else: kept as JSON. */
export interface LegacyOtherRecord extends RecordBase {
  readonly kind: 'other';
  readonly table: string;
}

export type LegacyRecord =
  | LegacyImageRecord
  | LegacyTagRecord
  | LegacyImageTagRecord
  | LegacyGroupRecord
  | LegacyDecisionRecord
  | LegacyBurstRecord
  | LegacyImportJobRecord
  | LegacyJobRecord
  | LegacyOtherRecord;

/** Rows that are left out as a whole because they can be computed again. */
export interface DerivedRows {
  readonly table: string;
  readonly count: number;
}

/**
 * Old catalogs that are read and never written. Records come in batches and in this order: import jobs,
 * images, bursts, tags, tags of images, groups, decisions, jobs, others. Reading may be repeated.
 */
export interface LegacyReader {
  readonly catalogs: readonly LegacyCatalog[];
  /** @throws CatalogError LEGACY_* */
  records(catalog: LegacyCatalog): AsyncIterable<readonly LegacyRecord[]>;
  derived(catalog: LegacyCatalog): Promise<readonly DerivedRows[]>;
  close(): Promise<void>;
}

/** Records that are handed over, and later written, at once. */
export const batchRecords = 1000;

/** Puts single records into batches. */
export async function* batched(
  records: Iterable<LegacyRecord> | AsyncIterable<LegacyRecord>,
): AsyncGenerator<readonly LegacyRecord[]> {
  let batch: LegacyRecord[] = [];
  for await (const record of records) {
    batch.push(record);
    if (batch.length < batchRecords) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
