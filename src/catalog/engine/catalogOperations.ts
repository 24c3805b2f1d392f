import * as catalogs from '../operations/catalogs.js';
import * as sources from '../operations/sources.js';
import { storageInfo } from '../operations/storageInfo.js';
import type { CatalogFileOperations } from '../protocol/catalogOperations.js';
import type { CatalogSession } from '../session.js';

/** The catalog file, its catalogs and their sources. */
export const catalogOperations = (session: CatalogSession): CatalogFileOperations => ({
  getState() {
    return session.state();
  },

  recover() {
    return session.recover();
  },

  takeOver({ confirmed }) {
    return session.takeOver(confirmed ?? false);
  },

  createCatalog(input) {
    return session.create(['catalogs'], (deps) => catalogs.createCatalog(deps, input));
  },

  listCatalogs() {
    return session.read([], (deps) =>
      deps.store.catalogs.list().map((catalog) => catalogs.summarizeCatalog(deps, catalog)),
    );
  },

  getCatalog({ catalogId }) {
    return session.readExisting((deps) =>
      catalogs.summarizeCatalog(deps, catalogs.requireCatalog(deps, catalogId)),
    );
  },

  updateCatalog(input) {
    return session.write(['catalogs'], (deps) => catalogs.updateCatalog(deps, input));
  },

  deleteCatalog({ catalogId }) {
    return session.write(['catalogs', 'sources', 'scans', 'importJobs', 'images'], (deps) => {
      session.work.requireIdle(catalogId);
      return catalogs.deleteCatalog(deps, catalogId);
    });
  },

  getStorageInfo({ catalogId }) {
    return session.readExisting((deps) => storageInfo(deps, catalogId));
  },

  createSource(input) {
    return session.write(['sources', 'catalogs'], (deps) => sources.createSource(deps, input));
  },

  listSources(input) {
    return session.read([], (deps) => sources.listSources(deps, input));
  },

  getSource({ sourceId }) {
    return session.readExisting((deps) => sources.getSource(deps, sourceId));
  },

  updateSource(input) {
    return session.write(['sources'], (deps) => sources.updateSource(deps, input));
  },

  deleteSource({ sourceId }) {
    return session.write(['sources', 'catalogs', 'scans', 'importJobs'], (deps) => {
      session.work.requireIdle(sources.requireSource(deps, sourceId).catalogId);
      sources.deleteSource(deps, sourceId);
    });
  },
});
