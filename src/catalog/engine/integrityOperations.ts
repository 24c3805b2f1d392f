import type { OperationControl } from '../model/progress.js';
import type { CheckFilesRequest, CheckReport, RelocateReport } from '../model/integrity.js';
import * as integrity from '../operations/integrity.js';
import type { OperationDeps } from '../operations/operationDeps.js';
import type { IntegrityOperations } from '../protocol/integrityOperations.js';
import type { CatalogSession } from '../session.js';

/** Whether the files of the catalog are there and what they were. */
export const integrityOperations = (session: CatalogSession): IntegrityOperations => {
  const { work } = session;

  /** A dry run changes nothing: it needs no right to, and nobody is told. */
  function withRight<T>(
    dryRun: boolean | undefined,
    run: (deps: OperationDeps) => Promise<T>,
  ): Promise<T> {
    if (dryRun) return session.readExisting(run);
    return session.write(['images', 'catalogs', 'sources'], run);
  }

  /** Runs alone in its catalog; a dry run beside everything else. */
  function exclusive<T>(
    catalogId: (deps: OperationDeps) => string,
    { id, dryRun }: { readonly id: string; readonly dryRun: boolean | undefined },
    control: OperationControl,
    start: (deps: OperationDeps, own: OperationControl) => Promise<T>,
  ): Promise<T> {
    if (dryRun) return session.readLong(control, start);
    return withRight(false, (deps) =>
      work.run({ kind: 'files', id, catalogId: catalogId(deps) }, control, (own) =>
        start(deps, own),
      ),
    );
  }

  /** Views are told only of news: most checks find none. */
  async function checkAside(
    input: CheckFilesRequest,
    control: OperationControl,
  ): Promise<CheckReport> {
    const report = await session.readExisting((deps) =>
      work.runAside(control, (own) => integrity.checkCatalogFiles(deps, input, own)),
    );
    if (report.newlyMissing + report.newlyChanged + report.found > 0) {
      await session.write(['images', 'catalogs', 'sources'], () => undefined);
    }
    return report;
  }

  return {
    checkFiles(input, control = {}) {
      if (!input.background) {
        return exclusive(
          () => input.catalogId,
          { id: 'check', dryRun: input.dryRun },
          control,
          (deps, own) => integrity.checkCatalogFiles(deps, input, own),
        );
      }
      return checkAside(input, control);
    },

    relocateFiles(input, control = {}) {
      return withRight(input.dryRun, async (deps) => {
        const request = integrity.relocateRequest(deps, input);
        const reports: RelocateReport[] = [];
        for (const catalog of integrity.catalogsAt(deps, request)) {
          const description = { kind: 'files', id: 'relocate', catalogId: catalog.id } as const;
          const report = await work.run(description, control, (own) =>
            integrity.relocateInCatalog(deps, catalog, request, own),
          );
          reports.push(report);
        }
        return integrity.joinedReports(request, reports);
      });
    },

    verifyFiles(input, control = {}) {
      return exclusive(
        () => input.catalogId,
        { id: 'verify', dryRun: input.dryRun },
        control,
        (deps, own) => integrity.verifyCatalogFiles(deps, input, own),
      );
    },

    acceptEdited(input, control = {}) {
      return exclusive(
        (deps) => integrity.catalogOfImages(deps, input.imageIds),
        { id: 'accept', dryRun: input.dryRun },
        control,
        (deps, own) => integrity.acceptEditedFiles(deps, input, own),
      );
    },
  };
};
