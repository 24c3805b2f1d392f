import { compareImages } from '../operations/compareImages.js';
import * as duplicates from '../operations/duplicates.js';
import * as lookAlikes from '../operations/lookAlikes.js';
import * as resolving from '../operations/resolveDuplicates.js';
import type { DuplicateOperations } from '../protocol/duplicateOperations.js';
import type { CatalogSession } from '../session.js';

/** Duplicates: found, decided on, resolved. */
export const duplicateOperations = (session: CatalogSession): DuplicateOperations => ({
  findDuplicates(input, control = {}) {
    return session.readExisting((deps) => duplicates.findDuplicates(deps, input, control));
  },

  listBursts(input, control = {}) {
    return session.readExisting((deps) => duplicates.listBursts(deps, input, control));
  },

  decideDuplicates(input) {
    return session.write(['duplicates'], (deps) => duplicates.decideDuplicates(deps, input));
  },

  undoDuplicateDecision(input) {
    return session.write(['duplicates'], (deps) => duplicates.undoDecision(deps, input));
  },

  exportDuplicates(input, control = {}) {
    return session.readExisting((deps) => duplicates.exportDuplicates(deps, input, control));
  },

  planResolve(input, control = {}) {
    return session.readExisting((deps) => resolving.planResolve(deps, input, control));
  },

  listResolveEntries(input) {
    return session.readExisting((deps) => resolving.listResolveEntries(deps, input));
  },

  applyResolve(input, control = {}) {
    return session.write(['images', 'catalogs', 'duplicates'], (deps) =>
      resolving.applyResolve(deps, input, control),
    );
  },

  undoResolve(input, control = {}) {
    return session.write(['images', 'catalogs', 'duplicates'], (deps) =>
      resolving.undoResolve(deps, input, control),
    );
  },

  compareImages(input) {
    return session.readExisting((deps) => compareImages(deps, input));
  },

  distanceSamples(input, control = {}) {
    return session.readExisting((deps) => duplicates.distanceSamples(deps, input, control));
  },

  nearDuplicatesOfScan(input, control = {}) {
    return session.readExisting((deps) => lookAlikes.nearDuplicatesOfScan(deps, input, control));
  },

  listLookAlikes(input) {
    return session.readExisting((deps) => lookAlikes.listLookAlikes(deps, input));
  },

  decideLookAlikes(input) {
    return session.write(['scans'], (deps) => lookAlikes.decideLookAlikes(deps, input));
  },
});
