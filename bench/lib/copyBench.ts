import fs from 'node:fs';
import path from 'node:path';
import { sampleJpeg } from './sampleFiles.js';

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

/** In milliseconds. */
export function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** Files of 1 to 5 MB with dates in their names, in folders of 100. @returns bytes */
export function makeDatedFiles(folder: string, fileCount: number): number {
  let total = 0;
  for (let i = 0; i < fileCount; i += 1) {
    const sub = path.join(folder, `DCIM${Math.floor(i / 100)}`);
    fs.mkdirSync(sub, { recursive: true });
    const size = 1_000_000 + ((i * 2_654_435_761) % 4_000_000);
    const day = String(1 + (i % 28)).padStart(2, '0');
    const name = `IMG_202306${day}_${String(100000 + (i % 59)).padStart(6, '0')}_${i}.jpg`;
    fs.writeFileSync(path.join(sub, name), sampleJpeg(`bench ${i}`, size));
    total += size;
  }
  return total;
}

/** What each program took, over the rounds. */
export class RoundTimes {
  private readonly times = new Map<string, number[]>();

  add(name: string, milliseconds: number): void {
    this.times.set(name, [...(this.times.get(name) ?? []), milliseconds]);
  }

  /** Medians, rates, and how our speed compares with each. @param ours the name of our own */
  print(ours: string, megabytes: number): void {
    const own = median(this.times.get(ours) ?? []);
    for (const [name, list] of this.times) {
      const middle = median(list);
      const rate = Math.round((megabytes / middle) * 1000);
      const all = list.map((time) => Math.round(time)).join(', ');
      const ratio = (middle / own).toFixed(2);
      console.log(
        `${name}: median ${Math.round(middle)} ms, ${rate} MB/s (${all}); our speed / this: ${ratio}`,
      );
    }
  }
}
