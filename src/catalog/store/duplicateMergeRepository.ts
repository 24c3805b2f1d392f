import type { SqlDriver } from './driver.js';
import { fromJson } from './jsonColumns.js';

/** What people have written about an image. */
export interface PersonalFields {
  readonly rating: number | null;
  readonly caption: string | null;
  readonly keywords: readonly string[] | null;
}

/** A sidecar that changed its image. */
export interface HandedSidecar {
  readonly fromImageId: string;
  readonly toImageId: string;
  /** As stored. */
  readonly currentPath: string;
}

export interface AddedTag {
  readonly imageId: string;
  readonly tagId: string;
}

/** Merges what is known about duplicates into the one that is kept, and takes it apart again. */
export class DuplicateMergeRepository {
  private readonly driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.driver = driver;
  }

  fields(imageId: string): PersonalFields | null {
    const row = this.driver.get<{
      rating: number | null;
      caption: string | null;
      keywords: string | null;
    }>('SELECT rating, caption, keywords FROM images WHERE id = ?', [imageId]);
    return row ? { ...row, keywords: fromJson<string[]>(row.keywords) } : null;
  }

  setFields(imageId: string, fields: PersonalFields, at: string): void {
    this.driver.run(
      'UPDATE images SET rating = ?, caption = ?, keywords = ?, updated_at = ? WHERE id = ?',
      [
        fields.rating,
        fields.caption,
        fields.keywords === null ? null : JSON.stringify(fields.keywords),
        at,
        imageId,
      ],
    );
  }

  /** Gives the keeper the tags that only the other has. */
  addTags(keeperId: string, otherId: string): AddedTag[] {
    const missing = this.driver
      .all<{ tagId: string }>(
        `SELECT tag_id AS tagId FROM image_tags WHERE image_id = ? AND tag_id NOT IN
          (SELECT tag_id FROM image_tags WHERE image_id = ?) ORDER BY tag_id`,
        [otherId, keeperId],
      )
      .map(({ tagId }) => ({ imageId: keeperId, tagId }));
    for (const { imageId, tagId } of missing) {
      this.driver.run(
        `INSERT INTO image_tags (image_id, tag_id, confidence, origin, legacy, created_at)
        SELECT ?, tag_id, confidence, origin, legacy, created_at FROM image_tags
        WHERE image_id = ? AND tag_id = ?`,
        [imageId, otherId, tagId],
      );
    }
    return missing;
  }

  removeTags(tags: readonly AddedTag[]): void {
    for (const { imageId, tagId } of tags) {
      this.driver.run('DELETE FROM image_tags WHERE image_id = ? AND tag_id = ?', [imageId, tagId]);
    }
  }

  /** Gives the keeper the other's sidecars of kinds that it has none of; their files stay where they are. */
  handSidecars(keeperId: string, otherId: string): HandedSidecar[] {
    const pathsOf = (imageId: string): string[] =>
      this.driver
        .all<{ path: string }>(
          'SELECT current_path AS path FROM image_sidecars WHERE image_id = ? ORDER BY 1',
          [imageId],
        )
        .map(({ path }) => path);
    const taken = new Set(pathsOf(keeperId).map(kindOf));
    const handed: HandedSidecar[] = [];
    for (const currentPath of pathsOf(otherId)) {
      if (taken.has(kindOf(currentPath))) continue;
      taken.add(kindOf(currentPath));
      handed.push({ fromImageId: otherId, toImageId: keeperId, currentPath });
    }
    for (const sidecar of handed) this.moveSidecar(sidecar);
    return handed;
  }

  /** Gives sidecars back to images that are still, or again, in the catalog. */
  returnSidecars(sidecars: readonly HandedSidecar[]): void {
    for (const { fromImageId, toImageId, currentPath } of sidecars) {
      this.moveSidecar({ fromImageId: toImageId, toImageId: fromImageId, currentPath });
    }
  }

  private moveSidecar({ fromImageId, toImageId, currentPath }: HandedSidecar): void {
    this.driver.run(
      `UPDATE OR IGNORE image_sidecars SET image_id = ? WHERE image_id = ? AND current_path = ?
        AND EXISTS (SELECT 1 FROM images WHERE id = ?)`,
      [toImageId, fromImageId, currentPath, toImageId],
    );
  }

  /** What a resolution wrote down about itself. */
  findResolution<T>(resolutionId: string): T | null {
    const row = this.driver.get<{ detail: string | null }>(
      `SELECT detail FROM audit_log
      WHERE operation = 'duplicates-resolved' AND detail ->> 'resolutionId' = ?
      ORDER BY id DESC LIMIT 1`,
      [resolutionId],
    );
    return fromJson<T>(row?.detail ?? null);
  }
}

const kindOf = (path: string): string => /\.[^./\\]*$/.exec(path)?.[0].toLowerCase() ?? '';
