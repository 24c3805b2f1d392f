import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { CatalogSummary } from '../../catalog/model/catalog.js';
import type { FileOperationReport } from '../../catalog/model/fileOperation.js';
import {
  defaultOrganizationStrategy,
  formatOrganizationStrategy,
  parseOrganizationStrategy,
} from '../../catalog/model/organizationStrategy.js';
import type { StorageReport } from '../../catalog/model/storage.js';
import { openStorage } from '../../views/panels/storagePanel.js';
import { formatBytes } from '../../views/format.js';
import {
  fileCountText,
  imageCountText,
  jobCountText,
  sourceCountText,
} from '../../views/trees/texts.js';
import { commands, views } from '../contributions.js';
import type { EngineHost } from '../engine/engineHost.js';
import { withOperationProgress } from '../progress.js';
import { askFolder } from '../quickInput/folderPrompt.js';
import { runSteps, type Prompt, type Step } from '../quickInput/multiStep.js';
import { askStrategy, strategySteps } from '../quickInput/strategyPrompt.js';
import type { Handler, Services } from '../services.js';
import { argumentsOf, booleanOf, nullableStringOf, stringOf } from './commandArguments.js';
import { tellOutcome } from './operationOutcome.js';
import { revealFolder } from './reveal.js';
import { findCatalog, findEngine, type CatalogTarget } from './targets.js';

export function catalogCommands(services: Services) {
  return {
    [commands.createCatalog]: (argument) => createCatalog(services, argument),
    [commands.renameCatalog]: (argument) => renameCatalog(services, argument),
    [commands.deleteCatalog]: (argument) => deleteCatalog(services, argument),
    [commands.setManagedDirectory]: (argument) => setManagedDirectory(services, argument),
    [commands.revealManagedDirectory]: async (argument) => {
      const target = await findCatalog(services, argument);
      const directory = target?.catalog.managedDirectory;
      if (directory) await revealFolder(directory);
      else if (target) await setManagedDirectory(services, { catalogId: target.catalog.id });
    },
    [commands.setDefaultStrategy]: (argument) => setDefaultStrategy(services, argument),
    [commands.showStorageInfo]: (argument) => showStorageInfo(services, argument),
  } satisfies Record<string, Handler>;
}

/** Arguments: name, managedDirectory, defaultOrganizationStrategy, folder. @returns the catalog. */
async function createCatalog(
  services: Services,
  argument: unknown,
): Promise<CatalogSummary | undefined> {
  const engine = await findEngine(services, argument);
  if (!engine) return undefined;
  const args = argumentsOf(argument);
  const name = stringOf(args, 'name');
  if (name === undefined) return askNewCatalog(services, engine);
  const managedDirectory = nullableStringOf(args, 'managedDirectory');
  const strategy = stringOf(args, 'defaultOrganizationStrategy');
  return engine.client.createCatalog({
    name,
    ...(managedDirectory !== undefined && { managedDirectory }),
    ...(strategy !== undefined && { defaultOrganizationStrategy: strategy }),
  });
}

/** Asks for a new catalog's name, managed directory and organization and creates it. */
export async function askNewCatalog(
  services: Services,
  engine: EngineHost,
): Promise<CatalogSummary | undefined> {
  const taken = await catalogNames(services, engine);
  let name = taken.includes(engine.folder.name) ? '' : engine.folder.name;
  let managedDirectory: string | null = null;
  let strategy = defaultOrganizationStrategy;
  const steps: readonly Step[] = [
    async (prompt) => {
      name = await askName(prompt, name, taken);
    },
    async (prompt) => {
      managedDirectory = await askManagedDirectory(prompt, null, {
        label: vscode.l10n.t('$(references) No Managed Directory'),
        detail: vscode.l10n.t(
          'Imports only reference files where they are. A directory can be set later.',
        ),
      });
    },
    ...strategySteps(
      () => strategy,
      (chosen) => {
        strategy = chosen;
      },
    ),
  ];
  const answered = await runSteps(vscode.l10n.t('Create Catalog'), steps);
  if (!answered) return undefined;
  return engine.client.createCatalog({
    name,
    managedDirectory,
    defaultOrganizationStrategy: formatOrganizationStrategy(strategy),
  });
}

async function renameCatalog(services: Services, argument: unknown): Promise<unknown> {
  const target = await findCatalog(services, argument);
  if (!target) return undefined;
  const { engine, catalog } = target;
  let name = stringOf(argumentsOf(argument), 'name');
  if (name === undefined) {
    const taken = (await catalogNames(services, engine)).filter((other) => other !== catalog.name);
    const answered = await runSteps(vscode.l10n.t('Rename Catalog'), [
      async (prompt) => {
        name = await askName(prompt, catalog.name, taken);
      },
    ]);
    if (!answered || name === undefined) return undefined;
  }
  return engine.client.updateCatalog({ catalogId: catalog.id, name });
}

/**
 * Arguments: catalogId, deleteFiles, confirmed. A catalog whose files could not all go stays.
 * @returns whether it is gone
 */
async function deleteCatalog(services: Services, argument: unknown): Promise<boolean> {
  const target = await findCatalog(services, argument);
  if (!target) return false;
  const { engine } = target;
  const { id: catalogId, name } = target.catalog;
  const args = argumentsOf(argument);
  const answer = booleanOf(args, 'confirmed')
    ? { deleteFiles: booleanOf(args, 'deleteFiles') }
    : await confirmDeletion(engine, catalogId, name);
  if (!answer) return false;
  if (!answer.deleteFiles) {
    await engine.client.deleteCatalog({ catalogId });
    return true;
  }
  const report = await withOperationProgress(
    views.catalogs,
    vscode.l10n.t('Deleting the catalog {0}', name),
    (control) => engine.client.deleteCatalogWithFiles({ catalogId }, control),
  );
  tellDeleted(services, engine, report);
  return report.operation.status === 'SUCCESS';
}

/** Says what goes and what stays, with counts and bytes, and asks; undefined if it was dismissed. */
async function confirmDeletion(
  { client }: EngineHost,
  catalogId: string,
  name: string,
): Promise<{ readonly deleteFiles: boolean } | undefined> {
  const forecast = await client.forecastDeleteCatalog({ catalogId });
  const { images, sources, jobs, managedFiles, managedBytes, managedDirectory } = forecast;
  const entries = vscode.l10n.t(
    'This removes its entries: {0}, {1}, {2}. It cannot be undone.',
    imageCountText(images),
    sourceCountText(sources),
    jobCountText(jobs),
  );
  const remove = vscode.l10n.t('Delete Catalog');
  const keepFiles = vscode.l10n.t('Delete Catalog, Keep Files');
  const trashFiles = vscode.l10n.t('Delete Catalog, Files to Trash');
  const title = vscode.l10n.t('Delete the catalog "{0}"?', name);
  if (managedFiles === 0 || managedDirectory === null) {
    const detail = `${entries}\n\n${vscode.l10n.t('No file is deleted: all images stay where they are.')}`;
    const answer = await vscode.window.showWarningMessage(title, { modal: true, detail }, remove);
    return answer === remove ? { deleteFiles: false } : undefined;
  }
  const detail = [
    entries,
    vscode.l10n.t(
      'In {2} it has {0} ({1}): to be left there, or moved to the folder .imgcat-trash in it, edited ones too, after a backup of the catalog file. Referenced files always stay.',
      fileCountText(managedFiles),
      formatBytes(managedBytes),
      managedDirectory,
    ),
  ].join('\n\n');
  const answer = await vscode.window.showWarningMessage(
    title,
    { modal: true, detail },
    keepFiles,
    trashFiles,
  );
  return answer === undefined ? undefined : { deleteFiles: answer === trashFiles };
}

/** Says what a deletion with files came to. Does not wait for the answer. */
export function tellDeleted(
  services: Pick<Services, 'log'>,
  engine: EngineHost,
  report: FileOperationReport,
): void {
  const { operation, keptCount } = report;
  const { id, status, catalogName, filesMoved, bytesMoved, managedDirectory } = operation;
  if (status !== 'SUCCESS') {
    const done = [
      vscode.l10n.t('The catalog "{0}" was not deleted.', catalogName),
      ...(filesMoved > 0
        ? [vscode.l10n.t('{0} in the trash can be brought back.', fileCountText(filesMoved))]
        : []),
    ].join(' ');
    const kept = vscode.l10n.t('{0} could not go.', imageCountText(keptCount));
    tellOutcome(services, engine, report, { done, kept });
    return;
  }
  void vscode.window.showInformationMessage(
    filesMoved === 0
      ? vscode.l10n.t('The catalog "{0}" was deleted.', catalogName)
      : vscode.l10n.t(
          'The catalog "{0}" was deleted. {1} ({2}) went to {3}. To take that back, restore the backup that was made before; to free the space, delete that folder.',
          catalogName,
          fileCountText(filesMoved),
          formatBytes(bytesMoved),
          path.join(managedDirectory ?? '', '.imgcat-trash', id),
        ),
  );
}

/** Arguments: catalogId, managedDirectory (null: none). */
async function setManagedDirectory(services: Services, argument: unknown): Promise<unknown> {
  const target = await findCatalog(services, argument);
  if (!target) return undefined;
  const given = nullableStringOf(argumentsOf(argument), 'managedDirectory');
  if (given === undefined) return chooseManagedDirectory(target);
  return target.engine.client.updateCatalog({
    catalogId: target.catalog.id,
    managedDirectory: given,
  });
}

/** Asks for the catalog's managed directory and sets it. */
export async function chooseManagedDirectory({
  engine,
  catalog,
}: CatalogTarget): Promise<CatalogSummary | undefined> {
  let managedDirectory: string | null = null;
  const answered = await runSteps(vscode.l10n.t('Managed Directory of {0}', catalog.name), [
    async (prompt) => {
      managedDirectory = await askManagedDirectory(prompt, catalog.managedDirectory);
    },
  ]);
  if (!answered) return undefined;
  return engine.client.updateCatalog({ catalogId: catalog.id, managedDirectory });
}

async function setDefaultStrategy(services: Services, argument: unknown): Promise<unknown> {
  const target = await findCatalog(services, argument);
  if (!target) return undefined;
  const { engine, catalog } = target;
  const strategy =
    stringOf(argumentsOf(argument), 'strategy') ??
    (await askStrategy(
      vscode.l10n.t('Organization of {0}', catalog.name),
      parseOrganizationStrategy(catalog.defaultOrganizationStrategy),
    ));
  if (strategy === undefined) return undefined;
  return engine.client.updateCatalog({
    catalogId: catalog.id,
    defaultOrganizationStrategy: strategy,
  });
}

/** Opens the page of the catalog's storage. @returns its figures, to a program. */
async function showStorageInfo(
  services: Services,
  argument: unknown,
): Promise<StorageReport | undefined> {
  const target = await findCatalog(services, argument);
  if (!target) return undefined;
  const { engine } = target;
  const catalogId = target.catalog.id;
  openStorage(services.context, engine.client, { folder: engine.folder.uri.toString(), catalogId });
  return argumentsOf(argument) && engine.client.getStorageReport({ catalogId });
}

function askName(prompt: Prompt, value: string, taken: readonly string[]): Promise<string> {
  return prompt.input({
    prompt: vscode.l10n.t('Name of the catalog'),
    value,
    validate: (name) => {
      if (name === '') return vscode.l10n.t('Type a name.');
      return taken.includes(name)
        ? vscode.l10n.t('There is already a catalog named "{0}".', name)
        : null;
    },
  });
}

function askManagedDirectory(
  prompt: Prompt,
  current: string | null,
  none?: { readonly label: string; readonly detail: string },
): Promise<string | null> {
  return askFolder(prompt, {
    placeholder: vscode.l10n.t('Where imports by copy or move go'),
    openLabel: vscode.l10n.t('Use as Managed Directory'),
    start: current ?? path.join(os.homedir(), 'Pictures'),
    mayBeNew: true,
    ...(none && { none }),
  });
}

async function catalogNames(services: Services, engine: EngineHost): Promise<readonly string[]> {
  const folders = await services.overview.get();
  const own = folders.find((folder) => folder.engine === engine);
  return own?.catalogs.map(({ name }) => name) ?? [];
}
