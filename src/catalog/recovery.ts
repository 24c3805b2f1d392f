import { recoverJobs } from './import/recover.js';
import { recoverFileOperations } from './maintenance/recoverOperations.js';
import type { RecoveryReport, ReturnedFromTrash } from './model/safety.js';
import { recoverableDirectories } from './operations/managedDirectory.js';
import type { OperationDeps } from './operations/operationDeps.js';

/** Recovery of one opened catalog, and what it has done so far. */
export class Recovery {
  readonly #tally = { filesFinished: 0, filesReset: 0, filesUndone: 0 };
  readonly #interrupted = new Set<string>();
  readonly #notes = new Set<string>();

  /** @throws CatalogError of the store */
  async run(deps: OperationDeps): Promise<void> {
    const log: OperationDeps['log'] = (level, message) => {
      if (level !== 'info') this.#notes.add(message);
      deps.log(level, message);
    };
    for (const { id, managedDirectory } of deps.store.catalogs.list()) {
      if (managedDirectory !== null) deps.bindings.adopt(id, managedDirectory);
    }
    const bindings = recoverableDirectories({ ...deps, log });
    await recoverJobs({ ...deps, log, bindings, tally: this.#tally });
    await recoverFileOperations({ ...deps, log }, (catalogId, directory) =>
      bindings.isBound(catalogId, directory),
    );
    this.#interrupted.clear();
    const jobs = deps.store.importJobs.listByStatus('INTERRUPTED');
    for (const { id } of jobs) this.#interrupted.add(id);
  }

  report(): Omit<RecoveryReport, keyof ReturnedFromTrash> {
    return {
      interruptedJobs: [...this.#interrupted],
      ...this.#tally,
      notes: [...this.#notes],
    };
  }
}
