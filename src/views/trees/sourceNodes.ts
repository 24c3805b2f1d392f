import * as vscode from 'vscode';
import type { CatalogSummary } from '../../catalog/model/catalog.js';
import type { SourceSummary } from '../../catalog/model/source.js';
import { contextValues } from '../../extension/contributions.js';
import type { EngineHost } from '../../extension/engine/engineHost.js';
import { formatAgo, formatCount, formatDateTime } from '../format.js';
import { imageCountText, importModeText, tooltipOf } from './texts.js';
import type { TreeNode } from './treeNode.js';

/** A catalog as a heading over its sources; shown only if a folder has several catalogs. */
export class CatalogHeadingNode implements TreeNode {
  readonly id: string;
  readonly parent: TreeNode | undefined;
  readonly engine: EngineHost;
  readonly catalog: CatalogSummary;
  private readonly sources: readonly SourceSummary[];

  constructor(
    engine: EngineHost,
    catalog: CatalogSummary,
    sources: readonly SourceSummary[],
    parent: TreeNode | undefined,
  ) {
    this.id = `catalogSources:${catalog.id}`;
    this.engine = engine;
    this.catalog = catalog;
    this.sources = sources;
    this.parent = parent;
  }

  treeItem(): vscode.TreeItem {
    const item = new vscode.TreeItem(
      this.catalog.name,
      this.sources.length === 0
        ? vscode.TreeItemCollapsibleState.None
        : vscode.TreeItemCollapsibleState.Expanded,
    );
    if (this.sources.length === 0) item.description = vscode.l10n.t('no sources');
    item.iconPath = new vscode.ThemeIcon('library');
    item.contextValue = contextValues.catalogHeading;
    return item;
  }

  children(): Promise<readonly TreeNode[]> {
    return Promise.resolve(this.sources.map((source) => new SourceNode(this.engine, source, this)));
  }
}

/** A folder that images come from. */
export class SourceNode implements TreeNode {
  readonly id: string;
  readonly parent: TreeNode | undefined;
  readonly engine: EngineHost;
  readonly source: SourceSummary;

  constructor(engine: EngineHost, source: SourceSummary, parent: TreeNode | undefined) {
    this.id = sourceNodeId(source.id);
    this.engine = engine;
    this.source = source;
    this.parent = parent;
  }

  treeItem(): vscode.TreeItem {
    const { name, online, imageCount, lastScannedAt, openScanId } = this.source;
    const item = new vscode.TreeItem(name);
    item.description = [
      ...(online ? [] : [vscode.l10n.t('offline')]),
      imageCountText(imageCount),
      lastScannedAt === null
        ? vscode.l10n.t('never scanned')
        : vscode.l10n.t('scanned {0}', formatAgo(lastScannedAt)),
    ].join(' · ');
    item.iconPath = online
      ? new vscode.ThemeIcon('folder-opened')
      : new vscode.ThemeIcon('debug-disconnect', new vscode.ThemeColor('disabledForeground'));
    item.contextValue =
      openScanId === null ? contextValues.source : contextValues.sourceWithPreview;
    item.accessibilityInformation = {
      label: vscode.l10n.t('Source {0}, {1}', name, item.description),
    };
    return item;
  }

  tooltip(): vscode.MarkdownString {
    const { source } = this;
    const rows: (readonly [string, string])[] = [
      [vscode.l10n.t('Folder'), source.sourcePath],
      [vscode.l10n.t('Catalog'), source.catalogName],
      [vscode.l10n.t('Images'), formatCount(source.imageCount)],
      [vscode.l10n.t('Import mode'), importModeText(source.defaultImportMode)],
      [
        vscode.l10n.t('Organization'),
        source.defaultOrganizationStrategy ?? vscode.l10n.t('as the catalog'),
      ],
      [
        vscode.l10n.t('Last scanned'),
        source.lastScannedAt === null
          ? vscode.l10n.t('never')
          : formatDateTime(source.lastScannedAt),
      ],
    ];
    if (source.autoImport) rows.push([vscode.l10n.t('Import after scan'), vscode.l10n.t('yes')]);
    if (!source.online) {
      rows.push([vscode.l10n.t('Offline'), vscode.l10n.t('The folder cannot be reached now.')]);
    }
    return tooltipOf(source.name, rows);
  }
}

/** The id of a source's row. */
export function sourceNodeId(sourceId: string): string {
  return `source:${sourceId}`;
}
