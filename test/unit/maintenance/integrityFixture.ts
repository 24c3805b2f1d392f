import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { sampleJpeg } from '../../../bench/lib/sampleFiles.js';
import { openCatalogEngine, type CatalogEngine } from '../../../src/catalog/engine.js';
import type { Image } from '../../../src/catalog/model/image.js';
import type { ImportMode } from '../../../src/catalog/model/importJob.js';

/** An engine with a catalog, a source and a managed directory in a temporary folder. */
export class IntegrityFixture {
  readonly root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'imgcat-integrity-')));
  readonly photos = path.join(this.root, 'photos');
  readonly managed = path.join(this.root, 'managed');
  readonly workspace = path.join(this.root, 'workspace');
  readonly engine: CatalogEngine;
  catalogId = '';
  sourceId = '';

  private constructor() {
    fs.mkdirSync(this.workspace);
    fs.mkdirSync(this.photos);
    this.engine = this.open();
  }

  static async create(): Promise<IntegrityFixture> {
    const fixture = new IntegrityFixture();
    const { engine, managed, photos } = fixture;
    const catalog = await engine.createCatalog({ name: 'Photos', managedDirectory: managed });
    fixture.catalogId = catalog.id;
    const source = await engine.createSource({
      catalogId: catalog.id,
      name: 'Photos',
      sourcePath: photos,
    });
    fixture.sourceId = source.id;
    return fixture;
  }

  private open(): CatalogEngine {
    return openCatalogEngine({
      workspaceDirectory: this.workspace,
      trusted: true,
      machineStateDirectory: path.join(this.root, 'state'),
    });
  }

  at(name: string): string {
    return path.join(this.photos, ...name.split('/'));
  }

  /** Writes photos of which each has a content of its own. */
  put(...names: readonly string[]): void {
    for (const name of names) {
      fs.mkdirSync(path.dirname(this.at(name)), { recursive: true });
      fs.writeFileSync(this.at(name), sampleJpeg(name, 1000));
    }
  }

  putMany(folder: string, count: number): void {
    this.put(...Array.from({ length: count }, (_, index) => `${folder}/IMG_${100 + index}.jpg`));
  }

  async import(importMode: ImportMode = 'reference'): Promise<void> {
    const { sourceId } = this;
    const { scanId } = await this.engine.scanSource({ sourceId });
    const report = await this.engine.importSource({ sourceId, scanId, importMode });
    assert.equal(report.status, 'SUCCESS');
  }

  async images(query?: string): Promise<Image[]> {
    const selection = { catalogId: this.catalogId, ...(query !== undefined && { query }) };
    return (await this.engine.listImages({ ...selection, limit: 10_000 })).images;
  }

  /** By the name of its file before the import. */
  async image(name: string): Promise<Image> {
    const image = (await this.images()).find(
      ({ originalSourcePath }) => originalSourcePath === this.at(name),
    );
    assert.ok(image, name);
    return image;
  }

  /** Names before the import, sorted, of what a query finds. */
  async names(query: string): Promise<string[]> {
    const images = await this.images(query);
    return images
      .map(({ originalSourcePath }) => path.relative(this.photos, originalSourcePath))
      .sort();
  }

  check(options: Partial<Parameters<CatalogEngine['checkFiles']>[0]> = {}) {
    return this.engine.checkFiles({ catalogId: this.catalogId, ...options });
  }

  async remove(): Promise<void> {
    await this.engine.close();
    fs.rmSync(this.root, { recursive: true, force: true });
  }
}
