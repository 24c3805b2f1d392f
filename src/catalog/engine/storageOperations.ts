import { auditPage } from '../operations/audit.js';
import { backUpCatalog } from '../operations/backups.js';
import { checkOutput, exportPart, writeExport } from '../operations/exports.js';
import { storageReport } from '../operations/storageReport.js';
import { inspectBackup, listBackupContents } from '../store/restoreBackup.js';
import type { StorageOperations } from '../protocol/storageOperations.js';
import type { CatalogSession } from '../session.js';

/** What the catalog takes, what is taken out of it, and what was done with it. */
export const storageOperations = (session: CatalogSession): StorageOperations => ({
  getStorageReport({ catalogId }, control = {}) {
    return session.readLong(control, (deps, own) => storageReport(deps, catalogId, own));
  },

  readExport({ request, from, limit }) {
    return session.readExisting((deps) => exportPart(deps, request, from, limit));
  },

  writeExport(input, control = {}) {
    return session.readLong(control, (deps, own) => writeExport(deps, input, own));
  },

  checkOutput(input) {
    return session.readExisting((deps) => {
      checkOutput(deps, input);
    });
  },

  listBackups() {
    return listBackupContents(session.catalogFile);
  },

  inspectBackup({ file }) {
    return inspectBackup(file);
  },

  backUpCatalog(input) {
    return session.write(['state'], (deps) => backUpCatalog(deps, input));
  },

  restoreBackup({ file }) {
    return session.restore(file);
  },

  listAudit(input) {
    return session.read({ total: 0, entries: [] }, (deps) => auditPage(deps, input));
  },

  getAuditFacets() {
    return session.read({ operations: [], catalogs: [] }, (deps) => deps.store.auditLog.facets());
  },
});
