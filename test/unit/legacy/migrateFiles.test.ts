import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { CatalogError, type ErrorCode } from '../../../src/catalog/model/errors.js';
import type { MigrationReport } from '../../../src/catalog/model/migration.js';
import { renderReport } from '../../../src/catalog/model/migrationText.js';
import {
  jsonCatalog,
  jsonImage,
  legacyWorld,
  photo,
  sha,
  writeJson,
  type LegacyWorld,
} from './legacyFixture.js';

const isCode =
  (...codes: ErrorCode[]) =>
  (error: unknown): boolean =>
    CatalogError.is(error) && codes.includes(error.code);

function count(report: MigrationReport | undefined, kind: string): number[] {
  const found = report?.counts.find((each) => each.kind === kind);
  assert.ok(found);
  return [found.total, found.migrated, found.earlier, found.leftOut];
}

describe('migration of old catalog files', () => {
  let world: LegacyWorld;
  beforeEach(async () => {
    world = await legacyWorld();
  });
  afterEach(() => world.close());

  const nothingWritten = (): void =>
    assert.ok(!fs.existsSync(path.join(world.workspace, '.image-catalog')));
  const allImages = async (name?: string) => {
    const [catalog] = (await world.engine.listCatalogs({})).filter(
      (each) => name === undefined || each.name === name,
    );
    return (await world.engine.listImages({ catalogId: catalog?.id ?? '', limit: 1000 })).images;
  };

  describe('catalog.json', () => {
    it('links images to the longest source by component, maps folders and keeps an unknown one', async () => {
      const a = photo(path.join(world.photos, 'a.jpg'));
      const b = photo(path.join(world.photos, '2023', 'b.jpg'));
      const images = [
        jsonImage('/app/photos/a.jpg', a.checksum),
        jsonImage('/app/photos/2023/b.jpg', b.checksum),
        // Not in /app/photos/2023, although the text begins so.
        jsonImage('/app/photos/2023-old/c.jpg', sha('c')),
        jsonImage('/app/photos2/d.jpg', sha('d')),
      ];
      writeJson(
        world.old,
        jsonCatalog(images, {
          configuration: { source_directories: ['/app/photos/', '/app/photos/2023'] },
        }),
      );
      const request = {
        from: world.old,
        into: 'Family',
        mappings: [{ from: '/app/photos', to: world.photos }],
      };
      const [plan] = await world.engine.planMigration(request);
      nothingWritten();
      assert.deepEqual(
        plan?.sources.map((source) => [
          source.path,
          source.images,
          source.filesFound,
          source.filesMissing,
        ]),
        [
          [world.photos, 2, 1, 1],
          [path.join(world.photos, '2023'), 1, 1, 0],
          ['', 1, 0, 0],
        ],
      );
      assert.deepEqual(plan.absentPrefixes, [{ prefix: '/app/photos2', images: 1 }]);
      const [report] = await world.engine.migrateLegacy(request);
      assert.deepEqual(report?.counts, plan.counts);
      assert.deepEqual(
        report.sources.map(({ path: at, images: n }) => [at, n]),
        [
          [world.photos, 2],
          [path.join(world.photos, '2023'), 1],
          ['', 1],
        ],
      );
      const found = await allImages('Family');
      const byPath = new Map(found.map((image) => [image.currentPath, image]));
      const second = byPath.get(b.path);
      assert.equal(second?.originalSourcePath, b.path);
      assert.deepEqual([second.isManaged, second.importMode], [false, 'reference']);
      assert.equal(byPath.get(path.join(world.photos, '2023-old/c.jpg'))?.fileMissing, true);
      assert.equal(byPath.get('/app/photos2/d.jpg')?.fileMissing, false);
      const { jobs } = await world.engine.listImportJobs({});
      assert.deepEqual(
        jobs.map(({ status, filesImported, filesDiscovered }) => [
          status,
          filesImported,
          filesDiscovered,
        ]),
        [
          ['SUCCESS', 1, 1],
          ['SUCCESS', 1, 1],
          ['SUCCESS', 2, 2],
        ].sort((x, y) => Number(x[1]) - Number(y[1])),
      );
    });

    it('changes nothing the second time and adds only what is new the third', async () => {
      const record = (name: string) => jsonImage(`/photos/${name}`, sha(name));
      const configuration = { source_directories: ['/photos'] };
      const old = writeJson(world.old, jsonCatalog([record('a')], { configuration }));
      const before = fs.readFileSync(old);
      await world.engine.migrateLegacy({ from: world.old });
      const [second] = await world.engine.migrateLegacy({ from: world.old });
      assert.deepEqual(second?.counts.map(({ migrated }) => migrated).filter(Boolean), []);
      assert.deepEqual(fs.readFileSync(old), before);
      assert.deepEqual(fs.readdirSync(world.old), ['catalog.json']);
      writeJson(world.old, jsonCatalog([record('a'), record('b')], { configuration }));
      await world.reopen();
      const [third] = await world.engine.migrateLegacy({ from: world.old });
      assert.deepEqual(count(third, 'image'), [2, 1, 1, 0]);
      assert.equal((await world.engine.listCatalogs({})).length, 1);
      assert.equal((await world.engine.listSources({})).length, 1);
      const { jobs } = await world.engine.listImportJobs({});
      assert.deepEqual(
        jobs.map(({ filesImported }) => filesImported),
        [2],
      );
      const migrations = await world.engine.listMigrations({});
      assert.deepEqual(
        migrations.map(({ status }) => status),
        ['DONE'],
      );
    });

    it('goes on after a cancel', async () => {
      const records = Array.from({ length: 1200 }, (_, index) =>
        jsonImage(`/photos/${index}.jpg`, sha(String(index))),
      );
      writeJson(
        world.old,
        jsonCatalog(records, { configuration: { source_directories: ['/photos'] } }),
      );
      const abort = new AbortController();
      const control = {
        signal: abort.signal,
        onProgress: ({ phase, filesDone }: { phase: string; filesDone: number }) => {
          if (phase === 'import' && filesDone > 0) abort.abort();
        },
      };
      await assert.rejects(
        world.engine.migrateLegacy({ from: world.old }, control),
        isCode('CANCELLED'),
      );
      const [cut] = await world.engine.listMigrations({});
      assert.equal(cut?.status, 'RUNNING');
      const [report] = await world.engine.migrateLegacy({ from: world.old });
      const [total, migrated = 0, earlier = 0] = count(report, 'image');
      assert.equal(total, 1200);
      assert.ok(migrated > 0 && earlier > 0 && migrated + earlier === 1200);
      assert.equal((await allImages()).length, 1000);
      const { jobs } = await world.engine.listImportJobs({});
      assert.deepEqual(
        jobs.map(({ filesImported }) => filesImported),
        [1200],
      );
    });

    it('ends its dry run, and writes nothing, when the program ends', async () => {
      const records = Array.from({ length: 2000 }, (_, index) =>
        jsonImage(`/photos/${index}.jpg`, sha(String(index))),
      );
      writeJson(world.old, jsonCatalog(records));
      let closing: Promise<void> | undefined;
      const control = {
        onProgress: ({ phase }: { phase: string }) => {
          if (phase === 'plan') closing ??= world.engine.close();
        },
      };
      await assert.rejects(
        world.engine.migrateLegacy({ from: world.old }, control),
        isCode('CANCELLED'),
      );
      await closing;
      nothingWritten();
    });

    it('repairs dates: wall clock, overlooked metadata, lost times, counters taken for years', async () => {
      const dated = (name: string, dates: object, exif: object = {}) => {
        const image = jsonImage(`/photos/trip/${name}`, sha(name));
        return {
          ...image,
          dates: { ...(image['dates'] as object), filesystem_modified: null, ...dates },
          metadata: { ...(image['metadata'] as object), exif },
        };
      };
      const images = [
        dated('kept.jpg', {
          selected_date: '2023-06-20T14:30:45Z',
          selected_source: 'exif:DateTimeOriginal',
          confidence: 95,
        }),
        dated(
          'overlooked.jpg',
          { selected_date: '2023-01-01T00:00:00Z', selected_source: 'directory', confidence: 50 },
          { 'EXIF:DateTimeOriginal': '2021:05:04 03:02:01', 'EXIF:OffsetTimeOriginal': '+02:00' },
        ),
        dated(
          'lost-time.jpg',
          { selected_date: '2023-06-20T00:00:00Z', selected_source: 'exif:DateTimeOriginal' },
          { 'EXIF:DateTimeOriginal': '2023:06:20 14:30:45.123' },
        ),
        dated('IMG_2019.jpg', {
          selected_date: '2019-01-01T00:00:00Z',
          selected_source: 'directory',
          directory_date: '2019',
        }),
        dated('by-hand.jpg', {
          selected_date: '1985-02-03T10:00:00Z',
          selected_source: 'exif:DateTimeOriginal',
          user_verified: true,
        }),
        dated('IMG_20230415_143218.jpg', {
          selected_date: '2023-04-15T00:00:00Z',
          selected_source: 'filename',
          confidence: 70,
        }),
      ];
      writeJson(
        world.old,
        jsonCatalog(images, { configuration: { source_directories: ['/photos'] } }),
      );
      const [report] = await world.engine.migrateLegacy({ from: world.old });
      const times = new Map(
        (await allImages()).map((image) => [
          path.basename(image.currentPath),
          [image.capturedAt, image.capturedAtSource, image.capturedAtConfidence],
        ]),
      );
      assert.deepEqual(Object.fromEntries(times), {
        'kept.jpg': ['2023-06-20T14:30:45', 'exif:DateTimeOriginal', 95],
        'overlooked.jpg': ['2021-05-04T03:02:01+02:00', 'exif:DateTimeOriginal', 95],
        'lost-time.jpg': ['2023-06-20T14:30:45.123', 'exif:DateTimeOriginal', 95],
        'IMG_2019.jpg': [null, null, null],
        'by-hand.jpg': ['1985-02-03T10:00:00', 'user', 100],
        'IMG_20230415_143218.jpg': ['2023-04-15T14:32:18', 'filename', 70],
      });
      assert.deepEqual(report?.dates, {
        KEPT: 2,
        RECOVERED: 1,
        GUESSED: 0,
        TIME_RECOVERED: 2,
        CORRECTED: 0,
        DROPPED: 1,
        NONE: 0,
      });
      assert.equal(report.zonesIgnored, 2);
    });

    it('reads the first generation too: .catalog.json, scores by other names, NaN, odd bytes', async () => {
      const file = path.join(world.old, '.catalog.json');
      const odd = { ...jsonImage('/photos/odd\udce9.jpg', sha('odd')), status: 'needs_review' };
      const text = JSON.stringify(
        jsonCatalog([odd], {
          version: '1.0.0',
          configuration: { source_directories: ['/photos'] },
          duplicate_groups: {
            exact_1: {
              id: 'exact_1',
              images: [sha('odd'), 'gone'],
              primary: sha('odd'),
              quality_scores: { [sha('odd')]: { format_score: 1, total_score: 0.5 } },
            },
          },
          problematic_files: { p1: { id: 'p1', source_path: '/x', category: 'other' } },
        }),
      ).replace('"focal_length":null', '"focal_length":NaN');
      assert.ok(text.includes('NaN'));
      fs.writeFileSync(file, text);
      const [report] = await world.engine.migrateLegacy({ from: world.old });
      assert.deepEqual(count(report, 'image'), [1, 1, 0, 0]);
      assert.deepEqual(count(report, 'duplicateGroup'), [1, 0, 0, 1]);
      assert.equal(report?.others['problematic_files'], 1);
      const [image] = await allImages();
      assert.equal(image?.currentPath, '/photos/odd\uf7e9.jpg');
      assert.equal(image.reviewStatus, 'flagged');
    });

    it('leaves out what cannot be an image, with the reason, and keeps its row', async () => {
      const images = [
        jsonImage('/photos/a.jpg', sha('a')),
        { ...jsonImage('/photos/bad.jpg', 'nothex'), id: 'bad' },
        { ...jsonImage('/photos/nopath.jpg', sha('n')), id: 'nopath', source_path: null },
        { ...jsonImage('/photos/copy.jpg', sha('a')), id: 'copy' },
      ];
      writeJson(
        world.old,
        jsonCatalog(images, { configuration: { source_directories: ['/photos'] } }),
      );
      const [report] = await world.engine.migrateLegacy({ from: world.old });
      assert.deepEqual(count(report, 'image'), [4, 1, 0, 3]);
      const out = path.join(world.root, 'report.json');
      const migrationIds = [report?.migrationId ?? ''];
      await world.engine.writeMigrationReport({ migrationIds, path: out, format: 'json' });
      const [written] = JSON.parse(fs.readFileSync(out, 'utf8')) as {
        leftOutRecords: { legacyId: string; leftOut: string; data: string }[];
      }[];
      assert.ok(written);
      assert.deepEqual(
        written.leftOutRecords.map(({ legacyId, leftOut }) => [legacyId, leftOut]),
        [
          ['bad', 'NO_CHECKSUM'],
          ['copy', 'SAME_CONTENT'],
          ['nopath', 'NO_PATH'],
        ],
      );
      assert.match(written.leftOutRecords[0]?.data ?? '', /nothex/);
      const csv = path.join(world.root, 'report.csv');
      await world.engine.writeMigrationReport({ migrationIds, path: csv, format: 'csv' });
      assert.match(fs.readFileSync(csv, 'utf8'), /old,leftOut,image,NO_CHECKSUM,bad/);
      await assert.rejects(
        world.engine.writeMigrationReport({ migrationIds, path: csv, format: 'text' }),
        isCode('OUTPUT_EXISTS'),
      );
      assert.ok(report && renderReport(report).includes('without a valid checksum'));
    });

    it('refuses damaged and hostile files and writes nothing', async () => {
      const whole = JSON.stringify(jsonCatalog([jsonImage('/a.jpg', sha('a'))]));
      const cases: [string, string][] = [
        ['empty', ''],
        ['truncated', whole.slice(0, whole.length / 2)],
        ['trailing', `${whole}{}`],
        ['no images', '{"version":"2.0.0"}'],
        ['images is a number', '{"images":5}'],
        ['an image is a text', '{"images":{"a":"text"}}'],
        ['sources are no list', '{"images":{},"configuration":{"source_directories":"x"}}'],
        ['deep', `{"images":{"a":{"x":${'['.repeat(5000)}${']'.repeat(5000)}}}}`],
        ['two sections', '{"images":{},"images":{}}'],
        ['images is no word', '{"images":nul}'],
        ['an image is a number', '{"images":[5]}'],
        ['configuration is a list', '{"images":{},"configuration":[]}'],
        ['an entry of 65 MB', `{"images":{"a":{"x":"${'x'.repeat(65 * 1024 * 1024)}"}}}`],
        ['not JSON', 'PK\u0003\u0004 something'],
      ];
      for (const [name, text] of cases) {
        fs.writeFileSync(path.join(world.old, 'catalog.json'), text);
        await assert.rejects(
          world.engine.migrateLegacy({ from: world.old }),
          isCode('LEGACY_INVALID'),
          name,
        );
        nothingWritten();
      }
      fs.writeFileSync(path.join(world.old, 'catalog.json'), '{"version":"3.0.0","images":{}}');
      await assert.rejects(
        world.engine.migrateLegacy({ from: world.old }),
        isCode('LEGACY_UNSUPPORTED'),
      );
      await assert.rejects(
        world.engine.migrateLegacy({ from: path.join(world.root, 'nowhere') }),
        isCode('LEGACY_NOT_FOUND'),
      );
      await assert.rejects(
        world.engine.migrateLegacy({ from: world.photos }),
        isCode('LEGACY_NOT_FOUND'),
      );
      nothingWritten();
    });

    it('keeps values of the wrong type as they were and does not use them', async () => {
      const image = {
        ...jsonImage('/photos/a.jpg', sha('a')),
        metadata: { width: 'wide', iso: {}, size_bytes: -5, exif: 'none' },
        dates: 'never',
      };
      writeJson(
        world.old,
        jsonCatalog([image], { configuration: { source_directories: ['/photos'] } }),
      );
      const [report] = await world.engine.migrateLegacy({ from: world.old });
      assert.ok(report && report.valuesIgnored > 0);
      const [found] = await allImages();
      assert.deepEqual([found?.width, found?.iso, found?.sizeBytes], [null, null, 0]);
    });
  });

  describe('catalog.db', () => {
    function writeDatabase(more = ''): string {
      const file = path.join(world.old, 'catalog.db');
      const database = new sqlite.Database(file);
      database.exec(`
        CREATE TABLE schema_version (version INTEGER PRIMARY KEY, applied_at TEXT, description TEXT);
        INSERT INTO schema_version VALUES (1, '2025-11-05', 'Initial schema');
        CREATE TABLE images (id TEXT PRIMARY KEY, source_path TEXT UNIQUE NOT NULL, organized_path TEXT,
          file_size INTEGER NOT NULL, file_hash TEXT NOT NULL, format TEXT NOT NULL, width INTEGER,
          height INTEGER, created_at TEXT NOT NULL, modified_at TEXT NOT NULL, indexed_at TEXT,
          date_taken TEXT, camera_make TEXT, camera_model TEXT, lens_model TEXT, focal_length REAL,
          aperture REAL, shutter_speed TEXT, iso INTEGER, gps_latitude REAL, gps_longitude REAL,
          thumbnail_path TEXT, quality_score REAL, is_corrupted INTEGER DEFAULT 0,
          perceptual_hash TEXT, features_vector BLOB);
        CREATE TABLE tags (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE NOT NULL,
          category TEXT NOT NULL, parent_id INTEGER, synonyms TEXT, description TEXT, created_at TEXT NOT NULL);
        CREATE TABLE image_tags (image_id TEXT NOT NULL, tag_id INTEGER NOT NULL, confidence REAL NOT NULL,
          source TEXT NOT NULL, created_at TEXT NOT NULL, PRIMARY KEY (image_id, tag_id));
        CREATE TABLE duplicate_groups (id INTEGER PRIMARY KEY, hash_distance INTEGER NOT NULL,
          similarity_score REAL, created_at TEXT NOT NULL, reviewed INTEGER DEFAULT 0);
        CREATE TABLE duplicate_group_images (group_id INTEGER NOT NULL, image_id TEXT NOT NULL,
          is_primary INTEGER DEFAULT 0, quality_score REAL, PRIMARY KEY (group_id, image_id));
        CREATE TABLE burst_groups (id INTEGER PRIMARY KEY, time_window_seconds INTEGER, created_at TEXT);
        CREATE TABLE burst_group_images (group_id INTEGER NOT NULL, image_id TEXT NOT NULL,
          sequence_number INTEGER, is_best INTEGER DEFAULT 0, PRIMARY KEY (group_id, image_id));
        CREATE TABLE review_queue (id INTEGER PRIMARY KEY, image_id TEXT, reason TEXT, created_at TEXT);
        CREATE TABLE catalog_config (key TEXT PRIMARY KEY, value TEXT NOT NULL, updated_at TEXT NOT NULL);
        INSERT INTO catalog_config VALUES ('source_directories', '["/photos"]', '2025-11-06');
        INSERT INTO images VALUES ('i1', '/photos/a.jpg', NULL, 10, '${sha('a')}', 'JPEG', 40, 30,
          '2025-11-06T10:00:00', '2025-11-07T10:00:00', NULL, '2023-06-20T14:30:45Z', 'Canon', 'R6', NULL,
          50, 2.8, '1/250', 100, 47.5, 8.5, NULL, 71.5, 0, 'ffff', x'00ff');
        INSERT INTO images (id, source_path, file_size, file_hash, format, created_at, modified_at)
          VALUES ('i2', '/photos/b.jpg', 20, '${sha('b')}', 'JPEG', '2025-11-06', '2025-11-06'),
            ('i3', '/photos/copy of a.jpg', 10, '${sha('a')}', 'JPEG', '2025-11-06', '2025-11-06');
        INSERT INTO tags VALUES (1, 'animal', 'subject', NULL, '["beast"]', NULL, '2025-11-06'),
          (2, 'dog', 'subject', 1, NULL, 'a dog', '2025-11-06');
        INSERT INTO image_tags VALUES ('i1', 2, 0.9, 'clip', '2025-11-06'),
          ('i3', 1, 0.5, 'manual', '2025-11-06'), ('gone', 1, 0.5, 'manual', '2025-11-06');
        INSERT INTO duplicate_groups VALUES (1, 3, 0.9, '2025-11-06', 1);
        INSERT INTO duplicate_group_images VALUES (1, 'i1', 0, 50), (1, 'i2', 1, 60);
        INSERT INTO burst_groups VALUES (1, 10, '2025-11-06');
        INSERT INTO burst_group_images VALUES (1, 'i1', 1, 1), (1, 'i2', 2, 0);
        INSERT INTO review_queue VALUES (1, 'i1', 'manual', '2025-11-06');
        ${more}`);
      database.close();
      return file;
    }

    it('comes along with tags, groups, bursts and everything else', async () => {
      const file = writeDatabase();
      const before = fs.readFileSync(file);
      const [report] = await world.engine.migrateLegacy({ from: file, into: 'Old' });
      assert.deepEqual(count(report, 'image'), [3, 2, 0, 1]);
      assert.deepEqual(count(report, 'tag'), [2, 2, 0, 0]);
      assert.deepEqual(count(report, 'imageTag'), [3, 2, 0, 1]);
      assert.deepEqual(count(report, 'duplicateGroup'), [1, 1, 0, 0]);
      assert.deepEqual(count(report, 'burst'), [1, 1, 0, 0]);
      assert.deepEqual(report?.others, { review_queue: 1, catalog_config: 1, schema_version: 1 });
      assert.deepEqual(fs.readFileSync(file), before);
      assert.deepEqual(fs.readdirSync(world.old), ['catalog.db']);
      const [first, second] = (await allImages('Old')).sort((x, y) => x.sizeBytes - y.sizeBytes);
      assert.equal(first?.capturedAt, '2023-06-20T14:30:45');
      assert.deepEqual(
        [first.exposureTime, first.gpsLatitude, first.qualityScore],
        [0.004, 47.5, 71.5],
      );
      assert.deepEqual(first.keywords, ['animal', 'dog']);
      assert.equal(first.burstId, second?.burstId);
      assert.notEqual(first.burstId, null);
      const [again] = await world.engine.migrateLegacy({ from: file, into: 'Old' });
      assert.deepEqual(again?.counts.map(({ migrated }) => migrated).filter(Boolean), []);
    });

    it('is one catalog with the catalog.json beside it', async () => {
      writeDatabase();
      const images = [jsonImage('/photos/a.jpg', sha('a')), jsonImage('/photos/z.jpg', sha('z'))];
      writeJson(
        world.old,
        jsonCatalog(images, { configuration: { source_directories: ['/photos'] } }),
      );
      const reports = await world.engine.migrateLegacy({ from: world.old });
      assert.deepEqual(
        reports.map((report) => count(report, 'image')),
        [
          [2, 2, 0, 0],
          [3, 1, 0, 2],
        ],
      );
      assert.equal((await world.engine.listCatalogs({})).length, 1);
      const found = await allImages();
      assert.equal(found.length, 3);
      const a = found.find(({ currentPath }) => currentPath === '/photos/a.jpg');
      assert.deepEqual(a?.keywords, ['animal', 'dog']);
      assert.equal((await world.engine.listSources({})).length, 1);
      const out = path.join(world.root, 'reports.json');
      const migrationIds = reports.flatMap(({ migrationId }) => migrationId ?? []);
      await world.engine.writeMigrationReport({ migrationIds, path: out, format: 'json' });
      const written = JSON.parse(fs.readFileSync(out, 'utf8')) as MigrationReport[];
      assert.deepEqual(
        written.map(({ format }) => format),
        ['json', 'sqlite'],
      );
    });

    it('is read past triggers, views and virtual tables', async () => {
      const file = writeDatabase(`
        CREATE TRIGGER evil AFTER INSERT ON images BEGIN DELETE FROM images; END;
        DROP TABLE review_queue;
        CREATE VIEW review_queue AS SELECT 1 AS id, 'i1' AS image_id, 'x' AS reason, '' AS created_at;
        CREATE VIEW v_images_with_tags AS SELECT * FROM images;`);
      const [report] = await world.engine.migrateLegacy({ from: file });
      assert.deepEqual(count(report, 'image'), [3, 2, 0, 1]);
      assert.equal(report?.others['review_queue'], undefined);
    });

    it('is refused when images is a view, the file is damaged or another program’s', async () => {
      const file = path.join(world.old, 'catalog.db');
      const database = new sqlite.Database(file);
      database.exec("CREATE VIEW images AS SELECT 'x' AS id, '/etc/passwd' AS source_path");
      database.close();
      await assert.rejects(
        world.engine.migrateLegacy({ from: file }),
        isCode('LEGACY_UNSUPPORTED'),
      );
      fs.rmSync(file);
      const whole = fs.readFileSync(writeDatabase());
      const bytes = Buffer.from(whole);
      bytes.fill(0xff, 5000, bytes.length - 1000);
      fs.writeFileSync(file, bytes);
      await assert.rejects(world.engine.migrateLegacy({ from: file }), isCode('LEGACY_INVALID'));
      fs.writeFileSync(file, 'SQLite format 3\0');
      fs.truncateSync(file, 1024 ** 3 + 1);
      await assert.rejects(world.engine.migrateLegacy({ from: file }), isCode('LEGACY_TOO_LARGE'));
      fs.writeFileSync(file, whole.subarray(0, 60));
      await assert.rejects(
        world.engine.migrateLegacy({ from: file }),
        isCode('LEGACY_INVALID', 'LEGACY_UNSUPPORTED'),
      );
      nothingWritten();
    });
  });

  it('never migrates a catalog of this program', async () => {
    await world.engine.createCatalog({ name: 'Mine' });
    await world.engine.close();
    const file = path.join(world.workspace, '.image-catalog', 'catalog.sqlite');
    await world.reopen();
    await assert.rejects(world.engine.migrateLegacy({ from: file }), isCode('LEGACY_UNSUPPORTED'));
  });
});
