import * as vscode from 'vscode';
import type { CatalogSummary } from '../catalog/model/catalog.js';
import { CatalogError, errorDetail } from '../catalog/model/errors.js';
import type { CheckReport, SuspectFolder } from '../catalog/model/integrity.js';
import { formatCount } from '../views/format.js';
import { commands } from './contributions.js';
import type { EngineHost } from './engine/engineHost.js';
import { showError } from './messages.js';
import type { Services } from './services.js';
import { readSetting } from './settings.js';

type Parts = Pick<Services, 'context' | 'overview' | 'trees' | 'log'>;

const dayMs = 24 * 60 * 60_000;

/**
 * Looks up every few days whether the files of the catalogs are still there. It waits while anything else runs, and
 * says nothing: what is newly missing shows as a number on the view. Only if so much is missing at once that nothing
 * was marked, it asks. Folders without a catalog are left alone.
 */
export class BackgroundCheck implements vscode.Disposable {
  private readonly services: Parts;
  private readonly intervalMs: number;
  private timer: NodeJS.Timeout;
  private disposed = false;

  /** @param delays of the first look and between looks, milliseconds; tests have shorter ones */
  constructor(services: Parts, delays = { firstMs: 60_000, intervalMs: 10 * 60_000 }) {
    this.services = services;
    this.intervalMs = delays.intervalMs;
    this.timer = this.later(delays.firstMs);
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.timer);
  }

  private later(delayMs: number): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.checkDue()
        .catch((error: unknown) => this.services.log.error(String(error)))
        .finally(() => {
          if (!this.disposed) this.timer = this.later(this.intervalMs);
        });
    }, delayMs);
    timer.unref();
    return timer;
  }

  /** Checks the catalogs whose last check is long enough ago; one that fails does not keep the others from it. */
  private async checkDue(): Promise<void> {
    const { overview, trees, log } = this.services;
    let news = 0;
    for (const { engine, state, catalogs } of await overview.get()) {
      const everyDays = readSetting('imageCatalog.check.everyDays', engine.folder.uri);
      if (everyDays <= 0 || state?.readOnly !== false) continue;
      for (const catalog of catalogs) {
        if (this.disposed) return;
        try {
          news += await this.check(engine, catalog, everyDays);
        } catch (error) {
          // Other work has precedence; next time.
          if (CatalogError.is(error, 'BUSY') || CatalogError.is(error, 'CANCELLED')) continue;
          log.error(`Checking the files of ${catalog.name}: ${errorDetail(error)}`);
        }
      }
    }
    if (news > 0) trees.showNewlyMissing(news);
  }

  /** @returns how many files were found to be gone since the last look */
  private async check(
    engine: EngineHost,
    { id, name, filesCheckedAt }: CatalogSummary,
    everyDays: number,
  ): Promise<number> {
    const { context, overview } = this.services;
    // One that had to ask before it marked anything is remembered here only.
    const key = `imageCatalog.lastCheck.${id}`;
    const tried = context.workspaceState.get<number>(key, 0);
    const checked = filesCheckedAt === null ? 0 : Date.parse(filesCheckedAt);
    if (Date.now() - Math.max(tried, checked) < everyDays * dayMs) return 0;
    const report = await engine.client.checkFiles({ catalogId: id, background: true });
    await context.workspaceState.update(key, Date.now());
    // Of a check without news nobody is told: the tooltip has its date all the same.
    overview.refresh(['catalogs']);
    if (report.needsConfirmation.length > 0) this.ask(id, name, report);
    return report.newlyMissing;
  }

  /** Nothing was marked, so no row will tell it: a person has to look. Does not wait for the answer. */
  private ask(catalogId: string, name: string, { needsConfirmation }: CheckReport): void {
    const sum = (figure: (folder: SuspectFolder) => number): string =>
      formatCount(needsConfirmation.reduce((total, folder) => total + figure(folder), 0));
    const check = vscode.l10n.t('Check Files');
    const text = vscode.l10n.t(
      'Many files of the catalog "{0}" are missing at once: {1} of {2}. Nothing was marked yet.',
      name,
      sum(({ missing }) => missing),
      sum(({ images }) => images),
    );
    void vscode.window
      .showWarningMessage(text, check)
      .then((answer) => {
        if (answer !== check) return undefined;
        return vscode.commands.executeCommand(commands.checkFiles, { catalogId, tell: true });
      })
      .then(undefined, (error: unknown) => showError(error, this.services.log));
  }
}
