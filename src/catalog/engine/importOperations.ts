import * as jobs from '../operations/importJobs.js';
import { replaceByImport } from '../operations/replaceByImport.js';
import * as safety from '../operations/safety.js';
import * as scans from '../operations/scans.js';
import * as sources from '../operations/sources.js';
import { CatalogError } from '../model/errors.js';
import type { OperationControl } from '../model/progress.js';
import type { OperationDeps } from '../operations/operationDeps.js';
import type { ImportOperations } from '../protocol/importOperations.js';
import type { CatalogSession } from '../session.js';

/** Scans, previews and import jobs. */
export const importOperations = (session: CatalogSession): ImportOperations => ({
  async scanSource(input, control = {}) {
    const summary = await session.write(['scans', 'sources'], (deps) => {
      const { catalogId } = sources.requireSource(deps, input.sourceId);
      return session.work.run({ kind: 'scan', id: input.sourceId, catalogId }, control, (own) =>
        scans.scan(deps, input, own),
      );
    });
    // Only then images have changed.
    if (summary.relinked) await session.write(['images', 'catalogs'], () => undefined);
    return summary;
  },

  getScan({ scanId }) {
    return session.readExisting((deps) => scans.requireScan(deps, scanId));
  },

  listScanFiles(input) {
    return session.readExisting((deps) => scans.listFiles(deps, input));
  },

  listScanFolders({ scanId }) {
    return session.readExisting((deps) => {
      scans.requireScan(deps, scanId);
      return deps.store.scanFiles.folders(scanId);
    });
  },

  listScanSkipped(input) {
    return session.readExisting((deps) => scans.listSkipped(deps, input));
  },

  checkSafeToErase({ sourceId }, control = {}) {
    return session.readLong(control, (deps, own) => safety.checkErase(deps, sourceId, own));
  },

  setScanSelection(input) {
    return session.write(['scans'], (deps) => scans.setSelection(deps, input));
  },

  forecastImport(input) {
    return session.readExisting((deps) => scans.forecast(deps, input));
  },

  importSource(input, control = {}) {
    return session.write(['importJobs', 'images', 'scans', 'sources', 'catalogs'], (deps) => {
      const { catalogId } = sources.requireSource(deps, input.sourceId);
      return session.work.run({ kind: 'import', id: input.scanId, catalogId }, control, (own) =>
        jobs.runImport(deps, input, own),
      );
    });
  },

  async cancelImportJob({ jobId }) {
    if (!session.work.cancelJob(jobId)) {
      await session.readExisting((deps) => jobs.requireJob(deps, jobId));
      throw new CatalogError('JOB_NOT_RUNNING', { job: jobId });
    }
  },

  resumeImportJob({ jobId }, control = {}) {
    return runJob(session, jobId, control, safety.resumeImport);
  },

  rollBackImportJob({ jobId }, control = {}) {
    return runJob(session, jobId, control, safety.rollBackImport);
  },

  forecastUndo({ jobId }, control = {}) {
    return session.readLong(control, (deps, own) => safety.forecastUndoOf(deps, jobId, own));
  },

  undoImportJob({ jobId }, control = {}) {
    return runJob(session, jobId, control, safety.undoImport);
  },

  replaceByImport({ jobId }, control = {}) {
    return runJob(session, jobId, control, (deps, id, own) =>
      replaceByImport(deps, jobs.requireJob(deps, id), own),
    );
  },

  getJobManifest({ jobId }) {
    return session.readExisting((deps) => safety.manifestOf(deps, jobId));
  },

  writeJobManifest(input) {
    return session.readLong({}, (deps) => safety.writeManifest(deps, input));
  },

  listImportJobs(input) {
    return session.read({ total: 0, jobs: [] }, (deps) => jobs.listJobs(deps, input));
  },

  getImportJob({ jobId }) {
    return session.readExisting((deps) => jobs.jobReport(deps, jobId));
  },

  listImportItems(input) {
    return session.readExisting((deps) => jobs.listItems(deps, input));
  },
});

function runJob<Result>(
  session: CatalogSession,
  jobId: string,
  control: OperationControl,
  work: (deps: OperationDeps, jobId: string, own: OperationControl) => Promise<Result>,
): Promise<Result> {
  return session.write(['importJobs', 'images', 'scans', 'sources', 'catalogs'], (deps) => {
    const { catalogId } = jobs.requireJob(deps, jobId);
    const description = { kind: 'import', id: jobId, catalogId, jobId } as const;
    return session.work.run(description, control, (own) => work(deps, jobId, own));
  });
}
