import type {
  DecidedLookAlike,
  LookAlikeDecision,
  LookAlikeSummary,
  NearDuplicateOfScan,
  NearImage,
} from '../model/duplicates.js';
import type { SqlDriver } from './driver.js';
import { fromJson, toJson } from './jsonColumns.js';
import type { ChosenScanFiles } from './scanFileRepository.js';

/** A new file that looks like images of the catalog, as it was found, and what was decided. */
export type LookAlikeRow = Omit<DecidedLookAlike, 'path'>;

/** What an import writes down about a file. */
export interface DecidedScanFile {
  readonly relativePath: string;
  readonly checksum: string | null;
  readonly decision: LookAlikeDecision;
  readonly matches: readonly NearImage[];
  readonly replaces: string | null;
}

// The tick says whether a file is imported, so it cannot contradict the decision.
const decided = (isChosen: string): string =>
  `CASE WHEN NOT ${isChosen} THEN 'skip' WHEN l.decision IS NULL THEN 'open'
    WHEN l.decision = 'replace' THEN 'replace' ELSE 'import' END`;
const decision = decided('f.selected');

/** The table `scan_look_alikes`: new files of scans beside the images they look like. */
export class LookAlikeRepository {
  private readonly driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.driver = driver;
  }

  /** Writes what was found; what was decided about a file before stays if its image is still among the matches. */
  save(scanId: string, files: readonly NearDuplicateOfScan[], summary: LookAlikeSummary): void {
    this.driver.transaction(() => {
      const ids = files.map(({ fileId }) => fileId);
      this.driver.run(
        `DELETE FROM scan_look_alikes WHERE scan_id = ?
          AND scan_file_id NOT IN (SELECT value FROM json_each(?))`,
        [scanId, toJson(ids)],
      );
      for (const file of files) {
        this.driver.run(
          `INSERT INTO scan_look_alikes (scan_file_id, scan_id, found) VALUES (:id, :scanId, :found)
          ON CONFLICT (scan_file_id) DO UPDATE SET found = excluded.found,
            decision = iif(replaces IS NULL OR replaces IN (SELECT value FROM json_each(:images)),
              decision, NULL),
            replaces = iif(replaces IN (SELECT value FROM json_each(:images)), replaces, NULL)`,
          {
            id: file.fileId,
            scanId,
            found: JSON.stringify(file),
            images: toJson(file.matches.map(({ imageId }) => imageId)),
          },
        );
      }
      this.driver.run('UPDATE scans SET look_alikes = ? WHERE id = ?', [toJson(summary), scanId]);
    });
  }

  summary(scanId: string): LookAlikeSummary | null {
    const row = this.driver.get<{ summary: string | null }>(
      'SELECT look_alikes AS summary FROM scans WHERE id = ?',
      [scanId],
    );
    return fromJson(row?.summary ?? null);
  }

  counts(scanId: string): Record<DecidedLookAlike['decision'], number> {
    const rows = this.driver.all<{ decision: DecidedLookAlike['decision']; n: number }>(
      `SELECT ${decision} AS decision, count(*) AS n
      FROM scan_look_alikes l JOIN scan_files f ON f.id = l.scan_file_id
      WHERE l.scan_id = ? GROUP BY 1`,
      [scanId],
    );
    const none = { open: 0, skip: 0, import: 0, replace: 0 };
    return Object.assign(none, Object.fromEntries(rows.map((row) => [row.decision, row.n])));
  }

  /** In path order. */
  page(scanId: string, offset: number, limit: number): LookAlikeRow[] {
    return this.driver
      .all<{ found: string; decision: DecidedLookAlike['decision']; replaces: string | null }>(
        `SELECT l.found, ${decision} AS decision, l.replaces
        FROM scan_look_alikes l JOIN scan_files f ON f.id = l.scan_file_id
        WHERE l.scan_id = ? ORDER BY l.scan_file_id LIMIT ? OFFSET ?`,
        [scanId, limit, offset],
      )
      .map((row) => ({
        ...(JSON.parse(row.found) as NearDuplicateOfScan),
        decision: row.decision,
        replaces: row.decision === 'replace' ? row.replaces : null,
      }));
  }

  /** Ids of the files, all or those with a suggestion. */
  fileIds(scanId: string, suggestion: NearDuplicateOfScan['suggestion'] | null): number[] {
    return this.driver
      .all<{ id: number }>(
        `SELECT scan_file_id AS id FROM scan_look_alikes
        WHERE scan_id = :scanId AND (:suggestion IS NULL OR found ->> 'suggestion' = :suggestion)
        ORDER BY 1`,
        { scanId, suggestion },
      )
      .map(({ id }) => id);
  }

  /** @param imageId must be one of the matches to count; null: the nearest */
  decide(
    scanId: string,
    fileIds: readonly number[],
    chosen: LookAlikeDecision,
    imageId: string | null,
  ): void {
    this.driver.run(
      `UPDATE scan_look_alikes SET decision = :chosen, replaces = iif(:chosen = 'replace',
        coalesce((SELECT value ->> 'imageId' FROM json_each(found, '$.matches')
          WHERE value ->> 'imageId' = :imageId), found ->> '$.matches[0].imageId'), NULL)
      WHERE scan_id = :scanId AND scan_file_id IN (SELECT value FROM json_each(:ids))`,
      { scanId, chosen, imageId, ids: toJson(fileIds) },
    );
  }

  /** What was decided about the files of an import; files about which nothing was decided are left out. */
  decided({ scanId, fileIds }: ChosenScanFiles): DecidedScanFile[] {
    const isChosen = `iif(:ids IS NULL, f.selected,
      f.id IN (SELECT value FROM json_each(:ids)))`;
    return this.driver
      .all<Omit<DecidedScanFile, 'matches'> & { readonly found: string }>(
        `SELECT f.relative_path AS relativePath, f.checksum, ${decided(isChosen)} AS decision,
          l.replaces, l.found
        FROM scan_look_alikes l JOIN scan_files f ON f.id = l.scan_file_id
        WHERE l.scan_id = :scanId AND f.state = 'new' AND l.decision IS NOT NULL
        ORDER BY l.scan_file_id`,
        { scanId, ids: toJson(fileIds) },
      )
      .map(({ found, ...row }) => ({
        ...row,
        matches: (JSON.parse(found) as NearDuplicateOfScan).matches,
      }));
  }
}
