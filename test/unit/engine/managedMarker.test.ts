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
    managed = path.join(root, 'volume', 'drive');
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

  describe('of another catalog', () => {
    const shared = { code: 'MANAGED_DIRECTORY_SHARED' };
    const others: CatalogEngine[] = [];
    afterEach(() => Promise.all(others.splice(0).map((other) => other.close())));

    /** A window on another folder of the same machine. */
    function anotherWorkspace(): CatalogEngine {
      const workspaceDirectory = fs.mkdtempSync(path.join(root, 'workspace-'));
      const machineStateDirectory = path.join(root, 'state');
      const other = openCatalogEngine({ workspaceDirectory, trusted: true, machineStateDirectory });
      others.push(other);
      return other;
    }
    const places: readonly (readonly [string, () => string])[] = [
      ['the same folder', () => managed],
      ['a folder in it', () => path.join(managed, '2023', 'mine')],
      ['a folder that holds it', () => path.dirname(managed)],
      [
        'a link to it',
        () => {
          fs.symlinkSync(managed, path.join(root, 'link'));
          return path.join(root, 'link');
        },
      ],
    ];
    for (const [what, place] of places) {
      for (const where of ['this catalog file', 'another catalog file'])
        it(`is refused: ${what}, from ${where}`, async () => {
          const folder = place();
          const user = where === 'this catalog file' ? engine : anotherWorkspace();
          const other = { name: 'Other', managedDirectory: folder };
          await assert.rejects(user.createCatalog(other), shared);
          const { id } = await user.createCatalog({ name: 'Other' });
          const chosen = { catalogId: id, managedDirectory: folder };
          await assert.rejects(user.updateCatalog(chosen), shared);
          assert.equal((await user.getCatalog({ catalogId: id })).managedDirectory, null);
          assert.deepEqual(fs.readdirSync(managed), [markerName]);
        });
    }

    it('can be taken when that is deleted, or uses another one', async () => {
      const other = anotherWorkspace();
      const next = path.join(root, 'next');
      await engine.updateCatalog({ catalogId, managedDirectory: next });
      assert.ok(!fs.existsSync(path.join(managed, markerName)));
      await other.createCatalog({ name: 'Heir', managedDirectory: managed });
      await assert.rejects(engine.createCatalog({ name: 'X', managedDirectory: managed }), shared);
      await engine.deleteCatalog({ catalogId });
      await engine.createCatalog({ name: 'Second', managedDirectory: next });
    });

    it('can be taken when that was deleted with its files', async () => {
      await importCard();
      await engine.deleteCatalogWithFiles({ catalogId });
      const again = await engine.createCatalog({ name: 'Again', managedDirectory: managed });
      assert.equal(again.managedDirectory, managed);
    });
  });
});
