import assert from 'node:assert/strict';
import type { PlannableFile } from '../../../src/catalog/import/plan.js';
import { planMoves } from '../../../src/catalog/import/planMoves.js';
import { CatalogError } from '../../../src/catalog/model/errors.js';
import { foldPath } from '../../../src/catalog/model/foldPath.js';
import { parseOrganizationStrategy } from '../../../src/catalog/model/organizationStrategy.js';

/** A file by its present place and the name of its original; with a date unless that is null. */
function file(
  id: number,
  present: string,
  original: string,
  more: Partial<PlannableFile> & { readonly date?: string | null } = {},
): PlannableFile {
  const { date = '2023-06-15T14:30:45', ...rest } = more;
  return {
    id,
    relativePath: `/card/${original}`,
    present,
    checksum: `${id}`.padStart(64, '0'),
    captureTime:
      date === null
        ? null
        : { value: date, source: 'exif:DateTimeOriginal', confidence: 100, suspicious: null },
    fileType: 'image',
    groupKey: null,
    sidecars: [],
    ...rest,
  };
}

interface Outcome {
  readonly order: string[];
  readonly unchanged: readonly number[];
  readonly refused: number[];
  /** The groups as they stand afterwards. */
  readonly after: PlannableFile[][];
}

interface Options {
  readonly strategy?: string;
  /** Other files in the managed directory. */
  readonly foreign?: readonly string[];
  readonly ignoresCase?: boolean;
  readonly stuck?: readonly number[];
}

/** Plans, carries the moves out on a list of names, and holds each of them to the rules. */
function plan(groups: readonly (readonly PlannableFile[])[], options: Options = {}): Outcome {
  const { strategy = 'FLAT/ORIGINAL', foreign = [], ignoresCase = false, stuck = [] } = options;
  const present = groups.flat().flatMap((one) => [one.present ?? '', ...one.sidecars]);
  const key = (path: string): string => (ignoresCase ? foldPath(path) : path);
  const standing = new Map<string, string>();
  for (const path of [...present, ...foreign]) standing.set(key(path), path);
  const taken = new Set([...present, ...foreign].map(foldPath));
  const steps = planMoves(
    groups,
    { strategy: parseOrganizationStrategy(strategy), undatedByModificationDate: false },
    {
      isTaken: (path) => taken.has(path),
      look: (path, other) => {
        const there = standing.get(key(path));
        if (there === undefined) return 'nothing';
        return there === standing.get(key(other)) ? 'same' : 'other';
      },
    },
    (files) =>
      files.some(({ id }) => stuck.includes(id)) ? new CatalogError('FILE_CHANGED') : null,
  );
  let step = steps.next();
  while (!step.done) step = steps.next();
  const { moves, unchanged, refused } = step.value;
  const now = new Map(present.map((path) => [path, path]));
  const order: string[] = [];
  for (const unit of moves) {
    const moving = unit.filter(({ from, to }) => from !== to);
    assert.ok(moving.length > 0);
    for (const { from, to } of moving) {
      assert.ok(standing.has(key(from)), `${from} is not there`);
      assert.ok(!standing.has(key(to)), `${to} is taken`);
      standing.set(key(to), to);
      order.push(`${from} -> ${to}`);
      now.set(from, to);
    }
    for (const { from } of moving) standing.delete(key(from));
  }
  const places = [...now.values(), ...foreign].map(key);
  assert.equal(new Set(places).size, places.length, 'two files have one name');
  const after = groups.map((group) =>
    group.map((one) => ({
      ...one,
      present: now.get(one.present ?? '') ?? '',
      sidecars: one.sidecars.map((path) => now.get(path) ?? ''),
    })),
  );
  return { order, unchanged, refused: refused.map((one) => one.file.id), after };
}

/** The same, and a second plan finds nothing to do. */
function stablePlan(groups: readonly (readonly PlannableFile[])[], options: Options = {}): Outcome {
  const outcome = plan(groups, options);
  const again = plan(outcome.after, options);
  assert.deepEqual(again.order, []);
  return outcome;
}

describe('a plan of moves in a managed directory', () => {
  it('names files after their originals, not after what they are called now', () => {
    const strategy = 'YEAR_SLASH_MONTH_DAY/DATE_TIME_ORIGINAL';
    const once = stablePlan([[file(1, 'a/x.jpg', 'IMG_1.JPG')]], { strategy });
    assert.deepEqual(once.order, ['a/x.jpg -> 2023/06-15/2023-06-15_143045_IMG_1.jpg']);
    const back = stablePlan(once.after);
    assert.deepEqual(back.order, ['2023/06-15/2023-06-15_143045_IMG_1.jpg -> IMG_1.jpg']);
  });

  it('takes sidecars along under the convention that they have', () => {
    const names = ['IMG_1.jpg.xmp', 'IMG_1.aae', 'IMG_1_01.jpg.xmp', 'IMG_1_notes.xmp'];
    const sidecars = names.map((name) => `old/${name}`);
    const { order, after } = stablePlan([[file(1, 'old/IMG_1.jpg', 'IMG_1.jpg', { sidecars })]], {
      strategy: 'YEAR_ONLY/TIME_CHECKSUM',
    });
    assert.equal(order.length, 5);
    const stem = '2023/143045_00000000';
    assert.deepEqual(after[0]?.[0]?.sidecars, [
      `${stem}.jpg.xmp`,
      `${stem}.aae`,
      `${stem}_01.jpg.xmp`,
      `${stem}_notes.xmp`,
    ]);
  });

  it('keeps RAW+JPEG under one name, and brings them together again', () => {
    const pair = [
      file(1, 'x/IMG_1-1.CR2', 'IMG_1.CR2', { groupKey: 'IMG_1' }),
      file(2, 'x/IMG_1.JPG', 'IMG_1.JPG', { groupKey: 'IMG_1' }),
    ];
    const { order } = stablePlan([pair], { foreign: ['IMG_1.cr2'] });
    assert.deepEqual(order, ['x/IMG_1-1.CR2 -> IMG_1-1.CR2', 'x/IMG_1.JPG -> IMG_1-1.JPG']);
  });

  it('leaves a file where it is whose name has a suffix, as long as that is its place', () => {
    const { order, unchanged } = stablePlan([
      [file(1, 'IMG-1.jpg', 'IMG.jpg')],
      [file(2, 'IMG.jpg', 'IMG.jpg')],
      [file(3, 'IMG-2.jpg', 'IMG.jpg')],
    ]);
    assert.deepEqual([order, unchanged], [[], [1, 2, 3]]);
  });

  it('never takes a name that somebody else has, whatever its case', () => {
    const { order } = stablePlan([[file(1, 'x/a.jpg', 'a.jpg')]], {
      foreign: ['A.JPG', 'a-1.jpg'],
    });
    assert.deepEqual(order, ['x/a.jpg -> a-2.jpg']);
  });

  it('hands names on along a chain of any length', () => {
    const length = 5000;
    const chain = Array.from({ length }, (_, index) => [
      file(index, `${index}.jpg`, `${index + 1}.jpg`),
    ]);
    const { order } = stablePlan(chain);
    assert.equal(order.length, length);
    assert.equal(order[0], `${length - 1}.jpg -> ${length}.jpg`);
  });

  it('gives one of two files that want each other’s names a suffix', () => {
    const { order } = stablePlan([[file(1, 'a.jpg', 'b.jpg')], [file(2, 'b.jpg', 'a.jpg')]]);
    assert.deepEqual(order, ['b.jpg -> a-1.jpg', 'a.jpg -> b.jpg']);
  });

  it('does not count on a name whose file stays', () => {
    const { order, refused } = plan([[file(1, 'b.jpg', 'c.jpg')], [file(2, 'a.jpg', 'b.jpg')]], {
      stuck: [1],
    });
    assert.deepEqual([order, refused], [['a.jpg -> b-1.jpg'], [1]]);
  });

  it('changes the case of a name where the volume can, and leaves it where it cannot', () => {
    const groups = [[file(1, 'img_1.jpg', 'IMG_1.jpg')]];
    assert.deepEqual(stablePlan(groups).order, ['img_1.jpg -> IMG_1.jpg']);
    const ignoring = stablePlan(groups, { ignoresCase: true });
    assert.deepEqual([ignoring.order, ignoring.unchanged], [[], [1]]);
    assert.deepEqual(stablePlan(groups, { foreign: ['IMG_1.jpg'] }).order, [
      'img_1.jpg -> IMG_1-1.jpg',
    ]);
  });

  it('holds for any files, and a second plan is empty', () => {
    let state = 12345;
    const below = (end: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * end);
    };
    const strategies = ['FLAT/ORIGINAL', 'YEAR_ONLY/ORIGINAL', 'YEAR_ONLY/DATE_TIME_ORIGINAL'];
    for (let round = 0; round < 300; round += 1) {
      const used = new Set<string>();
      const place = (name: string): string => {
        for (let at = 0; ; at += 1) {
          const path = `${['', '2023/', 'x/'][below(3)] ?? ''}${name}${at === 0 ? '' : `-${at}`}.jpg`;
          if (used.has(foldPath(path))) continue;
          used.add(foldPath(path));
          return path;
        }
      };
      const groups = Array.from({ length: 12 }, (_, id) => [
        file(id, place('abcAB'[below(5)] ?? ''), `${'abcAB'[below(5)] ?? ''}.jpg`, {
          date: below(4) === 0 ? null : '2023-06-15T14:30:45',
        }),
      ]);
      const foreign = Array.from({ length: 3 }, () => place('abc'[below(3)] ?? ''));
      const strategy = strategies[round % strategies.length] ?? '';
      stablePlan(groups, { strategy, foreign, ignoresCase: round % 2 === 0 });
    }
  });
});
