/**
 * Groups of look-alikes among hashes with planted groups, on one core, and the search for one new picture.
 * Comparing all hashes with all, the exact way without an index, stands beside it. Goals: 100,000 hashes within 5 bits
 * in 1 s and within 10 in 2 s, 1,000,000 in 10 s and 60 s, under 400 MB; one new picture in 5 ms.
 *
 *   npx tsx bench/duplicates.ts [hashes ...]        default 100000 1000000
 *   npx tsx bench/duplicates.ts --one <hashes> <distance>   one measurement in this process
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { findAlikeGroups } from '../src/catalog/duplicates/alikeGroups.js';
import {
  createHashColumns,
  popcount,
  type HashColumns,
} from '../src/catalog/duplicates/hamming.js';
import { HashIndex } from '../src/catalog/duplicates/hashIndex.js';
import { median } from './lib/catalogBench.js';

/** One in ten is a variant of an earlier picture, one in fifty is flat, and flat pictures share one hash. */
function plant(count: number, distance: number): { hashes: HashColumns; planted: number } {
  let state = 12_345;
  const random = (): number => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
  const hashes = createHashColumns(count);
  const { high, low } = hashes;
  const originals: number[] = [];
  let planted = 0;
  for (let index = 0; index < count; index++) {
    if (index % 10 === 9) {
      // Half of the distance each: two variants of one picture are within the distance of each other.
      const original = originals[random() % originals.length] ?? 0;
      high[index] = high[original] ?? 0;
      low[index] = low[original] ?? 0;
      for (let flip = random() % (Math.floor(distance / 2) + 1); flip > 0; flip--) {
        const bit = random() & 63;
        if (bit < 32) low[index] = ((low[index] ?? 0) ^ (1 << bit)) >>> 0;
        else high[index] = ((high[index] ?? 0) ^ (1 << (bit - 32))) >>> 0;
      }
      planted += 1;
    } else if (index % 50 !== 0) {
      high[index] = random();
      low[index] = random();
      originals.push(index);
    }
  }
  return { hashes, planted };
}

/** Seconds that comparing all with all takes, taken from some of the rows. */
function bruteForceSeconds({ high, low }: HashColumns, distance: number): number {
  const rows = Math.min(high.length, Math.ceil(4e8 / high.length));
  let pairs = 0;
  const start = performance.now();
  for (let a = 0; a < rows; a++) {
    const [highA, lowA] = [high[a] ?? 0, low[a] ?? 0];
    for (let b = 0; b < high.length; b++) {
      const apart = popcount(highA ^ (high[b] ?? 0));
      if (apart <= distance && apart + popcount(lowA ^ (low[b] ?? 0)) <= distance) pairs += 1;
    }
  }
  const seconds = (performance.now() - start) / 1000;
  return pairs < 0 ? 0 : (seconds * high.length) / rows / 2;
}

function newPictureMs({ high, low }: HashColumns, distance: number): number {
  const index = new HashIndex(high.length);
  for (let at = 0; at < high.length; at++) index.add(high[at] ?? 0, low[at] ?? 0);
  const times: number[] = [];
  for (let at = 1; at < 202; at++) {
    const start = performance.now();
    index.near(high[at] ?? 0, low[at] ?? 0, distance);
    index.add(high[at] ?? 0, low[at] ?? 0);
    times.push(performance.now() - start);
  }
  return median(times);
}

async function measure(count: number, distance: number): Promise<void> {
  const { hashes, planted } = plant(count, distance);
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  const groups = await findAlikeGroups({ primary: hashes, distance });
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const megabytes = process.resourceUsage().maxRSS / 1024;
  const members = groups.reduce((sum, group) => sum + group.length, 0);
  if (members < planted) throw new Error(`${members} in groups, ${planted} planted`);
  console.log(
    JSON.stringify({
      bench: 'duplicates',
      hashes: count,
      distance,
      seconds: Number(seconds.toFixed(2)),
      // What a loaded machine leaves to compare.
      cpuSeconds: Number(((user + system) / 1e6).toFixed(2)),
      megabytes: Math.round(megabytes),
      groups: groups.length,
      members,
      bruteForceSeconds: Number(bruteForceSeconds(hashes, distance).toFixed(1)),
      newPictureMs: Number(newPictureMs(hashes, distance).toFixed(3)),
    }),
  );
}

const [first, ...rest] = process.argv.slice(2);
if (first === '--one') {
  await measure(Number(rest[0]), Number(rest[1]));
} else {
  // A process each, so that one measurement's memory is not another's.
  const counts = [first, ...rest].filter((text) => text !== undefined).map(Number);
  for (const count of counts.length > 0 ? counts : [100_000, 1_000_000]) {
    for (const distance of [5, 10]) {
      const program = fileURLToPath(import.meta.url);
      const args = [...process.execArgv, program, '--one', String(count), String(distance)];
      process.stdout.write(execFileSync(process.execPath, args));
    }
  }
}
