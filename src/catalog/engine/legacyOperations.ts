import * as legacy from '../operations/legacy.js';
import type { LegacyOperations } from '../protocol/legacyOperations.js';
import type { CatalogSession } from '../session.js';

/** Old catalogs. */
export const legacyOperations = (session: CatalogSession): LegacyOperations => ({
  listLegacyCatalogs({ from }) {
    return session.readIfAny((deps) =>
      legacy.listLegacyCatalogs(deps ?? legacy.withoutStore, from),
    );
  },

  planMigration(input, control = {}) {
    return session.readIfAny((deps) =>
      session.work.run({ kind: 'scan', id: input.from, catalogId: '' }, control, (own) =>
        legacy.planMigration(deps ?? legacy.withoutStore, input, own),
      ),
    );
  },

  migrateLegacy(input, control = {}) {
    const changes = ['catalogs', 'sources', 'importJobs', 'images', 'scans'] as const;
    return legacy.migrateLegacy(
      input,
      (work) =>
        session.readIfAny((deps) =>
          session.work.run({ kind: 'scan', id: input.from, catalogId: '' }, control, (own) =>
            work(deps ?? legacy.withoutStore, own),
          ),
        ),
      (work) =>
        session.create(changes, (deps) => {
          session.work.requireNothing();
          const description = { kind: 'import', id: input.from, catalogId: '' } as const;
          return session.work.run(description, control, (own) => work(deps, own));
        }),
    );
  },

  listMigrations({ catalogId }) {
    return session.read([], (deps) => legacy.listMigrations(deps, catalogId));
  },

  writeMigrationReport(input) {
    return session.readExisting((deps) => legacy.writeMigrationReport(deps, input));
  },
});
