import * as vscode from 'vscode';
import type { MoveForecast } from '../../catalog/model/fileOperation.js';
import { formatBytes } from '../../views/format.js';
import { fileCountText, imageCountText } from '../../views/trees/texts.js';
import { commands, views } from '../contributions.js';
import { withOperationProgress } from '../progress.js';
import type { Handler, Services } from '../services.js';
import { choosePlanned } from './choosePlanned.js';
import { argumentsOf, booleanOf } from './commandArguments.js';
import { keptLines, tellOutcome } from './operationOutcome.js';
import { listedMoves, moveLines } from './plannedMoves.js';
import { findSelection, type SelectionTarget } from './selectionTarget.js';

/**
 * Copies referenced files into the managed directory. Arguments: imageIds, sourceId or catalogId; confirmed.
 * @returns the report
 */
export function convertCommands(services: Services) {
  return {
    [commands.convertToManaged]: async (argument) => {
      const target = await findSelection(services, argument);
      if (!target) return undefined;
      const confirmed = booleanOf(argumentsOf(argument), 'confirmed');
      if (!confirmed && !(await chooseToConvert(services, target))) return undefined;
      const { engine, selection } = target;
      const report = await withOperationProgress(
        views.catalogs,
        vscode.l10n.t('Converting to managed'),
        (control) => engine.client.convertToManaged(selection, control),
      );
      if (!confirmed) {
        tellOutcome(services, engine, report, {
          done: vscode.l10n.t(
            '{0} converted to managed.',
            imageCountText(report.operation.imagesDone),
          ),
          kept: vscode.l10n.t('Still referenced: {0}.', imageCountText(report.keptCount)),
        });
      }
      return report;
    },
  } satisfies Record<string, Handler>;
}

/** Nothing is destroyed, so there is no modal: counts and room first, the list of files on request. */
async function chooseToConvert(
  services: Services,
  { engine, selection }: SelectionTarget,
): Promise<boolean> {
  const forecast = await withOperationProgress(
    views.catalogs,
    vscode.l10n.t('Looking at what would be converted'),
    (control) => engine.client.forecastConvert({ ...selection, limit: listedMoves }, control),
  );
  if (forecast.images === 0) {
    void vscode.window.showInformationMessage(
      forecast.refusedCount === 0
        ? vscode.l10n.t('There is nothing to convert: no referenced image is chosen.')
        : refusedLines(forecast).join(' '),
    );
    return false;
  }
  const convert = {
    label: vscode.l10n.t(
      'Copy {0} of {1} into the managed directory',
      fileCountText(forecast.files),
      imageCountText(forecast.images),
    ),
    description: formatBytes(forecast.bytes),
    detail: roomText(forecast),
    value: true,
  };
  const chosen = await choosePlanned(services, {
    title: vscode.l10n.t('Convert to Managed'),
    placeholder: vscode.l10n.t('The originals stay where they are.'),
    choices: [convert],
    document: () => planText(forecast),
  });
  return chosen === true;
}

function roomText({ managedDirectory, freeBytes, bytesNeeded, enoughSpace }: MoveForecast): string {
  const room =
    freeBytes === null
      ? ''
      : enoughSpace
        ? vscode.l10n.t('{0} free', formatBytes(freeBytes))
        : vscode.l10n.t(
            'Not enough room: {0} needed, {1} free',
            formatBytes(bytesNeeded),
            formatBytes(freeBytes),
          );
  return [managedDirectory, room].filter((part) => part !== '').join(' · ');
}

function planText(forecast: MoveForecast): string {
  return [
    `# ${vscode.l10n.t('Convert to Managed')}`,
    '',
    vscode.l10n.t(
      '{0} ({1}) would be copied. Nothing has been done yet, and the originals stay.',
      fileCountText(forecast.files),
      formatBytes(forecast.bytes),
    ),
    '',
    ...moveLines(forecast),
    ...refusedLines(forecast).flatMap((line) => ['', line]),
  ].join('\n');
}

function refusedLines({ refusedCount, refused }: MoveForecast): string[] {
  if (refusedCount === 0) return [];
  return [
    vscode.l10n.t('Still referenced: {0}.', imageCountText(refusedCount)),
    ...keptLines(refused, refusedCount),
  ];
}
