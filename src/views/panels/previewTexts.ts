import type { ImportJobReport } from '../../catalog/model/importJob.js';
import type { ScanSummary } from '../../catalog/model/scan.js';
import type { EngineState } from '../../catalog/protocol/shared.js';
import { formatCount } from '../format.js';
import type { Texts } from './previewRows.js';

/** Why nothing can be imported into the catalog here. */
export function readOnlyText({ t }: Texts, { readOnlyReason, lockHolder }: EngineState): string {
  if (readOnlyReason === 'locked' && lockHolder !== null) {
    return t('The catalog is open elsewhere ({0}), so nothing can be imported here.', lockHolder);
  }
  return t('The catalog is open read-only here, so nothing can be imported.');
}

/** Why a scan in this state cannot be imported, or null if it can. */
export function statusText({ t }: Texts, scan: ScanSummary): string | null {
  switch (scan.status) {
    case 'READY':
      return null;
    case 'RUNNING':
      return t('The scan of {0} is still running.', scan.sourceName);
    case 'CANCELLED':
      return t('The scan of {0} was cancelled. Scan the source again.', scan.sourceName);
    case 'FAILED':
      return t('The scan of {0} failed. Scan the source again.', scan.sourceName);
    case 'IMPORTED':
      return t(
        'The files of this preview were imported. Scan the source again to see what is new.',
      );
  }
}

/** The result of an import in one sentence. */
export function jobText({ t, locale }: Texts, job: ImportJobReport): string {
  const imported = formatCount(job.filesImported, locale);
  const failed = formatCount(job.filesFailed, locale);
  switch (job.status) {
    case 'FAILURE':
      return t('The import failed: {0}', job.error ?? t('no file could be imported'));
    case 'CANCELLED':
      return t('The import was cancelled after {0} files.', imported);
    default:
      if (job.filesFailed > 0) return t('{0} files imported, {1} failed.', imported, failed);
      return job.filesImported === 1 ? t('1 file imported.') : t('{0} files imported.', imported);
  }
}
