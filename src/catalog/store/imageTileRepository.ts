import path from 'node:path';
import type { GroupMember, ImageTile } from '../model/gallery.js';
import type { SqlDriver } from './driver.js';
import { grouped } from './grouped.js';
import type { ManagedRoot } from './managedPaths.js';
import { currentPath } from './managedPaths.js';

type TileRow = Omit<ImageTile, 'name' | 'isManaged' | 'fileMissing' | 'fileChanged'> & {
  readonly rowId: number;
  readonly currentPath: string;
  readonly isManaged: number;
  readonly fileMissing: number;
  readonly fileChanged: number;
};

interface MemberRow {
  readonly imageId: string;
  readonly catalogId: string;
  readonly currentPath: string;
  readonly isManaged: number;
  readonly mimeType: string;
  readonly fileType: GroupMember['fileType'];
  readonly burstId: string | null;
}

/** Row ids that one statement takes. */
const chunkRows = 20_000;

/** Small parts of rows of `images`, by row id: what a grid shows. */
export class ImageTileRepository {
  private readonly driver: SqlDriver;
  private readonly managedRoot: ManagedRoot;

  constructor(driver: SqlDriver, managedRoot: ManagedRoot) {
    this.driver = driver;
    this.managedRoot = managedRoot;
  }

  /** In the order of the row ids; those that are gone are left out. */
  byRowIds(rowIds: readonly number[]): ImageTile[] {
    const rows = this.driver.all<TileRow>(
      `SELECT i.rowid AS rowId, i.id, i.current_path AS currentPath, i.captured_at AS capturedAt,
        i.file_type AS fileType, i.mime_type AS mimeType, i.size_bytes AS sizeBytes,
        i.is_managed AS isManaged, i.source_id AS sourceId, i.file_missing AS fileMissing, i.file_changed AS fileChanged,
        i.picture_state AS pictureState, i.checksum, i.width, i.height, i.orientation, i.duration,
        i.rating, i.created_at AS importedAt
      FROM images i WHERE i.rowid IN (SELECT value FROM json_each(?))`,
      [JSON.stringify(rowIds)],
    );
    const tiles = new Map(
      rows.map(({ rowId, currentPath: stored, ...row }) => [
        rowId,
        {
          ...row,
          name: fileNameOf(stored, row.isManaged !== 0),
          isManaged: row.isManaged !== 0,
          fileMissing: row.fileMissing !== 0,
          fileChanged: row.fileChanged !== 0,
        },
      ]),
    );
    return rowIds.flatMap((rowId) => tiles.get(rowId) ?? []);
  }

  /** The ids of rows in their order; those that are gone are left out. */
  idsByRowIds(rowIds: readonly number[]): string[] {
    const ids: string[] = [];
    for (let start = 0; start < rowIds.length; start += chunkRows) {
      const packed = this.driver.get<{ ids: string }>(
        `SELECT json_group_array(id) AS ids FROM (SELECT i.id FROM json_each(?) chosen
          CROSS JOIN images i ON i.rowid = chosen.value ORDER BY chosen.key)`,
        [JSON.stringify(rowIds.slice(start, start + chunkRows))],
      );
      for (const id of JSON.parse(packed?.ids ?? '[]') as string[]) ids.push(id);
    }
    return ids;
  }

  /** The row id of each id, or null. */
  rowIdsByIds(ids: readonly string[]): (number | null)[] {
    const rows = this.driver.all<{ id: string; rowId: number }>(
      'SELECT id, rowid AS rowId FROM images WHERE id IN (SELECT value FROM json_each(?))',
      [JSON.stringify(ids)],
    );
    const byId = new Map(rows.map((row) => [row.id, row.rowId]));
    return ids.map((id) => byId.get(id) ?? null);
  }

  /**
   * The other images of its catalog that were taken with it: RAW+JPEG, live photos, bursts. A card that is used again
   * has the same names again, so companions are those of one import.
   */
  groupMembers(imageId: string): GroupMember[] {
    const rows = this.driver.all<MemberRow>(
      `SELECT m.id AS imageId, m.catalog_id AS catalogId, m.current_path AS currentPath,
        m.is_managed AS isManaged, m.mime_type AS mimeType, m.file_type AS fileType,
        iif(m.group_key = i.group_key, NULL, m.burst_id) AS burstId
      FROM images i JOIN images m ON m.catalog_id = i.catalog_id AND m.id <> i.id
        AND m.id IN (
          SELECT g.id FROM images g
            WHERE g.group_key = i.group_key AND g.import_job_id = i.import_job_id
          UNION SELECT b.id FROM images b WHERE b.burst_id = i.burst_id)
      WHERE i.id = ? ORDER BY m.current_path LIMIT 1000`,
      [imageId],
    );
    return rows.map((row) => ({
      imageId: row.imageId,
      currentPath: currentPath(this.managedRoot, row),
      mimeType: row.mimeType,
      fileType: row.fileType,
      relation: row.burstId === null ? 'companion' : 'burst',
    }));
  }

  tags(imageId: string): string[] {
    return this.tagsOf([imageId]).get(imageId) ?? [];
  }

  /** The tags' names of several images, each in order. */
  tagsOf(imageIds: readonly string[]): Map<string, string[]> {
    const rows = this.driver.all<{ imageId: string; name: string }>(
      `SELECT it.image_id AS imageId, t.name FROM image_tags it JOIN tags t ON t.id = it.tag_id
      WHERE it.image_id IN (SELECT value FROM json_each(?)) ORDER BY t.name`,
      [JSON.stringify(imageIds)],
    );
    return grouped(
      rows,
      ({ imageId }) => imageId,
      ({ name }) => name,
    );
  }
}

/** Managed paths are stored with `/` everywhere, referenced ones as the system writes them. */
const fileNameOf = (stored: string, isManaged: boolean): string =>
  isManaged ? path.posix.basename(stored) : path.basename(stored);
