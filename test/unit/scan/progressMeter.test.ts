import assert from 'node:assert/strict';
import type { ProgressReport } from '../../../src/catalog/model/progress.js';
import { ProgressMeter } from '../../../src/catalog/model/progressMeter.js';

describe('ProgressMeter', () => {
  let time = 0;
  let reports: ProgressReport[] = [];
  const now = (): number => time;
  const report = (r: ProgressReport): void => void reports.push(r);
  beforeEach(() => {
    time = 0;
    reports = [];
  });

  it('reports at most ten times a second, and every report is complete', () => {
    const meter = new ProgressMeter({
      phase: 'read',
      filesTotal: 1000,
      bytesTotal: 1_000_000,
      now,
      report,
      extra: { scanId: 's' },
    });
    for (let i = 0; i < 1000; i++) {
      time += 1;
      meter.advance(1, 1000, `f${i}`);
    }
    assert.ok(reports.length >= 9 && reports.length <= 11, String(reports.length));
    meter.flush();
    assert.deepEqual(reports.at(-1), {
      phase: 'read',
      filesDone: 1000,
      filesTotal: 1000,
      bytesDone: 1_000_000,
      bytesTotal: 1_000_000,
      bytesPerSecond: 1_000_000,
      secondsLeft: 0,
      currentPath: 'f999',
      scanId: 's',
    });
  });

  it('estimates the time left from the rate', () => {
    const meter = new ProgressMeter({
      phase: 'read',
      filesTotal: 10,
      bytesTotal: 100,
      now,
      report,
    });
    meter.advance(0, 0, null);
    assert.equal(reports.at(-1)?.secondsLeft, null);
    for (let i = 0; i < 5; i++) {
      time += 1000;
      meter.advance(1, 10, 'x');
    }
    assert.equal(reports.at(-1)?.secondsLeft, 5);
    assert.equal(reports.at(-1)?.bytesPerSecond, 10);
  });

  it('follows a rate that changes', () => {
    const meter = new ProgressMeter({
      phase: 'read',
      filesTotal: null,
      bytesTotal: null,
      now,
      report,
    });
    for (let i = 0; i < 10; i++) {
      time += 1000;
      meter.advance(1, 1000, null);
    }
    for (let i = 0; i < 10; i++) {
      time += 1000;
      meter.advance(1, 100, null);
    }
    const rate = reports.at(-1)?.bytesPerSecond ?? 0;
    assert.ok(rate >= 100 && rate < 200, String(rate));
    assert.equal(reports.at(-1)?.secondsLeft, null);
  });

  it('counts files where there are no bytes to read', () => {
    const meter = new ProgressMeter({ phase: 'read', filesTotal: 100, bytesTotal: 0, now, report });
    time += 1000;
    meter.advance(50, 0, null);
    assert.equal(reports.at(-1)?.secondsLeft, 1);
  });
});
