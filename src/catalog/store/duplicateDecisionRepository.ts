import type { SqlDriver } from './driver.js';

/**
 * What a person decided about two contents. `keep-a` and `keep-b` say which of the two is to stay. About one
 * content at several places: both checksums are the same.
 */
export type PairDecision = 'not-duplicate' | 'keep-all' | 'keep-a' | 'keep-b';

export interface DuplicatePairDecision {
  /** Not greater than checksumB. */
  readonly checksumA: string;
  readonly checksumB: string;
  readonly decision: PairDecision;
}

/** The table `duplicate_decisions`: by checksum, so decisions outlive rows and rescans. */
export class DuplicateDecisionRepository {
  private readonly driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.driver = driver;
  }

  list(catalogId: string): DuplicatePairDecision[] {
    return this.driver.all<DuplicatePairDecision>(
      `SELECT checksum_a AS checksumA, checksum_b AS checksumB, decision
      FROM duplicate_decisions WHERE catalog_id = ? ORDER BY checksum_a, checksum_b`,
      [catalogId],
    );
  }

  /** Replaces what was decided about the same pairs. */
  insert(
    catalogId: string,
    decisionId: string,
    pairs: readonly DuplicatePairDecision[],
    at: string,
  ): void {
    this.driver.transaction(() => {
      for (const { checksumA, checksumB, decision } of pairs) {
        this.driver.run(
          `INSERT INTO duplicate_decisions (catalog_id, checksum_a, checksum_b, decision,
            decided_at, decision_id) VALUES (?, ?, ?, ?, ?, ?)
          ON CONFLICT (catalog_id, checksum_a, checksum_b) DO UPDATE SET
            previous = json_object('decision', decision, 'decided_at', decided_at,
              'decision_id', decision_id, 'previous', json(previous)),
            decision = excluded.decision, decided_at = excluded.decided_at,
            decision_id = excluded.decision_id`,
          [catalogId, checksumA, checksumB, decision, at, decisionId],
        );
      }
    });
  }

  /** Takes a decision back: what was decided before about its pairs counts again. Returns the number of pairs. */
  undo(decisionId: string): number {
    return this.driver.transaction(() => {
      const removed = this.driver.run(
        'DELETE FROM duplicate_decisions WHERE decision_id = ? AND previous IS NULL',
        [decisionId],
      );
      const restored = this.driver.run(
        `UPDATE duplicate_decisions SET decision = previous ->> 'decision',
          decided_at = previous ->> 'decided_at', decision_id = previous ->> 'decision_id',
          previous = previous -> 'previous'
        WHERE decision_id = ?`,
        [decisionId],
      );
      this.driver.run("UPDATE duplicate_decisions SET previous = NULL WHERE previous = 'null'");
      return removed + restored;
    });
  }
}
