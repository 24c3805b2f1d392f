/** A destination: a managed collection of images. Column names of the import model in camelCase. */
export interface Catalog {
  readonly id: string;
  readonly name: string;
  /** Absolute path on this machine, or null if imports by copy or move are not set up. */
  readonly managedDirectory: string | null;
  /** A strategy pair, see organizationStrategy.ts. */
  readonly defaultOrganizationStrategy: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A catalog with the figures that lists show. */
export interface CatalogSummary extends Catalog {
  readonly imageCount: number;
  readonly managedCount: number;
  readonly missingCount: number;
  /** Whose file is changed or damaged. */
  readonly changedCount: number;
  readonly sizeBytes: number;
  readonly sourceCount: number;
  readonly jobCount: number;
  /** False if the managed directory was not chosen on this machine: it is then not written to. */
  readonly managedDirectoryBound: boolean;
  /** When all its files were last looked up; null if they never were. */
  readonly filesCheckedAt: string | null;
}

export interface CreateCatalogInput {
  readonly name: string;
  readonly managedDirectory?: string | null;
  readonly defaultOrganizationStrategy?: string;
}

export interface UpdateCatalogInput {
  readonly catalogId: string;
  readonly name?: string;
  readonly managedDirectory?: string | null;
  readonly defaultOrganizationStrategy?: string;
}

/** Bytes and counts of a catalog by storage. */
export interface StorageInfo {
  readonly catalogId: string;
  readonly managedDirectory: string | null;
  readonly managedCount: number;
  readonly managedBytes: number;
  readonly referencedCount: number;
  readonly referencedBytes: number;
  readonly missingCount: number;
  /** Damaged ones included. */
  readonly changedCount: number;
  readonly totalCount: number;
  readonly totalBytes: number;
  /** Free bytes at the managed directory, or null if it is not set or not reachable. */
  readonly freeBytes: number | null;
  /** Size of the catalog file itself, bytes. */
  readonly catalogFileBytes: number;
  readonly bySource: readonly {
    readonly sourceId: string | null;
    readonly sourceName: string | null;
    readonly count: number;
    readonly bytes: number;
  }[];
}
