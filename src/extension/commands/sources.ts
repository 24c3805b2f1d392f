import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { importModes, type ImportMode } from '../../catalog/model/importJob.js';
import { parseOrganizationStrategy } from '../../catalog/model/organizationStrategy.js';
import type { SourceSummary, UpdateSourceInput } from '../../catalog/model/source.js';
import { imageCountText, importModeExplanation, importModeText } from '../../views/trees/texts.js';
import { commands } from '../contributions.js';
import { askFolder } from '../quickInput/folderPrompt.js';
import { runSteps, type Prompt, type Step } from '../quickInput/multiStep.js';
import { askStrategy } from '../quickInput/strategyPrompt.js';
import type { Handler, Services } from '../services.js';
import {
  argumentsOf,
  booleanOf,
  choiceOf,
  nullableStringOf,
  stringOf,
} from './commandArguments.js';
import { chooseManagedDirectory } from './catalogs.js';
import { revealFolder } from './reveal.js';
import { findCatalog, findSource, type CatalogTarget, type SourceTarget } from './targets.js';

export function sourceCommands(services: Services) {
  return {
    [commands.addSource]: (argument) => addSource(services, argument),
    [commands.editSource]: (argument) => editSource(services, argument),
    [commands.removeSource]: (argument) => removeSource(services, argument),
    [commands.revealSource]: async (argument) => {
      const target = await findSource(services, argument);
      if (target) await revealFolder(target.source.sourcePath);
    },
  } satisfies Record<string, Handler>;
}

/** Arguments: catalogId, sourcePath, name, defaultImportMode. @returns the source. */
async function addSource(
  services: Services,
  argument: unknown,
): Promise<SourceSummary | undefined> {
  const target = await findCatalog(services, argument);
  if (!target) return undefined;
  const args = argumentsOf(argument);
  const sourcePath = stringOf(args, 'sourcePath');
  if (sourcePath === undefined) {
    const source = await askNewSource(target);
    // The row offers what comes next, the scan.
    if (source) await services.trees.revealSource(source.id);
    return source;
  }
  const name = stringOf(args, 'name');
  const mode = choiceOf(args, 'defaultImportMode', importModes);
  return target.engine.client.createSource({
    catalogId: target.catalog.id,
    sourcePath,
    autoImport: booleanOf(args, 'autoImport'),
    ...(name !== undefined && { name }),
    ...(mode !== undefined && { defaultImportMode: mode }),
  });
}

async function askNewSource(target: CatalogTarget): Promise<SourceSummary | undefined> {
  const { engine, catalog } = target;
  const others = await engine.client.listSources({ catalogId: catalog.id });
  let sourcePath = '';
  let name = '';
  let mode: ImportMode = 'reference';
  const steps: readonly Step[] = [
    async (prompt) => {
      const chosen =
        (await askSourceFolder(prompt, engine.folder.uri.fsPath, others)) ?? sourcePath;
      if (chosen !== sourcePath) name = freeName(path.basename(chosen), others);
      sourcePath = chosen;
    },
    async (prompt) => {
      name = await askSourceName(prompt, name, others);
    },
    async (prompt) => {
      mode = await askImportMode(prompt, mode);
    },
  ];
  if (!(await runSteps(vscode.l10n.t('Add Source to {0}', catalog.name), steps))) return undefined;
  if (mode !== 'reference' && !hasManagedDirectory(target)) {
    if (!(await chooseManagedDirectory(target))) return undefined;
  }
  return engine.client.createSource({
    catalogId: catalog.id,
    sourcePath,
    name,
    defaultImportMode: mode,
  });
}

/** Arguments: sourceId and the properties to set; without any it asks which. */
async function editSource(services: Services, argument: unknown): Promise<unknown> {
  const target = await findSource(services, argument);
  if (!target) return undefined;
  const args = argumentsOf(argument);
  const changes = args ? givenChanges(args) : await askChanges(target);
  if (!changes) return undefined;
  return target.engine.client.updateSource({ sourceId: target.source.id, ...changes });
}

type SourceChanges = Omit<UpdateSourceInput, 'sourceId'>;

function givenChanges(args: Readonly<Record<string, unknown>>): SourceChanges {
  const name = stringOf(args, 'name');
  const sourcePath = stringOf(args, 'sourcePath');
  const mode = choiceOf(args, 'defaultImportMode', importModes);
  const strategy = nullableStringOf(args, 'defaultOrganizationStrategy');
  return {
    ...(name !== undefined && { name }),
    ...(sourcePath !== undefined && { sourcePath }),
    ...(mode !== undefined && { defaultImportMode: mode }),
    ...(strategy !== undefined && { defaultOrganizationStrategy: strategy }),
    ...('autoImport' in args && { autoImport: booleanOf(args, 'autoImport') }),
  };
}

async function askChanges({ engine, source }: SourceTarget): Promise<SourceChanges | undefined> {
  const title = vscode.l10n.t('Edit Source {0}', source.name);
  const siblings = await engine.client.listSources({ catalogId: source.catalogId });
  const others = siblings.filter(({ id }) => id !== source.id);
  const catalog = await engine.client.getCatalog({ catalogId: source.catalogId });
  let changes: SourceChanges | undefined;
  let property: 'strategy' | undefined;
  const answered = await runSteps(title, [
    async (prompt) => {
      const answer = await prompt.pick({
        placeholder: vscode.l10n.t('What to change?'),
        items: [
          { id: 'name', label: vscode.l10n.t('Name'), description: source.name },
          { id: 'folder', label: vscode.l10n.t('Folder'), description: source.sourcePath },
          {
            id: 'mode',
            label: vscode.l10n.t('Import mode'),
            description: importModeText(source.defaultImportMode),
          },
          {
            id: 'strategy',
            label: vscode.l10n.t('Organization'),
            description: source.defaultOrganizationStrategy ?? vscode.l10n.t('as the catalog'),
          },
          {
            id: 'auto',
            label: vscode.l10n.t('Import after scan'),
            description: source.autoImport ? vscode.l10n.t('yes') : vscode.l10n.t('no'),
          },
        ] as const,
      });
      switch (answer.id) {
        case 'name':
          changes = { name: await askSourceName(prompt, source.name, others) };
          break;
        case 'folder': {
          const folder = await askSourceFolder(prompt, source.sourcePath, others);
          if (folder !== null) changes = { sourcePath: folder };
          break;
        }
        case 'mode':
          changes = { defaultImportMode: await askImportMode(prompt, source.defaultImportMode) };
          break;
        case 'auto':
          changes = { autoImport: await askAutoImport(prompt, source) };
          break;
        case 'strategy':
          property = await askOwnStrategy(prompt);
          if (property === undefined) changes = { defaultOrganizationStrategy: null };
          break;
      }
    },
  ]);
  if (!answered) return undefined;
  if (property === 'strategy') {
    const current = source.defaultOrganizationStrategy ?? catalog.defaultOrganizationStrategy;
    const strategy = await askStrategy(title, parseOrganizationStrategy(current));
    return strategy === undefined ? undefined : { defaultOrganizationStrategy: strategy };
  }
  if ((changes?.defaultImportMode ?? 'reference') !== 'reference') {
    const target = { engine, catalog };
    if (!hasManagedDirectory(target) && !(await chooseManagedDirectory(target))) return undefined;
  }
  return changes;
}

async function removeSource(services: Services, argument: unknown): Promise<boolean> {
  const target = await findSource(services, argument);
  if (!target) return false;
  const { engine, source } = target;
  if (!booleanOf(argumentsOf(argument), 'confirmed')) {
    const remove = vscode.l10n.t('Remove Source');
    const answer = await vscode.window.showWarningMessage(
      vscode.l10n.t('Remove the source "{0}"?', source.name),
      {
        modal: true,
        detail: vscode.l10n.t(
          'What was imported from it stays in the catalog ({0}), as do its import jobs, and no file is touched. Only the source itself and its preview are removed.',
          imageCountText(source.imageCount),
        ),
      },
      remove,
    );
    if (answer !== remove) return false;
  }
  await engine.client.deleteSource({ sourceId: source.id });
  return true;
}

function hasManagedDirectory({ catalog }: CatalogTarget): boolean {
  return catalog.managedDirectory !== null && catalog.managedDirectoryBound;
}

function askSourceFolder(
  prompt: Prompt,
  start: string,
  others: readonly SourceSummary[],
): Promise<string | null> {
  return askFolder(prompt, {
    placeholder: vscode.l10n.t('The folder that images come from'),
    openLabel: vscode.l10n.t('Use as Source'),
    start: start === '' ? os.homedir() : start,
    validate: (folder) => {
      const taken = others.find(({ sourcePath }) => sourcePath === path.resolve(folder));
      return taken ? vscode.l10n.t('This folder is already the source "{0}".', taken.name) : null;
    },
  });
}

function askSourceName(
  prompt: Prompt,
  value: string,
  others: readonly SourceSummary[],
): Promise<string> {
  return prompt.input({
    prompt: vscode.l10n.t('Name of the source'),
    value,
    validate: (name) => {
      if (name === '') return vscode.l10n.t('Type a name.');
      return others.some((other) => other.name === name)
        ? vscode.l10n.t('The catalog already has a source named "{0}".', name)
        : null;
    },
  });
}

async function askImportMode(prompt: Prompt, current: ImportMode): Promise<ImportMode> {
  const items = importModes.map((mode) => ({
    mode,
    label: importModeText(mode),
    detail: importModeExplanation(mode),
  }));
  const answer = await prompt.pick({
    placeholder: vscode.l10n.t('What an import does unless another mode is chosen'),
    items,
    active: items.find(({ mode }) => mode === current),
  });
  return answer.mode;
}

async function askAutoImport(prompt: Prompt, source: SourceSummary): Promise<boolean> {
  const items = [
    {
      value: false,
      label: vscode.l10n.t('Show a preview'),
      detail: vscode.l10n.t('A scan shows what is new; you choose what is imported.'),
    },
    {
      value: true,
      label: vscode.l10n.t('Import after every scan'),
      detail: vscode.l10n.t(
        'All new files are imported with the mode of the source: {0}.',
        importModeText(source.defaultImportMode),
      ),
    },
  ];
  const answer = await prompt.pick({
    placeholder: vscode.l10n.t('After a scan of {0}', source.name),
    items,
    active: items.find(({ value }) => value === source.autoImport),
  });
  return answer.value;
}

/** Whether the source gets a strategy of its own (`strategy`) or takes the catalog's (undefined). */
async function askOwnStrategy(prompt: Prompt): Promise<'strategy' | undefined> {
  const own = { label: vscode.l10n.t('Choose for This Source…') };
  const inherited = { label: vscode.l10n.t('As the Catalog') };
  const answer = await prompt.pick({
    placeholder: vscode.l10n.t('Folders and names of imported files'),
    items: [inherited, own],
  });
  return answer === own ? 'strategy' : undefined;
}

/** The name, or the name with the first number that makes it free. */
export function freeName(name: string, others: readonly { readonly name: string }[]): string {
  const taken = new Set(others.map((other) => other.name));
  if (!taken.has(name)) return name;
  let number = 2;
  while (taken.has(`${name} ${number}`)) number += 1;
  return `${name} ${number}`;
}
