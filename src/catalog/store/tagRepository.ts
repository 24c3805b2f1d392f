import type { SqlDriver } from './driver.js';
import { toJson } from './jsonColumns.js';

/** A word that images are filed under. */
export interface Tag {
  readonly id: string;
  readonly catalogId: string;
  readonly name: string;
  readonly category: string | null;
  readonly synonyms: readonly string[] | null;
  readonly description: string | null;
  readonly createdAt: string;
}

export interface ImageTag {
  readonly imageId: string;
  readonly tagId: string;
  /** 0-1, or null. */
  readonly confidence: number | null;
  /** Who set it: `manual`, or the name of a program. */
  readonly origin: string;
  /** What an old catalog knew besides. */
  readonly legacy: unknown;
  readonly createdAt: string;
}

/** The tables `tags` and `image_tags`. */
export class TagRepository {
  private readonly driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.driver = driver;
  }

  insert(tag: Tag): void {
    this.driver.run(
      `INSERT INTO tags (id, catalog_id, name, category, synonyms, description, created_at)
      VALUES (?, ?, ?, ?, ?, ?, ?)`,
      [
        tag.id,
        tag.catalogId,
        tag.name,
        tag.category,
        toJson(tag.synonyms),
        tag.description,
        tag.createdAt,
      ],
    );
  }

  setParent(id: string, parentId: string): void {
    this.driver.run('UPDATE tags SET parent_id = ? WHERE id = ?', [parentId, id]);
  }

  /** Ids by name. */
  idsByName(catalogId: string): Map<string, string> {
    const rows = this.driver.all<{ id: string; name: string }>(
      'SELECT id, name FROM tags WHERE catalog_id = ?',
      [catalogId],
    );
    return new Map(rows.map(({ id, name }) => [name, id]));
  }

  /** Which of the pairs are there, as `image/tag`. */
  existingPairs(pairs: readonly { imageId: string; tagId: string }[]): Set<string> {
    const rows = this.driver.all<{ pair: string }>(
      `SELECT it.image_id || '/' || it.tag_id AS pair FROM json_each(?) p
      JOIN image_tags it ON it.image_id = p.value ->> 0 AND it.tag_id = p.value ->> 1`,
      [JSON.stringify(pairs.map(({ imageId, tagId }) => [imageId, tagId]))],
    );
    return new Set(rows.map(({ pair }) => pair));
  }

  /** Adds tags to images; the tags' names become keywords of the images too. */
  addToImages(tags: readonly ImageTag[]): void {
    for (const tag of tags) {
      this.driver.run(
        `INSERT OR IGNORE INTO image_tags (image_id, tag_id, confidence, origin, legacy, created_at)
        VALUES (?, ?, ?, ?, ?, ?)`,
        [tag.imageId, tag.tagId, tag.confidence, tag.origin, toJson(tag.legacy), tag.createdAt],
      );
    }
    this.driver.run(
      `UPDATE images SET keywords = (SELECT json_group_array(word) FROM (
          SELECT value AS word FROM json_each(coalesce(images.keywords, '[]'))
          UNION SELECT t.name FROM image_tags it JOIN tags t ON t.id = it.tag_id
            WHERE it.image_id = images.id))
      WHERE id IN (SELECT value FROM json_each(?))`,
      [JSON.stringify([...new Set(tags.map(({ imageId }) => imageId))])],
    );
  }
}
