import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import type {
  LegacyCatalog,
  LegacyReader,
  LegacyRecord,
} from '../../../src/catalog/legacy/legacyCatalog.js';
import { batched } from '../../../src/catalog/legacy/legacyCatalog.js';
import { runMigration } from '../../../src/catalog/legacy/migration.js';
import type { MigrationReport } from '../../../src/catalog/model/migration.js';
import { createEmptyCatalog } from '../../../src/catalog/store/catalogFile.js';
import { CatalogStore } from '../../../src/catalog/store/catalogStore.js';
import { NodeSqliteDriver } from '../../../src/catalog/store/nodeSqliteDriver.js';
import { sha } from './legacyFixture.js';

/** Few ids and names, so that they collide, are missing and are shared. */
const ids = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
const tagIds = fc.constantFrom('1', '2', '3', '4');
const paths = fc.constantFrom(
  '/p/a.jpg',
  '/p/2023/b.jpg',
  '/p/2023/06/c.jpg',
  '/p2/d.jpg',
  '/out/e.jpg',
  '/elsewhere/f.jpg',
  'relative/g.jpg',
  'C:\\photos\\h.jpg',
  '/p/../out/../p/i.jpg',
);
const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom('', 0, -1, 1e300, '2023-06-20T14:30:45Z'),
);

const image = fc
  .record(
    {
      id: ids,
      source_path: fc.option(paths),
      organized_path: fc.option(paths),
      checksum: fc.option(
        fc.oneof(ids.map(sha), fc.constantFrom('short', '', sha('z').toUpperCase())),
      ),
      status_id: fc.constantFrom('active', 'rejected', 'strange', null),
      dates: odd,
      metadata: odd,
      size_bytes: odd,
      description: odd,
      rating: odd,
      burst_id: odd,
      unknown_column: odd,
    },
    { requiredKeys: ['id'] },
  )
  .map((row): LegacyRecord => ({ kind: 'image', id: row.id, archived: false, row: row as never }));
const tag = fc
  .record({
    id: tagIds,
    name: fc.constantFrom('dog', 'cat', 'dup-0011aabb', '', null),
    parent_id: odd,
  })
  .map((row): LegacyRecord => ({ kind: 'tag', id: row.id, row: row as never }));
const imageTag = fc
  .record({ image_id: ids, tag_id: tagIds, confidence: odd, source: odd })
  .map((row): LegacyRecord => ({
    kind: 'imageTag',
    id: `${row.image_id}/${row.tag_id}`,
    imageId: row.image_id,
    tagId: row.tag_id,
    row: row as never,
  }));
const group = fc
  .record({
    id: ids,
    members: fc.array(ids, { maxLength: 4 }),
    primary: fc.option(ids),
    reviewed: fc.boolean(),
  })
  .map((row): LegacyRecord => ({
    kind: 'duplicateGroup',
    id: row.id,
    primaryId: row.primary,
    memberIds: row.members,
    reviewed: row.reviewed,
    row,
  }));
const burst = fc
  .record({ id: ids, images: fc.array(ids, { maxLength: 4 }) })
  .map((row): LegacyRecord => ({
    kind: 'burst',
    id: row.id,
    bestId: null,
    memberIds: row.images,
    row,
  }));
const decision = fc
  .record({
    id: ids,
    a: ids,
    b: ids,
    decision: fc.constantFrom('duplicate' as const, 'not-duplicate' as const, null),
    primary_id: fc.option(ids),
  })
  .map((row): LegacyRecord => ({
    kind: 'duplicateDecision',
    id: row.id,
    imageIds: [row.a, row.b],
    decision: row.decision,
    decidedAt: null,
    row,
  }));
const job = fc
  .record({ id: ids, status: odd })
  .map((row): LegacyRecord => ({ kind: 'job', id: row.id, row: row as never }));
const importJob = fc
  .record({ id: ids, status: odd, source_path: fc.option(paths), images_found: odd })
  .map((row): LegacyRecord => ({ kind: 'importJob', id: row.id, row: row as never }));

const unique = (record: fc.Arbitrary<LegacyRecord>, maxLength: number) =>
  fc.uniqueArray(record, { selector: ({ id }) => id, maxLength });

const oldCatalogs = fc
  .record({
    sources: fc.subarray(['/p', '/p/2023', '/p/', '/p2', 'relative', 'C:\\photos']),
    organized: fc.constantFrom(null, '/out', '/p', '/'),
    records: fc
      .tuple(
        unique(importJob, 2),
        unique(image, 8),
        unique(burst, 2),
        unique(tag, 4),
        unique(imageTag, 6),
        unique(group, 3),
        unique(decision, 3),
        unique(job, 3),
      )
      .map((lists) => lists.flat()),
  })
  .map(({ sources, organized, records }): LegacyReader & { all: readonly LegacyRecord[] } => {
    const catalog: LegacyCatalog = {
      id: 'old',
      name: 'Old',
      format: 'postgres',
      location: 'here',
      sourceDirectories: sources,
      organizedDirectory: organized,
      createdAt: null,
      updatedAt: null,
      baseDirectory: null,
      imageCount: null,
    };
    return {
      all: records,
      catalogs: [catalog],
      records: () => batched(records),
      derived: () => Promise.resolve([]),
      close: () => Promise.resolve(),
    };
  });

describe('migration loses nothing', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ic-nothing-lost-'));
  let store: CatalogStore;
  let number = 0;

  before(async () => {
    const file = path.join(folder, 'catalog.sqlite');
    await createEmptyCatalog(file);
    store = new CatalogStore(await NodeSqliteDriver.open({ file }));
  });
  after(async () => {
    await store.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  function newId(): string {
    return `id${number++}`;
  }
  const deps = { files: nodeFilePort, now: () => new Date('2026-03-01T00:00:00Z'), newId };

  function newTarget() {
    const at = deps.now().toISOString();
    const catalog = {
      id: newId(),
      name: newId(),
      managedDirectory: null,
      defaultOrganizationStrategy: 'YEAR_SLASH_MONTH_DAY/TIME_CHECKSUM',
      createdAt: at,
      updatedAt: at,
    };
    store.catalogs.insert(catalog);
    const migrationId = newId();
    store.migrations.insert({
      id: migrationId,
      catalogId: catalog.id,
      originFormat: 'postgres',
      originId: newId(),
      originName: 'Old',
      originLocation: 'here',
      startedAt: at,
    });
    return { store, catalog, migrationId };
  }

  const totals = (report: MigrationReport): [string, number][] =>
    report.counts.map(({ kind, total }) => [kind, total]);

  it('whatever the old catalog holds: each record is there or in the list of what was left out', async function () {
    this.timeout(120_000);
    await fc.assert(
      fc.asyncProperty(oldCatalogs, async (reader) => {
        const [legacy] = reader.catalogs;
        assert.ok(legacy);
        const input = { reader, legacy, mappings: [], catalogName: 'Old' };
        const plan = await runMigration(deps, { ...input, target: null, write: false });
        const target = newTarget();
        const { migrationId } = target;
        const report = await runMigration(deps, { ...input, target, write: true, foretold: plan });

        // The dry run told what came; the figures add up to what was there.
        assert.deepEqual(report.counts, plan.counts);
        assert.deepEqual(report.leftOut, plan.leftOut);
        for (const { kind, total, migrated, earlier, leftOut } of report.counts) {
          assert.equal(total, migrated + earlier + leftOut, kind);
          assert.equal(total, reader.all.filter((record) => record.kind === kind).length, kind);
        }
        const told = report.leftOut.reduce((sum, { count }) => sum + count, 0);
        assert.equal(
          told,
          report.counts.reduce((sum, { leftOut }) => sum + leftOut, 0),
        );

        // Every record has its place.
        const leftOut = new Set(
          store.migrations.leftOut(migrationId).map(({ kind, legacyId }) => `${kind} ${legacyId}`),
        );
        const tags = store.migrations.entities(migrationId, 'tag');
        const images = store.migrations.entities(migrationId, 'image');
        for (const record of reader.all) {
          if (leftOut.has(`${record.kind} ${record.id}`)) continue;
          if (record.kind === 'imageTag') {
            const imageId = images.get(record.imageId);
            const tagId = tags.get(record.tagId);
            if (tags.has(record.tagId) && tagId === null) continue; // with its tag
            assert.ok(imageId && tagId);
            const pairs = store.tags.existingPairs([{ imageId, tagId }]);
            assert.equal(pairs.size, 1, record.id);
            continue;
          }
          const known = store.migrations.known(migrationId, record.kind, [record.id]);
          assert.ok(known.has(record.id), `${record.kind} ${record.id}`);
          const entity = known.get(record.id)?.entityId ?? null;
          if (record.kind !== 'image') continue;
          const row = store.driver.get<{ original: string; source: string | null; legacy: string }>(
            `SELECT i.original_source_path AS original, s.name AS source, i.legacy FROM images i
            LEFT JOIN sources s ON s.id = i.source_id WHERE i.id = ?`,
            [entity],
          );
          assert.ok(row?.source, 'every image has a source');
          const kept = JSON.parse(row.legacy) as Record<string, unknown>;
          for (const [key, value] of Object.entries(record.row)) {
            if (value === null || key === 'checksum' || key === 'metadata') continue;
            assert.deepEqual(kept[key], JSON.parse(JSON.stringify(value)), key);
          }
        }

        // The synthetic jobs count what they stand for.
        const jobs = store.driver.all<{ told: number; images: number }>(
          `SELECT j.files_imported AS told,
            (SELECT count(*) FROM images i WHERE i.import_job_id = j.id) AS images
          FROM import_jobs j WHERE j.catalog_id = ? AND j.import_mode = 'reference'`,
          [target.catalog.id],
        );
        for (const { told: files, images: rows } of jobs) assert.equal(files, rows);

        // Again: the same figures, and nothing is written.
        const before = store.driver.get<{ n: number }>('SELECT total_changes() AS n')?.n;
        const again = await runMigration(deps, { ...input, target, write: true, foretold: report });
        assert.deepEqual(totals(again), totals(report));
        assert.equal(
          again.counts.reduce((sum, { migrated }) => sum + migrated, 0),
          0,
        );
        const after = store.driver.get<{ n: number }>('SELECT total_changes() AS n')?.n;
        // The catalog's own two columns are set anew.
        assert.ok((after ?? 0) - (before ?? 0) <= 2);
      }),
      { numRuns: 150 },
    );
  });
});
