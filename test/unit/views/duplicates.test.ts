import assert from 'node:assert/strict';
import {
  duplicateSections,
  firstView,
  type PlanParams,
} from '../../../src/views/duplicatesProtocol.js';
import { untranslated } from '../../../src/views/format.js';
import {
  readDecision,
  readDuplicatesIdentity,
  readPlanParams,
  readUndo,
  readView,
} from '../../../src/views/panels/duplicatesParams.js';
import { DuplicatesSession } from '../../../src/views/panels/duplicatesSession.js';
import { readKeptIdentity } from '../../../src/views/panels/panelServer.js';
import {
  generatedDuplicates,
  groupId,
  memberId,
  type GeneratedDuplicates,
} from '../../e2e/support/generatedDuplicates.js';

const planOf = (part: Partial<PlanParams> = {}): PlanParams => ({
  view: firstView,
  groupId: null,
  keepImageId: null,
  mergeMetadata: true,
  mergeSidecars: false,
  ...part,
});

describe('session of a duplicates report', () => {
  let engine: GeneratedDuplicates;
  let changes: number;
  let asked: string[];
  let answer: boolean;
  let session: DuplicatesSession;

  beforeEach(() => {
    engine = generatedDuplicates(50);
    changes = 0;
    asked = [];
    answer = true;
    session = new DuplicatesSession({
      engine,
      identity: { folder: 'file:///ws', catalogId: 'catalog-1', sourceId: null },
      texts: { t: untranslated, locale: 'en' },
      onChanged: () => (changes += 1),
      host: {
        addressOf: (file) => `address of ${file}`,
        settings: () => ({ method: 'dhash', threshold: 6, keepOrder: { criteria: ['size'] } }),
        progress: () => undefined,
        confirm: (...texts) => {
          asked.push(texts.join(' | '));
          return Promise.resolve(answer);
        },
        chooseOutput: () => Promise.resolve(undefined),
        compare: () => Promise.resolve(),
        show: () => Promise.resolve(),
      },
    });
  });
  afterEach(() => session.dispose());

  const inputsOf = (name: string): readonly Record<string, unknown>[] =>
    engine.calls
      .filter(([called]) => called === name)
      .map(([, input]) => input as Record<string, unknown>);

  it('searches as the settings say, and once for all pages and filters', async () => {
    const first = await session.load(firstView);
    assert.ok(first.status === 'ready');
    assert.deepEqual([first.total, first.pageCount, first.groups.length], [50, 3, 20]);
    await session.load({
      ...firstView,
      page: 2,
      section: 'data',
      place: 'managed',
      sourceA: 'card',
    });
    const [search, page] = inputsOf('findDuplicates');
    assert.equal(search?.['reportId'], undefined);
    assert.deepEqual(
      [search?.['method'], search?.['threshold'], search?.['keepOrder']],
      ['dhash', 6, { criteria: ['size'] }],
    );
    assert.deepEqual(
      [page?.['reportId'], page?.['offset'], page?.['listedLevel'], page?.['managed']],
      ['report-1', 40, 'data', true],
    );
    assert.deepEqual(page?.['sourcePair'], ['card', 'card']);
  });

  it('searches anew with another method or threshold', async () => {
    await session.load(firstView);
    await session.load({ ...firstView, method: 'phash' });
    await session.load({ ...firstView, threshold: 2 });
    await session.load({ ...firstView, threshold: 2, page: 1 });
    assert.deepEqual(
      inputsOf('findDuplicates').map((input) => [
        input['method'],
        input['threshold'],
        input['reportId'],
      ]),
      [
        ['dhash', 6, undefined],
        ['phash', 8, undefined],
        ['dhash', 2, undefined],
        ['dhash', 2, 'report-1'],
      ],
    );
  });

  it('says that the catalog changed since the search, and not because of the search', async () => {
    engine.changed();
    assert.equal(changes, 0);
    await session.load(firstView);
    engine.changed();
    engine.changed();
    assert.equal(changes, 1);
    const later = await session.load(firstView);
    assert.ok(later.status === 'ready' && later.stale);
    session.forget();
    const again = await session.load(firstView);
    assert.ok(again.status === 'ready' && !again.stale);
  });

  it('ends a search that is cancelled', async () => {
    engine.held = new Promise(() => undefined);
    const loading = session.load(firstView);
    await new Promise((resolve) => setImmediate(resolve));
    session.cancel();
    assert.equal((await loading).status, 'cancelled');
  });

  it('changes nothing when a person says no, and names the trash when it asks', async () => {
    await session.load(firstView);
    const plan = await session.plan(planOf());
    answer = false;
    assert.equal(await session.apply(plan.planId), null);
    assert.equal(inputsOf('applyResolve').length, 0);
    assert.match(
      asked[0] ?? '',
      /^Take 78 pictures out of the catalog\? \| .*trash of the managed/,
    );
    assert.match(asked[0] ?? '', /only the entry goes, the file stays/);
    assert.equal(plan.refused.length, 1);
    await assert.rejects(session.apply('plan-of-another'), { code: 'RESOLVE_PLAN_GONE' });
  });

  it('tells a page that was loaded during a resolution what was done, when it is done', async () => {
    await session.load(firstView);
    const keepImageId = memberId(3, 1);
    const { planId } = await session.plan(planOf({ groupId: groupId(3), keepImageId }));
    assert.deepEqual(inputsOf('planResolve')[0]?.['groups'], [
      { groupId: groupId(3), keepImageId },
    ]);
    let release = (): void => undefined;
    engine.held = new Promise((resolve) => (release = resolve));
    const applying = session.apply(planId);
    await new Promise((resolve) => setImmediate(resolve));
    let loaded = false;
    const loading = session.load(firstView).then((model) => {
      loaded = true;
      return model;
    });
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(loaded, false);
    engine.held = null;
    release();
    const done = await applying;
    assert.deepEqual(done?.undo, { kind: 'resolution', id: 'resolution-1' });
    assert.ok(changes > 0);
    await loading;
    const model = await session.load(firstView);
    assert.ok(model.status === 'ready');
    assert.deepEqual([model.done, model.total], [done, 49]);
    assert.equal((await session.undo('resolution', 'resolution-1')).undo, null);
    const back = await session.load(firstView);
    assert.ok(back.status === 'ready' && back.total === 50);
  });

  it('decides only about groups that it has shown', async () => {
    await session.load(firstView);
    await assert.rejects(session.decide(groupId(30), 'keep-all'), { code: 'DUPLICATE_GROUP_GONE' });
    const done = await session.decide(groupId(2), 'not-duplicate');
    assert.deepEqual(done.undo, { kind: 'decision', id: 'decision-0' });
    const [decided] = inputsOf('decideDuplicates');
    assert.equal((decided?.['groups'] as { checksums: unknown[] }[])[0]?.checksums.length, 2);
  });
});

describe('parameters of a duplicates report', () => {
  it('are read with nothing but what the host knows', () => {
    assert.deepEqual(readView({ view: { ...firstView, path: '/etc' }, more: 1 }), {
      view: firstView,
    });
    for (const section of duplicateSections)
      assert.equal(readView({ view: { ...firstView, section } }).view.section, section);
    for (const wrong of [
      { section: '__proto__' },
      { scope: 'everywhere' },
      { sourceA: 7 },
      { place: null },
      { sort: 'constructor' },
      { method: 'md5' },
      { threshold: 33 },
      { threshold: 1.5 },
      { page: -1 },
      { folder: 'x'.repeat(5000) },
    ])
      assert.throws(() => readView({ view: { ...firstView, ...wrong } }), JSON.stringify(wrong));
    assert.throws(() => readView({}));
    assert.throws(() => readDecision({ groupId: 'a', decision: 'delete' }));
    assert.throws(() => readDecision({ groupId: ['a'], decision: 'keep-all' }));
    assert.throws(() => readPlanParams({ ...planOf(), mergeMetadata: 'yes' }));
    assert.throws(() => readPlanParams({ ...planOf(), groupId: { toString: 'a' } }));
    assert.deepEqual(readPlanParams({ ...planOf(), path: '/etc/passwd' }), planOf());
    assert.throws(() => readUndo({ kind: 'file', id: 'a' }));
  });

  it('of a reload are those that were written', () => {
    const identity = { folder: 'file:///ws', catalogId: 'c', sourceId: 's' };
    assert.deepEqual(readKeptIdentity({ identity }, readDuplicatesIdentity), identity);
    const broken = { identity: { ...identity, sourceId: 1 } };
    assert.equal(readKeptIdentity(broken, readDuplicatesIdentity), null);
  });
});
