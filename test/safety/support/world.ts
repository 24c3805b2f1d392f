import { Buffer } from 'node:buffer';
import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { FilePort } from '../../../src/catalog/files/filePort.js';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import type { ImportJobReport, ImportMode } from '../../../src/catalog/model/importJob.js';
import { runImport } from '../../../src/catalog/operations/importJobs.js';
import { bindManagedDirectory } from '../../../src/catalog/operations/managedDirectory.js';
import type { OperationDeps } from '../../../src/catalog/operations/operationDeps.js';
import { PlanCache } from '../../../src/catalog/operations/planCache.js';
import { scan } from '../../../src/catalog/operations/scans.js';
import { Recovery } from '../../../src/catalog/recovery.js';
import type { CatalogStore } from '../../../src/catalog/store/catalogStore.js';
import { ChosenSources } from '../../../src/catalog/store/chosenSources.js';
import { ManagedDirectoryBindings } from '../../../src/catalog/store/managedDirectoryBindings.js';
import { NodeSqliteDriver } from '../../../src/catalog/store/nodeSqliteDriver.js';
import {
  catalogFilePath,
  createCatalogFile,
  openCatalogStore,
} from '../../../src/catalog/store/openCatalog.js';
import { ascii, jpeg, segment, tiff } from '../../unit/media/mediaBytes.js';
import { catalog, source } from '../../unit/store/support.js';

/** Where things lie; the catalog, the source and the managed directory may be on different volumes. */
export interface Places {
  /** Holds the workspace folder and the machine state. */
  readonly base: string;
  readonly source: string;
  readonly managed: string;
}

export const catalogId = 'catalog-1';
export const sourceId = 'source-1';
export const strategy = 'YEAR_SLASH_MONTH_DAY/ORIGINAL';

/** 15 June 2023, 14:30:45 and a bit. */
const shotAt = 1_686_839_445_123_457_000n;

/** Files of a card, by path: contents that tell them apart, the same in every run. */
export type CardFiles = Readonly<Record<string, Buffer>>;

/** Bytes without a marker of JPEG in them, the same for the same label. */
function noise(label: string, size: number): Buffer {
  const block = createHash('sha256')
    .update(label)
    .digest()
    .map((byte) => byte & 0x7f);
  return Buffer.alloc(size, block);
}

/** A picture taken in June 2023, with a content of its own. */
export function picture(label: string, size = 3000): Buffer {
  const exif = tiff({ exif: [ascii(36867, '2023:06:15 14:30:45')] });
  const note = segment(0xfe, noise(label, Math.min(60_000, size)));
  const extra = Array.from({ length: Math.floor(size / 60_000) }, () => note);
  return jpeg({ exif, segments: [note, ...extra] });
}

/** A raw file of the same time. */
export const rawPicture = (label: string): Buffer =>
  Buffer.concat([tiff({ exif: [ascii(36867, '2023:06:15 14:30:45')] }), noise(label, 4000)]);

/** A pair with a sidecar, two names that clash, a twin, a file without a date. */
export const mixedCard: CardFiles = {
  'DCIM/100/IMG_1.JPG': picture('one'),
  'DCIM/100/IMG_1.xmp': Buffer.from('<x:xmpmeta xmlns:x="adobe:ns:meta/">one</x:xmpmeta>'),
  'DCIM/100/IMG_2.JPG': picture('two'),
  'DCIM/100/IMG_2.NEF': rawPicture('raw two'),
  'DCIM/100/IMG_2.NEF.xmp': Buffer.from('<x:xmpmeta xmlns:x="adobe:ns:meta/">two</x:xmpmeta>'),
  'DCIM/101/IMG_1.JPG': picture('another one'),
  'DCIM/101/TWIN.JPG': picture('one'),
  'undated.JPG': jpeg({ segments: [segment(0xfe, noise('undated', 500))] }),
};

/** Above the size up to which a file is copied in one piece. */
export const largeCard: CardFiles = { 'DCIM/LARGE.JPG': picture('large', 9_000_000) };

/** More files than one batch. */
export const manyCard: CardFiles = Object.fromEntries(
  Array.from({ length: 70 }, (_, index) => [
    `DCIM/IMG_${String(index).padStart(2, '0')}.JPG`,
    picture(`many ${index}`, 300),
  ]),
);

/** A catalog with one source and one managed directory, through the product's own ways of opening it. */
export class SafetyWorld {
  readonly places: Places;
  readonly logged: string[] = [];
  #store: CatalogStore | null = null;

  private constructor(places: Places) {
    this.places = places;
  }

  /** Makes folders, files and catalog, and opens it. */
  static async create(places: Places, card: CardFiles = mixedCard): Promise<SafetyWorld> {
    const world = new SafetyWorld(places);
    for (const folder of [world.workspace, places.source, places.managed]) {
      fs.mkdirSync(folder, { recursive: true });
    }
    world.putOnCard(card);
    // Somebody else's, at the very name that an import would use.
    const foreign = path.join(places.managed, '2023/06-15/IMG_1.JPG');
    fs.mkdirSync(path.dirname(foreign), { recursive: true });
    fs.writeFileSync(foreign, "somebody's only copy");
    const { store } = await createCatalogFile(world.options);
    if (!store) throw new Error('no catalog file');
    store.catalogs.insert(catalog({ id: catalogId, managedDirectory: places.managed }));
    store.sources.insert(source({ id: sourceId, catalogId, sourcePath: places.source }));
    world.#store = store;
    await bindManagedDirectory(world.deps(), catalogId, places.managed);
    return world;
  }

  /** A world that another process made. */
  static at(places: Places): SafetyWorld {
    return new SafetyWorld(places);
  }

  get workspace(): string {
    return path.join(this.places.base, 'workspace');
  }

  get state(): string {
    return path.join(this.places.base, 'state');
  }

  get catalogFile(): string {
    return catalogFilePath(this.workspace);
  }

  get options(): { workspaceDirectory: string; trusted: true; machineStateDirectory: string } {
    return { workspaceDirectory: this.workspace, trusted: true, machineStateDirectory: this.state };
  }

  get store(): CatalogStore {
    if (!this.#store) throw new Error('the catalog is not open');
    return this.#store;
  }

  putOnCard(card: CardFiles): void {
    for (const [name, bytes] of Object.entries(card)) {
      const file = path.join(this.places.source, name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, bytes);
      // A time that can be set again exactly.
      const descriptor = fs.openSync(file, 'r+');
      nodeFilePort.setModifiedTime(descriptor, shotAt);
      fs.closeSync(descriptor);
    }
  }

  /** Opens the catalog for writing, without recovery. @throws Error if another process has it */
  async open(): Promise<void> {
    const { store, state } = await openCatalogStore(this.options);
    if (!store || state.readOnly) {
      await store?.close();
      throw new Error(`not writable: ${state.readOnlyReason ?? 'there is no catalog'}`);
    }
    this.#store = store;
  }

  async close(): Promise<void> {
    const store = this.#store;
    this.#store = null;
    await store?.close();
  }

  /** The catalog as a killed process leaves it: nothing is written any more, not even by closing. */
  crash(): void {
    const { driver } = this.store;
    if (!(driver instanceof NodeSqliteDriver)) throw new Error('not a driver that can crash');
    driver.setGuard({
      violated: true,
      before: () => {
        throw new Error('the process has ended');
      },
      after: () => undefined,
    });
  }

  deps(files: FilePort = nodeFilePort): OperationDeps {
    return {
      store: this.store,
      files,
      bindings: new ManagedDirectoryBindings(this.state),
      sources: new ChosenSources(this.state),
      workspaceDirectory: this.workspace,
      catalogFile: this.catalogFile,
      now: () => new Date('2024-06-01T12:00:00Z'),
      newId: randomUUID,
      log: (level, message) => void this.logged.push(`${level} ${message}`),
      plans: new PlanCache(),
    };
  }

  /** What a start of the program does before anything else. */
  recover(files: FilePort = nodeFilePort): Promise<void> {
    return new Recovery().run(this.deps(files));
  }

  async scan(files: FilePort = nodeFilePort): Promise<string> {
    const summary = await scan(this.deps(files), { sourceId }, {});
    return summary.scanId;
  }

  import(
    importMode: ImportMode,
    scanId: string,
    files: FilePort = nodeFilePort,
  ): Promise<ImportJobReport> {
    const request = { sourceId, scanId, importMode, organizationStrategy: strategy };
    return runImport(this.deps(files), request, {});
  }
}

let worlds = 0;

/** Fresh places below a folder (or two, the managed directory in the second). */
export function newPlaces(first: string, second: string = first): Places {
  const name = `imgcat-safety-${process.pid}-${(worlds += 1)}`;
  const base = fs.realpathSync(fs.mkdtempSync(path.join(first, `${name}-`)));
  const other =
    first === second ? base : fs.realpathSync(fs.mkdtempSync(path.join(second, `${name}-`)));
  return { base, source: path.join(base, 'card'), managed: path.join(other, 'managed') };
}

export function removePlaces(places: Places): void {
  fs.rmSync(places.base, { recursive: true, force: true });
  const other = path.dirname(places.managed);
  if (other !== places.base) fs.rmSync(other, { recursive: true, force: true });
}
