import { compareImages } from '../operations/compareImages.js';
import * as duplicates from '../operations/duplicates.js';
import * as lookAlikes from '../operations/lookAlikes.js';
import * as resolving from '../operations/resolveDuplicates.js';
import type { OperationControl } from '../model/progress.js';
import type { PictureDeps } from '../operations/pictures.js';
import type { DuplicateOperations } from '../protocol/duplicateOperations.js';
import type { CatalogSession } from '../session.js';

/** Duplicates: found, decided on, resolved. */
export const duplicateOperations = (session: CatalogSession): DuplicateOperations => ({
  findDuplicates(input, control = {}) {
    return session.readLong(control, (deps, own) => duplicates.findDuplicates(deps, input, own));
  },

  listBursts(input, control = {}) {
    return session.readLong(control, (deps, own) => duplicates.listBursts(deps, input, own));
  },

  decideDuplicates(input) {
    return session.write(['duplicates'], (deps) => duplicates.decideDuplicates(deps, input));
  },

  undoDuplicateDecision(input) {
    return session.write(['duplicates'], (deps) => duplicates.undoDecision(deps, input));
  },

  exportDuplicates(input, control = {}) {
    return session.readLong(control, (deps, own) => duplicates.exportDuplicates(deps, input, own));
  },

  planResolve(input, control = {}) {
    return session.readLong(control, (deps, own) => resolving.planResolve(deps, input, own));
  },

  listResolveEntries(input) {
    return session.readExisting((deps) => resolving.listResolveEntries(deps, input));
  },

  applyResolve(input, control = {}) {
    const catalogOf = (deps: PictureDeps): string => resolving.catalogOfPlan(deps, input);
    return changing(session, 'resolve', catalogOf, control, (deps, own) =>
      resolving.applyResolve(deps, input, own),
    );
  },

  undoResolve(input, control = {}) {
    const catalogOf = (deps: PictureDeps): string => resolving.catalogOfResolution(deps, input);
    return changing(session, 'undo-resolve', catalogOf, control, (deps, own) =>
      resolving.undoResolve(deps, input, own),
    );
  },

  compareImages(input) {
    return session.readExisting((deps) => compareImages(deps, input));
  },

  distanceSamples(input, control = {}) {
    return session.readLong(control, (deps, own) => duplicates.distanceSamples(deps, input, own));
  },

  nearDuplicatesOfScan(input, control = {}) {
    return session.readLong(control, (deps, own) =>
      lookAlikes.nearDuplicatesOfScan(deps, input, own),
    );
  },

  listLookAlikes(input) {
    return session.readExisting((deps) => lookAlikes.listLookAlikes(deps, input));
  },

  decideLookAlikes(input) {
    return session.write(['scans'], (deps) => lookAlikes.decideLookAlikes(deps, input));
  },
});

/** Takes images out or brings them back: alone in its catalog. */
function changing<T>(
  session: CatalogSession,
  id: string,
  catalogOf: (deps: PictureDeps) => string,
  control: OperationControl,
  work: (deps: PictureDeps, own: OperationControl) => Promise<T>,
): Promise<T> {
  return session.write(['images', 'catalogs', 'duplicates'], (deps) =>
    session.work.run({ kind: 'files', id, catalogId: catalogOf(deps) }, control, (own) =>
      work(deps, own),
    ),
  );
}
