import type { OperationControl } from '../model/progress.js';
import type { CheckFilesRequest, CheckReport } from '../model/integrity.js';
import * as integrity from '../operations/integrity.js';
import { pageOf, type OperationDeps } from '../operations/operationDeps.js';
import { catalogsAt, relocateFiles, relocateRequest } from '../operations/relocate.js';
import type { IntegrityOperations } from '../protocol/integrityOperations.js';
import type { CatalogSession } from '../session.js';

/** Whether the files of the catalog are there and what they were. */
export const integrityOperations = (session: CatalogSession): IntegrityOperations => {
  const { work } = session;

  /** Runs alone in its catalogs; a dry run beside everything else: it needs no right, and nobody is told. */
  function exclusive<T>(
    catalogIds: (deps: OperationDeps) => readonly string[],
    { id, dryRun }: { readonly id: string; readonly dryRun: boolean | undefined },
    control: OperationControl,
    start: (deps: OperationDeps, own: OperationControl) => Promise<T>,
  ): Promise<T> {
    if (dryRun) return session.readLong(control, start);
    return session.write(['images', 'catalogs', 'sources'], (deps) => {
      const inEach = (
        [catalogId, ...others]: readonly string[],
        own: OperationControl,
      ): Promise<T> =>
        catalogId === undefined
          ? start(deps, own)
          : work.run({ kind: 'files', id, catalogId }, own, (inner) => inEach(others, inner));
      return inEach(catalogIds(deps), control);
    });
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
          () => [input.catalogId],
          { id: 'check', dryRun: input.dryRun },
          control,
          (deps, own) => integrity.checkCatalogFiles(deps, input, own),
        );
      }
      return checkAside(input, control);
    },

    listMarkedFiles(input) {
      return session.read([], ({ store }) => store.fileChecks.marked(input.marks, pageOf(input)));
    },

    relocateFiles(input, control = {}) {
      return exclusive(
        (deps) => catalogsAt(deps, relocateRequest(deps, input)).map(({ id }) => id),
        { id: 'relocate', dryRun: input.dryRun },
        control,
        (deps, own) => relocateFiles(deps, relocateRequest(deps, input), own),
      );
    },

    verifyFiles(input, control = {}) {
      return exclusive(
        () => [input.catalogId],
        { id: 'verify', dryRun: input.dryRun },
        control,
        (deps, own) => integrity.verifyCatalogFiles(deps, input, own),
      );
    },

    acceptEdited(input, control = {}) {
      return exclusive(
        (deps) => [integrity.catalogOfImages(deps, input.imageIds)],
        { id: 'accept', dryRun: input.dryRun },
        control,
        (deps, own) => integrity.acceptEditedFiles(deps, input, own),
      );
    },
  };
};
