import * as vscode from 'vscode';
import type { ProgressReport } from '../../catalog/model/progress.js';
import { views } from '../../extension/contributions.js';
import type { EngineHost } from '../../extension/engine/engineHost.js';
import type { Engines } from '../../extension/engine/engines.js';
import { describeError } from '../../extension/messages.js';
import type { FolderOverview, Overview } from '../../extension/overview.js';
import { formatCount } from '../format.js';
import { CatalogNode } from './catalogNodes.js';
import { pageSize, type PageSizes } from './imageNodes.js';
import { ImportJobNode } from './importJobNodes.js';
import { NodeTree } from './nodeTree.js';
import type { PicturesNode } from './pictureNodes.js';
import { ErrorNode, FolderNode, LoadMoreNode } from './sharedNodes.js';
import { CatalogHeadingNode, SourceNode, sourceNodeId } from './sourceNodes.js';
import type { TreeNode } from './treeNode.js';

/** A row that shows running figures is drawn this often at most. */
const progressIntervalMs = 250;

/** The three views of the side bar and what keeps them current. */
export class Trees implements vscode.Disposable {
  readonly catalogs: NodeTree;
  readonly sources: NodeTree;
  readonly importJobs: NodeTree;

  private readonly overview: Overview;
  private readonly subscriptions: vscode.Disposable[] = [];
  private readonly watched = new WeakSet<EngineHost>();
  /** Newest reports of running jobs by job id. */
  private readonly progress = new Map<string, ProgressReport>();
  /** The rows of the newest load by job id. */
  private readonly jobNodes = new Map<string, ImportJobNode>();
  /** The rows of the newest load that show how far the thumbnails are, by catalog id. */
  private readonly pictureNodes = new Map<string, PicturesNode>();
  private readonly limits = new Map<string, number>();
  private progressTimer: NodeJS.Timeout | undefined;

  constructor(engines: Engines, overview: Overview) {
    this.overview = overview;
    this.catalogs = new NodeTree(views.catalogs, () => this.roots(this.catalogRoots));
    this.sources = new NodeTree(views.sources, () => this.roots(this.sourceRoots));
    this.importJobs = new NodeTree(views.importJobs, () => this.roots(this.importJobRoots));
    this.subscriptions.push(
      this.catalogs,
      this.sources,
      this.importJobs,
      overview.onDidChange((entities) => {
        const state = entities.includes('state') || entities.includes('catalogs');
        const has = (...names: readonly (typeof entities)[number][]): boolean =>
          state || names.some((name) => entities.includes(name));
        if (has('sources', 'images', 'importJobs')) this.catalogs.refresh();
        if (has('sources', 'scans', 'images', 'importJobs')) this.sources.refresh();
        if (has('importJobs')) this.importJobs.refresh();
      }),
      engines.onDidCreate((engine) => this.watch(engine)),
      this.catalogs.view.onDidChangeVisibility(({ visible }) => {
        if (visible) this.showNewlyMissing(0);
      }),
      { dispose: () => clearTimeout(this.progressTimer) },
    );
  }

  /** Selects a source in its view, which is opened if it is not; does nothing if there is no such row. */
  async revealSource(sourceId: string): Promise<void> {
    const id = sourceNodeId(sourceId);
    const find = async (nodes: readonly TreeNode[]): Promise<TreeNode | undefined> => {
      for (const node of nodes) {
        if (node.id === id) return node;
        const found = node.children && (await find(await node.children()));
        if (found) return found;
      }
      return undefined;
    };
    // VS Code only reveals what the view has loaded.
    this.overview.refresh(['sources']);
    const node = await find(await this.sources.getChildren());
    if (!node) return;
    try {
      await this.sources.view.reveal(node, { select: true, focus: true });
    } catch {
      // The tree changed meanwhile; it shows the source all the same.
    }
  }

  /** Shows on the view and its icon how many imports wait to be resumed or rolled back. */
  showInterrupted(count: number): void {
    const tooltip =
      count === 1
        ? vscode.l10n.t('1 import was interrupted')
        : vscode.l10n.t('{0} imports were interrupted', formatCount(count));
    this.importJobs.view.badge = count === 0 ? undefined : { value: count, tooltip };
  }

  /** Shows on the icon how many files a check in the background found to be gone, until somebody looks. */
  showNewlyMissing(count: number): void {
    const tooltip =
      count === 1
        ? vscode.l10n.t('1 file is missing')
        : vscode.l10n.t('{0} files are missing', formatCount(count));
    this.catalogs.view.badge = count === 0 ? undefined : { value: count, tooltip };
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private async roots(
    load: (folder: FolderOverview, parent: TreeNode | undefined) => Promise<readonly TreeNode[]>,
  ): Promise<readonly TreeNode[]> {
    const folders = await this.overview.get();
    this.showState(folders);
    const loadSafely = async (
      folder: FolderOverview,
      parent: TreeNode | undefined,
    ): Promise<readonly TreeNode[]> => {
      if (folder.error !== null) return [new ErrorNode(folder.engine, folder.error, parent)];
      try {
        return await load(folder, parent);
      } catch (error) {
        return [new ErrorNode(folder.engine, error, parent)];
      }
    };
    const [first] = folders;
    if (!first) return [];
    if (folders.length === 1) return loadSafely(first, undefined);
    const nodes: FolderNode[] = [];
    for (const folder of folders) {
      const node = new FolderNode(folder.engine, (parent) => loadSafely(folder, parent));
      // A folder without rows is left out, so that a workspace without any shows the view's welcome.
      if ((await loadSafely(folder, node)).length > 0) nodes.push(node);
    }
    return nodes;
  }

  private readonly catalogRoots = (
    { engine, catalogs }: FolderOverview,
    parent: TreeNode | undefined,
  ): Promise<readonly TreeNode[]> =>
    Promise.resolve(
      catalogs.map(
        (catalog) =>
          new CatalogNode(engine, catalog, this.pageSizes(this.catalogs), parent, (node) => {
            if (node) this.pictureNodes.set(catalog.id, node);
            else this.pictureNodes.delete(catalog.id);
          }),
      ),
    );

  private readonly sourceRoots = (
    { engine, catalogs, sources }: FolderOverview,
    parent: TreeNode | undefined,
  ): Promise<readonly TreeNode[]> => {
    if (catalogs.length < 2 || sources.length === 0) {
      return Promise.resolve(sources.map((source) => new SourceNode(engine, source, parent)));
    }
    return Promise.resolve(
      catalogs.map((catalog) => {
        const own = sources.filter((source) => source.catalogId === catalog.id);
        return new CatalogHeadingNode(engine, catalog, own, parent);
      }),
    );
  };

  private readonly importJobRoots = async (
    { engine, catalogs, state }: FolderOverview,
    parent: TreeNode | undefined,
  ): Promise<readonly TreeNode[]> => {
    if (state === null) return [];
    const listId = `jobs:${engine.folder.uri.toString()}`;
    const pages = this.pageSizes(this.importJobs);
    const { total, jobs } = await engine.client.listImportJobs({ limit: pages.limit(listId) });
    const names = new Map(catalogs.map((catalog) => [catalog.id, catalog.name]));
    const nodes: TreeNode[] = jobs.map((job) => {
      const catalogName = catalogs.length > 1 ? (names.get(job.catalogId) ?? null) : null;
      const node = new ImportJobNode(engine, job, catalogName, parent);
      const report = this.progress.get(job.id);
      if (!node.running) this.progress.delete(job.id);
      else if (report) node.showProgress(report);
      this.jobNodes.set(job.id, node);
      return node;
    });
    if (jobs.length < total) {
      const list: TreeNode = {
        id: listId,
        parent,
        engine,
        treeItem: () => new vscode.TreeItem(''),
      };
      const shown = vscode.l10n.t('{0} of {1}', formatCount(jobs.length), formatCount(total));
      nodes.push(new LoadMoreNode(list, shown, () => pages.more(listId)));
    }
    return nodes;
  };

  private pageSizes(tree: NodeTree): PageSizes {
    return {
      limit: (listId) => this.limits.get(listId) ?? pageSize,
      more: (listId, node) => {
        this.limits.set(listId, (this.limits.get(listId) ?? pageSize) + pageSize);
        tree.refresh(node);
      },
    };
  }

  /** Says in every view why nothing can be changed. */
  private showState(folders: readonly FolderOverview[]): void {
    const readOnly = folders.filter(({ state }) => state?.readOnly === true);
    const messages = readOnly.map(({ engine, state }) => {
      const text = readOnlyText(state?.readOnlyReason ?? null, state?.lockHolder ?? null);
      return folders.length > 1 ? `${engine.folder.name}: ${text}` : text;
    });
    // A row has no room for it, and once is enough.
    const errors = folders.flatMap(({ error }) => (error === null ? [] : [describeError(error)]));
    for (const { view } of [this.catalogs, this.sources, this.importJobs]) {
      const own = view === this.catalogs.view ? [...messages, ...errors] : messages;
      const message = own.join('\n');
      if ((view.message ?? '') !== message) view.message = message;
    }
  }

  private watch(engine: EngineHost): void {
    if (this.watched.has(engine)) return;
    this.watched.add(engine);
    this.subscriptions.push(
      engine.client.onPictureProgress((progress) => {
        for (const node of this.pictureNodes.values()) {
          if (node.engine !== engine) continue;
          node.showProgress(progress);
          this.catalogs.refresh(node);
        }
      }),
      engine.onDidProgress((report) => {
        if (report.jobId === undefined) return;
        this.progress.set(report.jobId, report);
        this.progressTimer ??= setTimeout(() => {
          this.progressTimer = undefined;
          this.drawProgress();
        }, progressIntervalMs);
      }),
    );
  }

  private drawProgress(): void {
    for (const [jobId, report] of this.progress) {
      const node = this.jobNodes.get(jobId);
      if (node?.running !== true) continue;
      node.showProgress(report);
      this.importJobs.refresh(node);
    }
  }
}

function readOnlyText(
  reason: 'locked' | 'untrusted' | 'file-system' | null,
  lockHolder: string | null,
): string {
  switch (reason) {
    case 'locked':
      return lockHolder === null
        ? vscode.l10n.t('Read-only: the catalog is open in another window or program.')
        : vscode.l10n.t('Read-only: the catalog is open elsewhere ({0}).', lockHolder);
    case 'untrusted':
      return vscode.l10n.t('Read-only: this workspace is not trusted.');
    case 'file-system':
    case null:
      return vscode.l10n.t('Read-only: the catalog file cannot be written here.');
  }
}
