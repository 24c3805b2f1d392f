import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { sampleJpeg } from '../../../bench/lib/sampleFiles.js';
import type { CatalogEngine } from '../../../src/catalog/engine.js';
import { openCatalogEngine } from '../../../src/catalog/engine.js';

describe('a workspace folder that was copied with its catalog', function () {
  this.timeout(60_000);
  let root: string;
  let managed: string;
  let catalogId: string;
  let sourceId: string;
  let jobId: string;
  const engines: CatalogEngine[] = [];

  const open = (name: string): CatalogEngine => {
    const engine = openCatalogEngine({
      workspaceDirectory: path.join(root, name),
      trusted: true,
      machineStateDirectory: path.join(root, 'state'),
    });
    engines.push(engine);
    return engine;
  };
  const closeAll = async (): Promise<void> => {
    await Promise.all(engines.splice(0).map((engine) => engine.close()));
  };

  beforeEach(async () => {
    root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'imgcat-copied-')));
    managed = path.join(root, 'managed');
    const card = path.join(root, 'card');
    for (const folder of [card, path.join(root, 'first')]) fs.mkdirSync(folder);
    fs.writeFileSync(path.join(card, 'a.jpg'), sampleJpeg('a', 1000));
    const engine = open('first');
    catalogId = (await engine.createCatalog({ name: 'Photos', managedDirectory: managed })).id;
    sourceId = (await engine.createSource({ catalogId, sourcePath: card })).id;
    jobId = (await importCard(engine)).id;
    await closeAll();
  });
  afterEach(async () => {
    await closeAll();
    fs.rmSync(root, { recursive: true, force: true });
  });

  async function importCard(engine: CatalogEngine) {
    const { scanId } = await engine.scanSource({ sourceId });
    return engine.importSource({ sourceId, scanId, importMode: 'copy' });
  }
  const pictures = (): string[] =>
    fs
      .readdirSync(managed, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.jpg'));

  it('does not work in the managed directory while the first one is there', async () => {
    fs.cpSync(path.join(root, 'first'), path.join(root, 'second'), { recursive: true });
    const copy = open('second');
    const unbound = { code: 'MANAGED_DIRECTORY_UNBOUND' };
    fs.writeFileSync(path.join(root, 'card', 'b.jpg'), sampleJpeg('b', 1000));
    await assert.rejects(importCard(copy), unbound);
    await assert.rejects(copy.undoImportJob({ jobId }), unbound);
    await assert.rejects(copy.deleteCatalogWithFiles({ catalogId }), unbound);
    const choose = copy.updateCatalog({ catalogId, managedDirectory: managed });
    await assert.rejects(choose, { code: 'CATALOG_COPIED' });
    await copy.deleteCatalog({ catalogId });
    assert.equal(pictures().length, 1);
    const first = open('first');
    assert.equal((await importCard(first)).status, 'SUCCESS');
    assert.equal(pictures().length, 2);
  });

  it('has it when it was moved', async () => {
    fs.renameSync(path.join(root, 'first'), path.join(root, 'second'));
    await open('second').undoImportJob({ jobId });
    assert.deepEqual(pictures(), []);
  });

  it('has it alone once the first one is gone', async () => {
    fs.cpSync(path.join(root, 'first'), path.join(root, 'second'), { recursive: true });
    fs.cpSync(path.join(root, 'first'), path.join(root, 'third'), { recursive: true });
    fs.rmSync(path.join(root, 'first'), { recursive: true });
    const second = open('second');
    await second.listCatalogs({});
    const unbound = { code: 'MANAGED_DIRECTORY_UNBOUND' };
    await assert.rejects(open('third').undoImportJob({ jobId }), unbound);
    await second.undoImportJob({ jobId });
    assert.deepEqual(pictures(), []);
  });
});
