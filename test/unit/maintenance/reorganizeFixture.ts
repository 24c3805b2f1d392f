import fs from 'node:fs';
import path from 'node:path';
import { sampleJpeg } from '../../../bench/lib/sampleFiles.js';
import type { FilePort } from '../../../src/catalog/files/filePort.js';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import { recoverFileOperations } from '../../../src/catalog/maintenance/recoverOperations.js';
import type {
  FileOperationReport,
  MoveForecast,
  ReorganizeRequest,
} from '../../../src/catalog/model/fileOperation.js';
import type { Image } from '../../../src/catalog/model/image.js';
import type { OperationControl } from '../../../src/catalog/model/progress.js';
import { undoOperation } from '../../../src/catalog/operations/fileOperations.js';
import { bindManagedDirectory } from '../../../src/catalog/operations/managedDirectory.js';
import type { OperationDeps } from '../../../src/catalog/operations/operationDeps.js';
import { PlanCache } from '../../../src/catalog/operations/planCache.js';
import {
  forecastReorganize,
  reorganizeManaged,
} from '../../../src/catalog/operations/reorganize.js';
import { ChosenSources } from '../../../src/catalog/store/chosenSources.js';
import { ManagedDirectoryBindings } from '../../../src/catalog/store/managedDirectoryBindings.js';
import { ImportFixture, listFiles, sha256 } from '../import/importFixture.js';
import { allImages } from '../store/support.js';

/** A volume without hard links. */
export const linkless: FilePort = {
  ...nodeFilePort,
  link: () => {
    throw Object.assign(new Error('EPERM'), { code: 'EPERM' });
  },
};

/** A catalog with files that were imported by copy, to be named anew. */
export class ReorganizeFixture {
  readonly imports: ImportFixture;
  private readonly bindings: ManagedDirectoryBindings;

  private constructor(imports: ImportFixture) {
    this.imports = imports;
    this.bindings = new ManagedDirectoryBindings(path.join(imports.scans.base, 'state'));
  }

  /** @param names of files on the card; the content is the name */
  static async create(
    names: readonly string[],
    organizationStrategy = 'FLAT/ORIGINAL',
  ): Promise<ReorganizeFixture> {
    const fixture = new ReorganizeFixture(await ImportFixture.create());
    for (const name of names) {
      const isPicture = /\.(jpg|cr2)$/i.test(name);
      fixture.imports.put(name, isPicture ? sampleJpeg(name, 3000) : `<x:xmpmeta ${name}/>`);
    }
    await fixture.imports.import({ organizationStrategy });
    await bindManagedDirectory(fixture.deps(), fixture.catalogId, fixture.root);
    return fixture;
  }

  get catalogId(): string {
    return this.imports.scans.catalog.id;
  }

  get root(): string {
    return fs.realpathSync(this.imports.managed);
  }

  deps(files: FilePort = nodeFilePort): OperationDeps {
    return {
      ...this.imports.deps(files),
      bindings: this.bindings,
      sources: new ChosenSources(path.join(this.imports.scans.base, 'state')),
      workspaceDirectory: this.imports.scans.base,
      catalogFile: path.join(this.imports.scans.base, 'catalog.sqlite'),
      plans: new PlanCache(),
    };
  }

  private request(
    organizationStrategy: string,
    more: Partial<ReorganizeRequest>,
  ): ReorganizeRequest {
    return { catalogId: this.catalogId, organizationStrategy, ...more };
  }

  forecast(strategy: string, more: Partial<ReorganizeRequest> = {}): Promise<MoveForecast> {
    return forecastReorganize(this.deps(), this.request(strategy, more));
  }

  run(
    strategy: string,
    more: Partial<ReorganizeRequest> & { files?: FilePort; control?: OperationControl } = {},
  ): Promise<FileOperationReport> {
    const { files, control = {}, ...request } = more;
    return reorganizeManaged(this.deps(files), this.request(strategy, request), control);
  }

  undo({ operation }: FileOperationReport, files?: FilePort): Promise<FileOperationReport> {
    return undoOperation(this.deps(files), operation.id, {});
  }

  recover(): Promise<void> {
    return recoverFileOperations(this.deps(), () => true);
  }

  images(): Image[] {
    return allImages(this.imports.scans.store, this.catalogId);
  }

  /** The image of a file on the card. */
  image(name: string): Image {
    const found = this.images().find((each) => path.basename(each.originalSourcePath) === name);
    if (!found) throw new Error(`no image ${name}`);
    return found;
  }

  at(stored: string): string {
    return path.join(this.root, ...stored.split('/'));
  }

  /** Visible files of the managed directory. */
  files(): string[] {
    return listFiles(this.root).filter((file) => !path.basename(file).startsWith('.image-catalog'));
  }

  /** Puts an image's file under another name, as a person does who then tells the catalog. */
  rename(name: string, stored: string): void {
    const { id, currentPath } = this.image(name);
    fs.mkdirSync(path.dirname(this.at(stored)), { recursive: true });
    fs.renameSync(currentPath, this.at(stored));
    const { driver } = this.imports.scans.store;
    driver.run('UPDATE images SET current_path = ? WHERE id = ?', [stored, id]);
  }

  /** Every row's file is there with its content, once, and nothing else lies there. @returns what is wrong */
  faults(others: readonly string[] = []): string[] {
    const { store } = this.imports.scans;
    const rows = this.images().flatMap((image) => [image, ...store.images.listSidecars(image.id)]);
    const wrong = rows
      .filter(({ currentPath, checksum }) => {
        return !fs.existsSync(currentPath) || sha256(currentPath) !== checksum;
      })
      .map(({ currentPath }) => `${currentPath} is not what its row says`);
    const known = new Set([
      ...rows.map(({ currentPath }) => currentPath),
      ...others.map((one) => this.at(one)),
    ]);
    const stray = this.files().filter((file) => !known.has(path.join(this.root, file)));
    const open = store.fileOperations
      .unsettled()
      .map(({ id, status }) => `${id} is ${status} and not settled`);
    return [...wrong, ...stray.map((file) => `${file} has no row`), ...open];
  }

  remove(): Promise<void> {
    return this.imports.remove();
  }
}
