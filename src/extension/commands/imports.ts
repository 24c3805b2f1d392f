import * as vscode from 'vscode';
import { CatalogError } from '../../catalog/model/errors.js';
import {
  importModes,
  type ImportJobReport,
  type ImportRequest,
} from '../../catalog/model/importJob.js';
import type { ImportForecast, ScanSummary } from '../../catalog/model/scan.js';
import type { SourceSummary } from '../../catalog/model/source.js';
import { formatBytes, formatCount } from '../../views/format.js';
import { openImportPreview } from '../../views/panels/importPreviewPanel.js';
import { openJobReport } from '../../views/panels/jobReportPanel.js';
import { fileCountText, importModeText } from '../../views/trees/texts.js';
import { commands, views } from '../contributions.js';
import type { EngineHost } from '../engine/engineHost.js';
import { errorText } from '../messages.js';
import { withOperationProgress } from '../progress.js';
import type { Handler, Services } from '../services.js';
import { readSetting, scanPatterns } from '../settings.js';
import {
  argumentsOf,
  booleanOf,
  choiceOf,
  stringOf,
  type CommandArguments,
} from './commandArguments.js';
import { findJob, findSource, type SourceTarget } from './targets.js';

export function importCommands(services: Services) {
  return {
    [commands.scanSource]: async (argument) => {
      const target = await findSource(services, argument);
      return target && scanAndShow(services, target, {}, argumentsOf(argument));
    },
    [commands.openImportPreview]: async (argument) => {
      const hasPreview = (source: SourceSummary): boolean => source.openScanId !== null;
      const target = await findSource(services, argument, hasPreview);
      if (!target) return undefined;
      const scanId = target.source.openScanId;
      // A source whose preview is gone is scanned again: that is what the user wants to see.
      if (scanId === null) return scanAndShow(services, target, {}, argumentsOf(argument));
      return showPreview(services, target.engine, scanId);
    },
    [commands.importSource]: async (argument) => {
      const target = await findSource(services, argument);
      return target && importFromSource(services, target, argumentsOf(argument));
    },
    [commands.showImportJob]: async (argument) => {
      const target = await findJob(services, argument);
      if (!target) return;
      const { engine, job } = target;
      openJobReport(services.context, engine.client, engine.folder.uri, job.id);
    },
    [commands.cancelImportJob]: async (argument) => {
      const target = await findJob(services, argument, ({ status }) => status === 'RUNNING');
      if (target) await target.engine.client.cancelImportJob({ jobId: target.job.id });
    },
    [commands.refresh]: () => {
      services.overview.refresh();
      return Promise.resolve();
    },
    [commands.showLog]: () => {
      services.log.show();
      return Promise.resolve();
    },
  } satisfies Record<string, Handler>;
}

/**
 * Scans a source under a progress notification, then shows the preview, or imports if the source says so.
 * Resolves to undefined if the user cancelled. Argument `open: false` shows nothing.
 */
export async function scanAndShow(
  services: Services,
  target: SourceTarget,
  request: { readonly onlyPaths?: readonly string[] },
  args?: CommandArguments,
): Promise<ScanSummary | undefined> {
  const scan = await runScan(target, request);
  if (scan?.status !== 'READY' || args?.['open'] === false) return scan;
  if (target.source.autoImport && scan.counts.new > 0) {
    await confirmAndImport(services, target, scan, args);
  } else if (scan.counts.new + scan.counts.duplicate + scan.counts.error === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('There are no photos or videos in {0}.', target.source.sourcePath),
    );
  } else {
    await showPreview(services, target.engine, scan.scanId);
  }
  return scan;
}

async function runScan(
  { engine, source }: SourceTarget,
  request: { readonly onlyPaths?: readonly string[] },
): Promise<ScanSummary | undefined> {
  try {
    return await withOperationProgress(
      views.sources,
      vscode.l10n.t('Scanning {0}', source.name),
      (control) =>
        engine.client.scanSource(
          {
            sourceId: source.id,
            ...scanPatterns(engine.folder.uri, source.sourcePath),
            ...request,
          },
          control,
        ),
    );
  } catch (error) {
    if (CatalogError.is(error, 'CANCELLED')) return undefined;
    throw error;
  }
}

function showPreview(services: Services, engine: EngineHost, scanId: string): Promise<void> {
  return openImportPreview(services.context, engine.client, engine.folder.uri, scanId);
}

/** Arguments: sourceId, scanId, importMode, organizationStrategy, confirmed. */
async function importFromSource(
  services: Services,
  target: SourceTarget,
  args: CommandArguments | undefined,
): Promise<ImportJobReport | undefined> {
  const { engine, source } = target;
  const scanId = stringOf(args, 'scanId') ?? source.openScanId;
  const scan =
    scanId === null ? await runScan(target, {}) : await engine.client.getScan({ scanId });
  if (scan?.status !== 'READY') return undefined;
  if (scan.selectedCount === 0) {
    const open = vscode.l10n.t('Open Preview');
    void vscode.window
      .showInformationMessage(vscode.l10n.t('{0} has nothing new to import.', source.name), open)
      .then((answer) => {
        if (answer === open) void showPreview(services, engine, scan.scanId);
      });
    return undefined;
  }
  return confirmAndImport(services, target, scan, args);
}

async function confirmAndImport(
  services: Services,
  target: SourceTarget,
  scan: ScanSummary,
  args: CommandArguments | undefined,
): Promise<ImportJobReport | undefined> {
  const { engine, source } = target;
  const mode = choiceOf(args, 'importMode', importModes);
  const strategy = stringOf(args, 'organizationStrategy');
  const settings = {
    importMode: mode ?? source.defaultImportMode,
    ...(strategy !== undefined && { organizationStrategy: strategy }),
    undatedByModificationDate: readSetting(
      'imageCatalog.import.undatedByModificationDate',
      engine.folder.uri,
    ),
  };
  const forecast = await engine.client.forecastImport({ scanId: scan.scanId, ...settings });
  if (forecast.blocked) throw new CatalogError(forecast.blocked.code, forecast.blocked.data);
  if (!forecast.enoughSpace) throw diskFull(forecast);
  const confirmed =
    booleanOf(args, 'confirmed') ||
    // A source that imports after every scan was set up to do so; removing originals is still asked for.
    (source.autoImport && args?.['importMode'] === undefined && forecast.importMode !== 'move');
  if (!confirmed) {
    const answer = await askToImport(source, forecast);
    if (answer === 'preview') await showPreview(services, engine, scan.scanId);
    if (answer !== 'import') return undefined;
  }
  return runImport(services, target, {
    sourceId: source.id,
    scanId: scan.scanId,
    ...settings,
  });
}

function diskFull(forecast: ImportForecast): CatalogError {
  const { volume, bytesNeeded, bytesReserved, freeBytes: free } = forecast;
  return new CatalogError('DISK_FULL', { volume, needed: bytesNeeded + bytesReserved, free });
}

async function askToImport(
  source: SourceSummary,
  forecast: ImportForecast,
): Promise<'import' | 'preview' | undefined> {
  const start = vscode.l10n.t('Import');
  const preview = vscode.l10n.t('Open Preview');
  const details = [
    vscode.l10n.t('Mode: {0}', importModeText(forecast.importMode)),
    ...(forecast.destinationDirectory === null
      ? []
      : [vscode.l10n.t('Into: {0}', forecast.destinationDirectory)]),
    ...(forecast.importMode === 'move'
      ? [
          vscode.l10n.t(
            'Each original in {0} is removed after its copy was checked.',
            source.sourcePath,
          ),
        ]
      : []),
  ];
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t(
      'Import {0} ({1}) from {2}?',
      fileCountText(forecast.fileCount),
      formatBytes(forecast.bytes),
      source.name,
    ),
    { modal: true, detail: details.join('\n') },
    start,
    preview,
  );
  if (answer === start) return 'import';
  return answer === preview ? 'preview' : undefined;
}

async function runImport(
  services: Services,
  { engine, source }: SourceTarget,
  request: ImportRequest,
): Promise<ImportJobReport> {
  const report = await withOperationProgress(
    views.importJobs,
    vscode.l10n.t('Importing from {0}', source.name),
    (control) => engine.client.importSource(request, control),
  );
  await showOutcome(services, engine, report);
  return report;
}

/** Says in one notification how an import ended. Does not wait for the answer. */
export async function showOutcome(
  services: Services,
  engine: EngineHost,
  report: ImportJobReport,
): Promise<void> {
  const show = vscode.l10n.t('Show Report');
  const imported = fileCountText(report.filesImported);
  let shown: Thenable<string | undefined>;
  if (report.itemCounts.sourceKept > 0 && report.status === 'SUCCESS') {
    shown = vscode.window.showWarningMessage(
      vscode.l10n.t(
        '{0} imported into {1}. {2} of the originals could not be removed; the report says why.',
        imported,
        report.catalogName,
        formatCount(report.itemCounts.sourceKept),
      ),
      show,
    );
  } else if (report.status === 'SUCCESS') {
    shown = vscode.window.showInformationMessage(
      vscode.l10n.t('{0} imported into {1}.', imported, report.catalogName),
      show,
    );
  } else if (report.status === 'CANCELLED') {
    shown = vscode.window.showInformationMessage(
      vscode.l10n.t('The import was cancelled. {0} had been imported.', imported),
      show,
    );
  } else {
    shown = vscode.window.showWarningMessage(
      vscode.l10n.t(
        '{0} imported, {1} failed. {2}',
        imported,
        formatCount(report.filesFailed),
        report.error ?? (await firstError(engine, report.id)),
      ),
      show,
    );
  }
  void shown.then((answer) => {
    if (answer === show) {
      openJobReport(services.context, engine.client, engine.folder.uri, report.id);
    }
  });
}

/** What went wrong with the first file that failed. */
async function firstError(engine: EngineHost, jobId: string): Promise<string> {
  const { items } = await engine.client.listImportItems({ jobId, states: ['FAILED'], limit: 1 });
  const [item] = items;
  return item?.errorCode ? errorText(item.errorCode, item.errorData ?? {}) : '';
}
