import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { CatalogError } from '../../src/catalog/model/errors.js';
import type { MigrationReport } from '../../src/catalog/model/migration.js';
import { NodeSqliteDriver } from '../../src/catalog/store/nodeSqliteDriver.js';
import { legacyWorld, photo, sha, type LegacyWorld } from '../unit/legacy/legacyFixture.js';
import { generation5, generation6, importWorkflow, insert } from './schemas.js';
import { PostgresServer } from './server.js';

const family = '11111111-1111-4111-8111-111111111111';
const other = '22222222-2222-4222-8222-222222222222';
const burst = '33333333-3333-4333-8333-333333333333';

function count(report: MigrationReport | undefined, kind: string) {
  const found = report?.counts.find((each) => each.kind === kind);
  assert.ok(found);
  return [found.total, found.migrated, found.earlier, found.leftOut];
}

/** Two catalogs, with every column and key set in the first image of the first. */
function rows5(): string {
  const dates = {
    exif_dates: { DateTimeOriginal: '2023-06-20T14:30:45Z', CreateDate: null },
    filename_date: null,
    directory_date: '2023',
    filesystem_created: '2023-07-01T10:00:00Z',
    filesystem_modified: '2023-07-01T10:00:00Z',
    selected_date: '2023-06-20T14:30:45Z',
    selected_source: 'exif:DateTimeOriginal',
    confidence: 95,
    suspicious: false,
    user_verified: false,
  };
  const metadata = {
    exif: { 'EXIF:Make': 'Canon', 'EXIF:LensModel': 'RF50mm F1.8', 'XMP:Rating': 4 },
    format: 'JPEG',
    resolution: [6000, 4000],
    width: 6000,
    height: 4000,
    size_bytes: 4000000,
    camera_make: 'Canon',
    camera_model: 'EOS R6',
    gps_latitude: 47.1,
    gps_longitude: 8.5,
    gps_altitude: 400,
    geohash: 'u0qj',
    orientation: 6,
    flash: 'Off',
    artist: 'Ann',
    copyright: '(c) Ann',
    dhash: 'aa',
  };
  const image = (name: string, catalog: string, changes: Record<string, unknown> = {}): string =>
    insert('images', {
      id: name,
      catalog_id: catalog,
      source_path: `/app/photos/2023/${name}.jpg`,
      file_type: 'image',
      checksum: sha(name),
      created_at: '2025-11-20 08:00:00.5',
      ...changes,
    });
  return [
    insert('catalogs', {
      id: family,
      name: 'Family',
      schema_name: 'catalog_a',
      source_directories: ['/app/photos', '/app/photos/2023'],
      created_at: '2025-11-14 10:00:00',
    }),
    insert('catalogs', {
      id: other,
      name: 'Other',
      schema_name: 'catalog_b',
      source_directories: ['/host/home/bob'],
      created_at: '2025-11-15 10:00:00',
    }),
    insert('bursts', { id: burst, catalog_id: family, image_count: 2, best_image_id: 'two' }),
    image('one', family, {
      size_bytes: 4000000,
      dates,
      metadata,
      thumbnail_path: 'thumbnails/one.jpg',
      dhash: 'ffff0000ffff0000',
      ahash: 'ffff0000ffff0000',
      whash: 'ffff000000000000',
      geohash_4: 'u0qj',
      quality_score: 88,
      status_id: 'flagged',
      processing_flags: { metadata_extracted: true, tags_applied: true },
      burst_id: burst,
      burst_sequence: 1,
      clip_embedding: `[${Array.from({ length: 768 }, (_, index) => index / 1000).join(',')}]`,
      description: 'A dog on a beach',
      edit_data: { version: 1, transforms: { rotation: 90, flip_h: false, flip_v: false } },
    }),
    image('two', family, { burst_id: burst, status_id: 'rejected', file_type: 'video' }),
    image('three', family, { status_id: 'archived' }),
    image('stray', family, { source_path: '/elsewhere/stray.jpg' }),
    image('bob', other, { source_path: '/host/home/bob/bob.jpg' }),
    insert('tags', { id: 1, catalog_id: family, name: 'animal', synonyms: ['beast', 'creature'] }),
    insert('tags', { id: 2, catalog_id: family, name: 'dog', parent_id: 1, category: 'subject' }),
    insert('tags', { id: 3, catalog_id: family, name: 'dup-0011aabb', category: 'duplicate' }),
    insert('image_tags', {
      image_id: 'one',
      tag_id: 2,
      confidence: 0.75,
      source: 'combined',
      openclip_confidence: 0.5,
    }),
    insert('image_tags', { image_id: 'one', tag_id: 3, source: 'duplicate_detection' }),
    insert('image_tags', { image_id: 'two', tag_id: 1, source: 'manual' }),
    insert('duplicate_groups', {
      id: 1,
      catalog_id: family,
      primary_image_id: 'one',
      similarity_type: 'perceptual',
      confidence: 90,
      reviewed: true,
    }),
    insert('duplicate_members', { group_id: 1, image_id: 'one', similarity_score: 100 }),
    insert('duplicate_members', { group_id: 1, image_id: 'three', similarity_score: 90 }),
    insert('duplicate_pairs', {
      catalog_id: family,
      image_1: 'one',
      image_2: 'three',
      distance: 3,
    }),
    insert('jobs', {
      id: 'celery-1',
      catalog_id: family,
      job_type: 'scan',
      status: 'SUCCESS',
      parameters: { directories: ['/app/photos'] },
      result: { files: 4 },
    }),
    insert('jobs', { id: 'celery-2', job_type: 'cleanup', status: 'FAILURE', error: 'no' }),
    insert('job_batches', { id: randomUUID(), catalog_id: family, parent_job_id: 'celery-1' }),
    insert('config', { catalog_id: family, key: 'theme', value: { dark: true } }),
    insert('statistics', { catalog_id: family, total_images: 4 }),
    insert('performance_snapshots', { catalog_id: other, phase: 'scanning' }),
  ].join('');
}

describe('migration from PostgreSQL', () => {
  let server: PostgresServer;
  let world: LegacyWorld;

  before(async () => {
    server = await PostgresServer.start();
  });
  after(() => server.stop());
  beforeEach(async () => {
    world = await legacyWorld();
  });
  afterEach(() => world.close());

  /** What the catalog file holds, read apart from the engine. */
  async function query<T>(sql: string): Promise<T[]> {
    await world.engine.close();
    const file = path.join(world.workspace, '.image-catalog', 'catalog.sqlite');
    const driver = await NodeSqliteDriver.open({ file, readOnlyReason: 'test' });
    try {
      return driver.all<T>(sql);
    } finally {
      driver.close();
    }
  }

  /** Everything in a database, to see that reading changed nothing. */
  async function contents(name: string): Promise<string> {
    const [tables] = await server.run(
      name,
      `SELECT string_agg(md5(t::text), ',' ORDER BY t::text) AS all FROM (
        SELECT to_json(i)::text FROM images i UNION ALL SELECT to_json(c)::text FROM catalogs c
        UNION ALL SELECT to_json(j)::text FROM jobs j UNION ALL SELECT to_json(g)::text FROM tags g) t`,
    );
    return (tables?.rows[0] as { all: string }).all;
  }

  it('lists the catalogs of a database without its password', async () => {
    const address = await server.create('lists', generation5 + rows5());
    const found = await world.engine.listLegacyCatalogs({ from: address });
    assert.deepEqual(
      found.map(({ name, imageCount, format }) => [name, imageCount, format]),
      [
        ['Family', 4, 'postgres'],
        ['Other', 1, 'postgres'],
      ],
    );
    assert.ok(!JSON.stringify(found).includes('secret'));
  });

  it('brings every column and table of the 2025 server version along', async () => {
    const address = await server.create('g5', generation5 + rows5());
    const before = await contents('g5');
    const request = { from: address, catalogs: ['Family'] };
    const [plan] = await world.engine.planMigration(request);
    assert.ok(!fs.existsSync(path.join(world.workspace, '.image-catalog')));
    const [report] = await world.engine.migrateLegacy(request);
    assert.deepEqual(report?.counts, plan?.counts);
    assert.deepEqual(count(report, 'image'), [4, 4, 0, 0]);
    assert.deepEqual(count(report, 'tag'), [3, 2, 0, 1]);
    assert.deepEqual(count(report, 'imageTag'), [3, 2, 0, 1]);
    assert.deepEqual(count(report, 'burst'), [1, 1, 0, 0]);
    assert.deepEqual(count(report, 'duplicateGroup'), [1, 1, 0, 0]);
    assert.deepEqual(count(report, 'job'), [2, 2, 0, 0]);
    assert.equal(report?.others['config'], 1);
    assert.equal(report.others['job_batches'], 1);
    assert.ok(report.leftOut.some(({ reason, count: n }) => reason === 'DERIVED_DATA' && n === 1));
    assert.equal(await contents('g5'), before);

    const [again] = await world.engine.migrateLegacy(request);
    assert.deepEqual(count(again, 'image'), [4, 0, 4, 0]);
    assert.deepEqual(count(again, 'imageTag'), [3, 0, 2, 1]);
    assert.equal((await world.engine.listCatalogs({})).length, 1);

    const images = await query<Record<string, unknown>>(
      `SELECT i.*, s.name AS source FROM images i LEFT JOIN sources s ON s.id = i.source_id
      ORDER BY original_source_path`,
    );
    assert.deepEqual(
      images.map(({ source, review_status, file_type }) => [source, review_status, file_type]),
      [
        ['Imported from /app/photos/2023', 'flagged', 'image'],
        ['Imported from /app/photos/2023', 'archived', 'image'],
        ['Imported from /app/photos/2023', 'rejected', 'video'],
        ['Unknown Source', 'active', 'image'],
      ],
    );
    const one = images[0];
    assert.equal(one?.['captured_at'], '2023-06-20T14:30:45');
    assert.equal(one['captured_at_source'], 'exif:DateTimeOriginal');
    assert.equal(one['captured_at_confidence'], 95);
    assert.equal(one['lens_model'], 'RF50mm F1.8');
    assert.equal(one['rating'], 4);
    assert.equal(one['caption'], 'A dog on a beach');
    assert.equal(one['quality_score'], 88);
    assert.equal(one['dhash'], null);
    assert.equal(one['created_at'], '2025-11-20T08:00:00.500Z');
    assert.deepEqual(JSON.parse(one['keywords'] as string), ['dog']);
    const legacy = JSON.parse(one['legacy'] as string) as Record<string, unknown>;
    assert.deepEqual(legacy['edit_data'], {
      version: 1,
      transforms: { flip_h: false, flip_v: false, rotation: 90 },
    });
    assert.equal(legacy['dhash'], 'ffff0000ffff0000');
  });

  it('keeps tags with their origin, bursts, decisions and the bulk of the old rows', async () => {
    const address = await server.create('g5b', generation5 + rows5());
    await world.engine.migrateLegacy({ from: address, catalogs: [family] });
    const tags = await query<Record<string, unknown>>(
      `SELECT t.name, p.name AS parent, t.synonyms, it.origin, it.confidence, it.legacy
      FROM image_tags it JOIN tags t ON t.id = it.tag_id LEFT JOIN tags p ON p.id = t.parent_id
      ORDER BY t.name`,
    );
    assert.deepEqual(
      tags.map(({ name, parent, origin, confidence }) => [name, parent, origin, confidence]),
      [
        ['animal', null, 'manual', 1],
        ['dog', 'animal', 'combined', 0.75],
      ],
    );
    assert.equal(tags[0]?.['synonyms'], '["beast","creature"]');
    assert.match(String(tags[1]?.['legacy']), /"openclip_confidence":0.5/);
    const bursts = await query<{ n: number; best: string }>(
      `SELECT (SELECT count(*) FROM images i WHERE i.burst_id = b.id) AS n,
        (SELECT original_source_path FROM images i WHERE i.id = b.best_image_id) AS best FROM bursts b`,
    );
    assert.deepEqual(bursts, [{ n: 2, best: '/app/photos/2023/two.jpg' }]);
    const decisions = await query<{ a: string; b: string; decision: string }>(
      'SELECT checksum_a AS a, checksum_b AS b, decision FROM duplicate_decisions',
    );
    assert.equal(decisions.length, 1);
    const kept = decisions[0]?.decision === 'keep-a' ? decisions[0].a : decisions[0]?.b;
    assert.equal(kept, sha('one'));
    const bulk = await query<{ data: string }>(
      "SELECT data FROM legacy_records WHERE kind = 'image' AND legacy_id = 'one'",
    );
    const data = JSON.parse(bulk[0]?.data ?? '{}') as {
      exif: Record<string, unknown>;
      clip_embedding: { float32: string };
    };
    assert.equal(data.exif['EXIF:Make'], 'Canon');
    const floats = Buffer.from(data.clip_embedding.float32, 'base64');
    assert.equal(floats.length, 768 * 4);
    assert.ok(Math.abs(floats.readFloatLE(4 * 767) - 0.767) < 1e-6);
  });

  it('brings organized copies, archived images, decisions and collections of 2026 along', async () => {
    const organized = path.join(world.root, 'organized');
    const moved = photo(path.join(organized, '2023/06-20/20230620_143045.jpg'), 'moved');
    const copied = photo(path.join(organized, '2023/06-21/20230621_100000.jpg'), 'copied');
    photo(path.join(world.photos, 'copied.jpg'), 'copied');
    const [candidate, decision, collection] = [randomUUID(), randomUUID(), randomUUID()];
    const image = (id: string, sum: string, changes: Record<string, unknown>): string =>
      insert('images', {
        id,
        catalog_id: family,
        file_type: 'image',
        checksum: sum,
        ...changes,
      });
    const sql = [
      generation5,
      generation6,
      insert('catalogs', {
        id: family,
        name: 'Family',
        schema_name: 'a',
        source_directories: ['/host/photos'],
        organized_directory: '/host/organized',
      }),
      image('moved', moved.checksum, {
        source_path: '/host/photos/moved.jpg',
        organized_path: '/host/organized/2023/06-20/20230620_143045.jpg',
        processing_flags: { organized: true, source_archived: true },
        capture_time: '2023-06-20 14:30:45',
        capture_time_source: 'exif:DateTimeOriginal',
        date_confidence: 93,
        camera_make: 'Nikon',
        width: 100,
        shutter_speed: '1/250',
        latitude: 47.5,
        longitude: -8.25,
        content_class: 'photo',
      }),
      image('copied', copied.checksum, {
        source_path: '/host/photos/copied.jpg',
        organized_path: '/host/organized/2023/06-21/20230621_100000.jpg',
      }),
      image('lost', sha('lost'), { source_path: '/host/organized/2020/01-01/lost.jpg' }),
      insert('archived_images', {
        id: 'gone',
        catalog_id: family,
        source_path: '/host/photos/gone.jpg',
        file_type: 'image',
        checksum: sha('gone'),
        archive_reason: 'duplicate',
        primary_image_id: 'moved',
        original_catalog_id: family,
      }),
      insert('duplicate_candidates', {
        id: candidate,
        catalog_id: family,
        image_id_a: 'copied',
        image_id_b: 'gone',
        layer: 'near_duplicate',
        confidence: 0.9,
      }),
      insert('duplicate_decisions', {
        id: decision,
        candidate_id: candidate,
        decision: 'confirmed_duplicate',
        primary_id: 'copied',
        notes: 'sharper',
      }),
      insert('suppression_pairs', { id_a: 'copied', id_b: 'moved', decision: 'not_duplicate' }),
      insert('collections', { id: collection, catalog_id: family, name: 'Summer' }),
      insert('collection_images', {
        id: randomUUID(),
        collection_id: collection,
        image_id: 'moved',
      }),
      insert('skipped_imports', {
        id: randomUUID(),
        catalog_id: family,
        source_path: '/host/photos/again.jpg',
        checksum: moved.checksum,
        matched_image_id: 'moved',
      }),
    ].join('');
    const address = await server.create('g6', sql);
    const mappings = [
      { from: '/host/photos', to: world.photos },
      { from: '/host/organized', to: organized },
    ];
    const [report] = await world.engine.migrateLegacy({ from: address, mappings });
    assert.deepEqual(count(report, 'image'), [4, 4, 0, 0]);
    assert.deepEqual(count(report, 'duplicateDecision'), [2, 2, 0, 0]);
    assert.equal(report?.managedDirectory, organized);
    assert.deepEqual(report.files, {
      found: 2,
      missing: 2,
      unreachable: 0,
      managed: 3,
      managedMissing: 1,
      managedOriginUnknown: 1,
    });
    assert.equal(report.others['collection_images'], 1);
    assert.equal(report.others['skipped_imports'], 1);
    const rows = await query<Record<string, unknown>>(
      `SELECT current_path, is_managed, import_mode, original_source_path, file_missing,
        review_status, captured_at, captured_at_confidence, exposure_time
      FROM images ORDER BY original_source_path`,
    );
    const at = (name: string) =>
      rows.find((row) => String(row['original_source_path']).endsWith(name)) ?? {};
    assert.deepEqual(
      [at('moved.jpg')['current_path'], at('moved.jpg')['import_mode']],
      ['2023/06-20/20230620_143045.jpg', 'move'],
    );
    assert.equal(at('moved.jpg')['captured_at'], '2023-06-20T14:30:45');
    assert.equal(at('moved.jpg')['captured_at_confidence'], 93);
    assert.equal(at('moved.jpg')['exposure_time'], 1 / 250);
    assert.deepEqual(
      [at('copied.jpg')['is_managed'], at('copied.jpg')['import_mode']],
      [1, 'copy'],
    );
    assert.equal(at('lost.jpg')['is_managed'], 1);
    assert.equal(at('gone.jpg')['review_status'], 'archived');
    assert.equal(fs.readFileSync(copied.path, 'utf8'), 'copied');
  });

  it('does not take a source for the managed directory, as the hand-made upgrade did', async () => {
    const job = randomUUID();
    const sql = [
      generation5,
      insert('catalogs', {
        id: family,
        name: 'Family',
        schema_name: 'a',
        source_directories: ['/app/photos'],
      }),
      insert('images', {
        id: 'a',
        catalog_id: family,
        source_path: '/app/photos/a.jpg',
        file_type: 'image',
        checksum: sha('a'),
      }),
      importWorkflow,
      insert('import_jobs', {
        id: job,
        catalog_id: family,
        source_path: '/app/card',
        status: 'completed',
        images_found: 3,
        images_imported: 1,
        images_skipped: 2,
        operation: 'move',
        created_at: '2026-01-02 10:00:00',
      }),
      insert('import_jobs', {
        id: randomUUID(),
        catalog_id: family,
        source_path: '/app/card',
        status: 'importing',
      }),
      insert('images', {
        id: 'b',
        catalog_id: family,
        source_path: '/app/photos/2023/b.jpg',
        original_source_path: '/app/card/DCIM/b.jpg',
        import_job_id: job,
        file_type: 'image',
        checksum: sha('b'),
      }),
      insert('import_items', {
        id: randomUUID(),
        import_job_id: job,
        source_file_path: '/x',
        image_id: 'b',
      }),
      "UPDATE catalogs SET import_mode = 'import';",
    ].join('');
    const address = await server.create('workflow', sql);
    const [report] = await world.engine.migrateLegacy({ from: address });
    assert.equal(report?.managedDirectory, null);
    assert.ok(report.notes.some((note) => note.includes('is, or holds, a source')));
    assert.deepEqual(count(report, 'importJob'), [2, 2, 0, 0]);
    assert.equal(report.others['import_items'], 1);
    const { jobs } = await world.engine.listImportJobs({});
    const card = jobs.filter(({ sourcePath }) => sourcePath === '/app/card');
    assert.deepEqual(
      card
        .map(({ status, filesImported, importMode }) => [status, filesImported, importMode])
        .sort(),
      [
        ['FAILURE', 0, 'copy'],
        ['SUCCESS', 1, 'move'],
      ],
    );
    const [b] = await query<Record<string, unknown>>(
      `SELECT i.*, s.source_path AS source, j.import_mode AS mode FROM images i
      JOIN sources s ON s.id = i.source_id JOIN import_jobs j ON j.id = i.import_job_id
      WHERE original_source_path LIKE '%b.jpg'`,
    );
    assert.deepEqual([b?.['source'], b?.['mode'], b?.['is_managed']], ['/app/card', 'move', 0]);
    assert.equal(b?.['current_path'], '/app/photos/2023/b.jpg');
  });

  it('adds only what is new in a later run', async () => {
    const address = await server.create('later', generation5 + rows5());
    await world.engine.migrateLegacy({ from: address });
    await server.run(
      'later',
      insert('images', {
        id: 'new',
        catalog_id: other,
        source_path: '/host/home/bob/new.jpg',
        file_type: 'image',
        checksum: sha('new'),
      }),
    );
    const reports = await world.engine.migrateLegacy({ from: address });
    assert.deepEqual(
      reports.map((report) => count(report, 'image')),
      [
        [4, 0, 4, 0],
        [2, 1, 1, 0],
      ],
    );
    const { jobs } = await world.engine.listImportJobs({});
    const bob = jobs.filter(({ sourcePath }) => sourcePath === '/host/home/bob');
    assert.deepEqual(
      bob.map(({ filesImported, status }) => [filesImported, status]),
      [[2, 'SUCCESS']],
    );
  });

  it('tells what is wrong with an address, and writes nothing', async () => {
    await server.create('empty', 'SELECT 1');
    const cases: [string, string][] = [
      [server.database('nowhere'), 'LEGACY_CONNECTION_FAILED'],
      [server.database('empty'), 'LEGACY_UNSUPPORTED'],
      ['postgres://catalog@127.0.0.1:1/postgres', 'LEGACY_CONNECTION_FAILED'],
    ];
    for (const [from, code] of cases) {
      await assert.rejects(
        world.engine.migrateLegacy({ from }),
        (error) => CatalogError.is(error) && error.code === code,
        from,
      );
    }
    assert.ok(!fs.existsSync(path.join(world.workspace, '.image-catalog')));
    await assert.rejects(
      world.engine.migrateLegacy({ from: server.database('lists'), catalogs: ['None'] }),
      (error) => CatalogError.is(error, 'LEGACY_CATALOG_NOT_FOUND'),
    );
  });
});
