import { CatalogError } from '../model/errors.js';
import type { FilePort } from './filePort.js';
import { markerName } from './managedMarker.js';
import { lstatOrNull } from './publish.js';

/** The volume of a folder; null if it cannot be told. */
export const deviceOf = (port: FilePort, folder: string): bigint | null =>
  lstatOrNull(port, folder)?.dev ?? null;

/** The volume of a managed directory while work goes on in it: an unplugged drive leaves the folder of its mount. */
export class RootVolume {
  readonly #port: FilePort;
  readonly #realRoot: string | null;
  readonly #catalog: string;
  /** When the work began; null if it cannot be told. */
  readonly #device: bigint | null;

  /** @param realRoot null if the work touches no managed file @param catalog its name */
  constructor(port: FilePort, realRoot: string | null, catalog: string) {
    this.#port = port;
    this.#realRoot = realRoot;
    this.#catalog = catalog;
    this.#device = this.#deviceNow();
  }

  /** @throws CatalogError MANAGED_DIRECTORY_ELSEWHERE if it is another one now */
  require(): void {
    const now = this.#deviceNow();
    if (this.#device === null || now === null || now === this.#device) return;
    const data = { catalog: this.#catalog, path: this.#realRoot, marker: markerName };
    throw new CatalogError('MANAGED_DIRECTORY_ELSEWHERE', data);
  }

  #deviceNow(): bigint | null {
    return this.#realRoot === null ? null : deviceOf(this.#port, this.#realRoot);
  }
}

/** Runs a part of the work. @returns why it has to stop, if another volume is there now; null if all is well */
export async function whileRootIsThere(work: () => Promise<void>): Promise<CatalogError | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (CatalogError.is(error, 'MANAGED_DIRECTORY_ELSEWHERE')) return error;
    throw error;
  }
}
