import * as vscode from 'vscode';
import { CatalogError } from '../catalog/model/errors.js';
import type { Services } from './services.js';
import { readSetting } from './settings.js';

type Parts = Pick<Services, 'context' | 'overview' | 'trees' | 'log'>;

const dayMs = 24 * 60 * 60_000;

/**
 * Looks up every few days whether the files of the catalogs are still there. It waits while anything else runs, and
 * says nothing: what is newly missing shows as a number on the view. Folders without a catalog are left alone.
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

  /** Checks the catalogs whose last check is long enough ago. */
  private async checkDue(): Promise<void> {
    const { context, overview, trees } = this.services;
    for (const { engine, state, catalogs } of await overview.get()) {
      const everyDays = readSetting('imageCatalog.check.everyDays', engine.folder.uri);
      if (everyDays <= 0 || state?.readOnly !== false) continue;
      for (const { id, filesCheckedAt } of catalogs) {
        // One that had to ask before it marked anything is remembered here only.
        const key = `imageCatalog.lastCheck.${id}`;
        const tried = context.workspaceState.get<number>(key, 0);
        const checked = filesCheckedAt === null ? 0 : Date.parse(filesCheckedAt);
        if (Date.now() - Math.max(tried, checked) < everyDays * dayMs) continue;
        try {
          const report = await engine.client.checkFiles({ catalogId: id, background: true });
          await context.workspaceState.update(key, Date.now());
          // Of a check without news nobody is told: the tooltip has its date all the same.
          overview.refresh(['catalogs']);
          const suspects = report.needsConfirmation.reduce((sum, each) => sum + each.missing, 0);
          const news = report.newlyMissing + suspects;
          if (news > 0) trees.showNewlyMissing(news);
        } catch (error) {
          // Other work has precedence; next time.
          if (!CatalogError.is(error, 'BUSY') && !CatalogError.is(error, 'CANCELLED')) throw error;
        }
      }
    }
  }
}
