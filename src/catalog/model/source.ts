import type { ImportMode } from './importJob.js';

export const sourceTypes = ['directory', 'device', 'url', 'cloud'] as const;
export type SourceType = (typeof sourceTypes)[number];

/** An external collection that can be imported from. Column names of the import model in camelCase. */
export interface Source {
  readonly id: string;
  readonly catalogId: string;
  readonly name: string;
  readonly sourceType: SourceType;
  readonly sourcePath: string;
  readonly autoImport: boolean;
  readonly defaultImportMode: ImportMode;
  /** Overrides the catalog's default strategy. */
  readonly defaultOrganizationStrategy: string | null;
  readonly lastScannedAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A source with the figures that lists show. */
export interface SourceSummary extends Source {
  readonly catalogName: string;
  /** Images of the catalog that were imported from this source. */
  readonly imageCount: number;
  /** False if the source path cannot be reached now. */
  readonly online: boolean;
  /** Offline, but its volume is mounted elsewhere: where its folder is now. */
  readonly seenAt?: string | null;
  /** The newest scan whose preview can still be opened, or null. */
  readonly openScanId: string | null;
}

export interface CreateSourceInput {
  readonly catalogId: string;
  /** Absolute path of the folder. */
  readonly sourcePath: string;
  /** Default: the folder's name. */
  readonly name?: string;
  readonly sourceType?: SourceType;
  readonly autoImport?: boolean;
  readonly defaultImportMode?: ImportMode;
  readonly defaultOrganizationStrategy?: string | null;
}

export interface UpdateSourceInput {
  readonly sourceId: string;
  readonly name?: string;
  readonly sourcePath?: string;
  readonly autoImport?: boolean;
  readonly defaultImportMode?: ImportMode;
  readonly defaultOrganizationStrategy?: string | null;
}
