import * as vscode from 'vscode';
import type { ImportJob, ImportJobStatus } from '../../catalog/model/importJob.js';
import type { ProgressReport } from '../../catalog/model/progress.js';
import { commands, contextValues } from '../../extension/contributions.js';
import type { EngineHost } from '../../extension/engine/engineHost.js';
import {
  formatAgo,
  formatBytes,
  formatCount,
  formatDateTime,
  formatDuration,
  formatProgress,
  progressPercent,
} from '../format.js';
import { importModeText, tooltipOf } from './texts.js';
import type { TreeNode } from './treeNode.js';

/** One import, running or done; opens its report with a click. */
export class ImportJobNode implements TreeNode {
  readonly id: string;
  readonly parent: TreeNode | undefined;
  readonly engine: EngineHost;
  readonly job: ImportJob;
  /** Set only if there are several catalogs to tell apart. */
  private readonly catalogName: string | null;
  private progress: ProgressReport | undefined;

  constructor(
    engine: EngineHost,
    job: ImportJob,
    catalogName: string | null,
    parent: TreeNode | undefined,
  ) {
    this.id = `importJob:${job.id}`;
    this.engine = engine;
    this.job = job;
    this.catalogName = catalogName;
    this.parent = parent;
  }

  /** Takes over a newer report; the tree is told to draw the row again by its owner. */
  showProgress(report: ProgressReport): void {
    this.progress = report;
  }

  get running(): boolean {
    return this.job.status === 'RUNNING' || this.job.status === 'PENDING';
  }

  treeItem(): vscode.TreeItem {
    const { job } = this;
    const item = new vscode.TreeItem(job.sourceName);
    item.description = [
      ...(this.running ? [this.runningText()] : [finishedText(job), formatAgo(job.startedAt)]),
      ...(this.catalogName === null ? [] : [this.catalogName]),
    ].join(' · ');
    item.iconPath = statusIcon(job.status);
    item.contextValue = this.contextValue();
    item.command = {
      command: commands.showImportJob,
      title: vscode.l10n.t('Show Import Job'),
      arguments: [this],
    };
    item.accessibilityInformation = {
      label: vscode.l10n.t(
        'Import from {0}, {1}, {2}',
        job.sourceName,
        statusText(job.status),
        item.description,
      ),
    };
    return item;
  }

  tooltip(): vscode.MarkdownString {
    const { job } = this;
    const rows: (readonly [string, string])[] = [
      [vscode.l10n.t('Status'), statusText(job.status)],
      [vscode.l10n.t('Folder'), job.sourcePath],
      [vscode.l10n.t('Import mode'), importModeText(job.importMode)],
    ];
    if (job.importMode !== 'reference') {
      rows.push([vscode.l10n.t('Organization'), job.organizationStrategy]);
    }
    rows.push(
      [vscode.l10n.t('Files found'), formatCount(job.filesDiscovered)],
      [
        vscode.l10n.t('Imported'),
        `${formatCount(job.filesImported)} (${formatBytes(job.bytesImported)})`,
      ],
      [vscode.l10n.t('Skipped'), formatCount(job.filesSkipped)],
      [vscode.l10n.t('Failed'), formatCount(job.filesFailed)],
      [vscode.l10n.t('Started'), formatDateTime(job.startedAt)],
    );
    const seconds = durationSeconds(job);
    if (seconds !== null) rows.push([vscode.l10n.t('Duration'), formatDuration(seconds)]);
    if (this.running && this.progress) {
      rows.push([vscode.l10n.t('Progress'), formatProgress(this.progress, vscode.l10n.t)]);
    }
    if (job.error !== null) rows.push([vscode.l10n.t('Error'), job.error]);
    return tooltipOf(job.sourceName, rows);
  }

  private contextValue(): string {
    if (this.running) return contextValues.importJobRunning;
    if (this.job.status === 'INTERRUPTED') return contextValues.importJobInterrupted;
    return this.job.filesImported > 0
      ? contextValues.importJobFinished
      : contextValues.importJobEmpty;
  }

  private runningText(): string {
    const { job, progress } = this;
    if (!progress) {
      const done = job.filesImported + job.filesSkipped + job.filesFailed;
      return vscode.l10n.t('{0} of {1} files', formatCount(done), formatCount(job.filesDiscovered));
    }
    const percent = progressPercent(progress);
    const text = formatProgress(progress, vscode.l10n.t);
    return percent === null ? text : `${percent} % · ${text}`;
  }
}

/** What came of it; of one that was cut off, what is still to do. */
function finishedText(job: ImportJob): string {
  const imported = formatCount(job.filesImported);
  if (job.status === 'INTERRUPTED') {
    const all = formatCount(job.filesDiscovered);
    return vscode.l10n.t('interrupted, {0} of {1} imported', imported, all);
  }
  const parts = [vscode.l10n.t('{0} imported', imported)];
  if (job.filesFailed > 0) parts.push(vscode.l10n.t('{0} failed', formatCount(job.filesFailed)));
  if (job.status === 'CANCELLED') parts.push(vscode.l10n.t('cancelled'));
  else if (job.filesSkipped > 0) {
    parts.push(vscode.l10n.t('{0} skipped', formatCount(job.filesSkipped)));
  }
  return parts.join(', ');
}

function durationSeconds(job: ImportJob): number | null {
  if (job.completedAt === null) return null;
  return (new Date(job.completedAt).getTime() - new Date(job.startedAt).getTime()) / 1000;
}

function statusText(status: ImportJobStatus): string {
  const texts: Record<ImportJobStatus, string> = {
    PENDING: vscode.l10n.t('Waiting'),
    RUNNING: vscode.l10n.t('Running'),
    SUCCESS: vscode.l10n.t('Finished'),
    PARTIAL: vscode.l10n.t('Finished, some files failed'),
    FAILURE: vscode.l10n.t('Failed'),
    CANCELLED: vscode.l10n.t('Cancelled'),
    INTERRUPTED: vscode.l10n.t('Interrupted'),
  };
  return texts[status];
}

function statusIcon(status: ImportJobStatus): vscode.ThemeIcon {
  const icons: Record<ImportJobStatus, readonly [icon: string, color?: string]> = {
    PENDING: ['clock'],
    RUNNING: ['loading~spin'],
    SUCCESS: ['pass', 'testing.iconPassed'],
    PARTIAL: ['warning', 'list.warningForeground'],
    FAILURE: ['error', 'list.errorForeground'],
    CANCELLED: ['circle-slash', 'disabledForeground'],
    INTERRUPTED: ['debug-pause', 'list.warningForeground'],
  };
  const [icon, color] = icons[status];
  return new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
}
