import type { MarkedFile } from '../model/integrity.js';
import type { MediaFacts } from '../model/media.js';
import { keywordsToJson, writeAcceptedContent, type AcceptedContent } from './acceptedContent.js';
import type { SqlDriver } from './driver.js';
import { managedPath } from './managedPaths.js';
import { packedValues } from './packedColumns.js';

/** Which images a check or a verification is about. */
export interface CheckSelection {
  readonly catalogId: string;
  readonly sourceId?: string | undefined;
  readonly imageIds?: readonly string[] | undefined;
}

/** What a check of an image's file needs. Paths as stored, not proven to lie anywhere. */
export interface CheckedRow {
  readonly imageId: string;
  readonly storedPath: string;
  readonly isManaged: boolean;
  readonly sizeBytes: number;
  readonly mtimeNs: string;
  readonly isMissing: boolean;
  readonly isChanged: boolean;
  /** Its source was removed; the file stands where it was first imported from. */
  readonly isOrphan: boolean;
  readonly sourceId: string | null;
  /** Of a changed file: when that was seen, ISO 8601, UTC. */
  readonly checkedAt: string | null;
}

export interface FileMarks {
  readonly missing?: boolean;
  readonly changed?: boolean;
  readonly damaged?: boolean;
}

/** A file that was read and has the content of its row. */
export interface IntactFile {
  readonly imageId: string;
  readonly mtimeNs: string;
  readonly inode: string;
}

/** A managed file to be read. Its path as stored, not proven to lie anywhere. */
export interface VerifiedRow {
  readonly imageId: string;
  readonly storedPath: string;
  readonly checksum: string;
  readonly sizeBytes: number;
  readonly mtimeNs: string;
  readonly isChanged: boolean;
  readonly isDamaged: boolean;
  readonly originalSourcePath: string;
}

export interface SidecarRow {
  readonly imageId: string;
  readonly storedPath: string;
  /** False also for one that was gone when its image became managed. */
  readonly isManaged: boolean;
  readonly checksum: string;
  readonly originalSourcePath: string;
}

export interface VerifySelection {
  readonly catalogId: string;
  readonly imageIds?: readonly string[] | undefined;
  /** Not verified since this time, ISO 8601, UTC. */
  readonly notSince?: string | undefined;
  /** Those first whose last verification is longest ago; among equals by chance. */
  readonly limit?: number | undefined;
}

/** Where a source's folder lies on a volume that can be recognised again. */
export interface SourceVolume {
  readonly id: string;
  /** Of the source's folder on the volume; `/` separated, absolute. */
  readonly path: string;
}

/** Row ids that one statement covers. */
const chunkRows = 5000;

const checkedColumns = [
  'id',
  'current_path',
  'size_bytes',
  'file_mtime_ns',
  `is_managed + 2 * file_missing + 4 * file_changed
    + 8 * (source_id IS NULL AND current_path = original_source_path)`,
  "coalesce(source_id, '')",
  "iif(file_changed, coalesce(file_checked_at, ''), '')",
];

// Only what is asked for, so that the narrowest index will do.
const whereOf = ({ sourceId, imageIds }: CheckSelection): string =>
  [
    'catalog_id = :catalogId',
    ...(sourceId === undefined ? [] : ['source_id = :sourceId']),
    ...(imageIds ? ['id IN (SELECT value FROM json_each(:imageIds))'] : []),
  ].join(' AND ');

/** What is known about the files of images: there, missing, changed, verified. */
export class FileCheckRepository {
  private readonly driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.driver = driver;
  }

  count(selection: CheckSelection): number {
    const row = this.driver.get<{ n: number }>(
      `SELECT count(*) AS n FROM images WHERE ${whereOf(selection)}`,
      paramsOf(selection),
    );
    return row?.n ?? 0;
  }

  /** In import order, in pages; some may be empty. */
  *pages(selection: CheckSelection): Generator<CheckedRow[]> {
    const last = this.driver.get<{ id: number | null }>('SELECT max(rowid) AS id FROM images');
    // The plus: an index of the catalog's images would be read whole for every page.
    const where = whereOf(selection).replace('catalog_id', '+catalog_id');
    const isListed = selection.imageIds !== undefined;
    const step = isListed ? Number.MAX_SAFE_INTEGER : chunkRows;
    for (let first = 1; first <= (last?.id ?? 0); first += step) {
      const values = packedValues(
        this.driver,
        checkedColumns,
        `images WHERE ${where} AND rowid BETWEEN :first AND :last`,
        { ...paramsOf(selection), first, last: Math.min(first + step - 1, last?.id ?? 0) },
      );
      const rows: CheckedRow[] = [];
      for (let at = 0; at < values.length; at += checkedColumns.length) {
        rows.push(checkedRow(values, at));
      }
      yield rows;
    }
  }

  /** The managed images to verify, as row ids in import order, with the bytes of their own files. */
  verifiable(selection: VerifySelection): { readonly rowIds: number[]; readonly bytes: number } {
    const { notSince, limit } = selection;
    const params = {
      ...paramsOf(selection),
      ...(notSince !== undefined && { notSince }),
      ...(limit !== undefined && { limit }),
    };
    const since = notSince === undefined ? '' : "AND coalesce(verified_at, '') < :notSince";
    const order =
      limit === undefined ? '' : "ORDER BY coalesce(verified_at, ''), random() LIMIT :limit";
    const rows = this.driver.all<{ rowId: number; bytes: number }>(
      `SELECT rowid AS rowId, size_bytes AS bytes FROM images
      WHERE ${whereOf(selection)} AND is_managed = 1 ${since} ${order}`,
      params,
    );
    return {
      rowIds: rows.map(({ rowId }) => rowId).sort((a, b) => a - b),
      bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  }

  verifiedRows(rowIds: readonly number[]): VerifiedRow[] {
    type Row = Omit<VerifiedRow, 'isChanged' | 'isDamaged'> & {
      readonly isChanged: number;
      readonly isDamaged: number;
    };
    return this.driver
      .all<Row>(
        `SELECT id AS imageId, current_path AS storedPath, checksum, size_bytes AS sizeBytes,
          file_mtime_ns AS mtimeNs, file_changed AS isChanged, file_damaged AS isDamaged,
          original_source_path AS originalSourcePath
        FROM images WHERE rowid IN (SELECT value FROM json_each(?)) ORDER BY rowid`,
        [JSON.stringify(rowIds)],
      )
      .map((row) => ({ ...row, isChanged: row.isChanged !== 0, isDamaged: row.isDamaged !== 0 }));
  }

  /** Sidecars of images with their own paths as stored. */
  sidecars(imageIds: readonly string[]): SidecarRow[] {
    return this.driver
      .all<Omit<SidecarRow, 'isManaged'> & { readonly isManaged: number }>(
        `SELECT image_id AS imageId, current_path AS storedPath, is_managed AS isManaged, checksum,
          original_source_path AS originalSourcePath
        FROM image_sidecars WHERE image_id IN (SELECT value FROM json_each(?))
        ORDER BY image_id, current_path`,
        [JSON.stringify(imageIds)],
      )
      .map((row) => ({ ...row, isManaged: row.isManaged !== 0 }));
  }

  /** Those that lie in the managed directory: one that was gone when its image was converted does not. */
  managedSidecars(imageIds: readonly string[]): SidecarRow[] {
    return this.sidecars(imageIds).filter(({ isManaged }) => isManaged);
  }

  /** What a sidecar's file was when a job placed it; null if it is not known. */
  sidecarMtimeNs(imageId: string, storedPath: string): string | null {
    const row = this.driver.get<{ mtimeNs: string }>(
      `SELECT it.mtime_ns AS mtimeNs FROM images i JOIN import_items it
        ON it.import_job_id = i.import_job_id AND it.image_id = i.id
      WHERE i.id = ? AND it.destination_path = ?`,
      [imageId, storedPath],
    );
    return row?.mtimeNs ?? null;
  }

  /** The checksums of images by id. */
  checksums(imageIds: readonly string[]): Map<string, string> {
    const rows = this.driver.all<{ id: string; checksum: string }>(
      'SELECT id, checksum FROM images WHERE id IN (SELECT value FROM json_each(?))',
      [JSON.stringify(imageIds)],
    );
    return new Map(rows.map(({ id, checksum }) => [id, checksum]));
  }

  /** Sets what is given, and when it was found. */
  mark(imageIds: readonly string[], marks: FileMarks, at: string): void {
    const value = (mark: boolean | undefined): number | null =>
      mark === undefined ? null : Number(mark);
    this.driver.run(
      `UPDATE images SET file_missing = coalesce(:missing, file_missing),
        file_changed = coalesce(:changed, file_changed),
        file_damaged = coalesce(:damaged, file_damaged), file_checked_at = :at, updated_at = :at
      WHERE id IN (SELECT value FROM json_each(:ids))`,
      {
        missing: value(marks.missing),
        changed: value(marks.changed),
        damaged: value(marks.damaged),
        at,
        ids: JSON.stringify(imageIds),
      },
    );
  }

  /** Files of all catalogs that are marked, by path. A row whose path leads elsewhere is left out. */
  marked(marks: 'missing' | 'changed', { limit }: { readonly limit: number }): MarkedFile[] {
    const rows = this.driver.all<MarkedRow>(
      `SELECT i.current_path AS storedPath, i.is_managed AS isManaged,
        i.file_missing AS isMissing, i.file_damaged AS isDamaged,
        c.managed_directory AS managedDirectory, c.name AS catalogName
      FROM images i JOIN catalogs c ON c.id = i.catalog_id
      WHERE i.file_${marks} = 1 ORDER BY i.current_path, i.rowid LIMIT ?`,
      [limit],
    );
    return rows.flatMap((row) => markedFile(row) ?? []);
  }

  /** Files that were read and are right: nothing is the matter with them any more. */
  markIntact(files: readonly IntactFile[], at: string): void {
    for (const { imageId, mtimeNs, inode } of files) {
      this.driver.run(
        `UPDATE images SET file_missing = 0, file_changed = 0, file_damaged = 0,
          file_mtime_ns = ?2, file_inode = ?3, file_checked_at = ?4, verified_at = ?4
        WHERE id = ?1`,
        [imageId, mtimeNs, inode, at],
      );
    }
  }

  /** An image, or a sidecar of it, has another content from now on. */
  acceptContent(content: AcceptedContent, at: string): void {
    writeAcceptedContent(this.driver, content, at);
  }

  /** What an edited sidecar says of its image: what it no longer tells stays. */
  acceptDescription(
    imageId: string,
    { rating, caption, keywords = [] }: MediaFacts,
    at: string,
  ): void {
    this.driver.run(
      `UPDATE images SET rating = coalesce(?, rating), caption = coalesce(?, caption),
        keywords = coalesce(?, keywords), updated_at = ? WHERE id = ?`,
      [rating ?? null, caption ?? null, keywordsToJson(keywords), at, imageId],
    );
  }

  acceptSidecar(imageId: string, storedPath: string, checksum: string, sizeBytes: number): void {
    this.driver.run(
      `UPDATE image_sidecars SET checksum = ?, size_bytes = ?
      WHERE image_id = ? AND current_path = ?`,
      [checksum, sizeBytes, imageId, storedPath],
    );
  }

  /** All files of the catalog were looked up. */
  setCatalogChecked(catalogId: string, at: string): void {
    this.driver.run('UPDATE catalogs SET files_checked_at = ? WHERE id = ?', [at, catalogId]);
    this.driver.run('UPDATE sources SET files_checked_at = ? WHERE catalog_id = ?', [
      at,
      catalogId,
    ]);
  }

  setSourceChecked(sourceId: string, at: string): void {
    this.driver.run('UPDATE sources SET files_checked_at = ? WHERE id = ?', [at, sourceId]);
  }

  catalogCheckedAt(catalogId: string): string | null {
    const row = this.driver.get<{ at: string | null }>(
      'SELECT files_checked_at AS at FROM catalogs WHERE id = ?',
      [catalogId],
    );
    return row?.at ?? null;
  }

  /** The volume that the source's folder was last seen on. */
  volumeOf(sourceId: string): SourceVolume | null {
    const row = this.driver.get<{ id: string | null; path: string | null }>(
      'SELECT volume_id AS id, volume_path AS path FROM sources WHERE id = ?',
      [sourceId],
    );
    return row?.id && row.path ? { id: row.id, path: row.path } : null;
  }

  setVolume(sourceId: string, volume: SourceVolume | null): void {
    this.driver.run('UPDATE sources SET volume_id = ?, volume_path = ? WHERE id = ?', [
      volume?.id ?? null,
      volume?.path ?? null,
      sourceId,
    ]);
  }
}

interface MarkedRow {
  readonly storedPath: string;
  readonly isManaged: number;
  readonly isMissing: number;
  readonly isDamaged: number;
  readonly managedDirectory: string | null;
  readonly catalogName: string;
}

function markedFile(row: MarkedRow): MarkedFile | null {
  const { storedPath, managedDirectory, catalogName } = row;
  const state = row.isMissing ? 'missing' : row.isDamaged ? 'damaged' : 'changed';
  if (!row.isManaged) return { path: storedPath, state, catalogName };
  if (managedDirectory === null) return null;
  try {
    return { path: managedPath(managedDirectory, storedPath), state, catalogName };
  } catch {
    return null;
  }
}

function checkedRow(values: readonly string[], at: number): CheckedRow {
  const flags = Number(values[at + 4]);
  return {
    imageId: values[at] ?? '',
    storedPath: values[at + 1] ?? '',
    sizeBytes: Number(values[at + 2]),
    mtimeNs: values[at + 3] ?? '',
    isManaged: (flags & 1) !== 0,
    isMissing: (flags & 2) !== 0,
    isChanged: (flags & 4) !== 0,
    isOrphan: (flags & 8) !== 0,
    sourceId: values[at + 5] || null,
    checkedAt: values[at + 6] || null,
  };
}

function paramsOf({ catalogId, sourceId, imageIds }: CheckSelection): Record<string, string> {
  return {
    catalogId,
    ...(sourceId !== undefined && { sourceId }),
    ...(imageIds && { imageIds: JSON.stringify(imageIds) }),
  };
}
