import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { CatalogError, toCatalogError } from '../../catalog/model/errors.js';
import type { ScanSummary } from '../../catalog/model/scan.js';
import type { SourceSummary } from '../../catalog/model/source.js';
import { commands } from '../contributions.js';
import type { Handler, Services } from '../services.js';
import { argumentsOf, stringOf, type CommandArguments } from './commandArguments.js';
import { askNewCatalog } from './catalogs.js';
import { scanAndShow } from './imports.js';
import { freeName } from './sources.js';
import { findEngine, pickCatalog, type CatalogTarget } from './targets.js';

/**
 * "Import into Catalog…" of the Explorer. The handler gets the resource under the pointer, then all that are
 * selected. Programs pass one object: `paths` (absolute), `catalogId`, `open`.
 */
export function explorerCommands(services: Services) {
  return {
    [commands.importFolder]: async (...args) => {
      const paths = await pathsOf(args, () => askForFolder());
      const folders = outermost(paths.filter(isFolder));
      // Selected together with single images: one scan of just what is selected.
      if (folders.length > 0 && !paths.every(isFolder)) return importPicked(services, paths, args);
      let scan: ScanSummary | undefined;
      for (const folder of folders) {
        scan = await importPaths(services, folder, undefined, argumentsOf(args[0]));
        // Dismissed or cancelled: the user wants no more questions.
        if (!scan) return undefined;
      }
      return scan;
    },
    [commands.importImages]: async (...args) => {
      const paths = await pathsOf(args, () => askForImages());
      return paths.length === 0 ? undefined : importPicked(services, paths, args);
    },
  } satisfies Record<string, Handler>;
}

/** Scans only these files and folders, in the deepest folder that holds all of them. */
function importPicked(
  services: Services,
  paths: readonly string[],
  args: readonly unknown[],
): Promise<ScanSummary | undefined> {
  return importPaths(services, commonFolder(paths), paths, argumentsOf(args[0]));
}

async function importPaths(
  services: Services,
  folder: string,
  onlyPaths: readonly string[] | undefined,
  args: CommandArguments | undefined,
): Promise<ScanSummary | undefined> {
  const target = await catalogFor(services, folder, args);
  if (!target) return undefined;
  const source = await sourceFor(target, folder, onlyPaths !== undefined);
  return scanAndShow(
    services,
    { engine: target.engine, source },
    onlyPaths ? { onlyPaths } : {},
    args,
  );
}

/** The catalog of the folder that holds the resource; created if there is none. */
async function catalogFor(
  services: Services,
  folder: string,
  args: CommandArguments | undefined,
): Promise<CatalogTarget | undefined> {
  const engine =
    services.engines.forResource(vscode.Uri.file(folder)) ?? (await findEngine(services, args));
  if (!engine) return undefined;
  const overview = (await services.overview.get()).find((entry) => entry.engine === engine);
  if (overview && overview.error !== null) throw toCatalogError(overview.error);
  const targets = (overview?.catalogs ?? []).map((catalog) => ({ engine, catalog }));
  const id = stringOf(args, 'catalogId');
  if (id !== undefined) {
    const found = targets.find(({ catalog }) => catalog.id === id);
    if (!found) throw new CatalogError('CATALOG_NOT_FOUND', { catalog: id });
    return found;
  }
  if (targets.length > 0) return pickCatalog(targets);
  const catalog = await askNewCatalog(services, engine);
  return catalog && { engine, catalog };
}

/**
 * The catalog's source with exactly this folder; for single images also the nearest one above it, since
 * only they are scanned then. Added if there is none.
 */
async function sourceFor(
  { engine, catalog }: CatalogTarget,
  folder: string,
  mayBeAbove: boolean,
): Promise<SourceSummary> {
  const sources = await engine.client.listSources({ catalogId: catalog.id });
  const exact = sources.find(({ sourcePath }) => path.relative(sourcePath, folder) === '');
  if (exact) return exact;
  const above = sources
    .filter(({ sourcePath }) => mayBeAbove && isInside(folder, sourcePath))
    .sort((a, b) => b.sourcePath.length - a.sourcePath.length);
  if (above[0]) return above[0];
  return engine.client.createSource({
    catalogId: catalog.id,
    sourcePath: folder,
    name: freeName(path.basename(folder) || folder, sources),
  });
}

async function pathsOf(
  args: readonly unknown[],
  ask: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const [clicked, selected] = args;
  const given = argumentsOf(clicked)?.['paths'];
  if (Array.isArray(given)) {
    return given.filter((value): value is string => typeof value === 'string');
  }
  const uris = (Array.isArray(selected) && selected.length > 0 ? selected : [clicked]).filter(
    (value): value is vscode.Uri => value instanceof vscode.Uri && value.scheme === 'file',
  );
  return uris.length > 0 ? uris.map((uri) => uri.fsPath) : ask();
}

async function askForFolder(): Promise<readonly string[]> {
  const chosen = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    openLabel: vscode.l10n.t('Import Folder'),
  });
  return (chosen ?? []).map((uri) => uri.fsPath);
}

async function askForImages(): Promise<readonly string[]> {
  const chosen = await vscode.window.showOpenDialog({
    canSelectMany: true,
    openLabel: vscode.l10n.t('Import Images'),
  });
  return (chosen ?? []).map((uri) => uri.fsPath);
}

/** The deepest folder that holds all of the paths; a path that is a folder counts as itself. */
export function commonFolder(paths: readonly string[]): string {
  const folders = paths.map((entry) => (isFolder(entry) ? entry : path.dirname(entry)));
  let common = folders[0] ?? '';
  while (!folders.every((folder) => isInside(folder, common)) && path.dirname(common) !== common) {
    common = path.dirname(common);
  }
  return common;
}

/** Without the folders that lie inside another one of them. */
export function outermost(folders: readonly string[]): readonly string[] {
  return folders.filter(
    (folder, index) =>
      folders.indexOf(folder) === index &&
      !folders.some((other) => other !== folder && isInside(folder, other)),
  );
}

function isFolder(entry: string): boolean {
  return fs.statSync(entry, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function isInside(folder: string, parent: string): boolean {
  const relative = path.relative(parent, folder);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
