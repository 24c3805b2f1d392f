/** What the audit log remembers of one deed; it outlives what it tells about. */
export interface AuditEntry {
  /** Ascending in time. */
  readonly id: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** The deed: `import-image`, `delete-image`, `relocate-image` ... */
  readonly operation: string;
  readonly catalogId: string | null;
  /** As it was called then; null where it was not noted. */
  readonly catalogName: string | null;
  readonly sourceId: string | null;
  readonly importJobId: string | null;
  readonly imageId: string | null;
  /** Absolute, or relative to the catalog's managed directory. */
  readonly path: string | null;
  readonly detail: Readonly<Record<string, unknown>> | null;
  /** The system's name of who did it; null in entries of earlier versions. */
  readonly user: string | null;
  /** With what: `editor` or `command-line`. */
  readonly program: string | null;
}

/** Which entries; those that pass all that is given. */
export interface AuditFilter {
  readonly operation?: string;
  /** A part of a path or of what else is noted, in any case. */
  readonly text?: string;
  /** Absolute: what happened to the file there, also under its earlier names. */
  readonly file?: string;
  /** ISO 8601 date or time, inclusive. */
  readonly since?: string;
  /** ISO 8601; of a date the whole day. */
  readonly until?: string;
  readonly catalogId?: string;
  readonly importJobId?: string;
}

/** What the log can be filtered by, as far as it occurs in it. */
export interface AuditFacets {
  readonly operations: readonly { readonly operation: string; readonly count: number }[];
  /** Also those that are gone. */
  readonly catalogs: readonly { readonly id: string; readonly name: string }[];
}
