import fs from 'node:fs';
import path from 'node:path';
import { CatalogError } from '../model/errors.js';
import type { EngineOptions } from '../protocol.js';
import type { EngineState } from '../protocol/shared.js';
import { currentActor } from './actor.js';
import { backUp, isBackupDue } from './backup.js';
import type { CatalogLock, LockResult } from './catalogLock.js';
import { acquireLock, describeHolder, isForeignHolder } from './catalogLock.js';
import {
  catalogDirectory,
  catalogFilePath,
  createCatalogDirectory,
  createEmptyCatalog,
} from './catalogFile.js';
import { CatalogStore } from './catalogStore.js';
import type { SqlDriver } from './driver.js';
import { isIntegrityCheckDue, noteIntegrityCheck } from './integrityChecks.js';
import { NodeSqliteDriver } from './nodeSqliteDriver.js';
import { originState, readConsistently, takeSnapshot } from './snapshot.js';
import { SqlJsDriver } from './sqlJsDriver.js';
import type { SchemaHistory } from './upgrades.js';
import { knownSchemas, schemaHistory, upgradeSchema } from './upgrades.js';
import type { SchemaDefinition } from './verifySchema.js';
import { verifyHeader, verifyIntegrity, verifySchema } from './verifySchema.js';
import { FileWriteGuard } from './writeGuard.js';

export { catalogFilePath };

export interface OpenCatalogOptions extends EngineOptions {
  /** Takes a lock that another computer left. Only when a person said so. */
  readonly takeOver?: boolean;
  /** Name in the lock file, for people. */
  readonly programName?: string;
  readonly now?: () => Date;
  /** Default: this program's own. */
  readonly schemas?: SchemaHistory;
}

export interface OpenedCatalog {
  /** Null while there is no catalog file; see createCatalogFile. */
  readonly store: CatalogStore | null;
  readonly state: EngineState;
  /** True if a read-only copy no longer shows what the file holds: open it again. */
  isStale(): boolean;
}

type ReadOnlyReason = NonNullable<EngineState['readOnlyReason']>;

/** What is read into memory at most, from a file that nobody vouches for. */
const untrustedSizeLimit = 512 * 1024 * 1024;

/**
 * Opens the catalog of a workspace folder: for writing if this process gets the lock, else from a copy.
 * Writes nothing if there is no catalog file yet, and nothing at all in an untrusted workspace.
 * @throws CatalogError CATALOG_FILE_CORRUPT, CATALOG_FILE_FOREIGN, CATALOG_FILE_TOO_NEW (the file is then as it
 *   was), CATALOG_FILE_LOCKED, CATALOG_CANNOT_WRITE
 */
export async function openCatalogStore(options: OpenCatalogOptions): Promise<OpenedCatalog> {
  const file = catalogFilePath(options.workspaceDirectory);
  const schemas = options.schemas ?? schemaHistory;
  if (!fs.existsSync(file)) {
    const reason = options.trusted
      ? isWritable(options.workspaceDirectory)
        ? null
        : 'file-system'
      : 'untrusted';
    return { store: null, state: stateOf(file, false, reason), isStale: () => fs.existsSync(file) };
  }
  verifyHeader(file, schemas.current.version);
  if (!options.trusted) return openFromBytes(file, schemas);
  if (!isWritable(path.dirname(file)) || !isWritable(file)) {
    return openSnapshot(file, schemas, 'file-system', null);
  }
  const result = await acquire(options);
  if (!result.acquired) {
    const opened = await openSnapshot(file, schemas, 'locked', describeHolder(result.holder));
    return isForeignHolder(result.holder)
      ? { ...opened, state: { ...opened.state, lockHolderIsForeign: true } }
      : opened;
  }
  return openLocked(file, result.lock, options, schemas);
}

/**
 * Creates the catalog file and opens it; opens it if it is already there.
 * @throws CatalogError also WORKSPACE_NOT_FOUND, CATALOG_READ_ONLY in an untrusted workspace
 */
export async function createCatalogFile(options: OpenCatalogOptions): Promise<OpenedCatalog> {
  if (!options.trusted) {
    throw new CatalogError('CATALOG_READ_ONLY', { reason: reasonTexts.untrusted });
  }
  const file = catalogFilePath(options.workspaceDirectory);
  if (fs.existsSync(file)) return openCatalogStore(options);
  const schemas = options.schemas ?? schemaHistory;
  createCatalogDirectory(options.workspaceDirectory);
  const result = await acquire(options);
  if (!result.acquired) {
    // Another window was faster.
    if (fs.existsSync(file)) return openCatalogStore(options);
    const holder = describeHolder(result.holder);
    throw new CatalogError('CATALOG_FILE_LOCKED', { path: file, holder });
  }
  try {
    if (!fs.existsSync(file)) {
      await createEmptyCatalog(file, schemas.current.statements, schemas.current.version);
    }
    verifyHeader(file, schemas.current.version);
  } catch (error) {
    await result.lock.release();
    throw error;
  }
  return openLocked(file, result.lock, options, schemas);
}

async function openLocked(
  file: string,
  lock: CatalogLock,
  options: OpenCatalogOptions,
  schemas: SchemaHistory,
): Promise<OpenedCatalog> {
  const now = options.now?.() ?? new Date();
  try {
    const wasOpen = (fs.statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
    let found: SchemaDefinition = schemas.current;
    const driver = await NodeSqliteDriver.open({
      file,
      verify: (opening) => {
        found = verifySchema(opening, file, knownSchemas(schemas));
        if (wasOpen || isIntegrityCheckDue(options.machineStateDirectory, file, now)) {
          verifyIntegrity(opening, file);
        }
      },
    });
    try {
      noteIntegrityCheck(options.machineStateDirectory, file, now);
      const isOld = found.version < schemas.current.version;
      if (isOld || (isBackupDue(file, now) && !isEmpty(driver))) await backUp(driver, file, now);
      if (isOld) upgradeSchema(driver, file, found.version, schemas);
    } catch (error) {
      driver.close();
      throw error;
    }
    const guard = new FileWriteGuard(file, lock);
    driver.setGuard(guard);
    const actor = currentActor(options.client ?? null);
    const store = new CatalogStore(driver, () => lock.release(), actor);
    return { store, state: stateOf(file, true, null), isStale: () => guard.violated };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

function isEmpty(driver: SqlDriver): boolean {
  return driver.get('SELECT 1 FROM catalogs LIMIT 1') === undefined;
}

async function openSnapshot(
  file: string,
  schemas: SchemaHistory,
  reason: ReadOnlyReason,
  holder: string | null,
): Promise<OpenedCatalog> {
  const snapshot = await takeSnapshot(file);
  try {
    let found: SchemaDefinition = schemas.current;
    const openCopy = (): Promise<NodeSqliteDriver> =>
      NodeSqliteDriver.open({
        file: snapshot.file,
        readOnlyReason: reasonText(reason, holder),
        verify: (opening) => {
          found = verifySchema(opening, file, knownSchemas(schemas));
        },
      });
    let driver = await openCopy();
    if (found.version < schemas.current.version) {
      driver.close();
      await upgradeCopy(snapshot.file, found.version, schemas);
      driver = await openCopy();
    }
    const store = new CatalogStore(driver, () => snapshot.remove());
    return {
      store,
      state: stateOf(file, true, reason, holder),
      isStale: () => originState(file) !== snapshot.originState,
    };
  } catch (error) {
    snapshot.remove();
    throw error;
  }
}

/** The copy is ours alone, the file itself stays as it is. */
async function upgradeCopy(file: string, from: number, schemas: SchemaHistory): Promise<void> {
  const driver = await NodeSqliteDriver.open({ file });
  try {
    upgradeSchema(driver, file, from, schemas);
  } finally {
    driver.close();
  }
}

async function openFromBytes(file: string, schemas: SchemaHistory): Promise<OpenedCatalog> {
  if (fs.statSync(file).size > untrustedSizeLimit) {
    const reason = 'it is too large to be opened before you trust the workspace';
    throw new CatalogError('CATALOG_READ_ONLY', { reason });
  }
  const { bytes, state } = await readConsistently(file);
  // The marks of a WAL: in memory there is none.
  bytes.set([1, 1], 18);
  const driver = await SqlJsDriver.open({
    bytes,
    file,
    reason: reasonTexts.untrusted,
    prepare: (copy) => {
      const found = verifySchema(copy, file, knownSchemas(schemas));
      verifyIntegrity(copy, file);
      if (found.version < schemas.current.version) {
        upgradeSchema(copy, file, found.version, schemas);
      }
    },
  });
  return {
    store: new CatalogStore(driver),
    state: stateOf(file, true, 'untrusted'),
    isStale: () => originState(file) !== state,
  };
}

function acquire(options: OpenCatalogOptions): Promise<LockResult> {
  return acquireLock(catalogDirectory(options.workspaceDirectory), {
    takeOver: options.takeOver ?? false,
    ...(options.programName === undefined ? {} : { program: options.programName }),
  });
}

function stateOf(
  catalogFile: string,
  exists: boolean,
  readOnlyReason: EngineState['readOnlyReason'],
  lockHolder: string | null = null,
): EngineState {
  return { catalogFile, exists, readOnly: readOnlyReason !== null, readOnlyReason, lockHolder };
}

const reasonTexts = {
  untrusted: 'the workspace is not trusted',
  'file-system': 'the folder of the catalog cannot be written',
} as const;

function reasonText(reason: ReadOnlyReason, holder: string | null): string {
  if (reason !== 'locked') return reasonTexts[reason];
  return `it is open in another window or program (${holder ?? 'unknown'})`;
}

function isWritable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
