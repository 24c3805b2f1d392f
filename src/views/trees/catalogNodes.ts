import path from 'node:path';
import * as vscode from 'vscode';
import type { CatalogSummary, StorageInfo } from '../../catalog/model/catalog.js';
import { parseOrganizationStrategy } from '../../catalog/model/organizationStrategy.js';
import { contextValues } from '../../extension/contributions.js';
import type { EngineHost } from '../../extension/engine/engineHost.js';
import { formatBytes, formatCount, formatDateTime } from '../format.js';
import { exampleDestination } from '../strategyExample.js';
import { ImagesNode, type PageSizes } from './imageNodes.js';
import { IntegrityNode } from './integrityNodes.js';
import { PicturesNode } from './pictureNodes.js';
import { imageCountText, tooltipOf } from './texts.js';
import type { TreeNode } from './treeNode.js';

/** A catalog and, below it, what it consists of. */
export class CatalogNode implements TreeNode {
  readonly id: string;
  readonly parent: TreeNode | undefined;
  readonly engine: EngineHost;
  readonly catalog: CatalogSummary;
  private readonly pages: PageSizes;
  /** Told which row shows the progress of its thumbnails. */
  private readonly onPictures: (node: PicturesNode | null) => void;

  constructor(
    engine: EngineHost,
    catalog: CatalogSummary,
    pages: PageSizes,
    parent: TreeNode | undefined,
    onPictures: (node: PicturesNode | null) => void = () => undefined,
  ) {
    this.onPictures = onPictures;
    this.id = `catalog:${catalog.id}`;
    this.engine = engine;
    this.catalog = catalog;
    this.pages = pages;
    this.parent = parent;
  }

  treeItem(): vscode.TreeItem {
    const { name, imageCount, sizeBytes, missingCount } = this.catalog;
    const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Expanded);
    item.description = [
      imageCountText(imageCount),
      ...(sizeBytes > 0 ? [formatBytes(sizeBytes)] : []),
      ...(missingCount > 0 ? [vscode.l10n.t('{0} missing', formatCount(missingCount))] : []),
    ].join(' · ');
    item.iconPath = new vscode.ThemeIcon('library');
    item.contextValue = contextValues.catalog;
    item.accessibilityInformation = {
      label: vscode.l10n.t('Catalog {0}, {1}', name, item.description),
    };
    return item;
  }

  tooltip(): vscode.MarkdownString {
    const { catalog } = this;
    return tooltipOf(catalog.name, [
      [vscode.l10n.t('Images'), formatCount(catalog.imageCount)],
      [vscode.l10n.t('Size'), formatBytes(catalog.sizeBytes)],
      [vscode.l10n.t('Sources'), formatCount(catalog.sourceCount)],
      [vscode.l10n.t('Import jobs'), formatCount(catalog.jobCount)],
      [vscode.l10n.t('Managed directory'), catalog.managedDirectory ?? vscode.l10n.t('not set')],
      [
        vscode.l10n.t('Files checked'),
        catalog.filesCheckedAt === null
          ? vscode.l10n.t('never')
          : formatDateTime(catalog.filesCheckedAt),
      ],
      [vscode.l10n.t('Created'), formatDateTime(catalog.createdAt)],
    ]);
  }

  async children(): Promise<readonly TreeNode[]> {
    const catalogId = this.catalog.id;
    const [storage, pictures] = await Promise.all([
      this.engine.client.getStorageInfo({ catalogId }),
      this.engine.client.getPictureState({ catalogId }),
    ]);
    const thumbnails = PicturesNode.of(this, pictures, this.pages);
    this.onPictures(thumbnails);
    return [
      new ManagedDirectoryNode(this),
      new DefaultStrategyNode(this),
      ...storageParts(storage).map((part) => new StorageNode(this, part)),
      ...this.integrityNodes(storage),
      ...(thumbnails ? [thumbnails] : []),
      new ImagesNode(this, this.catalog, this.pages),
    ];
  }

  private integrityNodes({ missingCount, changedCount }: StorageInfo): IntegrityNode[] {
    return [
      ...(missingCount > 0 ? [new IntegrityNode(this, 'missing', missingCount, this.pages)] : []),
      ...(changedCount > 0 ? [new IntegrityNode(this, 'changed', changedCount, this.pages)] : []),
    ];
  }
}

/** Where the catalog's imports by copy and move go. */
export class ManagedDirectoryNode implements TreeNode {
  readonly id: string;
  readonly parent: CatalogNode;
  readonly engine: EngineHost;

  constructor(parent: CatalogNode) {
    this.id = `${parent.id}:managedDirectory`;
    this.parent = parent;
    this.engine = parent.engine;
  }

  treeItem(): vscode.TreeItem {
    const { managedDirectory, managedDirectoryBound } = this.parent.catalog;
    const label = vscode.l10n.t('Managed directory');
    const item = new vscode.TreeItem(label);
    item.contextValue = contextValues.managedDirectory;
    if (managedDirectory === null) {
      item.description = vscode.l10n.t('not set: imports only reference files');
      item.iconPath = new vscode.ThemeIcon('folder');
    } else if (managedDirectoryBound) {
      item.description = path.basename(managedDirectory);
      item.iconPath = new vscode.ThemeIcon('folder-library');
    } else {
      item.description = vscode.l10n.t('not chosen on this machine');
      item.iconPath = warningIcon();
    }
    item.accessibilityInformation = { label: `${label}: ${item.description}` };
    return item;
  }

  tooltip(): vscode.MarkdownString {
    const { managedDirectory, managedDirectoryBound } = this.parent.catalog;
    const rows: (readonly [string, string])[] = [
      [vscode.l10n.t('Folder'), managedDirectory ?? vscode.l10n.t('not set')],
    ];
    if (managedDirectory !== null && !managedDirectoryBound) {
      rows.push([
        vscode.l10n.t('Note'),
        vscode.l10n.t(
          'This folder was not chosen on this machine, so nothing is written to it. Set the managed directory once to use it.',
        ),
      ]);
    }
    return tooltipOf(vscode.l10n.t('Managed directory'), rows);
  }
}

/** How the catalog names what it imports. */
export class DefaultStrategyNode implements TreeNode {
  readonly id: string;
  readonly parent: CatalogNode;
  readonly engine: EngineHost;

  constructor(parent: CatalogNode) {
    this.id = `${parent.id}:defaultStrategy`;
    this.parent = parent;
    this.engine = parent.engine;
  }

  treeItem(): vscode.TreeItem {
    const strategy = this.parent.catalog.defaultOrganizationStrategy;
    const label = vscode.l10n.t('Organization');
    const item = new vscode.TreeItem(label);
    item.description = exampleDestination(parseOrganizationStrategy(strategy));
    item.iconPath = new vscode.ThemeIcon('list-tree');
    item.contextValue = contextValues.defaultStrategy;
    item.accessibilityInformation = {
      label: vscode.l10n.t('{0}, for example {1}', label, item.description),
    };
    return item;
  }

  tooltip(): vscode.MarkdownString {
    const strategy = this.parent.catalog.defaultOrganizationStrategy;
    return tooltipOf(vscode.l10n.t('Organization'), [
      [vscode.l10n.t('Strategy'), strategy],
      [vscode.l10n.t('Example'), exampleDestination(parseOrganizationStrategy(strategy))],
    ]);
  }
}

interface StoragePart {
  readonly key: string;
  readonly label: string;
  readonly description: string;
  readonly icon: vscode.ThemeIcon;
  readonly explanation: string;
}

/** Images of one kind of storage. */
export class StorageNode implements TreeNode {
  readonly id: string;
  readonly parent: CatalogNode;
  readonly engine: EngineHost;
  private readonly part: StoragePart;

  constructor(parent: CatalogNode, part: StoragePart) {
    this.id = `${parent.id}:${part.key}`;
    this.parent = parent;
    this.engine = parent.engine;
    this.part = part;
  }

  treeItem(): vscode.TreeItem {
    const item = new vscode.TreeItem(this.part.label);
    item.description = this.part.description;
    item.iconPath = this.part.icon;
    item.contextValue = contextValues.storage;
    item.accessibilityInformation = { label: `${this.part.label}: ${this.part.description}` };
    return item;
  }

  tooltip(): vscode.MarkdownString {
    return tooltipOf(this.part.label, [[this.part.description, this.part.explanation]]);
  }
}

function storageParts(info: StorageInfo): readonly StoragePart[] {
  const figures = (count: number, bytes: number): string =>
    count === 0 ? '0' : `${formatCount(count)} · ${formatBytes(bytes)}`;
  return [
    {
      key: 'managed',
      label: vscode.l10n.t('Managed'),
      description: figures(info.managedCount, info.managedBytes),
      icon: new vscode.ThemeIcon('archive'),
      explanation: vscode.l10n.t('Images in the managed directory, imported by copy or move.'),
    },
    {
      key: 'referenced',
      label: vscode.l10n.t('Referenced'),
      description: figures(info.referencedCount, info.referencedBytes),
      icon: new vscode.ThemeIcon('references'),
      explanation: vscode.l10n.t('Images that stay where they were found.'),
    },
  ];
}

function warningIcon(): vscode.ThemeIcon {
  return new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
}
