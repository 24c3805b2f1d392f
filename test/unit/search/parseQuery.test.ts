import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CatalogError } from '../../../src/catalog/model/errors.js';
import { filters } from '../../../src/catalog/search/query/filters.js';
import { parseQuery } from '../../../src/catalog/search/query/parseQuery.js';
import { quoteValue, tokenize } from '../../../src/catalog/search/query/tokens.js';

const today = { year: 2024, month: 3, day: 1 };
const conditions = (query: string): unknown[] =>
  parseQuery(query, today).map(({ condition, negated }) =>
    negated ? { not: condition } : condition,
  );

describe('the query language', () => {
  it('reads words, phrases and their opposites', () => {
    assert.deepEqual(conditions('  Müller  "IMG 1" -beach -"two words" - '), [
      { kind: 'word', text: 'muller' },
      { kind: 'word', text: 'img 1' },
      { not: { kind: 'word', text: 'beach' } },
      { not: { kind: 'word', text: 'two words' } },
      { kind: 'word', text: '-' },
    ]);
    assert.deepEqual(conditions(''), []);
  });

  it('takes what only looks like a filter as a word', () => {
    assert.deepEqual(conditions('12:30 C:\\photos "camera:x"'), [
      { kind: 'word', text: '12:30' },
      { kind: 'word', text: 'c:/photos' },
      { kind: 'word', text: 'camera:x' },
    ]);
  });

  it('reads filters, their values as alternatives', () => {
    assert.deepEqual(conditions('CAMERA:"EOS R5",nikon -mode:Copy,move'), [
      { kind: 'text', field: 'camera', values: ['eos r5', 'nikon'] },
      { not: { kind: 'mode', modes: ['copy', 'move'] } },
    ]);
    assert.deepEqual(conditions('has:gps tag:x mp:>12 sha256:AB'), [
      { kind: 'flag', flags: ['gps'] },
      { kind: 'text', field: 'keyword', values: ['x'] },
      { kind: 'number', field: 'megapixels', intervals: [{ min: 12.000000012, max: Infinity }] },
      { kind: 'checksum', prefixes: ['ab'] },
    ]);
    assert.deepEqual(conditions('near:-33.8,151.2,10'), [
      { kind: 'near', latitude: -33.8, longitude: 151.2, km: 10 },
    ]);
  });

  const interval = (query: string): unknown => {
    const [first] = parseQuery(query, today);
    assert.ok(first?.condition.kind === 'number');
    const [{ min, max } = { min: NaN, max: NaN }] = first.condition.intervals;
    return [min, max];
  };
  for (const [query, min, max] of [
    ['size:>5MB', 5_000_001, Infinity],
    ['size:>=5MB', 5_000_000, Infinity],
    ['size:<1kib', -Infinity, 1024],
    ['size:<=1.5K', -Infinity, 1501],
    ['size:1MB..5MB', 1_000_000, 5_000_001],
    ['size:..700KiB', -Infinity, 716_801],
    ['size:5MB', 4_500_000, 5_500_000],
    ['size:1000', 1000, 1001],
    ['rating:>=3', 3, Infinity],
    ['rating:-1', -1, 0],
    ['width:4000', 4000, 4001],
    ['megapixels:12', 11.5, 12.5],
    ['duration:1min..2min', 60, 120.00000012],
  ] as const) {
    it(`reads ${query}`, () => {
      assert.deepEqual(interval(query), [min, max]);
    });
  }

  const range = (query: string): unknown => {
    const [first] = parseQuery(query, today);
    assert.ok(first?.condition.kind === 'period');
    const text = (period: object | null | undefined): string =>
      period ? Object.values(period).join('-') : '';
    const [found] = first.condition.ranges;
    return `${text(found?.first)}..${text(found?.last)}`;
  };
  for (const [query, expected] of [
    ['taken:2023', '2023--..2023--'],
    ['taken:2023-06', '2023-6-..2023-6-'],
    ['taken:2023-06-15', '2023-6-15..2023-6-15'],
    ['taken:2023-06..2023-08', '2023-6-..2023-8-'],
    ['taken:..2020', '..2020--'],
    ['taken:2020..', '2020--..'],
    ['taken:>2020-12', '2021-1-..'],
    ['taken:<2021', '..2020--'],
    ['imported:today', '2024-3-1..2024-3-1'],
    ['imported:yesterday', '2024-2-29..2024-2-29'],
  ] as const) {
    it(`reads ${query}`, () => {
      assert.equal(range(query), expected);
    });
  }

  for (const [query, start, end, detail] of [
    ['cat colour:red', 4, 11, /no such filter.*camera:/],
    ['-colour:red', 1, 8, /no such filter/],
    ['is:', 0, 3, /one of missing/],
    ['is:gone', 3, 7, /one of missing/],
    ['a is:gps,gone', 5, 13, /one of missing/],
    ['taken:2023-13', 6, 13, /2023-06/],
    ['taken:2023-02-29', 6, 16, /2023-06/],
    ['size:big', 5, 8, />5MB/],
    ['size:..', 5, 7, />5MB/],
    ['rating:>', 7, 8, /stars/],
    ['near:91,0,1', 5, 11, /latitude/],
    ['near:1', 5, 6, /latitude/],
    ['checksum:xyz', 9, 12, /SHA-256/],
    ['camera:""', 7, 9, /camera/],
    ['x "open', 2, 7, /not closed/],
    [`${'x'.repeat(2001)}`, 2000, 2001, /2000/],
  ] as const) {
    it(`tells where ${query.slice(0, 20)} is wrong`, () => {
      assert.throws(
        () => parseQuery(query, today),
        (error: unknown) => {
          assert.ok(CatalogError.is(error, 'QUERY_INVALID'));
          assert.deepEqual([error.data['start'], error.data['end']], [start, end]);
          assert.match(String(error.data['detail']), detail);
          return true;
        },
      );
    });
  }

  it('never fails in another way, whatever is typed', () => {
    const part = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(
        ...filters.map(({ name }) => `${name}:`),
        '"',
        '-',
        ',',
        '..',
        '>',
        '\\',
        ' ',
      ),
      fc.constantFrom("'; DROP TABLE images --", '%', '5MB', '2023-06', '9'.repeat(400), '\0'),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const query = parts.join('');
        try {
          for (const { start, end } of parseQuery(query)) {
            assert.ok(start >= 0 && start < end && end <= query.length);
          }
        } catch (error) {
          assert.ok(CatalogError.is(error, 'QUERY_INVALID'));
          const { start, end } = error.data;
          assert.ok(Number(start) <= Number(end) && Number(end) <= query.length);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('reads back every value that it writes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        const tokens = tokenize(`camera:${quoteValue(text)}`);
        assert.deepEqual(
          tokens.map(({ values }) => values.map((value) => value.text)),
          [[text]],
        );
        assert.equal(tokenize(quoteValue(text))[0]?.values[0]?.text, text);
      }),
    );
  });
});
