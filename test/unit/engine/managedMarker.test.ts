import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { sampleJpeg } from '../../../bench/lib/sampleFiles.js';
import type { CatalogEngine } from '../../../src/catalog/engine.js';
import { openCatalogEngine } from '../../../src/catalog/engine.js';
import { markerName } from '../../../src/catalog/files/managedMarker.js';

const away = { code: 'MANAGED_DIRECTORY_ELSEWHERE' };

describe('a managed directory on a drive that is not mounted', function () {
  this.timeout(60_000);
  let root: string;
  let managed: string;
  let card: string;
  let engine: CatalogEngine;
  let catalogId: string;
  let sourceId: string;

  beforeEach(async () => {
    root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'imgcat-marker-')));
    managed = path.join(root, 'drive');
    card = path.join(root, 'card');
    fs.mkdirSync(path.join(root, 'workspace'));
    fs.mkdirSync(card);
    putOnCard('IMG_20230615_143045.jpg');
    engine = openCatalogEngine(
      {
        workspaceDirectory: path.join(root, 'workspace'),
        trusted: true,
        machineStateDirectory: path.join(root, 'state'),
      },
      {},
    );
    const catalog = await engine.createCatalog({ name: 'Photos', managedDirectory: managed });
    catalogId = catalog.id;
    const source = await engine.createSource({ catalogId, name: 'Card', sourcePath: card });
    sourceId = source.id;
  });
  afterEach(async () => {
    await engine.close();
    fs.rmSync(root, { recursive: true, force: true });
  });

  function putOnCard(name: string): void {
    fs.writeFileSync(path.join(card, name), sampleJpeg(name, 1000));
  }

  async function importCard(): Promise<string> {
    const { scanId } = await engine.scanSource({ sourceId });
    const report = await engine.importSource({ sourceId, scanId, importMode: 'copy' });
    assert.equal(report.status, 'SUCCESS');
    return report.id;
  }

  /** What is left in its place: an empty folder. */
  function unmount(): void {
    fs.renameSync(managed, `${managed}.away`);
    fs.mkdirSync(managed);
  }

  function mount(): void {
    fs.rmdirSync(managed);
    fs.renameSync(`${managed}.away`, managed);
  }

  it('is noticed by imports, undo and checks, and nothing is written there', async () => {
    const jobId = await importCard();
    putOnCard('IMG_20230616_143045.jpg');
    const { scanId } = await engine.scanSource({ sourceId });
    unmount();
    await assert.rejects(engine.importSource({ sourceId, scanId, importMode: 'copy' }), away);
    await assert.rejects(engine.undoImportJob({ jobId }), away);
    await assert.rejects(engine.forecastUndo({ jobId }), away);
    await assert.rejects(engine.checkSafeToErase({ sourceId }), away);
    const forecast = await engine.forecastImport({ scanId, importMode: 'copy' });
    assert.equal(forecast.blocked?.code, away.code);
    assert.deepEqual(fs.readdirSync(managed), []);
    mount();
    assert.equal((await engine.forecastImport({ scanId, importMode: 'copy' })).blocked, null);
    assert.equal((await engine.checkSafeToErase({ sourceId })).problems.length, 1);
    assert.equal((await engine.undoImportJob({ jobId })).itemCounts.imported, 0);
    assert.deepEqual(fs.readdirSync(managed), [markerName]);
  });

  it('is noticed before the first file is in it', async () => {
    unmount();
    await assert.rejects(importCard(), away);
    assert.deepEqual(fs.readdirSync(managed), []);
  });

  it('is told from another catalog that stands in its place', async () => {
    await importCard();
    unmount();
    fs.writeFileSync(path.join(managed, markerName), '# of another\nanother-catalog\n');
    putOnCard('IMG_20230616_143045.jpg');
    await assert.rejects(importCard(), away);
  });

  it('can be chosen once more when its files are gone for good', async () => {
    await importCard();
    unmount();
    await engine.updateCatalog({ catalogId, managedDirectory: managed });
    putOnCard('IMG_20230616_143045.jpg');
    await importCard();
    assert.ok(fs.existsSync(path.join(managed, markerName)));
  });

  it('gets its marker back when only that is missing', async () => {
    await importCard();
    const marker = path.join(managed, markerName);
    const text = fs.readFileSync(marker, 'utf8');
    fs.rmSync(marker);
    putOnCard('IMG_20230616_143045.jpg');
    await importCard();
    assert.equal(fs.readFileSync(marker, 'utf8'), text);
  });

  it('keeps the markers of two catalogs in one folder', async () => {
    const other = await engine.createCatalog({ name: 'Other', managedDirectory: managed });
    const lines = fs.readFileSync(path.join(managed, markerName), 'utf8').split('\n');
    assert.deepEqual(lines.slice(1), [catalogId, other.id, '']);
  });
});
