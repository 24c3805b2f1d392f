import type { AuditFilter } from './audit.js';
import type { ImageSelection } from './gallery.js';

export const tableFormats = ['csv', 'json', 'ndjson'] as const;
/** One row per image or entry, with the columns of docs/export.md. */
export type TableFormat = (typeof tableFormats)[number];

/** sha256: lines that `sha256sum -c` reads, in the managed directory. */
export const imageExportFormats = [...tableFormats, 'sha256'] as const;
export type ImageExportFormat = (typeof imageExportFormats)[number];

interface FormatOptions {
  /** Spreadsheet programs need the mark to read a CSV file as UTF-8. */
  readonly byteOrderMark?: boolean;
}

/** Images in the order of their import; with a query or a sort in that of the selection. */
export interface ImagesExport extends FormatOptions {
  readonly kind: 'images';
  readonly format: ImageExportFormat;
  readonly selection: Omit<ImageSelection, 'groupBy'>;
  /** Only these of the catalog, in this order; the rest of the selection is then not looked at. */
  readonly imageIds?: readonly string[];
}

/** Entries of the audit log, oldest first. */
export interface AuditExport extends FormatOptions {
  readonly kind: 'audit';
  readonly format: TableFormat;
  readonly filter: AuditFilter;
}

export type ExportRequest = ImagesExport | AuditExport;

/** A part of an export. All parts after each other are the whole. */
export interface ExportPart {
  readonly text: string;
  /** Rows in this part. */
  readonly count: number;
  /** Of all parts; null if it is not known here: the first part tells. */
  readonly total: number | null;
  /** Where the next part begins; null after the last. */
  readonly next: number | null;
}

export interface WrittenExport {
  readonly path: string;
  /** Rows, or lines of a manifest. */
  readonly count: number;
  readonly bytes: number;
  /** What relative paths in a manifest are relative to. */
  readonly directory: string | null;
}
