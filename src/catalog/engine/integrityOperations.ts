import * as integrity from '../operations/integrity.js';
import type { IntegrityOperations } from '../protocol/integrityOperations.js';
import type { CatalogSession } from '../session.js';

/** Whether the files of the catalog are there and what they were. */
export const integrityOperations = (session: CatalogSession): IntegrityOperations => ({
  checkFiles(input, control = {}) {
    return session.write(['images', 'catalogs', 'sources'], (deps) => {
      const { catalogId } = input;
      if (input.background) {
        return session.work.runAside(control, (own) =>
          integrity.checkCatalogFiles(deps, input, own),
        );
      }
      return session.work.run({ kind: 'files', id: 'check', catalogId }, control, (own) =>
        integrity.checkCatalogFiles(deps, input, own),
      );
    });
  },
});
