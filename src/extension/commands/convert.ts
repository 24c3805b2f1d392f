import path from 'node:path';
import * as vscode from 'vscode';
import type {
  ConvertRequest,
  FileOperationReport,
  MoveForecast,
} from '../../catalog/model/fileOperation.js';
import { plain } from '../../catalog/model/migrationText.js';
import { formatBytes, formatCount } from '../../views/format.js';
import { SourceNode } from '../../views/trees/sourceNodes.js';
import { fileCountText, imageCountText } from '../../views/trees/texts.js';
import { commands, views } from '../contributions.js';
import type { EngineHost } from '../engine/engineHost.js';
import { showError } from '../messages.js';
import { withOperationProgress } from '../progress.js';
import type { Handler, Services } from '../services.js';
import { argumentsOf, booleanOf, stringOf } from './commandArguments.js';
import { keptLines } from './fileOperations.js';
import { findImages } from './imageTargets.js';
import { findCatalog, findSource } from './targets.js';

/** How many files the list of a dry run names. */
const listedMoves = 5000;

interface Conversion {
  readonly engine: EngineHost;
  readonly request: ConvertRequest;
}

/**
 * Copies referenced files into the managed directory. Arguments: imageIds, sourceId or catalogId; confirmed.
 * @returns the report
 */
export function convertCommands(services: Services) {
  return {
    [commands.convertToManaged]: async (argument) => {
      const conversion = await findConversion(services, argument);
      if (!conversion) return undefined;
      const confirmed = booleanOf(argumentsOf(argument), 'confirmed');
      if (!confirmed && !(await chooseToConvert(services, conversion))) return undefined;
      const { engine, request } = conversion;
      const report = await withOperationProgress(
        views.catalogs,
        vscode.l10n.t('Converting to managed'),
        (control) => engine.client.convertToManaged(request, control),
      );
      if (!confirmed) tellConverted(services, engine, report);
      return report;
    },
  } satisfies Record<string, Handler>;
}

async function findConversion(
  services: Services,
  argument: unknown,
): Promise<Conversion | undefined> {
  const images = findImages(services, argument);
  if (images) {
    const { engine, imageIds } = images;
    const { catalogId } = await engine.client.getImage({ imageId: imageIds[0] ?? '' });
    return { engine, request: { catalogId, imageIds } };
  }
  if (argument instanceof SourceNode || stringOf(argumentsOf(argument), 'sourceId') !== undefined) {
    const target = await findSource(services, argument);
    if (!target) return undefined;
    const { id: sourceId, catalogId } = target.source;
    return { engine: target.engine, request: { catalogId, sourceId } };
  }
  const target = await findCatalog(services, argument);
  return target && { engine: target.engine, request: { catalogId: target.catalog.id } };
}

/** Nothing is destroyed, so there is no modal: counts and room first, the list of files on request. */
async function chooseToConvert(services: Services, conversion: Conversion): Promise<boolean> {
  const { engine, request } = conversion;
  const forecast = await engine.client.forecastConvert({ ...request, limit: listedMoves });
  if (forecast.images === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('There is nothing to convert: no referenced image is chosen.'),
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
  };
  const list = { label: vscode.l10n.t('Show What Would Be Done'), description: '', detail: '' };
  const picked = await vscode.window.showQuickPick([convert, list], {
    title: vscode.l10n.t('Convert to Managed'),
    placeHolder: vscode.l10n.t('The originals stay where they are.'),
  });
  if (picked === list) {
    await services.documents.show(vscode.l10n.t('Convert to Managed'), planText(forecast));
  }
  return picked === convert;
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

function planText({ moves, files, bytes, managedDirectory }: MoveForecast): string {
  const more = files - moves.length;
  return [
    `# ${vscode.l10n.t('Convert to Managed')}`,
    '',
    vscode.l10n.t(
      '{0} ({1}) would be copied. Nothing has been done yet, and the originals stay.',
      fileCountText(files),
      formatBytes(bytes),
    ),
    '',
    ...moves.map(
      ({ from, to }) => `- ${plain(from)} → ${plain(path.relative(managedDirectory, to))}`,
    ),
    ...(more > 0 ? ['', vscode.l10n.t('… and {0} more', formatCount(more))] : []),
  ].join('\n');
}

function tellConverted(
  services: Services,
  engine: EngineHost,
  { operation, kept, keptCount }: FileOperationReport,
): void {
  const text = vscode.l10n.t('{0} converted to managed.', imageCountText(operation.imagesDone));
  const undo = vscode.l10n.t('Undo');
  const buttons = operation.imagesDone > 0 ? [undo] : [];
  const shown =
    keptCount === 0
      ? vscode.window.showInformationMessage(text, ...buttons)
      : vscode.window.showWarningMessage(
          [
            text,
            vscode.l10n.t('{0} stay referenced.', imageCountText(keptCount)),
            ...keptLines(kept.slice(0, 1), 1),
          ].join(' '),
          ...buttons,
        );
  void shown
    .then((answer) => {
      if (answer !== undo) return undefined;
      const folder = engine.folder.uri.fsPath;
      const taken = { folder, operationId: operation.id, tell: true };
      return vscode.commands.executeCommand(commands.undoFileOperation, taken);
    })
    .then(undefined, (error: unknown) => showError(error, services.log));
}
