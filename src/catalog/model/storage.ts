import type { StorageInfo } from './catalog.js';

export interface StorageFigure {
  readonly count: number;
  readonly bytes: number;
}

/** Images of a source; its id and name are null for those whose source was removed. */
export interface SourceStorage extends StorageFigure {
  readonly sourceId: string | null;
  readonly sourceName: string | null;
  readonly managed: StorageFigure;
  readonly referenced: StorageFigure;
  /** False if its folder cannot be reached now; null for a removed source. */
  readonly online: boolean | null;
}

/** What a catalog takes, and where. Bytes of images are those noted at their import; sidecars count apart. */
export interface StorageReport extends Omit<StorageInfo, 'bySource'> {
  readonly sidecars: StorageFigure;
  /** The most bytes first, as the others. */
  readonly bySource: readonly SourceStorage[];
  readonly byFormat: readonly (StorageFigure & { readonly mimeType: string })[];
  /** Ascending; the undated ones, with null, last. */
  readonly byYear: readonly (StorageFigure & { readonly year: string | null })[];
  /** The file was not where it should be when it was last looked up. */
  readonly missing: StorageFigure;
  readonly changed: StorageFigure;
  readonly damaged: StorageFigure;
  /** Referenced images in sources that cannot be reached now. */
  readonly offline: StorageFigure;
  /** Files of sources whose content is in the catalog from elsewhere: what could be won by removing them. */
  readonly duplicates: StorageFigure & {
    readonly bySource: readonly (StorageFigure & {
      readonly sourceId: string;
      readonly sourceName: string;
    })[];
  };
  /** Deleted managed files that can still be brought back. */
  readonly trash: StorageFigure;
  /** Of all catalogs of the file. */
  readonly thumbnails: StorageFigure & {
    /** True if the bytes are reckoned from a part of the files. */
    readonly estimated: boolean;
  };
  readonly backups: StorageFigure;
}
