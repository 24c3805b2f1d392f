import path from 'node:path';
import * as vscode from 'vscode';
import type {
  DeleteForecast,
  DeleteImagesRequest,
  FileOperationReport,
} from '../../catalog/model/fileOperation.js';
import { formatBytes, formatCount } from '../../views/format.js';
import { fileCountText, imageCountText } from '../../views/trees/texts.js';
import { commands, views } from '../contributions.js';
import type { EngineHost } from '../engine/engineHost.js';
import { withOperationProgress } from '../progress.js';
import type { Handler, Services } from '../services.js';
import { argumentsOf, booleanOf } from './commandArguments.js';
import { findImages, imagesOf, type ImagesTarget } from './imageTargets.js';
import { keptLines, tellOutcome } from './operationOutcome.js';

/** How many names a question lists. */
const namesShown = 5;

/**
 * Takes images out of their catalog. Arguments: imageIds, deleteFiles, includeChanged, confirmed.
 * @returns the report
 */
export function deleteImageCommands(services: Services) {
  return {
    [commands.deleteImages]: (argument) =>
      deleteImages(services, argument, booleanOf(argumentsOf(argument), 'deleteFiles')),
    [commands.deleteImagesWithFiles]: (argument) => deleteImages(services, argument, true),
  } satisfies Record<string, Handler>;
}

interface Deletion {
  readonly engine: EngineHost;
  readonly request: DeleteImagesRequest;
  /** Of the first images, for the question. */
  readonly names: readonly string[];
}

async function deleteImages(
  services: Services,
  argument: unknown,
  deleteFiles: boolean,
): Promise<FileOperationReport | undefined> {
  const target = findImages(services, argument);
  const deletion = target && (await deletionOf(target, deleteFiles));
  if (!deletion) return undefined;
  const args = argumentsOf(argument);
  const includeChanged = booleanOf(args, 'includeChanged');
  const confirmed = booleanOf(args, 'confirmed')
    ? { ...deletion.request, includeChanged }
    : await confirmDeletion(deletion);
  if (!confirmed) return undefined;
  const report = await withOperationProgress(views.catalogs, deletionTitle(deletion), (control) =>
    deletion.engine.client.deleteImages(confirmed, control),
  );
  if (!booleanOf(args, 'confirmed')) tellDeleted(services, deletion.engine, report);
  return report;
}

async function deletionOf(
  target: ImagesTarget,
  deleteFiles: boolean,
): Promise<Deletion | undefined> {
  const { engine, imageIds } = target;
  const shown = await imagesOf({ engine, imageIds: imageIds.slice(0, namesShown + 1) });
  const [first] = shown;
  if (!first) return undefined;
  const request = { catalogId: first.catalogId, imageIds, deleteFiles };
  return { engine, request, names: shown.map(({ currentPath }) => path.basename(currentPath)) };
}

function deletionTitle({ request }: Deletion): string {
  return request.imageIds.length === 1
    ? vscode.l10n.t('Deleting 1 image')
    : vscode.l10n.t('Deleting {0} images', formatCount(request.imageIds.length));
}

/** Says what would go and what stays, and asks; files that were edited since need a second answer of their own. */
async function confirmDeletion(deletion: Deletion): Promise<DeleteImagesRequest | undefined> {
  const { engine, request } = deletion;
  const look = (includeChanged: boolean): Promise<DeleteForecast> =>
    withOperationProgress(
      views.catalogs,
      vscode.l10n.t('Looking at what would be deleted'),
      (control) => engine.client.forecastDelete({ ...request, includeChanged }, control),
    );
  const forecast = await look(false);
  const changed = forecast.refused.some(({ code }) => code === 'DELETE_FILE_CHANGED');
  const including = vscode.l10n.t('Include Edited Files');
  const action = request.deleteFiles
    ? vscode.l10n.t('Delete with Files')
    : vscode.l10n.t('Delete from Catalog');
  const actions = [...(forecast.images > 0 ? [action] : []), ...(changed ? [including] : [])];
  const answer = await askDeletion(deletion, forecast, actions);
  if (answer === action) return request;
  if (answer !== including) return undefined;
  const again = await askDeletion(deletion, await look(true), [action]);
  return again === action ? { ...request, includeChanged: true } : undefined;
}

async function askDeletion(
  { engine, request, names }: Deletion,
  forecast: DeleteForecast,
  actions: readonly string[],
): Promise<string | undefined> {
  const { catalogId, deleteFiles } = request;
  const { name, managedDirectory } = await engine.client.getCatalog({ catalogId });
  const title = vscode.l10n.t(
    'Delete {0} from the catalog "{1}"?',
    imageCountText(forecast.images),
    name,
  );
  const lines = [
    ...nameLines(names, request.imageIds.length),
    '',
    ...forecastLines(forecast, deleteFiles, managedDirectory),
  ];
  return vscode.window.showWarningMessage(
    forecast.images === 0 ? vscode.l10n.t('None of the images can be deleted.') : title,
    { modal: true, detail: lines.join('\n') },
    ...actions,
  );
}

function nameLines(names: readonly string[], count: number): string[] {
  const more = count - namesShown;
  return [
    ...names.slice(0, namesShown),
    ...(more > 0 ? [vscode.l10n.t('… and {0} more', formatCount(more))] : []),
  ];
}

function forecastLines(
  forecast: DeleteForecast,
  deleteFiles: boolean,
  managedDirectory: string | null,
): string[] {
  const { filesTrashed, bytes, entriesOnly, refusedCount, refused } = forecast;
  const lines: string[] = [];
  if (filesTrashed > 0) {
    lines.push(
      vscode.l10n.t(
        '{0} ({1}) to the trash of the managed directory {2}.',
        fileCountText(filesTrashed),
        formatBytes(bytes),
        managedDirectory ?? '',
      ),
    );
  }
  if (entriesOnly > 0) {
    const text = deleteFiles
      ? vscode.l10n.t('Referenced files are never deleted: of {0} only the entry goes.')
      : vscode.l10n.t('All files stay where they are: of {0} only the entry goes.');
    lines.push(text.replace('{0}', imageCountText(entriesOnly)));
  }
  if (forecast.images > 0)
    lines.push(vscode.l10n.t('This can be undone until the trash is emptied.'));
  if (refusedCount > 0) {
    lines.push(
      ...(lines.length > 0 ? [''] : []),
      vscode.l10n.t('{0} cannot be deleted:', imageCountText(refusedCount)),
      ...keptLines(refused, refusedCount),
    );
  }
  return lines;
}

function tellDeleted(services: Services, engine: EngineHost, report: FileOperationReport): void {
  const { operation } = report;
  const text =
    operation.filesMoved > 0
      ? vscode.l10n.t(
          '{0} deleted, {1} moved to the trash.',
          imageCountText(operation.imagesDone),
          fileCountText(operation.filesMoved),
        )
      : vscode.l10n.t('{0} deleted from the catalog.', imageCountText(operation.imagesDone));
  tellOutcome(services, engine, report, {
    done: text,
    kept: vscode.l10n.t('{0} kept.', imageCountText(report.keptCount)),
  });
}
