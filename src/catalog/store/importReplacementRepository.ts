import type { SqlDriver } from './driver.js';
import { toJson } from './jsonColumns.js';

/** An image that leaves the catalog once a file of a job is in it. */
export interface ImportReplacement {
  /** Content of the new file. */
  readonly checksum: string;
  /** Of the image that is replaced. */
  readonly imageId: string;
  /** Where its file was. */
  readonly path: string;
  /** Of the new image, if the job has brought it in. */
  readonly newImageId: string | null;
  /** The replaced image is in the catalog. */
  readonly isThere: boolean;
  /** The resolution by which the image leaves; written down before it starts. */
  readonly resolutionId: string | null;
}

/** The table `import_replacements`: written with the job, before any file is touched. */
export class ImportReplacementRepository {
  private readonly driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.driver = driver;
  }

  insertMany(
    jobId: string,
    replacements: readonly Pick<ImportReplacement, 'checksum' | 'imageId' | 'path'>[],
  ): void {
    for (const { checksum, imageId, path } of replacements) {
      this.driver.run(
        `INSERT OR IGNORE INTO import_replacements (import_job_id, checksum, image_id, path)
        VALUES (?, ?, ?, ?)`,
        [jobId, checksum, imageId, path],
      );
    }
  }

  list(jobId: string): ImportReplacement[] {
    return this.driver
      .all<Omit<ImportReplacement, 'isThere'> & { readonly isThere: number }>(
        `SELECT r.checksum, r.image_id AS imageId, r.path, r.resolution_id AS resolutionId,
          n.id AS newImageId, EXISTS (SELECT 1 FROM images o WHERE o.id = r.image_id) AS isThere
        FROM import_replacements r JOIN import_jobs j ON j.id = r.import_job_id
        LEFT JOIN images n ON n.catalog_id = j.catalog_id AND n.checksum = r.checksum
          AND n.import_job_id = j.id
        WHERE r.import_job_id = ? ORDER BY r.checksum`,
        [jobId],
      )
      .map((row) => ({ ...row, isThere: row.isThere === 1 }));
  }

  /** @param resolutionId null: the images are to be replaced again */
  setResolution(jobId: string, imageIds: readonly string[], resolutionId: string | null): void {
    this.driver.run(
      `UPDATE import_replacements SET resolution_id = ?
      WHERE import_job_id = ? AND image_id IN (SELECT value FROM json_each(?))`,
      [resolutionId, jobId, toJson(imageIds)],
    );
  }

  /** Images that left for files of the job, and images that were to leave and are still there. */
  figures(jobId: string): { replaced: number; open: number } {
    const images = new Map<string, boolean>();
    for (const { imageId, isThere, resolutionId, newImageId } of this.list(jobId)) {
      if (newImageId === null) continue;
      if (isThere) images.set(imageId, true);
      else if (resolutionId !== null) images.set(imageId, false);
    }
    const open = [...images.values()].filter((isThere) => isThere).length;
    return { replaced: images.size - open, open };
  }
}
