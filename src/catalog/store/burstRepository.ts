import type { SqlDriver } from './driver.js';
import { textBytes } from './jsonColumns.js';

/** Photos that were taken in one go. */
export interface Burst {
  readonly id: string;
  readonly catalogId: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly durationSeconds: number | null;
  readonly bestImageId: string | null;
  readonly selectionMethod: string | null;
  readonly createdAt: string;
}

/** The table `bursts`; its images carry the id. */
export class BurstRepository {
  private readonly driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.driver = driver;
  }

  insert(burst: Burst, imageIds: readonly string[]): void {
    this.driver.run(
      `INSERT INTO bursts (id, catalog_id, image_count, started_at, ended_at, duration_seconds,
        best_image_id, selection_method, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        burst.id,
        burst.catalogId,
        imageIds.length,
        burst.startedAt,
        burst.endedAt,
        burst.durationSeconds,
        burst.bestImageId,
        burst.selectionMethod,
        burst.createdAt,
      ],
    );
    this.driver.run(
      'UPDATE images SET burst_id = ? WHERE id IN (SELECT value FROM json_each(CAST(? AS TEXT)))',
      [burst.id, textBytes(JSON.stringify(imageIds))],
    );
  }
}
