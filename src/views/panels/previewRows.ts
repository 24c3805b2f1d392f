import path from 'node:path';
import type {
  ImportForecast,
  ScanCounts,
  ScanFile,
  ScanFolder,
  ScanSummary,
  SkipReason,
} from '../../catalog/model/scan.js';
import { formatBytes, formatCount, type Translate } from '../format.js';
import type {
  AlikeOverview,
  PreviewFolder,
  PreviewForecast,
  PreviewRow,
  PreviewSettings,
  PreviewTile,
} from '../panelProtocol.js';
import {
  captureSourceText,
  captureTimeText,
  errorText,
  pathInside,
  skipReasonText,
  suspiciousText,
  warningText,
} from './fileTexts.js';

/** Translation and the reader's figures. */
export interface Texts {
  readonly t: Translate;
  readonly locale: string;
}

/** A file of the scan as a row of the preview. */
export function previewRow(
  { t, locale }: Texts,
  file: ScanFile,
  settings: PreviewSettings,
  managedDirectory: string | null,
): PreviewRow {
  const captureTime = file.facts?.captureTime ?? null;
  // The modification date is no capture date unless the user takes it for one: the file goes to `undated`.
  const isUndated =
    captureTime === null || (captureTime.source === 'mtime' && !settings.undatedByModificationDate);
  const suspicious = suspiciousText(t, captureTime?.suspicious ?? null);
  const warnings = (file.facts?.warnings ?? [])
    .filter((warning) => suspicious === null || warning.code !== 'DATE_SUSPICIOUS')
    .map((warning) => warningText(t, warning));
  return {
    id: file.id,
    name: path.posix.basename(file.relativePath),
    selected: file.selected,
    size: formatBytes(file.sizeBytes, locale),
    captured: file.facts === null ? '' : isUndated ? t('undated') : captureTimeText(captureTime),
    capturedSource: captureTime
      ? t('{0}, from: {1}', captureTimeText(captureTime), captureSourceText(t, captureTime.source))
      : null,
    warnings: suspicious === null ? warnings : [...warnings, suspicious],
    companions: companionsText(t, file),
    detail: rowDetail(t, file, settings, managedDirectory),
  };
}

function companionsText(t: Translate, file: ScanFile): string | null {
  const names = file.sidecars.map((sidecar) => path.posix.basename(sidecar)).join(', ');
  if (names !== '') return t('with {0}', names);
  return file.groupKey === null ? null : t('with its pair');
}

function rowDetail(
  t: Translate,
  file: ScanFile,
  settings: PreviewSettings,
  managedDirectory: string | null,
): string {
  if (file.error) {
    // The row names the file already; its whole path would push the reason out of sight.
    const { code, data } = file.error;
    const name = path.posix.basename(file.relativePath);
    return errorText(t, {
      code,
      data: data['path'] === file.path ? { ...data, path: name } : data,
    });
  }
  const match = file.duplicateOf;
  if (match) {
    if (match.kind === 'scan') {
      const source = file.path.slice(0, file.path.length - file.relativePath.length);
      return t('{0} in this scan', pathInside(source, match.path));
    }
    return match.sourceName === null ? match.path : t('{0} from {1}', match.path, match.sourceName);
  }
  if (settings.importMode === 'reference') return t('stays in place');
  return file.plannedPath === null ? '' : pathInside(managedDirectory, file.plannedPath);
}

export function previewFolder({ locale }: Texts, folder: ScanFolder): PreviewFolder {
  return {
    name: folder.folder,
    counts: { new: folder.newCount, duplicate: folder.duplicateCount, error: folder.errorCount },
    selectedCount: folder.selectedCount,
    sizeText: formatBytes(folder.newBytes, locale),
  };
}

/** The figures at the top. */
export function previewTiles(
  { t, locale }: Texts,
  scan: ScanSummary,
  alikes: AlikeOverview,
): PreviewTile[] {
  const { counts } = scan;
  const tile = (tab: PreviewTile['tab'], count: number, detail: string | null): PreviewTile => ({
    tab,
    count,
    countText: formatCount(count, locale),
    detail,
  });
  const passedBy = Object.values(counts.skipped).reduce((sum, count) => sum + count, 0);
  return [
    tile('new', counts.new, formatBytes(scan.totalSize, locale)),
    tile('duplicate', counts.duplicate, null),
    alikes.total === null
      ? { ...tile('alike', 0, alikes.progress?.text ?? t('not looked for yet')), countText: '–' }
      : tile('alike', alikes.total, alikes.decided),
    tile('error', counts.error, null),
    tile('passedBy', passedBy, mostCommonReason(t, counts)),
  ];
}

function mostCommonReason(t: Translate, counts: ScanCounts): string | null {
  const [first, second] = (Object.entries(counts.skipped) as [SkipReason, number][])
    .filter(([, count]) => count > 0)
    .sort((a, b) => b[1] - a[1]);
  if (!first) return null;
  const reason = skipReasonText(t, first[0]);
  return second ? t('{0}, and others', reason) : reason;
}

/** What the chosen import would do, in words. */
export function previewForecast(
  { t, locale }: Texts,
  scan: ScanSummary,
  forecast: ImportForecast,
  example: ScanFile | undefined,
  readOnly: string | null,
): PreviewForecast {
  const reference = forecast.importMode === 'reference';
  const bytes = formatBytes(scan.selectedBytes, locale);
  const needsManagedDirectory =
    forecast.blocked?.code === 'MANAGED_DIRECTORY_MISSING' ||
    forecast.blocked?.code === 'MANAGED_DIRECTORY_UNBOUND' ||
    forecast.blocked?.code === 'MANAGED_DIRECTORY_UNUSABLE';
  return {
    selectedCount: scan.selectedCount,
    selectionText: t(
      '{0} of {1} new files selected, {2}',
      formatCount(scan.selectedCount, locale),
      formatCount(scan.counts.new, locale),
      bytes,
    ),
    importLabel:
      scan.selectedCount === 1
        ? t('Import 1 file ({0})', bytes)
        : t('Import {0} files ({1})', formatCount(scan.selectedCount, locale), bytes),
    destination: reference
      ? t('The files stay in place')
      : (forecast.destinationDirectory ?? t('No managed directory is set')),
    space: spaceText(t, locale, forecast),
    enoughSpace: forecast.enoughSpace,
    undated:
      forecast.undatedCount === 0 || reference
        ? null
        : forecast.undatedCount === 1
          ? t('1 file has no capture date')
          : t('{0} files have no capture date', formatCount(forecast.undatedCount, locale)),
    blocked: blockedText(t, scan, forecast, readOnly),
    needsManagedDirectory,
    example:
      example?.plannedPath && !reference
        ? pathInside(forecast.destinationDirectory, example.plannedPath)
        : null,
  };
}

function spaceText(t: Translate, locale: string, forecast: ImportForecast): string | null {
  if (forecast.importMode === 'reference') return null;
  const { bytesNeeded, bytesReserved, freeBytes, enoughSpace } = forecast;
  const needed = formatBytes(bytesNeeded, locale);
  if (freeBytes === null) return t('{0} needed', needed);
  const free = formatBytes(freeBytes, locale);
  const volume = forecast.volume ?? forecast.destinationDirectory ?? '';
  return enoughSpace
    ? t('{0} needed, {1} free on {2}', needed, free, volume)
    : t(
        'Not enough space on {0}: {1} needed and {2} to be left free, {3} free',
        volume,
        needed,
        formatBytes(bytesReserved, locale),
        free,
      );
}

function blockedText(
  t: Translate,
  scan: ScanSummary,
  forecast: ImportForecast,
  readOnly: string | null,
): string | null {
  if (readOnly !== null) return readOnly;
  if (scan.counts.new === 0) return t('There is nothing new to import.');
  if (scan.selectedCount === 0) return t('Select at least one file.');
  if (forecast.blocked) return errorText(t, forecast.blocked);
  return forecast.enoughSpace
    ? null
    : t('Too little free space at the destination: select fewer files, or make room there.');
}
