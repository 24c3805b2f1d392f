import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { startChild } from './support/childProgram.js';
import { checkCompletion, checkRestart } from './support/disturb.js';
import type { Expectation } from './support/invariants.js';
import { checkAlways, filesNow, rowsOf } from './support/invariants.js';
import type { SafetyOperation } from './support/operations.js';
import { allOperations, isLarge } from './support/operations.js';
import { isShort, Random, sample, sayNotRun, seed } from './support/settings.js';
import { newPlaces, removePlaces, SafetyWorld } from './support/world.js';

const shortCount = 3;
/** How many operations the short form takes. */
const shortOperations = 4;

/** System calls at which strace ends the process, and about how often an import of a few files makes them. */
const straceCalls: ReadonlyMap<string, number> = new Map([
  ['fsync', 40],
  ['link', 8],
  ['unlink', 12],
  ['mkdir', 4],
  ['pwrite64', 60],
  ['ftruncate', 4],
  ['copy_file_range', 8],
  ['utimensat', 8],
]);
const killsOfCall = Number(process.env['IMAGE_CATALOG_SAFETY_KILLS'] ?? 8);

interface Killed {
  readonly violations: string[];
  /** Steps of an undisturbed run, or 0. */
  readonly steps: number;
  readonly wasKilled: boolean;
}

/** Runs an operation in a process of its own, which ends at a step; restarts here and checks. */
async function killAt(
  operation: SafetyOperation,
  task: 'run' | 'operate',
  args: readonly string[],
  wrapper: readonly string[] = [],
  again: readonly string[] | null = null,
): Promise<Killed> {
  if (!operation.volumes) throw new Error('this machine has no two volumes');
  const places = newPlaces(...operation.volumes);
  const world = await SafetyWorld.create(places, operation.card);
  try {
    const arranged = await operation.arrange(world);
    const before = filesNow(world);
    const expected: Expectation = {
      isMove: operation.isMove,
      isUndo: operation.isUndo ?? false,
      placedBefore: new Set(rowsOf(world.store).map((row) => row.path)),
    };
    await world.close();
    const { ended } = startChild(task, places, [operation.name, arranged, ...args], wrapper);
    const { code, signal, output } = await ended;
    const wasKilled = signal === 'SIGKILL' || code === 137;
    if (!wasKilled && code !== 0) throw new Error(`the child ended with ${code ?? ''}: ${output}`);
    const violations = checkAlways(world, before, null, expected).map((one) => `${one} (at once)`);
    if (again) {
      const second = await startChild('run', places, ['recovery', '', ...again]).ended;
      if (second.signal !== 'SIGKILL' && second.code !== 0) throw new Error(second.output);
    }
    await world.open();
    violations.push(...(await checkRestart(world, before, expected)));
    if (violations.length === 0) {
      violations.push(...(await checkCompletion(world, before, expected, operation.importMode)));
    }
    const steps = Number(/steps (\d+)/.exec(output)?.[1] ?? 0);
    return { violations, steps, wasKilled };
  } finally {
    await world.close();
    removePlaces(places);
  }
}

/** Two at a time. */
async function eachOf<T>(values: readonly T[], work: (value: T) => Promise<void>): Promise<void> {
  const queue = [...values];
  const worker = async (): Promise<void> => {
    for (let value = queue.shift(); value !== undefined; value = queue.shift()) await work(value);
  };
  await Promise.all([worker(), worker()]);
}

describe(`safety: kill -9 at a step (seed ${seed})`, function () {
  this.timeout(isShort ? 60_000 : 3_600_000);
  const random = new Random(seed);
  const operations = allOperations().filter((one) => !isLarge(one));

  const chosenOperations = isShort ? sample(operations, shortOperations, random) : operations;

  for (const operation of chosenOperations) {
    it(operation.name, async function () {
      if (!operation.volumes) {
        sayNotRun(operation.name, 'the temporary folders are all on one file system');
        this.skip();
      }
      const undisturbed = await killAt(operation, 'run', []);
      assert.deepEqual(undisturbed.violations, []);
      assert.ok(undisturbed.steps > 0);
      const all = Array.from({ length: undisturbed.steps }, (_, index) => index + 1).flatMap(
        (at) => [
          [String(at), 'before'],
          [String(at), 'after'],
        ],
      );
      const found: string[] = [];
      let killed = 0;
      const chosen = isShort ? sample(all, shortCount, random) : all;
      await eachOf(chosen, async (args) => {
        // Now and then the recovery is cut off as well.
        const again = random.next() < 0.3 ? [String(1 + random.below(40)), 'before'] : null;
        const result = await killAt(operation, 'run', args, [], again);
        if (result.wasKilled) killed += 1;
        if (result.violations.length > 0) {
          found.push(
            [
              `killed ${args.join(' ')}, then ${again?.join(' ') ?? 'not again'}`,
              ...result.violations,
            ].join('\n  '),
          );
        }
      });
      console.log(`      ${killed} kills of ${chosen.length} at ${undisturbed.steps} steps`);
      assert.ok(killed > 0);
      assert.equal(
        found.length,
        0,
        `seed ${seed}\n${found.slice(0, 20).join('\n')}\n${found.length} in all`,
      );
    });
  }

  it('by strace, in the middle of system calls', async function () {
    if (isShort) {
      sayNotRun('kills by strace', 'only in the long form');
      this.skip();
    }
    if (spawnSync('strace', ['-V']).status !== 0) {
      sayNotRun('kills by strace', 'strace is not installed');
      this.skip();
    }
    const found: string[] = [];
    const killed = new Map<string, number>();
    for (const operation of operations.filter((one) => one.volumes && one.name !== 'reference')) {
      const kills = [...straceCalls].flatMap(([call, most]) =>
        Array.from({ length: killsOfCall }, () => ({ call, when: 1 + random.below(most) })),
      );
      await eachOf(kills, async ({ call, when }) => {
        // Only calls that are traced are injected into.
        const inject = `inject=${call}:signal=SIGKILL:when=${when}`;
        const wrapper = ['strace', '-f', '-o', '/dev/null', '-e', `trace=${call}`, '-e', inject];
        const result = await killAt(operation, 'operate', [], wrapper);
        if (result.wasKilled) killed.set(call, (killed.get(call) ?? 0) + 1);
        if (result.violations.length > 0) {
          found.push([`${operation.name}: ${inject}`, ...result.violations].join('\n  '));
        }
      });
    }
    console.log(`      kills by strace: ${[...killed].map((one) => one.join(' ')).join(', ')}`);
    for (const call of straceCalls.keys()) assert.ok(killed.has(call), `no kill at ${call}`);
    assert.equal(found.length, 0, `seed ${seed}\n${found.slice(0, 20).join('\n')}`);
  });
});
