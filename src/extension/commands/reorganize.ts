import * as vscode from 'vscode';
import type {
  FileOperationReport,
  MoveForecast,
  ReorganizeRequest,
} from '../../catalog/model/fileOperation.js';
import { parseOrganizationStrategy } from '../../catalog/model/organizationStrategy.js';
import { formatBytes } from '../../views/format.js';
import { fileCountText, imageCountText } from '../../views/trees/texts.js';
import { commands, views } from '../contributions.js';
import type { EngineHost } from '../engine/engineHost.js';
import { withOperationProgress } from '../progress.js';
import { askStrategy } from '../quickInput/strategyPrompt.js';
import type { Handler, Services } from '../services.js';
import { choosePlanned } from './choosePlanned.js';
import { argumentsOf, booleanOf, stringOf } from './commandArguments.js';
import { keptLines, tellOutcome } from './operationOutcome.js';
import { listedMoves, moveLines } from './plannedMoves.js';
import { findSelection, type SelectionTarget } from './selectionTarget.js';

/**
 * Moves managed files within the managed directory to where a strategy puts them. Arguments: imageIds, sourceId or
 * catalogId; organizationStrategy; confirmed.
 * @returns the report
 */
export function reorganizeCommands(services: Services) {
  return {
    [commands.reorganize]: (argument) => reorganize(services, argument),
  } satisfies Record<string, Handler>;
}

async function reorganize(
  services: Services,
  argument: unknown,
): Promise<FileOperationReport | undefined> {
  const target = await findSelection(services, argument);
  if (!target) return undefined;
  const { engine, selection } = target;
  const args = argumentsOf(argument);
  const confirmed = booleanOf(args, 'confirmed');
  const given = stringOf(args, 'organizationStrategy');
  const strategy = given ?? (confirmed ? undefined : await chooseStrategy(target));
  if (strategy === undefined && !confirmed) return undefined;
  const request = {
    ...selection,
    ...(strategy !== undefined && { organizationStrategy: strategy }),
  };
  if (!confirmed && !(await chooseToMove(services, engine, request))) return undefined;
  const report = await withOperationProgress(
    views.catalogs,
    vscode.l10n.t('Reorganizing files'),
    (control) => engine.client.reorganizeFiles(request, control),
  );
  if (!confirmed) {
    tellOutcome(services, engine, report, {
      done: vscode.l10n.t('{0} reorganized.', imageCountText(report.operation.imagesDone)),
      kept: vscode.l10n.t('Not moved: {0}.', imageCountText(report.keptCount)),
    });
  }
  return report;
}

async function chooseStrategy({ engine, selection }: SelectionTarget): Promise<string | undefined> {
  const { catalogId } = selection;
  const { name, defaultOrganizationStrategy } = await engine.client.getCatalog({ catalogId });
  return askStrategy(
    vscode.l10n.t('Reorganize Files of {0}', name),
    parseOrganizationStrategy(defaultOrganizationStrategy),
  );
}

/** It can be undone, so there is no modal: figures first, the list of files with both places on request. */
async function chooseToMove(
  services: Services,
  engine: EngineHost,
  request: ReorganizeRequest,
): Promise<boolean> {
  const forecast = await withOperationProgress(
    views.catalogs,
    vscode.l10n.t('Looking at what would be moved'),
    (control) => engine.client.forecastReorganize({ ...request, limit: listedMoves }, control),
  );
  const { images, files, bytes, unchanged, refusedCount, managedDirectory } = forecast;
  if (images === 0) {
    void vscode.window.showInformationMessage(
      [
        unchanged === 0 && refusedCount === 0
          ? vscode.l10n.t('There is nothing to move: no managed image is chosen.')
          : vscode.l10n.t('There is nothing to move: {0} in place.', imageCountText(unchanged)),
        ...refusedLines(forecast),
      ].join(' '),
    );
    return false;
  }
  const move = {
    label: vscode.l10n.t('Move {0} of {1}', fileCountText(files), imageCountText(images)),
    description: formatBytes(bytes),
    detail: [
      managedDirectory,
      ...(unchanged > 0 ? [vscode.l10n.t('{0} in place', imageCountText(unchanged))] : []),
      ...(refusedCount > 0 ? [vscode.l10n.t('{0} refused', imageCountText(refusedCount))] : []),
    ].join(' · '),
    value: true,
  };
  const chosen = await choosePlanned(services, {
    title: vscode.l10n.t('Reorganize Files'),
    placeholder: pathsChange(),
    choices: [move],
    document: () => planText(forecast),
  });
  return chosen === true;
}

const pathsChange = (): string =>
  vscode.l10n.t(
    'The paths of these files change: open editors and other programs that know them by path lose them.',
  );

function refusedLines({ refusedCount, refused }: MoveForecast): string[] {
  if (refusedCount === 0) return [];
  return [
    vscode.l10n.t('Not moved: {0}.', imageCountText(refusedCount)),
    ...keptLines(refused, refusedCount),
  ];
}

function planText(forecast: MoveForecast): string {
  const { files, bytes, organizationStrategy, managedDirectory } = forecast;
  const refused = refusedLines(forecast);
  return [
    `# ${vscode.l10n.t('Reorganize Files')}`,
    '',
    vscode.l10n.t(
      '{0} ({1}) would be moved within {2}, by {3}. Nothing has been done yet, and it can be undone.',
      fileCountText(files),
      formatBytes(bytes),
      managedDirectory,
      organizationStrategy,
    ),
    '',
    pathsChange(),
    '',
    ...moveLines(forecast),
    ...(refused.length > 0 ? ['', ...refused.map((line) => `- ${line}`)] : []),
  ].join('\n');
}
