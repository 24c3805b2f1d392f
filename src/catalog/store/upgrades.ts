import { schemaStatements, schemaVersion } from './schema.js';
import { schemaVersion1Statements } from './schemaVersion1.js';
import { rebuildSchema } from './rebuildSchema.js';
import type { SqlDriver } from './driver.js';
import type { SchemaDefinition } from './verifySchema.js';
import { verifyIntegrity, verifySchema } from './verifySchema.js';

/** A step from one format of the catalog file to the next. */
export interface UpgradeStep {
  /** The format that it starts from, statement for statement; it leads to version + 1. */
  readonly from: SchemaDefinition;
  /** Changes tables and rows. It runs inside a transaction with foreign keys off. */
  run(driver: SqlDriver): void;
}

/** The formats that this program reads, and how it gets from the older ones to its own. */
export interface SchemaHistory {
  readonly current: SchemaDefinition;
  readonly steps: readonly UpgradeStep[];
}

export const schemaHistory: SchemaHistory = {
  current: { version: schemaVersion, statements: schemaStatements },
  steps: [
    {
      from: { version: 1, statements: schemaVersion1Statements },
      run: (driver) => {
        rebuildSchema(driver, schemaVersion1Statements, schemaStatements);
        // There is nothing to decode in them.
        driver.run("UPDATE images SET picture_state = 'NONE' WHERE file_type = 'video'");
      },
    },
  ],
};

export function knownSchemas(history: SchemaHistory): SchemaDefinition[] {
  return [history.current, ...history.steps.map((step) => step.from)];
}

/**
 * Brings a file to the current format in one transaction: after a failure it is as it was.
 * The caller has made a backup. The result is compared with the current schema before the commit.
 */
export function upgradeSchema(
  driver: SqlDriver,
  file: string,
  fromVersion: number,
  history: SchemaHistory,
): void {
  // Tables are rebuilt by copy and rename, which must not cascade; it cannot be switched inside a transaction.
  driver.get('PRAGMA foreign_keys = OFF');
  try {
    driver.transaction(() => {
      for (let version = fromVersion; version < history.current.version; version++) {
        const step = history.steps.find((candidate) => candidate.from.version === version);
        if (!step) throw new Error(`There is no upgrade from format ${version}`);
        step.run(driver);
        driver.run(`PRAGMA user_version = ${version + 1}`);
      }
      verifySchema(driver, file, [history.current]);
      verifyIntegrity(driver, file);
    });
  } finally {
    driver.get('PRAGMA foreign_keys = ON');
  }
}
