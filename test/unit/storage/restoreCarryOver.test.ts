import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { AuditEntry } from '../../../src/catalog/model/audit.js';
import { createEmptyCatalog } from '../../../src/catalog/store/catalogFile.js';
import { NodeSqliteDriver } from '../../../src/catalog/store/nodeSqliteDriver.js';
import { schemaVersion1Statements } from '../../../src/catalog/store/schemaVersion1.js';
import { StorageFixture } from './storageFixture.js';

describe('restoring an older backup', function () {
  this.timeout(60_000);
  let fixture: StorageFixture;
  beforeEach(async () => {
    fixture = new StorageFixture();
    await fixture.fill();
  });
  afterEach(() => fixture.remove());

  const catalogFile = (): string =>
    path.join(fixture.workspace, '.image-catalog', 'catalog.sqlite');

  /** Oldest first. */
  async function auditLog(): Promise<AuditEntry[]> {
    const { entries } = await fixture.engine.listAudit({ limit: 1000 });
    return [...entries].reverse();
  }

  it('keeps every entry of the audit log, in order, and tells of itself last', async () => {
    const { engine, catalogId } = fixture;
    const { file } = await engine.backUpCatalog({});
    await engine.updateCatalog({ catalogId, name: 'Renamed' });
    await engine.updateCatalog({ catalogId, name: 'Renamed again' });
    const before = await auditLog();
    const first = await engine.restoreBackup({ file });
    // The backup does not hold the entry of its own making.
    assert.deepEqual(first.carriedOver, { auditEntries: 3, operations: 0, failure: null });
    const after = await auditLog();
    assert.deepEqual(after.slice(0, -1), before);
    assert.deepEqual(
      after.map(({ id }) => id),
      after.map(({ id }) => id).sort((a, b) => a - b),
    );
    const told = after.at(-1);
    assert.deepEqual([told?.operation, told?.program], ['restore-backup', 'command-line']);
    assert.equal(told?.detail?.['auditEntries'], 3);
    // There and back again: nothing twice.
    await engine.updateCatalog({ catalogId, name: 'Third' });
    await engine.restoreBackup({ file: first.keptAs ?? '' });
    await engine.restoreBackup({ file });
    const entries = await auditLog();
    assert.deepEqual(
      entries.slice(after.length).map(({ operation }) => operation),
      ['update-catalog', 'restore-backup', 'restore-backup'],
    );
    assert.deepEqual(entries.slice(0, after.length), after);
  });

  it('adds the entries of a file with another past under new numbers', async () => {
    const { engine, catalogId } = fixture;
    const { file } = await engine.backUpCatalog({});
    const other = new StorageFixture();
    try {
      await other.engine.createCatalog({ name: 'Other', managedDirectory: other.managed });
      const { entries } = await other.engine.listAudit({ limit: 1000 });
      await other.engine.restoreBackup({ file });
      const log = await other.engine.listAudit({ catalogId: entries[0]?.catalogId ?? '' });
      const content = ({ id: _, ...rest }: AuditEntry): Omit<AuditEntry, 'id'> => rest;
      assert.deepEqual(log.entries.map(content), entries.map(content));
      const all = (await other.engine.listAudit({ catalogId, limit: 1000 })).total;
      assert.equal(all, (await engine.listAudit({ catalogId, limit: 1000 })).total);
    } finally {
      await other.remove();
    }
  });

  it('works where the replaced file cannot be read, and says that its log was lost', async () => {
    const { engine } = fixture;
    const { file } = await engine.backUpCatalog({});
    await engine.close();
    const bytes = fs.readFileSync(catalogFile());
    fs.writeFileSync(catalogFile(), bytes.subarray(0, bytes.length - 8192));
    const restored = await fixture.open().restoreBackup({ file });
    assert.match(restored.carriedOver.failure ?? '', /cut off/);
    const [told] = (await auditLog()).slice(-1);
    assert.equal(told?.operation, 'restore-backup');
    assert.equal(told.detail?.['auditNotCarriedOver'], restored.carriedOver.failure);
    assert.equal((await fixture.engine.listCatalogs({}))[0]?.imageCount, 3);
  });

  it('carries over from a file of the first format', async () => {
    const { file } = await fixture.engine.backUpCatalog({});
    await fixture.engine.close();
    fs.rmSync(catalogFile());
    await createEmptyCatalog(catalogFile(), schemaVersion1Statements, 1);
    const driver = await NodeSqliteDriver.open({ file: catalogFile() });
    driver.run("INSERT INTO audit_log (at, operation, path) VALUES ('2020', 'old', '/a')");
    driver.close();
    const { carriedOver, keptAs } = await fixture.open().restoreBackup({ file });
    assert.deepEqual(carriedOver, { auditEntries: 1, operations: 0, failure: null });
    const entries = await auditLog();
    assert.deepEqual(
      entries.slice(-2).map(({ operation }) => operation),
      ['old', 'restore-backup'],
    );
    const kept = await NodeSqliteDriver.open({ file: keptAs ?? '', readOnlyReason: 'kept' });
    assert.deepEqual(kept.get('PRAGMA user_version'), { user_version: 1 });
    kept.close();
    const left = fs.readdirSync(path.dirname(catalogFile()));
    assert.deepEqual(
      left.filter((name) => /\.(new|replaced)(-wal)?$/.test(name)),
      [],
    );
  });
});
