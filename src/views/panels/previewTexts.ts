import type { ImportJobReport } from '../../catalog/model/importJob.js';
import type { ScanSummary } from '../../catalog/model/scan.js';
import type { EngineState } from '../../catalog/protocol/shared.js';
import { formatCount } from '../format.js';
import { errorText, shortError } from './fileTexts.js';
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

/** The result of an import, and what became of the images that it was to replace. */
export function jobText(texts: Texts, job: ImportJobReport): string {
  const { t, locale } = texts;
  const { replaced, kept } = job.replacements ?? { replaced: 0, kept: [] };
  const sentences = [importText(texts, job)];
  if (replaced === 1) sentences.push(t('1 image was replaced.'));
  if (replaced > 1) sentences.push(t('{0} images were replaced.', formatCount(replaced, locale)));
  const [first] = kept;
  const left = openReplacementsText(texts, job);
  if (left !== null) sentences.push(left);
  if (first) sentences.push(errorText(t, shortError(first.error)));
  return sentences.join(' ');
}

/** Images that a job was to replace and has not, or null without any. */
export function openReplacementsText({ t, locale }: Texts, job: ImportJobReport): string | null {
  const open = job.replacements?.open ?? 0;
  if (open === 0) return null;
  if (open === 1) return t('1 image that was to be replaced is still in the catalog.');
  const count = formatCount(open, locale);
  return t('{0} images that were to be replaced are still in the catalog.', count);
}

function importText({ t, locale }: Texts, job: ImportJobReport): string {
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
