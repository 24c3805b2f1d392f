export type ProgressPhase =
  | 'walk'
  | 'read'
  | 'plan'
  | 'import'
  | 'release'
  | 'undo'
  | 'verify'
  | 'pictures'
  | 'hash'
  | 'compare'
  | 'delete'
  | 'empty-trash'
  | 'check'
  | 'relocate'
  | 'convert'
  | 'reorganize'
  | 'export';

/** A snapshot of long work. Every report is complete in itself, never a delta. */
export interface ProgressReport {
  readonly phase: ProgressPhase;
  readonly filesDone: number;
  /** Null while it is not known. */
  readonly filesTotal: number | null;
  readonly bytesDone: number;
  readonly bytesTotal: number | null;
  readonly bytesPerSecond: number;
  readonly secondsLeft: number | null;
  readonly currentPath: string | null;
  readonly scanId?: string;
  readonly jobId?: string;
}

/** What every long operation takes: a way to cancel it and a place to report to. */
export interface OperationControl {
  readonly signal?: AbortSignal;
  readonly onProgress?: (report: ProgressReport) => void;
}

/**
 * The reason with which work is aborted because the program ends: an import then stays resumable, where a
 * cancel by its user ends it.
 */
export const programEnds = 'the program ends';
