import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { createCatalogFile } from '../../../src/catalog/store/openCatalog.js';
import { listBackups } from '../../../src/catalog/store/backup.js';
import { legacyWorld, sha, type LegacyWorld } from './legacyFixture.js';

/** Rows as a catalog file held them before there were sources. */
async function writeOldModel(world: LegacyWorld): Promise<void> {
  const opened = await createCatalogFile({
    workspaceDirectory: world.workspace,
    trusted: true,
    machineStateDirectory: path.join(world.root, 'machine'),
  });
  const store = opened.store;
  assert.ok(store);
  const at = '2025-12-01T00:00:00.000Z';
  const organized = path.join(world.root, 'organized');
  store.driver.run(
    `INSERT INTO catalogs (id, name, source_directories, organized_directory, created_at, updated_at)
    VALUES ('c', 'Family', ?, ?, ?, ?)`,
    [JSON.stringify(['/photos', '/photos/2023/']), organized, at, at],
  );
  const files = [
    '/photos/a.jpg',
    '/photos/2023/b.jpg',
    '/photos/2023-old/c.jpg',
    '/elsewhere/d.jpg',
    path.join(organized, '2023/e.jpg'),
  ];
  for (const file of files) {
    store.driver.run(
      `INSERT INTO images (id, catalog_id, current_path, import_mode, original_source_path, checksum,
        imported_checksum, file_type, mime_type, size_bytes, file_mtime_ns, file_inode, created_at, updated_at)
      VALUES (?, 'c', ?, 'reference', ?, ?4, ?4, 'image', 'image/jpeg', 7, '0', '0', ?5, ?5)`,
      [file, file, file, sha(file), at],
    );
  }
  await store.close();
}

describe('a catalog file of the old model', () => {
  let world: LegacyWorld;
  beforeEach(async () => {
    world = await legacyWorld();
    await writeOldModel(world);
  });
  afterEach(() => world.close());

  it('gets sources, links and jobs when it is opened, after a backup', async () => {
    const file = path.join(world.workspace, '.image-catalog', 'catalog.sqlite');
    assert.deepEqual(listBackups(file), []);
    const sources = await world.engine.listSources({});
    assert.ok(listBackups(file).length > 0);
    assert.deepEqual(
      sources.map(({ name, sourcePath, imageCount, autoImport, defaultImportMode }) => [
        name,
        sourcePath,
        imageCount,
        autoImport,
        defaultImportMode,
      ]),
      [
        ['Imported from /photos', '/photos', 2, false, 'reference'],
        ['Imported from /photos/2023', '/photos/2023', 1, false, 'reference'],
        ['Unknown Source', '', 2, false, 'reference'],
      ],
    );
    const organized = path.join(world.root, 'organized');
    const [catalog] = await world.engine.listCatalogs({});
    assert.equal(catalog?.managedDirectory, organized);
    assert.equal(catalog.managedDirectoryBound, false);
    const { images } = await world.engine.listImages({ catalogId: 'c' });
    const managed = images.filter(({ isManaged }) => isManaged);
    assert.deepEqual(
      managed.map(({ currentPath, originalSourcePath }) => [currentPath, originalSourcePath]),
      [[path.join(organized, '2023/e.jpg'), path.join(organized, '2023/e.jpg')]],
    );
    const { jobs } = await world.engine.listImportJobs({});
    assert.deepEqual(jobs.map(({ status, filesImported }) => [status, filesImported]).sort(), [
      ['SUCCESS', 1],
      ['SUCCESS', 2],
      ['SUCCESS', 2],
    ]);
    const [migration] = await world.engine.listMigrations({});
    assert.equal(migration?.report?.sources.length, 3);
  });

  it('is left alone by the next opening, also when its sources were removed', async () => {
    const [first] = await world.engine.listSources({});
    await world.reopen();
    assert.equal((await world.engine.listSources({})).length, 3);
    assert.equal((await world.engine.listImportJobs({})).total, 3);
    for (const { id } of await world.engine.listSources({})) {
      await world.engine.deleteSource({ sourceId: id });
    }
    await world.reopen();
    assert.deepEqual(await world.engine.listSources({}), []);
    assert.ok(first && !fs.existsSync(first.sourcePath));
  });
});
