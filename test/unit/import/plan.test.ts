import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { Buffer } from 'node:buffer';
import { posix } from 'node:path';
import fc from 'fast-check';
import type { PlannableFile } from '../../../src/catalog/import/plan.js';
import { planDestinations } from '../../../src/catalog/import/plan.js';
import { foldPath } from '../../../src/catalog/model/foldPath.js';
import { destinationFolder, destinationStem } from '../../../src/catalog/import/strategy.js';
import type { CaptureTimeSource } from '../../../src/catalog/model/media.js';
import {
  directoryStructures,
  namingStrategies,
  parseOrganizationStrategy,
} from '../../../src/catalog/model/organizationStrategy.js';

const checksum = 'deadbeef'.repeat(8);
const taken = (value: string, source: CaptureTimeSource = 'exif:DateTimeOriginal') => ({
  value,
  source,
  confidence: 95,
  suspicious: null,
});
const settings = (strategy: string, undatedByModificationDate = false) => ({
  strategy: parseOrganizationStrategy(strategy),
  undatedByModificationDate,
});

describe('organization strategy', () => {
  const file = (value: string | null, source?: CaptureTimeSource) => ({
    originalName: 'IMG_1.HEIC',
    checksum,
    captureTime: value === null ? null : taken(value, source),
  });
  const full = '2023-06-15T14:30:45.12+02:00';

  const folders: readonly (readonly [string, string | null, string])[] = [
    ['YEAR_MONTH', full, '2023-06'],
    ['YEAR_SLASH_MONTH', full, '2023/06'],
    ['YEAR_MONTH_DAY', full, '2023-06-15'],
    ['YEAR_ONLY', full, '2023'],
    ['YEAR_SLASH_MONTH_DAY', full, '2023/06-15'],
    ['FLAT', full, ''],
    ['YEAR_SLASH_MONTH_DAY', '2023-06', '2023/06'],
    ['YEAR_SLASH_MONTH_DAY', '2023', '2023'],
    ['YEAR_MONTH', '2023', '2023'],
    ['YEAR_SLASH_MONTH_DAY', null, 'undated'],
    ['YEAR_ONLY', null, 'undated'],
    ['FLAT', null, ''],
  ];
  for (const [structure, value, expected] of folders) {
    it(`puts ${value ?? 'an undated file'} into "${expected}" with ${structure}`, () => {
      assert.equal(destinationFolder(file(value), settings(structure)), expected);
    });
  }

  const names: readonly (readonly [string, string | null, string])[] = [
    ['DATE_TIME_CHECKSUM', full, '2023-06-15_143045_deadbeef'],
    ['DATE_TIME_ORIGINAL', full, '2023-06-15_143045_IMG_1'],
    ['ORIGINAL', full, 'IMG_1'],
    ['CHECKSUM', full, checksum],
    ['TIME_CHECKSUM', full, '143045_deadbeef'],
    ['TIME_CHECKSUM', '2023-06-15', checksum],
    ['DATE_TIME_CHECKSUM', '2023-06-15', '2023-06-15_deadbeef'],
    ['DATE_TIME_ORIGINAL', '2023', '2023_IMG_1'],
    ['DATE_TIME_CHECKSUM', null, checksum],
    ['TIME_CHECKSUM', null, checksum],
    ['DATE_TIME_ORIGINAL', null, 'IMG_1'],
    ['ORIGINAL', null, 'IMG_1'],
  ];
  for (const [naming, value, expected] of names) {
    it(`names ${value ?? 'an undated file'} ${expected.slice(0, 30)} with ${naming}`, () => {
      assert.equal(destinationStem(file(value), settings(naming)), expected);
    });
  }

  it('takes the modification date only if asked', () => {
    const modified = file('2020-01-02T03:04:05', 'mtime');
    assert.equal(destinationFolder(modified, settings('YEAR_ONLY')), 'undated');
    assert.equal(destinationFolder(modified, settings('YEAR_ONLY', true)), '2020');
  });
});

const plannable = (id: number, relativePath: string, more: Partial<PlannableFile> = {}) => ({
  id,
  relativePath,
  checksum: String(id).padStart(64, '0'),
  captureTime: taken('2023-06-15T14:30:45'),
  fileType: 'image' as const,
  groupKey: null,
  sidecars: [],
  ...more,
});

describe('destination plan', () => {
  const original = settings('YEAR_SLASH_MONTH_DAY/ORIGINAL');
  const destinations = (files: PlannableFile[], isTaken?: (path: string) => boolean) =>
    [...planDestinations(files, original, isTaken)]
      .sort(([a], [b]) => a - b)
      .map(([, file]) => file.destination);

  it('adds suffixes on collision, whatever the case and the normalisation', () => {
    const files = ['a/IMG.jpg', 'b/img.JPG', 'c/IMG.jpg', 'd/cafe\u0301.jpg', 'e/CAF\u00c9.jpg'];
    assert.deepEqual(destinations(files.map((name, id) => plannable(id, name))), [
      '2023/06-15/IMG.jpg',
      '2023/06-15/img-1.JPG',
      '2023/06-15/IMG-2.jpg',
      '2023/06-15/caf\u00e9.jpg',
      '2023/06-15/CAF\u00c9-1.jpg',
    ]);
  });

  it('goes round names that are taken', () => {
    const there = new Set(['2023/06-15/img.jpg', '2023/06-15/img-1.jpg']);
    const files = [plannable(1, 'IMG.jpg')];
    assert.deepEqual(
      destinations(files, (path) => there.has(path)),
      ['2023/06-15/IMG-2.jpg'],
    );
  });

  it('gives a group one stem, with its sidecars, and moves it as a whole', () => {
    const files = [
      plannable(1, 'p/IMG_1.CR2', {
        groupKey: 'g',
        sidecars: ['p/IMG_1.CR2.xmp', 'p/IMG_1_01.CR2.xmp'],
      }),
      plannable(2, 'p/IMG_1.JPG', { groupKey: 'g', sidecars: ['p/img_1.xmp'], captureTime: null }),
    ];
    const plan = planDestinations(
      files,
      settings('YEAR_SLASH_MONTH_DAY/TIME_CHECKSUM'),
      (path) => path === '2023/06-15/143045_00000000.jpg',
    );
    const all = [...plan.values()].flatMap((file) => [
      file.destination,
      ...file.sidecars.map((sidecar) => sidecar.destination),
    ]);
    const stem = '2023/06-15/143045_00000000-1';
    assert.deepEqual(all.sort(), [
      `${stem}.CR2`,
      `${stem}.CR2.xmp`,
      `${stem}.JPG`,
      `${stem}.xmp`,
      `${stem}_01.CR2.xmp`,
    ]);
  });

  const anyFile = fc.record({
    relativePath: fc
      .tuple(
        fc.constantFrom('', 'a/', 'B/c/'),
        fc.oneof(
          fc.constantFrom(
            'IMG_1',
            'img_1',
            'CON',
            'caf\u00e9',
            'cafe\u0301',
            '..',
            '\u202ex',
            'İ',
            'i̇',
          ),
          fc
            .string({ unit: 'binary', minLength: 1, maxLength: 60 })
            .map((s) => s.replace(/[/\0]/g, '_')),
        ),
        fc.constantFrom('.jpg', '.JPG', '.CR2', '', '.mov'),
      )
      .map((parts) => parts.join('')),
    checksum: fc.string({ unit: fc.constantFrom('0', 'a'), minLength: 64, maxLength: 64 }),
    captureTime: fc.option(
      fc
        .constantFrom(full(), '2023-06-15', '2023-06', '2023', '0001-01-01T00:00:00')
        .map((v) => taken(v)),
    ),
    groupKey: fc.option(fc.constantFrom('g1', 'g2')),
    fileType: fc.constantFrom('image' as const, 'video' as const),
  });
  function full(): string {
    return '2023-12-31T23:59:59-11:00';
  }

  it('holds for any files: unique, safe, and the same in any order', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(anyFile, { maxLength: 30, selector: (file) => file.relativePath }),
        fc.constantFrom(...directoryStructures),
        fc.constantFrom(...namingStrategies),
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        (bases, structure, naming, randoms) => {
          const files = bases.map((base, id) => ({
            ...base,
            id,
            sidecars: id % 3 === 0 ? [`${base.relativePath}.xmp`, 'other.json'] : [],
          }));
          const by = settings(`${structure}/${naming}`);
          const plan = planDestinations(files, by);
          assert.equal(plan.size, files.length);
          const all = [...plan.values()].flatMap((file) => [
            file.destination,
            ...file.sidecars.map((sidecar) => sidecar.destination),
          ]);
          assert.equal(new Set(all.map(foldPath)).size, all.length, 'two files, one name');
          for (const path of all) {
            assert.equal(posix.normalize(path), path);
            assert.ok(!path.startsWith('..') && !path.startsWith('/'), path);
            for (const part of path.split('/')) assert.ok(Buffer.byteLength(part) <= 255, part);
          }
          const shuffled = files
            .map((file) => ({ file, at: randoms.next().value as number }))
            .sort((x, y) => x.at - y.at)
            .map((one) => one.file);
          const again = planDestinations(shuffled, by);
          for (const [id, file] of plan) assert.deepEqual(again.get(id), file);
        },
      ),
      { numRuns: 300, verbose: 1 },
    );
  });

  it('is the same in every time zone and locale', () => {
    const script = `
      import { planDestinations } from './src/catalog/import/plan.js';
      import { parseOrganizationStrategy } from './src/catalog/model/organizationStrategy.js';
      const time = (value) => ({ value, source: 'exif:DateTimeOriginal', confidence: 95, suspicious: null });
      const names = ['IMG_İ.jpg', 'img_i.jpg', 'ä.jpg', 'z.jpg', 'Z.jpg'];
      const values = ['2023-12-31T23:59:59-11:00', '2023-12-31T23:30:00', '2024-01-01T00:10:00+14:00'];
      const files = names.flatMap((relativePath, n) => values.map((value, v) => ({ id: n * 9 + v,
        relativePath: v + '/' + relativePath, checksum: 'ab'.repeat(32), captureTime: time(value),
        fileType: 'image', groupKey: null, sidecars: [] })));
      const strategy = parseOrganizationStrategy('YEAR_SLASH_MONTH_DAY/DATE_TIME_ORIGINAL');
      console.log(JSON.stringify([...planDestinations(files, { strategy, undatedByModificationDate: false })]));`;
    const run = (TZ: string, LC_ALL: string): string =>
      execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
        env: { ...process.env, TZ, LC_ALL },
        encoding: 'utf8',
      });
    const utc = run('UTC', 'C');
    assert.match(utc, /2023\/12-31\/2023-12-31_235959/);
    assert.match(utc, /2024\/01-01\/2024-01-01_001000/);
    assert.equal(run('Pacific/Kiritimati', 'tr_TR.UTF-8'), utc);
    assert.equal(run('America/Los_Angeles', 'de_DE.UTF-8'), utc);
  });
});
