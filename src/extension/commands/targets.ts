/** Finds what a command is about: in its argument, or by asking. All resolve to undefined if dismissed. */
import * as vscode from 'vscode';
import type { CatalogSummary } from '../../catalog/model/catalog.js';
import { CatalogError, toCatalogError } from '../../catalog/model/errors.js';
import type { ImportJob } from '../../catalog/model/importJob.js';
import type { SourceSummary } from '../../catalog/model/source.js';
import { formatAgo, formatCount } from '../../views/format.js';
import { CatalogNode } from '../../views/trees/catalogNodes.js';
import { ImportJobNode } from '../../views/trees/importJobNodes.js';
import { CatalogHeadingNode, SourceNode } from '../../views/trees/sourceNodes.js';
import { imageCountText } from '../../views/trees/texts.js';
import type { TreeNode } from '../../views/trees/treeNode.js';
import { commands } from '../contributions.js';
import type { EngineHost } from '../engine/engineHost.js';
import type { FolderOverview } from '../overview.js';
import type { Services } from '../services.js';
import { argumentsOf, stringOf } from './commandArguments.js';

export interface CatalogTarget {
  readonly engine: EngineHost;
  readonly catalog: CatalogSummary;
}
export interface SourceTarget {
  readonly engine: EngineHost;
  readonly source: SourceSummary;
}
export interface JobTarget {
  readonly engine: EngineHost;
  readonly job: ImportJob;
}

/** The workspace folder: of a node, by `folder` (a path), the only one, or asked for. */
export async function findEngine(
  services: Services,
  argument: unknown,
): Promise<EngineHost | undefined> {
  if (isTreeNode(argument)) return argument.engine;
  const all = services.engines.all();
  const folder = stringOf(argumentsOf(argument), 'folder');
  if (folder !== undefined) {
    const found = services.engines.forResource(vscode.Uri.file(folder));
    if (!found) throw new CatalogError('WORKSPACE_NOT_FOUND', { path: folder });
    return found;
  }
  if (all.length === 0) {
    const open = vscode.l10n.t('Open Folder');
    void vscode.window
      .showInformationMessage(
        vscode.l10n.t('A catalog lives in a folder. Open a folder first.'),
        open,
      )
      .then((answer) => {
        if (answer === open)
          void vscode.commands.executeCommand('workbench.action.files.openFolder');
      });
    return undefined;
  }
  if (all.length === 1) return all[0];
  const answer = await vscode.window.showQuickPick(
    all.map((engine) => ({
      label: engine.folder.name,
      description: engine.folder.uri.fsPath,
      engine,
    })),
    { placeHolder: vscode.l10n.t('Which folder?') },
  );
  return answer?.engine;
}

/** The catalog: of a node, by `catalogId`, the only one, or asked for. */
export async function findCatalog(
  services: Services,
  argument: unknown,
): Promise<CatalogTarget | undefined> {
  for (let node: unknown = argument; isTreeNode(node); node = node.parent) {
    if (node instanceof CatalogNode || node instanceof CatalogHeadingNode) {
      return { engine: node.engine, catalog: node.catalog };
    }
  }
  const targets = (await readable(services)).flatMap(({ engine, catalogs }) =>
    catalogs.map((catalog) => ({ engine, catalog })),
  );
  const id = stringOf(argumentsOf(argument), 'catalogId');
  if (id !== undefined) {
    const found = targets.find(({ catalog }) => catalog.id === id);
    if (!found) throw new CatalogError('CATALOG_NOT_FOUND', { catalog: id });
    return found;
  }
  if (targets.length === 0) {
    offer(
      vscode.l10n.t('There is no catalog yet.'),
      vscode.l10n.t('Create Catalog'),
      commands.createCatalog,
    );
    return undefined;
  }
  return pickCatalog(targets);
}

/** Asks which of the catalogs; does not ask if there is one. */
export async function pickCatalog(
  targets: readonly CatalogTarget[],
): Promise<CatalogTarget | undefined> {
  if (targets.length === 1) return targets[0];
  const answer = await vscode.window.showQuickPick(
    targets.map((target) => ({
      label: target.catalog.name,
      description: imageCountText(target.catalog.imageCount),
      target,
    })),
    { placeHolder: vscode.l10n.t('Which catalog?') },
  );
  return answer?.target;
}

/** The source: of a node, by `sourceId`, or asked for. */
export async function findSource(
  services: Services,
  argument: unknown,
  accepts: (source: SourceSummary) => boolean = () => true,
): Promise<SourceTarget | undefined> {
  if (argument instanceof SourceNode) return { engine: argument.engine, source: argument.source };
  const all = (await readable(services)).flatMap(({ engine, sources }) =>
    sources.map((source) => ({ engine, source })),
  );
  const id = stringOf(argumentsOf(argument), 'sourceId');
  if (id !== undefined) {
    const found = all.find(({ source }) => source.id === id);
    if (!found) throw new CatalogError('SOURCE_NOT_FOUND', { source: id });
    return found;
  }
  const targets = all.filter(({ source }) => accepts(source));
  if (targets.length === 0) {
    if (all.length === 0) {
      offer(
        vscode.l10n.t('There is no source yet.'),
        vscode.l10n.t('Add Source'),
        commands.addSource,
      );
    } else {
      offer(
        vscode.l10n.t('No source has a preview. Scan a source first.'),
        vscode.l10n.t('Scan Source'),
        commands.scanSource,
      );
    }
    return undefined;
  }
  const answer = await vscode.window.showQuickPick(
    targets.map((target) => ({
      label: target.source.name,
      description: target.source.catalogName,
      detail: target.source.sourcePath,
      target,
    })),
    { placeHolder: vscode.l10n.t('Which source?'), matchOnDetail: true },
  );
  return answer?.target;
}

/** The job: of a node, by `jobId`, or asked for among the newest. */
export async function findJob(
  services: Services,
  argument: unknown,
  accepts: (job: ImportJob) => boolean = () => true,
): Promise<JobTarget | undefined> {
  if (argument instanceof ImportJobNode) return { engine: argument.engine, job: argument.job };
  const id = stringOf(argumentsOf(argument), 'jobId');
  const targets: JobTarget[] = [];
  for (const { engine, state } of await readable(services)) {
    if (state === null) continue;
    const { jobs } = await engine.client.listImportJobs({ limit: 1000 });
    targets.push(...jobs.map((job) => ({ engine, job })));
  }
  if (id !== undefined) {
    const found = targets.find(({ job }) => job.id === id);
    if (!found) throw new CatalogError('JOB_NOT_FOUND', { job: id });
    return found;
  }
  const choices = targets.filter(({ job }) => accepts(job));
  if (choices.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('There is no such import job.'));
    return undefined;
  }
  const answer = await vscode.window.showQuickPick(
    choices.map((target) => ({
      label: target.job.sourceName,
      description: formatAgo(target.job.startedAt),
      detail: vscode.l10n.t('{0} imported', formatCount(target.job.filesImported)),
      target,
    })),
    { placeHolder: vscode.l10n.t('Which import job?') },
  );
  return answer?.target;
}

/** The folders' overviews; rejects if a file could not be read and there is nothing else to choose from. */
async function readable(services: Services): Promise<readonly FolderOverview[]> {
  const folders = await services.overview.get();
  const fine = folders.filter(({ error }) => error === null);
  const [broken] = folders.filter(({ error }) => error !== null);
  if (fine.length === 0 && broken) throw toCatalogError(broken.error);
  return fine;
}

function offer(message: string, button: string, command: string): void {
  void vscode.window.showInformationMessage(message, button).then((answer) => {
    if (answer === button) void vscode.commands.executeCommand(command);
  });
}

/** True for what menus of our trees pass. */
export function isTreeNode(value: unknown): value is TreeNode {
  return typeof value === 'object' && value !== null && 'treeItem' in value && 'engine' in value;
}
