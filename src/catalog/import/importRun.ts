import type { FilePort } from '../files/filePort.js';
import type { RootVolume } from '../files/rootVolume.js';
import type { Catalog } from '../model/catalog.js';
import type { CatalogError } from '../model/errors.js';
import type { ImportItemCounts, ImportMode } from '../model/importJob.js';
import type { Log } from '../model/log.js';
import type { ProgressMeter } from '../model/progressMeter.js';
import type { Source } from '../model/source.js';
import type { CatalogStore } from '../store/catalogStore.js';
import { managedPath } from '../store/managedPaths.js';
import type { ImportItemRow, ImportJobRow } from '../store/rows.js';
import type { PlannedNames } from './plannedNames.js';
import type { NamingSettings } from './strategy.js';

export interface ImportDeps {
  readonly store: CatalogStore;
  readonly files: FilePort;
  readonly now: () => Date;
  readonly log: Log;
  readonly newId: () => string;
  /** Source folders that were used on this machine: without it all were. */
  readonly sources?: { isChosen(folder: string): boolean };
}

/** What to import, and how. */
export interface ImportInput {
  readonly catalog: Catalog;
  readonly source: Source;
  readonly scanId: string;
  /** scan_files ids; without them the scan's selection is imported. */
  readonly fileIds?: readonly number[];
  readonly importMode: ImportMode;
  /** A strategy pair, see organizationStrategy.ts. */
  readonly organizationStrategy: string;
  readonly skipDuplicates?: boolean;
  readonly undatedByModificationDate?: boolean;
}

/** Items that are imported all or none: a group's images and all their sidecars. By their ids, in order. */
export type UnitIds = readonly number[];

/** Why a job ends before its last file. */
export interface EarlyEnd {
  readonly status: 'FAILURE' | 'INTERRUPTED';
  readonly error: CatalogError;
  /** Take back what the job has placed so far. */
  readonly rollBack: boolean;
}

/** See ImportJob. */
export interface RunFigures {
  readonly filesImported: number;
  readonly filesSkipped: number;
  readonly filesFailed: number;
}

/** A job while it runs. */
export interface ImportRun {
  readonly deps: ImportDeps;
  readonly job: ImportJobRow;
  readonly catalog: Catalog;
  readonly naming: NamingSettings;
  readonly realSource: string;
  /** Real path of the managed directory; '' in reference mode. */
  readonly realRoot: string;
  /** The managed directory must stay the one that the job began with. */
  readonly volume: RootVolume;
  readonly signal: AbortSignal | undefined;
  readonly meter: ProgressMeter;
  /** Folders of source files that are known to lie in the source and outside the managed directory. */
  readonly checkedSourceFolders: Set<string>;
  /** Folders that the job made, in order. */
  readonly madeFolders: string[];
  /** How often the volume refused a hard link. From the second on, final names are written directly. */
  linkRefusals: number;
  readonly plannedNames: PlannedNames;
  /** Folded names that rows have taken since an interrupted job was planned; null for a new job. */
  readonly namesOfRows: ReadonlySet<string> | null;
  /** The sources lie on another volume: releasing them reads both files once more, which counts as work. */
  readonly releasesBytes: boolean;
  earlyEnd: EarlyEnd | null;
  /** Images of the job by what became of them, so far. */
  figures: RunFigures;
  /** Bytes of the files that came into the catalog, sidecars included. */
  bytesImported: number;
}

/** Absolute path of something in the managed directory. @throws CatalogError DESTINATION_OUTSIDE */
export function inRoot({ realRoot }: Pick<ImportRun, 'realRoot'>, relativePath: string): string {
  return relativePath === '.' ? realRoot : managedPath(realRoot, relativePath);
}

export const isPrimary = (item: ImportItemRow): boolean => item.role === 'primary';

/** What is planned still counts for nothing. */
export function figuresOf(
  counts: Pick<ImportItemCounts, 'imported' | 'duplicate' | 'cancelled' | 'failed'>,
): RunFigures {
  return {
    filesImported: counts.imported,
    filesSkipped: counts.duplicate + counts.cancelled,
    filesFailed: counts.failed,
  };
}
