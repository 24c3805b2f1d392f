/** How the catalog file is open here. */
export interface EngineState {
  readonly catalogFile: string;
  /** False until the first catalog is created: nothing is written before. */
  readonly exists: boolean;
  readonly readOnly: boolean;
  /** Why it is read-only: another window holds it, the workspace is not trusted, or the file system forbids it. */
  readonly readOnlyReason: 'locked' | 'untrusted' | 'file-system' | null;
  /** Who holds the lock, for people. */
  readonly lockHolder: string | null;
  /** The lock was left by another computer: only a person can tell whether that one still uses the catalog. */
  readonly lockHolderIsForeign?: boolean;
}

export interface Page {
  readonly offset?: number;
  /** At most 10,000. */
  readonly limit?: number;
}
