import type { KeptFile } from './safety.js';

/** The files of which images a check looks up. */
export interface CheckFilesRequest {
  readonly catalogId: string;
  /** Only the images that came from this source. */
  readonly sourceId?: string;
  /** Only these images. */
  readonly imageIds?: readonly string[];
  /** Looks and reads, but marks nothing. */
  readonly dryRun?: boolean;
  /** The yes to marking a large share of the files as missing at once. */
  readonly acceptMissing?: boolean;
  /** Leaves the machine to others, and gives way with CANCELLED as soon as other work begins. */
  readonly background?: boolean;
}

/**
 * Why nothing can be said about the files below a folder. `absent`: the folder is not there. `other-volume`: another
 * volume is mounted in its place. `unreadable`: the system does not tell. `unbound`: a managed directory that was not
 * chosen on this machine. `elsewhere`: a managed directory without its marker and files.
 */
export type OfflineReason = 'absent' | 'other-volume' | 'unreadable' | 'unbound' | 'elsewhere';

/** A folder whose files are out of reach now: nothing is marked. */
export interface OfflineFolder {
  readonly path: string;
  readonly reason: OfflineReason;
  readonly images: number;
  /** Null for a managed directory, and for files whose source was removed. */
  readonly sourceId: string | null;
  readonly sourceName: string | null;
  /** Where the volume that the source was on is mounted now; null if it is nowhere. */
  readonly seenAt: string | null;
}

/** A folder of which so much is missing at once that a person has to look first. */
export interface SuspectFolder {
  readonly path: string;
  readonly sourceName: string | null;
  readonly missing: number;
  readonly images: number;
}

export const fileStates = ['missing', 'changed', 'damaged', 'found', 'refused'] as const;
/**
 * `missing`: the folder it was in is reachable, the file is gone. `changed`: written to since. `damaged`: its bytes
 * differ although its time and size say that nobody wrote to it. `found`: was missing or changed and is right again.
 * `refused`: the row names a file outside the managed directory or the sources; it was not looked at.
 */
export type FileState = (typeof fileStates)[number];

export interface FileFinding {
  readonly imageId: string;
  /** Absolute. */
  readonly path: string;
  readonly state: FileState;
  /** Not known before this check. */
  readonly isNew: boolean;
}

export interface CheckReport {
  readonly catalogId: string;
  readonly checkedAt: string;
  readonly dryRun: boolean;
  /** Images that were to be looked at, those out of reach included. */
  readonly images: number;
  /** Of them: the file is there. */
  readonly present: number;
  readonly missing: number;
  readonly newlyMissing: number;
  readonly changed: number;
  readonly newlyChanged: number;
  /** Was marked as missing or changed, and is right again. */
  readonly found: number;
  readonly offline: number;
  readonly refused: number;
  /** Files that were read because size or time had changed. */
  readonly filesRead: number;
  /** Files that are there but could not be read. */
  readonly unreadableCount: number;
  /** The first of them. */
  readonly unreadable: readonly KeptFile[];
  readonly offlineFolders: readonly OfflineFolder[];
  /** Not empty: nothing was marked. Ask, then check again with acceptMissing. */
  readonly needsConfirmation: readonly SuspectFolder[];
  /** The first of them, by path. */
  readonly findings: readonly FileFinding[];
}

/** A file that the catalog knows as not being what was imported. */
export interface MarkedFile {
  /** Absolute. */
  readonly path: string;
  readonly state: 'missing' | 'changed' | 'damaged';
  readonly catalogName: string;
}

/** Another path for one file, or for everything below a folder. Changes the catalog, never a file. */
export interface RelocateRequest {
  /** Absolute; what the catalog says now. */
  readonly from: string;
  /** Absolute; where it is. */
  readonly to: string;
  /** Default: every catalog that has files there. */
  readonly catalogId?: string;
  readonly dryRun?: boolean;
  /** Also files whose bytes differ; they are then marked as changed. */
  readonly acceptDiffering?: boolean;
  /** Reads every file instead of believing an equal size and time. */
  readonly readAll?: boolean;
}

/**
 * `found`: same content at the new place. `differing`: other bytes there. `absent`: nothing there. `kept`: it still
 * stands at its old place and not at the new one. `taken`: another image of the catalog is there. `refused`: outside
 * the managed directory, or no regular file.
 */
export type RelocateState = 'found' | 'differing' | 'absent' | 'kept' | 'taken' | 'refused';

export interface RelocateFinding {
  readonly imageId: string;
  readonly from: string;
  readonly to: string;
  readonly state: RelocateState;
}

export interface RelocateReport {
  readonly from: string;
  readonly to: string;
  readonly dryRun: boolean;
  readonly images: number;
  readonly counts: Readonly<Record<RelocateState, number>>;
  /** Rows that got another path; in a dry run those that would. */
  readonly relocated: number;
  /** Sources whose folder moves along. */
  readonly sources: readonly {
    readonly sourceId: string;
    readonly name: string;
    readonly from: string;
    readonly to: string;
  }[];
  /** A source for the new place, which lay in none; null if none was needed. */
  readonly addedSource: { readonly name: string; readonly path: string } | null;
  /** The first of them, by old path. What was not found comes first. */
  readonly findings: readonly RelocateFinding[];
}

/** Which managed files are read and compared with their checksums. */
export interface VerifyRequest {
  readonly catalogId: string;
  readonly imageIds?: readonly string[];
  /** Only those that were not verified within this many days. */
  readonly notVerifiedForDays?: number;
  /** At most so many images, those first whose last verification is longest ago. */
  readonly sampleCount?: number;
  /** The same in percent of what is chosen. */
  readonly samplePercent?: number;
  /** Tells what would be read. */
  readonly dryRun?: boolean;
  /** A dry run names the files. */
  readonly listFiles?: boolean;
}

export interface VerifyFinding {
  readonly imageId: string;
  /** Absolute; the image's own file or a sidecar of it. */
  readonly path: string;
  readonly role: 'primary' | 'sidecar';
  readonly state: 'damaged' | 'changed' | 'missing' | 'unreadable' | 'refused';
  readonly expectedChecksum: string;
  readonly foundChecksum: string | null;
  /** Files elsewhere that were read now and have the right content. */
  readonly goodCopies: readonly string[];
}

export interface VerifyReport {
  readonly catalogId: string;
  readonly startedAt: string;
  readonly dryRun: boolean;
  readonly cancelled: boolean;
  /** Images chosen. */
  readonly images: number;
  readonly bytes: number;
  readonly filesRead: number;
  readonly bytesRead: number;
  readonly intact: number;
  readonly damaged: number;
  readonly changed: number;
  readonly missing: number;
  readonly unreadable: number;
  readonly findings: readonly VerifyFinding[];
  /** Absolute, sidecars included; those that would be read, if a dry run was asked for them. */
  readonly files?: readonly string[];
}

/** Takes the present content of files for theirs. */
export interface AcceptEditedRequest {
  readonly imageIds: readonly string[];
  readonly dryRun?: boolean;
  /** Also files that look damaged rather than edited. */
  readonly acceptDamaged?: boolean;
}

export interface AcceptedImage {
  readonly imageId: string;
  readonly path: string;
  readonly checksumBefore: string;
  readonly checksum: string;
}

/**
 * Why a file was not accepted. `damaged`: its bytes differ although nobody wrote to it. `noPicture`: it is none any
 * more. `duplicate`: another image of the catalog has this content. `unreadable`: anything else, such as a file that
 * is gone.
 */
export type AcceptRefusal = 'damaged' | 'noPicture' | 'duplicate' | 'unreadable';

export interface AcceptReport {
  readonly dryRun: boolean;
  readonly accepted: readonly AcceptedImage[];
  /** The file has the content that the catalog knows. */
  readonly unchanged: number;
  readonly keptCount: number;
  readonly refusals: Readonly<Record<AcceptRefusal, number>>;
  /** The first of them. */
  readonly kept: readonly KeptFile[];
}
