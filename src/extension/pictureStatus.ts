import * as vscode from 'vscode';
import type { PictureProgress } from '../catalog/model/pictureWork.js';
import { formatCount, formatDuration } from '../views/format.js';
import { contextKeys, views } from './contributions.js';
import type { ContextKeys } from './contextKeys.js';
import type { EngineHost } from './engine/engineHost.js';
import type { Engines } from './engine/engines.js';
import { pictureOptions } from './settings.js';

/** Shows in the status bar while thumbnails are made, and passes changed settings on to the engines. */
export class PictureStatus implements vscode.Disposable {
  private readonly engines: Engines;
  private readonly keys: ContextKeys;
  private readonly log: vscode.LogOutputChannel;
  private readonly item: vscode.StatusBarItem;
  private readonly progress = new Map<EngineHost, PictureProgress>();
  private readonly subscriptions: vscode.Disposable[] = [];

  constructor(engines: Engines, keys: ContextKeys, log: vscode.LogOutputChannel) {
    this.engines = engines;
    this.keys = keys;
    this.log = log;
    this.item = vscode.window.createStatusBarItem(
      'imageCatalog.pictures',
      vscode.StatusBarAlignment.Left,
    );
    this.item.name = vscode.l10n.t('Image Catalog: Thumbnails');
    this.item.command = `${views.catalogs}.focus`;
    this.subscriptions.push(
      this.item,
      engines.onDidCreate((engine) => this.watch(engine)),
      engines.onDidChangeFolders(() => this.forgetOthers()),
      vscode.workspace.onDidChangeConfiguration((event) => this.configure(event)),
    );
    for (const engine of engines.all()) this.watch(engine);
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private watch(engine: EngineHost): void {
    if (this.progress.has(engine)) return;
    this.progress.set(engine, idle);
    this.subscriptions.push(
      engine.client.onPictureProgress((progress) => {
        this.progress.set(engine, progress);
        this.show();
      }),
    );
  }

  private forgetOthers(): void {
    const present = new Set(this.engines.all());
    for (const engine of this.progress.keys()) {
      if (!present.has(engine)) this.progress.delete(engine);
    }
    this.show();
  }

  private configure(event: vscode.ConfigurationChangeEvent): void {
    for (const engine of this.engines.all()) {
      const { uri } = engine.folder;
      // One that is started later reads the settings itself.
      if (!engine.started || !event.affectsConfiguration('imageCatalog.pictures', uri)) continue;
      engine.client.configurePictures(pictureOptions(uri)).catch((error: unknown) => {
        this.log.error(String(error));
      });
    }
  }

  private show(): void {
    const all = [...this.progress.values()];
    this.keys.set(
      contextKeys.picturesPaused,
      all.some(({ status }) => status === 'paused'),
    );
    const active = all.filter(({ status }) => status === 'running' || status === 'waiting');
    if (active.length === 0) {
      this.item.hide();
      return;
    }
    const sum = (figure: (progress: PictureProgress) => number): number =>
      active.reduce((total, progress) => total + figure(progress), 0);
    const done = formatCount(sum(({ filesDone }) => filesDone));
    const total = formatCount(sum(({ filesTotal }) => filesTotal));
    const failed = sum(({ filesFailed }) => filesFailed);
    const waits = active.every(({ status }) => status === 'waiting');
    const left = Math.max(...active.map(({ secondsLeft }) => secondsLeft ?? -1));
    const figures = vscode.l10n.t('Thumbnails {0} of {1}', done, total);
    this.item.text = `$(${waits ? 'watch' : 'sync~spin'}) ${figures}`;
    const details = [
      figures,
      ...(waits ? [vscode.l10n.t('waiting for a scan or import')] : []),
      ...(left > 0 && !waits ? [vscode.l10n.t('{0} left', formatDuration(left))] : []),
      ...(failed > 0 ? [vscode.l10n.t('{0} failed', formatCount(failed))] : []),
    ];
    this.item.tooltip = details.join(' · ');
    this.item.accessibilityInformation = { label: details.join(', '), role: 'button' };
    this.item.show();
  }
}

const idle: PictureProgress = {
  status: 'idle',
  filesDone: 0,
  filesTotal: 0,
  filesFailed: 0,
  secondsLeft: null,
};
