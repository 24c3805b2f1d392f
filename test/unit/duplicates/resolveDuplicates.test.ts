import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { CatalogEngine } from '../../../src/catalog/engine.js';
import type { ResolvePlan } from '../../../src/catalog/model/duplicates.js';
import { withStoreOf } from './storeOf.js';
import { DuplicatesFixture, flipped } from './duplicatesFixture.js';

const cat = 'a5a5f00f12345678';
const dog = '7654321089abcdef';

describe('resolving duplicates', () => {
  let fixture: DuplicatesFixture;
  let engine: CatalogEngine;

  beforeEach(async () => {
    fixture = new DuplicatesFixture();
    engine = await fixture.open();
    for (const [name, dhash] of [
      ['cat-large.jpg', cat],
      ['cat-small.jpg', flipped(cat, 1)],
      ['dog-large.jpg', dog],
      ['dog-small.jpg', flipped(dog, 1)],
    ] as const) {
      fixture.put(name);
      const size = name.includes('large') ? { width: 400, height: 300 } : {};
      fixture.look(name, { dhash, ...size });
    }
    fixture.put('alone.jpg');
  });
  afterEach(() => fixture.remove());

  const plan = (input: object = {}): Promise<ResolvePlan> =>
    engine.planResolve({ catalogId: fixture.catalogId, level: 'similar', ...input });

  const names = async (): Promise<string[]> => [...(await fixture.images(engine)).keys()].sort();

  const managed = (name: string): string => path.join(fixture.managed, name);

  /** The test's files are all of one size in pixels as far as their headers tell. */
  async function widen(): Promise<void> {
    await engine.makePictures({ catalogId: fixture.catalogId });
    await engine.close();
    await withStoreOf(fixture.workspace, (store) => {
      store.driver.run(
        "UPDATE images SET width = 400, height = 300 WHERE original_source_path LIKE '%large%'",
      );
      store.driver.run(
        `UPDATE images SET rating = 4, keywords = '["pet"]'
        WHERE original_source_path LIKE '%cat-small.jpg'`,
      );
    });
    engine = await fixture.open();
  }

  it('lists every image that would leave and changes nothing', async () => {
    await fixture.import(engine, 'copy');
    await widen();
    const planned = await plan();
    assert.equal(planned.total, 2);
    assert.equal(planned.groups, 2);
    assert.equal(planned.trashCount, 2);
    assert.deepEqual(planned.entries.map(({ path: file, keepPath }) => [file, keepPath]).sort(), [
      [managed('cat-small.jpg'), managed('cat-large.jpg')],
      [managed('dog-small.jpg'), managed('dog-large.jpg')],
    ]);
    assert.equal((await names()).length, 5);
    assert.ok(fs.existsSync(managed('cat-small.jpg')));
    const page = await engine.listResolveEntries({ planId: planned.planId, offset: 1, limit: 5 });
    assert.equal(page.total, 2);
    assert.equal(page.entries.length, 1);
  });

  it('moves managed files to the trash, merges what was written, and can be undone', async () => {
    await fixture.import(engine, 'copy');
    await widen();
    const before = fs.readFileSync(managed('cat-small.jpg'));
    const { planId } = await plan();
    const report = await engine.applyResolve({ planId });
    assert.equal(report.imagesRemoved, 2);
    assert.equal(report.filesTrashed, 2);
    assert.deepEqual([report.refused, report.kept], [[], []]);
    assert.deepEqual(await names(), ['alone.jpg', 'cat-large.jpg', 'dog-large.jpg']);
    assert.ok(!fs.existsSync(managed('cat-small.jpg')));
    assert.ok(fs.existsSync(managed('cat-large.jpg')));
    const kept = async (name: string) => {
      const { id } = (await fixture.images(engine)).get(name) ?? { id: '' };
      const { rating } = await engine.getImage({ imageId: id });
      return rating;
    };
    assert.equal(await kept('cat-large.jpg'), 4);
    await assert.rejects(engine.applyResolve({ planId }), { code: 'RESOLVE_PLAN_GONE' });

    // Also after a restart.
    await engine.close();
    engine = await fixture.open();
    await engine.undoResolve({ resolutionId: report.resolutionId });
    assert.equal((await names()).length, 5);
    assert.deepEqual(fs.readFileSync(managed('cat-small.jpg')), before);
    assert.equal(await kept('cat-large.jpg'), null);
    assert.equal(await kept('cat-small.jpg'), 4);
    const [group] = await fixture.groups(engine, { level: 'similar' });
    assert.equal(group?.decision, null);
  });

  it('is alone in its catalog', async () => {
    await fixture.import(engine, 'copy');
    await widen();
    const { planId } = await plan();
    const another = await plan();
    const first = engine.applyResolve({ planId });
    await assert.rejects(engine.applyResolve({ planId: another.planId }), { code: 'BUSY' });
    assert.equal((await first).imagesRemoved, 2);
  });

  it('never touches referenced files: only their entries go', async () => {
    await fixture.import(engine, 'reference');
    await widen();
    const planned = await plan();
    assert.deepEqual([planned.trashCount, planned.entryCount], [0, 2]);
    await engine.applyResolve({ planId: planned.planId });
    assert.equal((await names()).length, 3);
    assert.equal(fs.readdirSync(fixture.source).length, 5);
  });

  it('takes nothing out where the file to keep is missing or changed', async () => {
    await fixture.import(engine, 'copy');
    await widen();
    fs.writeFileSync(managed('cat-large.jpg'), 'something else');
    fs.rmSync(managed('dog-large.jpg'));
    const { planId } = await plan();
    const report = await engine.applyResolve({ planId });
    assert.equal(report.imagesRemoved, 0);
    assert.deepEqual(report.refused.map(({ reason, error }) => [reason, error?.code]).sort(), [
      ['keeper-not-verified', 'FILE_CHANGED'],
      ['keeper-not-verified', 'FILE_VANISHED'],
    ]);
    assert.ok(fs.existsSync(managed('cat-small.jpg')));
    assert.ok(fs.existsSync(managed('dog-small.jpg')));
  });

  it('keeps what a person chose, and leaves groups alone of which all are to stay', async () => {
    await fixture.import(engine, 'copy');
    await widen();
    const groups = await fixture.groups(engine, { level: 'similar' });
    const cats = groups.find(({ suggestedKeep }) => suggestedKeep.includes('cat'));
    const dogs = groups.find(({ suggestedKeep }) => suggestedKeep.includes('dog'));
    const small = cats?.members.find(({ path: file }) => file.includes('small'));
    await engine.decideDuplicates({
      catalogId: fixture.catalogId,
      groups: [
        {
          checksums: cats?.members.map(({ checksum }) => checksum) ?? [],
          decision: 'keep',
          keep: small?.checksum ?? '',
        },
        {
          checksums: dogs?.members.map(({ checksum }) => checksum) ?? [],
          decision: 'keep-all',
        },
      ],
    });
    const { entries } = await plan();
    assert.deepEqual(
      entries.map(({ path: file }) => path.basename(file)),
      ['cat-large.jpg'],
    );
    const chosen = await plan({
      groups: [{ groupId: dogs?.id ?? '', keepImageId: dogs?.members[1]?.imageId ?? '' }],
    });
    assert.deepEqual(
      chosen.entries.map(({ path: file }) => path.basename(file)),
      ['dog-large.jpg'],
    );
  });
});
