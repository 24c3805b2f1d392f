import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { CatalogSummary, StorageInfo } from '../../src/catalog/model/catalog.js';
import type { ImportJobReport } from '../../src/catalog/model/importJob.js';
import type { ScanSummary } from '../../src/catalog/model/scan.js';
import type { SourceSummary } from '../../src/catalog/model/source.js';
import { commands } from '../../src/extension/contributions.js';
import {
  api,
  deleteAllCatalogs,
  engine,
  eventually,
  rows,
  run,
  temporaryFolder,
  writePicture,
} from './support.js';

describe('an import through the commands', () => {
  let folder: string;
  let photos: string;
  let managedDirectory: string;

  beforeEach(async () => {
    await deleteAllCatalogs();
    folder = temporaryFolder();
    photos = path.join(folder, 'photos');
    managedDirectory = path.join(folder, 'managed');
    fs.mkdirSync(managedDirectory);
    writePicture(path.join(photos, 'IMG_20230615_143052.png'), 1);
    writePicture(path.join(photos, 'IMG_20230616_090000.png'), 2);
    // The same content as the first.
    writePicture(path.join(photos, 'later', 'copy.png'), 1);
  });

  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await deleteAllCatalogs();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  async function catalogWithSource(): Promise<{ catalog: CatalogSummary; source: SourceSummary }> {
    const catalog = await run<CatalogSummary>(commands.createCatalog, {
      name: 'Family',
      managedDirectory,
    });
    const source = await run<SourceSummary>(commands.addSource, {
      catalogId: catalog.id,
      sourcePath: photos,
      name: 'Card',
      defaultImportMode: 'copy',
    });
    return { catalog, source };
  }

  it('copies what is new and shows it in all three trees', async () => {
    const { trees, keys } = await api();
    const { catalog, source } = await catalogWithSource();

    const scan = await run<ScanSummary>(commands.scanSource, { sourceId: source.id, open: false });
    assert.equal(scan.status, 'READY');
    assert.equal(scan.counts.new, 2);
    assert.equal(scan.counts.duplicate, 1);

    const job = await run<ImportJobReport>(commands.importSource, {
      sourceId: source.id,
      confirmed: true,
    });
    assert.equal(job.status, 'SUCCESS');
    assert.equal(job.filesImported, 2);
    assert.equal(fs.readdirSync(photos).length, 3, 'a copy leaves the originals');

    const info = await run<StorageInfo>(commands.showStorageInfo, { catalogId: catalog.id });
    assert.equal(info.managedCount, 2);
    assert.equal(info.referencedCount, 0);

    await eventually('the trees show the import', async () => {
      const [shown] = await rows(trees.catalogs);
      return shown?.description.startsWith('2 images') === true;
    });
    const [catalogRow] = await rows(trees.catalogs);
    assert.equal(catalogRow?.label, 'Family');
    const parts = await rows(trees.catalogs, catalogRow.node);
    const managed = parts.find(({ label }) => label === 'Managed');
    assert.match(managed?.description ?? '', /^2 · /);
    const images = parts.find(({ label }) => label === 'Images');
    assert.ok(images);
    const imageRows = await rows(trees.catalogs, images.node);
    assert.deepEqual(
      imageRows.map(({ contextValue }) => contextValue),
      ['image', 'image'],
    );
    for (const { node } of imageRows) assert.equal(trees.catalogs.getParent(node), images.node);

    const [sourceRow] = await rows(trees.sources);
    assert.equal(sourceRow?.label, 'Card');
    assert.match(sourceRow.description, /^2 images · scanned /);

    const [jobRow] = await rows(trees.importJobs);
    assert.equal(jobRow?.label, 'Card');
    assert.match(jobRow.description, /^2 imported/);
    assert.equal(jobRow.contextValue, 'importJob.finished');

    assert.equal(keys.get('imageCatalog.hasCatalogs'), true);
    assert.equal(keys.get('imageCatalog.hasSources'), true);
    assert.equal(keys.get('imageCatalog.readOnly'), false);
  });

  it('tells of the progress of a job to whoever listens', async () => {
    const { source } = await catalogWithSource();
    await run(commands.scanSource, { sourceId: source.id, open: false });
    const host = await engine();
    const jobIds = new Set<string>();
    const subscription = host.onDidProgress(
      ({ jobId }) => jobId !== undefined && jobIds.add(jobId),
    );
    const job = await run<ImportJobReport>(commands.importSource, {
      sourceId: source.id,
      confirmed: true,
    });
    subscription.dispose();
    assert.deepEqual([...jobIds], [job.id]);
  });

  it('opens the preview after a scan and the report of a job', async () => {
    const { source } = await catalogWithSource();
    await run(commands.scanSource, { sourceId: source.id });
    await eventually('the preview is open', () =>
      tabTitles().some((title) => /preview/i.test(title)),
    );
    const job = await run<ImportJobReport>(commands.importSource, {
      sourceId: source.id,
      confirmed: true,
    });
    await run(commands.showImportJob, { jobId: job.id });
    await eventually('the report is open', () =>
      tabTitles().some((title) => /import/i.test(title)),
    );
  });

  it('imports images picked in the Explorer, and only those', async () => {
    const catalog = await run<CatalogSummary>(commands.createCatalog, { name: 'Family' });
    const picked = path.join(photos, 'IMG_20230616_090000.png');
    const scan = await run<ScanSummary>(commands.importImages, { paths: [picked], open: false });
    assert.equal(scan.catalogId, catalog.id);
    assert.equal(scan.sourcePath, photos);
    assert.equal(scan.counts.new, 1);
    assert.equal(scan.counts.duplicate, 0);
  });

  it('uses a folder that already is a source, and adds one that is not', async () => {
    const { source, catalog } = await catalogWithSource();
    const again = await run<ScanSummary>(commands.importFolder, { paths: [photos], open: false });
    assert.equal(again.sourceId, source.id);
    const later = path.join(photos, 'later');
    const added = await run<ScanSummary>(commands.importFolder, { paths: [later], open: false });
    assert.notEqual(added.sourceId, source.id);
    assert.equal(added.sourcePath, later);
    const { client } = await engine();
    const names = (await client.listSources({ catalogId: catalog.id })).map(({ name }) => name);
    assert.deepEqual(names.sort(), ['Card', 'later']);
  });

  it('renames, edits, removes and deletes, and touches no file', async () => {
    const { catalog, source } = await catalogWithSource();
    await run(commands.scanSource, { sourceId: source.id, open: false });
    await run(commands.importSource, { sourceId: source.id, confirmed: true });
    const before = filesUnder(folder);
    const { client } = await engine();

    await run(commands.renameCatalog, { catalogId: catalog.id, name: 'Holidays' });
    await run(commands.setDefaultStrategy, { catalogId: catalog.id, strategy: 'FLAT/ORIGINAL' });
    const changed = await client.getCatalog({ catalogId: catalog.id });
    assert.equal(changed.name, 'Holidays');
    assert.equal(changed.defaultOrganizationStrategy, 'FLAT/ORIGINAL');

    await run(commands.editSource, { sourceId: source.id, name: 'SD', defaultImportMode: 'move' });
    const edited = await client.getSource({ sourceId: source.id });
    assert.equal(edited.name, 'SD');
    assert.equal(edited.defaultImportMode, 'move');

    assert.equal(await run(commands.removeSource, { sourceId: source.id, confirmed: true }), true);
    assert.deepEqual(await client.listSources({}), []);
    assert.equal((await client.getCatalog({ catalogId: catalog.id })).imageCount, 2);

    assert.equal(
      await run(commands.deleteCatalog, { catalogId: catalog.id, confirmed: true }),
      true,
    );
    assert.deepEqual(await client.listCatalogs({}), []);
    // Only the catalog's own mark goes: another catalog may use the folder now.
    const photos = before.filter((file) => path.basename(file) !== '.image-catalog-managed');
    assert.equal(photos.length, before.length - 1);
    assert.deepEqual(filesUnder(folder), photos);
  });

  it('gives a program the error of the engine with its code', async () => {
    await run(commands.createCatalog, { name: 'Family' });
    await assert.rejects(run(commands.createCatalog, { name: 'Family' }), {
      code: 'CATALOG_NAME_TAKEN',
    });
    await assert.rejects(run(commands.scanSource, { sourceId: 'none' }), {
      code: 'SOURCE_NOT_FOUND',
    });
  });
});

function tabTitles(): readonly string[] {
  return vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label));
}

function filesUnder(folder: string): readonly string[] {
  return fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
}
