import assert from 'node:assert/strict';

import type { ProgressReport } from '../../../src/catalog/model/progress.js';
import {
  formatAgo,
  formatBytes,
  formatCaptureTime,
  formatCount,
  formatDuration,
  formatProgress,
  progressPercent,
} from '../../../src/views/format.js';

const report: ProgressReport = {
  phase: 'import',
  filesDone: 1234,
  filesTotal: 5678,
  bytesDone: 1_200_000_000,
  bytesTotal: 3_400_000_000,
  bytesPerSecond: 85_000_000,
  secondsLeft: 26,
  currentPath: null,
};

describe('format', () => {
  it('writes bytes in decimal units', () => {
    const cases: readonly (readonly [number, string])[] = [
      [0, '0 B'],
      [999, '999 B'],
      [1000, '1 kB'],
      [1234, '1.2 kB'],
      [999_499, '999 kB'],
      [999_999, '1 MB'],
      [12_345_678, '12.3 MB'],
      [1_234_567_890_123, '1.2 TB'],
    ];
    for (const [bytes, text] of cases) assert.equal(formatBytes(bytes), text);
  });

  it('groups counts by the locale', () => {
    assert.equal(formatCount(1234567), '1,234,567');
    assert.equal(formatCount(1234567, 'de'), '1.234.567');
  });

  it('writes durations in two units', () => {
    const cases: readonly (readonly [number, string])[] = [
      [0.2, '0 s'],
      [59.6, '1 min'],
      [125, '2 min 5 s'],
      [3600, '1 h'],
      [4810, '1 h 20 min'],
      [86_399, '1 d'],
      [273_600, '3 d 4 h'],
    ];
    for (const [seconds, text] of cases) assert.equal(formatDuration(seconds), text);
  });

  it('writes a report with every known part and none that is unknown', () => {
    assert.equal(
      formatProgress(report),
      '1,234 of 5,678 files · 1.2 GB of 3.4 GB · 85 MB/s · 26 s left',
    );
    const walking: ProgressReport = {
      ...report,
      phase: 'walk',
      filesTotal: null,
      bytesTotal: null,
      bytesDone: 0,
      bytesPerSecond: 0,
      secondsLeft: null,
    };
    assert.equal(formatProgress(walking), '1,234 files');
  });

  it('is at 100 % only when all is done', () => {
    assert.equal(progressPercent(report), 35);
    assert.equal(progressPercent({ ...report, bytesDone: 3_399_999_999 }), 99);
    assert.equal(progressPercent({ ...report, bytesTotal: null, filesTotal: null }), null);
    assert.equal(progressPercent({ ...report, bytesTotal: 0, filesTotal: 4, filesDone: 4 }), 100);
  });

  it('shows a capture time to the second, with the zone if it is known', () => {
    assert.equal(formatCaptureTime('2023-06-15T14:30:45.0+02:00'), '2023-06-15 14:30:45 +02:00');
    assert.equal(formatCaptureTime('2023-06-15T14:30:45.84'), '2023-06-15 14:30:45');
    assert.equal(formatCaptureTime('2023-06-15T14:30:45Z'), '2023-06-15 14:30:45 Z');
    assert.equal(formatCaptureTime('2023-06-15'), '2023-06-15');
    assert.equal(formatCaptureTime('2023'), '2023');
  });

  it('tells how long ago', () => {
    const now = new Date('2026-03-10T12:00:00Z');
    assert.equal(formatAgo('2026-03-10T11:59:40Z', now), 'now');
    assert.equal(formatAgo('2026-03-10T09:00:00Z', now), '3 hours ago');
    assert.equal(formatAgo('2026-03-09T12:00:00Z', now), 'yesterday');
  });
});
