import fc from 'fast-check';

/** 0: undisturbed; else the process ends at this call. */
const crashAt = (most: number): fc.Arbitrary<number> =>
  fc.oneof(fc.constant(0), fc.integer({ min: 1, max: most }));

const number = fc.nat(50);

/** What the catalog is asked to do. */
const work = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('import' as const),
      mode: fc.constantFrom('copy' as const, 'move' as const, 'reference' as const),
      crashAt: crashAt(160),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('trash' as const),
      number,
      count: fc.integer({ min: 1, max: 4 }),
      includeChanged: fc.boolean(),
      crashAt: crashAt(120),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('convert' as const),
      number,
      count: fc.integer({ min: 1, max: 8 }),
      crashAt: crashAt(160),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('reorganize' as const),
      strategy: fc.constantFrom(
        'YEAR_ONLY/ORIGINAL',
        'YEAR_SLASH_MONTH/ORIGINAL',
        'YEAR_SLASH_MONTH_DAY/ORIGINAL',
      ),
      crashAt: crashAt(120),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('undo operation' as const),
      number,
      crashAt: crashAt(120),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('resume' as const, 'undo' as const, 'resume operation' as const),
      crashAt: crashAt(100),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('empty trash' as const), crashAt: crashAt(40) }),
  },
);

const add = fc.record({
  kind: fc.constant('add' as const),
  number: fc.nat(9),
  count: fc.integer({ min: 1, max: 4 }),
});

/** What people do, with the catalog or behind its back. */
const step = fc.oneof(
  { weight: 3, arbitrary: add },
  { weight: 13, arbitrary: work },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('edit' as const, 'delete' as const), number }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'reopen' as const }) },
);

type ValueOf<T> = T extends fc.Arbitrary<infer Value> ? Value : never;
export type WorkStep = ValueOf<typeof work>;
export type Step = ValueOf<typeof step>;

/** Files that come on the card and into the catalog, then steps by chance. */
export const sequences: fc.Arbitrary<Step[]> = fc
  .tuple(
    add,
    fc.constantFrom('copy' as const, 'move' as const, 'reference' as const),
    fc.array(step, { minLength: 3, maxLength: 18, size: 'max' }),
  )
  .map(([first, mode, steps]) => [first, { kind: 'import', mode, crashAt: 0 }, ...steps]);
