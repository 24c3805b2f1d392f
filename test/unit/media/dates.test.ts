import assert from 'node:assert/strict';
import { chooseCaptureTime, suspicionOf } from '../../../src/catalog/media/captureTime.js';
import {
  exifDateValue,
  isoDateValue,
  textDateValue,
  utcValue,
} from '../../../src/catalog/media/dateText.js';
import { fileNameDate } from '../../../src/catalog/media/fileNameDate.js';
import { folderNameDate } from '../../../src/catalog/media/folderNameDate.js';

const now = new Date('2024-06-01T12:00:00Z');

describe('exifDateValue', () => {
  const cases: readonly [string, string | null, string | null, string | null][] = [
    ['2023:06:15 14:30:45', null, null, '2023-06-15T14:30:45'],
    ['2023:06:15 14:30:45', '12 ', '+02:00', '2023-06-15T14:30:45.12+02:00'],
    ['2023:06:15 14:30:45', '009', 'Z', '2023-06-15T14:30:45.009+00:00'],
    ['2023:06:15 14:30:45', 'x', '   :  ', '2023-06-15T14:30:45'],
    ['2023:06:15 14:30:45.5+05:30', '12', '+02:00', '2023-06-15T14:30:45.5+05:30'],
    ['2023-06-15T14:30:45', null, null, '2023-06-15T14:30:45'],
    ['2023:06:15', null, null, '2023-06-15'],
    ['0000:00:00 00:00:00', null, null, null],
    ['    :  :     :  :  ', null, null, null],
    ['2023:02:29 10:00:00', null, null, null],
    ['2024:02:29 10:00:00', null, null, '2024-02-29T10:00:00'],
    ['2023:06:15 25:00:00', null, null, null],
    ['', null, null, null],
  ];
  for (const [text, subSeconds, offset, expected] of cases) {
    it(`${text} ${subSeconds ?? ''} ${offset ?? ''}`, () => {
      assert.equal(exifDateValue(text, subSeconds, offset), expected);
    });
  }
});

describe('other date texts', () => {
  it('reads ISO dates, also shortened', () => {
    assert.equal(isoDateValue('2020-01-27T14:08+01:00'), '2020-01-27T14:08:00+01:00');
    assert.equal(isoDateValue('2020-01'), '2020-01');
    assert.equal(isoDateValue('2020'), '2020');
    assert.equal(isoDateValue('2020-13'), null);
  });

  it('reads dates in words', () => {
    assert.equal(textDateValue('Mon Mar 10 15:04:43 2003'), '2003-03-10T15:04:43');
    assert.equal(textDateValue('Tue, 13 Feb 2007 06:34:38 GMT'), '2007-02-13T06:34:38+00:00');
    assert.equal(textDateValue('some day'), null);
  });

  it('writes moments in UTC', () => {
    assert.equal(utcValue(0), '1970-01-01T00:00:00+00:00');
    assert.equal(utcValue(1_700_000_000_120), '2023-11-14T22:13:20.120+00:00');
    assert.equal(utcValue(1e18), null);
  });
});

describe('fileNameDate', () => {
  const cases: readonly [string, string | null][] = [
    ['IMG_20230415_143218.jpg', '2023-04-15T14:32:18'],
    ['PXL_20230415_143218123.jpg', '2023-04-15T14:32:18.123'],
    ['PXL_20230415_143218123.MP.jpg', '2023-04-15T14:32:18.123'],
    ['IMG-20230415-WA0001.jpg', '2023-04-15'],
    ['Screenshot_2023-04-15-14-32-18.png', '2023-04-15T14:32:18'],
    ['Screenshot 2023-04-15 at 2.32.18 PM.png', '2023-04-15T14:32:18'],
    ['Screenshot 2023-04-15 at 12.05.00\u202fAM.png', '2023-04-15T00:05:00'],
    ['VID_20240229_010203.mp4', '2024-02-29T01:02:03'],
    ['2023-04-15 14.32.18.jpg', '2023-04-15T14:32:18'],
    ['2023-04-15 14.32.18-1.jpg', '2023-04-15T14:32:18'],
    ['2023-06-20_143045.jpg', '2023-06-20T14:30:45'],
    ['20230415143218.jpg', '2023-04-15T14:32:18'],
    ['20230415T143218.jpg', '2023-04-15T14:32:18'],
    ['IMG20230415143218.jpg', '2023-04-15T14:32:18'],
    ['IMG_20230415_0001.jpg', '2023-04-15'],
    ['IMG_20230415_256199.jpg', '2023-04-15'],
    ['holiday 2023_04_15.jpg', '2023-04-15'],
    ['2024-06-02.jpg', '2024-06-02'],
    ['2024-06-03.jpg', null],
    ['IMG_19891231_000000.jpg', null],
    ['IMG_12345678.jpg', null],
    ['20230231_120000.jpg', null],
    ['2023-13-01.jpg', null],
    ['IMG_99991231.jpg', null],
    ['8f14e45f20230415.jpg', null],
    ['20230415deadbeef20230415deadbeef.jpg', null],
    ['20230415-1432-4a5b-8c9d-0123456789ab.jpg', null],
    ['120230415.jpg', null],
    ['FB_IMG_1681569138000.jpg', null],
    ['IMG_2019.jpg', null],
    ['DSC00042.JPG', null],
  ];
  for (const [name, expected] of cases) {
    it(`${name} -> ${String(expected)}`, () => {
      assert.equal(fileNameDate(name, now), expected);
    });
  }
});

describe('folderNameDate', () => {
  const cases: readonly [string, string | null][] = [
    ['2023/06/15/a.jpg', '2023-06-15'],
    ['2023/06-15/a.jpg', '2023-06-15'],
    ['2023/06-15 Trip/a.jpg', '2023-06-15'],
    ['2023-06-15 Trip/a.jpg', '2023-06-15'],
    ['Trip 2023-06-15/a.jpg', '2023-06-15'],
    ['20230615/a.jpg', '2023-06-15'],
    ['2023-06/a.jpg', '2023-06'],
    ['2023/06/a.jpg', '2023-06'],
    ['2023/06 - June/a.jpg', '2023-06'],
    ['2023/a.jpg', '2023'],
    ['2023/raw/a.jpg', '2023'],
    ['2023/06-15/IMG_2019.jpg', '2023-06-15'],
    ['2023 Italy/a.jpg', '2023'],
    ['Trip 2023-13/a.jpg', null],
    ['disk1234/a.jpg', null],
    ['1850/a.jpg', null],
    ['1920/a.jpg', null],
    ['2023/13-45/a.jpg', '2023'],
    ['2023-06-15.jpg', null],
    ['100CANON/IMG_2019.jpg', null],
  ];
  for (const [path, expected] of cases) {
    it(`${path} -> ${String(expected)}`, () => {
      assert.equal(folderNameDate(path, now), expected);
    });
  }
});

describe('chooseCaptureTime', () => {
  it('prefers the most trusted source, in any order', () => {
    const candidates = [
      { source: 'mtime', value: '2023-01-01T00:00:00+00:00' },
      { source: 'exif:ModifyDate', value: '2022-01-01T00:00:00' },
      { source: 'exif:DateTimeOriginal', value: '2020-01-01T00:00:00' },
      { source: 'xmp', value: '2021-01-01T00:00:00' },
    ] as const;
    assert.equal(chooseCaptureTime(candidates, now)?.value, '2020-01-01T00:00:00');
    assert.equal(
      chooseCaptureTime([...candidates].reverse(), now)?.source,
      'exif:DateTimeOriginal',
    );
    assert.equal(chooseCaptureTime([], now), null);
  });

  it('flags dates that look wrong', () => {
    const cases: readonly [string, string | null][] = [
      ['2023-06-15T14:30:45', null],
      ['2024-06-02T11:59:59', null],
      ['2024-06-02T12:00:01', 'future'],
      ['2024-06-02T20:00:00+10:00', null],
      ['2025', 'future'],
      ['2000-01-01T00:00:00', 'clock-reset'],
      ['1980-01-01', 'clock-reset'],
      ['1970-01-01T01:00:00', 'clock-reset'],
      ['1975-07-01', 'too-early'],
      ['2000-01-02T00:00:00.123456', null],
    ];
    for (const [value, expected] of cases) assert.equal(suspicionOf(value, now), expected, value);
  });
});
