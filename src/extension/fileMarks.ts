import * as vscode from 'vscode';
import type { CatalogSummary } from '../catalog/model/catalog.js';
import type { MarkedFile } from '../catalog/model/integrity.js';
import type { EngineHost } from './engine/engineHost.js';
import type { Services } from './services.js';

type Parts = Pick<Services, 'engines' | 'overview' | 'log'>;
type Counts = Pick<CatalogSummary, 'missingCount' | 'changedCount'>;
/** Marked files by the text of their URI. */
type Marks = ReadonlyMap<string, MarkedFile>;

/** Marked files of a folder that are decorated; of more the rest is not. */
const maximumMarks = 10_000;

/** With more changes than this VS Code asks again for all that it shows. */
const maximumEvents = 200;

/** After a change, and between two loads: long work changes the catalog again and again. */
const defaultDelays = { firstMs: 500, intervalMs: 3000 };

/**
 * Decorates files that a catalog knows as missing, changed or damaged, in the Explorer, in editors' tabs and in our own
 * rows. Only files with such a mark are remembered, and only engines that run already are asked: a file is looked up in
 * memory. The extension runs where the files are, so the URIs are those of the workspace there.
 */
export class FileMarks implements vscode.FileDecorationProvider, vscode.Disposable {
  private readonly services: Parts;
  private readonly delays: typeof defaultDelays;
  private readonly marks = new Map<EngineHost, Marks>();
  /** As the overview last had them; absent if something changed since. */
  private readonly counts = new Map<EngineHost, Counts>();
  private readonly timers = new Map<EngineHost, NodeJS.Timeout>();
  private readonly loadedAt = new WeakMap<EngineHost, number>();
  private readonly subscriptions: vscode.Disposable[] = [];
  private readonly changes = new vscode.EventEmitter<vscode.Uri[] | undefined>();
  readonly onDidChangeFileDecorations = this.changes.event;

  constructor(services: Parts, delays = defaultDelays) {
    this.services = services;
    this.delays = delays;
    const { engines, overview } = services;
    this.subscriptions.push(
      this.changes,
      overview.onDidLoad((folders) => {
        for (const { engine, state, catalogs } of folders) {
          if (state === null) continue;
          this.counts.set(engine, sumOf(catalogs));
          this.loadSoon(engine);
        }
      }),
      overview.onDidChange((entities) => {
        const isOurs = (['state', 'catalogs', 'images'] as const).some((entity) =>
          entities.includes(entity),
        );
        if (!isOurs) return;
        for (const engine of engines.all()) {
          this.counts.delete(engine);
          if (engine.started) this.loadSoon(engine);
        }
      }),
      engines.onDidChangeFolders(() => this.forgetOthers()),
      vscode.window.registerFileDecorationProvider(this),
    );
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    if (uri.scheme !== 'file' || this.marks.size === 0) return undefined;
    const key = uri.toString();
    for (const marks of this.marks.values()) {
      const mark = marks.get(key);
      if (mark) return decorationOf(mark);
    }
    return undefined;
  }

  private loadSoon(engine: EngineHost): void {
    if (this.timers.has(engine)) return;
    const { firstMs, intervalMs } = this.delays;
    const since = performance.now() - (this.loadedAt.get(engine) ?? -Infinity);
    const timer = setTimeout(
      () => {
        this.timers.delete(engine);
        this.loadedAt.set(engine, performance.now());
        this.load(engine).catch((error: unknown) => this.services.log.error(String(error)));
      },
      Math.max(firstMs, intervalMs - since),
    );
    timer.unref();
    this.timers.set(engine, timer);
  }

  /** Most catalogs have no such file: then the counts are all that is asked for. */
  private async load(engine: EngineHost): Promise<void> {
    if (!engine.started) return;
    const { client } = engine;
    const counts = this.counts.get(engine) ?? sumOf(await client.listCatalogs({}));
    const listed = async (marks: 'changed' | 'missing', count: number): Promise<MarkedFile[]> =>
      count === 0 ? [] : client.listMarkedFiles({ marks, limit: maximumMarks });
    // What is missing is in no Explorer, so the others come first.
    const files = [
      ...(await listed('changed', counts.changedCount)),
      ...(await listed('missing', counts.missingCount)),
    ].slice(0, maximumMarks);
    this.show(engine, new Map(files.map((file) => [vscode.Uri.file(file.path).toString(), file])));
  }

  private show(engine: EngineHost, marks: Marks): void {
    const before = this.marks.get(engine) ?? new Map<string, MarkedFile>();
    if (marks.size > 0) this.marks.set(engine, marks);
    else this.marks.delete(engine);
    const keys = [...new Set([...before.keys(), ...marks.keys()])];
    const changed = keys.filter((key) => {
      const [old, now] = [before.get(key), marks.get(key)];
      return old?.state !== now?.state || old?.catalogName !== now?.catalogName;
    });
    if (changed.length > maximumEvents) this.changes.fire(undefined);
    else if (changed.length > 0) this.changes.fire(changed.map((key) => vscode.Uri.parse(key)));
  }

  private forgetOthers(): void {
    const present = new Set(this.services.engines.all());
    for (const engine of [...this.marks.keys()]) {
      if (!present.has(engine)) this.show(engine, new Map());
    }
    for (const [engine, timer] of this.timers) {
      if (present.has(engine)) continue;
      clearTimeout(timer);
      this.timers.delete(engine);
    }
  }
}

function sumOf(catalogs: readonly Counts[]): Counts {
  const sum = (count: (catalog: Counts) => number): number =>
    catalogs.reduce((total, catalog) => total + count(catalog), 0);
  return {
    missingCount: sum(({ missingCount }) => missingCount),
    changedCount: sum(({ changedCount }) => changedCount),
  };
}

function decorationOf({ state, catalogName }: MarkedFile): vscode.FileDecoration {
  const warning = new vscode.ThemeColor('list.warningForeground');
  switch (state) {
    case 'missing':
      return new vscode.FileDecoration(
        '?',
        vscode.l10n.t('Missing: the catalog "{0}" did not find it here', catalogName),
        warning,
      );
    case 'changed':
      return new vscode.FileDecoration(
        '≠',
        vscode.l10n.t('Changed since the catalog "{0}" took it in', catalogName),
        warning,
      );
    case 'damaged':
      return new vscode.FileDecoration(
        '!',
        vscode.l10n.t('Damaged: not the bytes that the catalog "{0}" knows', catalogName),
        new vscode.ThemeColor('list.errorForeground'),
      );
  }
}
