import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { sampleJpeg } from '../../../bench/lib/sampleFiles.js';
import { openCatalogEngine, type CatalogEngine } from '../../../src/catalog/engine.js';

/** A catalog with copies of a card (2021 and 2023, one with a sidecar) and references to an archive. */
export class StorageFixture {
  readonly root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'imgcat-storage-')));
  readonly workspace = path.join(this.root, 'workspace');
  readonly managed = path.join(this.root, 'managed');
  readonly card = path.join(this.root, 'card');
  readonly archive = path.join(this.root, 'archive');
  catalogId = '';
  cardId = '';
  archiveId = '';
  jobId = '';
  engine: CatalogEngine;

  constructor() {
    fs.mkdirSync(this.workspace);
    this.engine = this.open();
  }

  open(): CatalogEngine {
    this.engine = openCatalogEngine({
      workspaceDirectory: this.workspace,
      trusted: true,
      machineStateDirectory: path.join(this.root, 'state'),
      client: 'command-line',
    });
    return this.engine;
  }

  /** The archive has one picture of its own and one that the card has too. */
  async fill(): Promise<void> {
    this.put(this.card, 'IMG_20210615_120000.jpg', 'a', 1000);
    this.put(this.card, 'IMG_20230616_120000.jpg', 'b', 2000);
    fs.writeFileSync(path.join(this.card, 'IMG_20230616_120000.xmp'), '<x:xmpmeta/>');
    this.put(this.archive, 'IMG_20230617_120000.jpg', 'c', 4000);
    fs.copyFileSync(
      path.join(this.card, 'IMG_20210615_120000.jpg'),
      path.join(this.archive, 'copy.jpg'),
    );
    const { engine, managed: managedDirectory } = this;
    const catalog = await engine.createCatalog({ name: 'Family', managedDirectory });
    this.catalogId = catalog.id;
    this.cardId = await this.addSource('Card', this.card);
    this.archiveId = await this.addSource('Archive', this.archive);
    this.jobId = await this.import(this.cardId, 'copy');
    await this.import(this.archiveId, 'reference');
  }

  put(folder: string, name: string, content: string, size: number): void {
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, name), sampleJpeg(content, size));
  }

  private async addSource(name: string, sourcePath: string): Promise<string> {
    const { catalogId } = this;
    return (await this.engine.createSource({ catalogId, name, sourcePath })).id;
  }

  private async import(sourceId: string, importMode: 'copy' | 'reference'): Promise<string> {
    const { scanId } = await this.engine.scanSource({ sourceId });
    return (await this.engine.importSource({ sourceId, scanId, importMode })).id;
  }

  async remove(): Promise<void> {
    await this.engine.close();
    fs.rmSync(this.root, { recursive: true, force: true });
  }
}
