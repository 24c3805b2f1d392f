import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { allOperations } from './support/allOperations.js';
import { startChild } from './support/childProgram.js';
import { checkCompletion, checkRestart } from './support/disturb.js';
import { changesDisk } from './support/faultyPort.js';
import { checkAlways } from './support/invariants.js';
import type { SafetyOperation } from './support/operations.js';
import { isLarge } from './support/operations.js';
import { PreparedWorld } from './support/preparedWorld.js';
import { isShort, Random, sample, sayNotRun, seed } from './support/settings.js';

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
  /** The calls of an undisturbed run. */
  readonly steps: readonly string[];
  readonly wasKilled: boolean;
}

/** Runs an operation in a process of its own, which ends at a step; restarts here and checks. */
async function killAt(
  prepared: PreparedWorld,
  task: 'run' | 'operate',
  args: readonly string[],
  wrapper: readonly string[] = [],
  again: readonly string[] | null = null,
): Promise<Killed> {
  const { operation, places, arranged } = prepared;
  const { world, before, expected } = await prepared.fresh();
  try {
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
      violations.push(...(await checkCompletion(operation, world, before, expected)));
    }
    const steps = JSON.parse(/steps (\[.*\])/.exec(output)?.[1] ?? '[]') as string[];
    return { violations, steps, wasKilled };
  } finally {
    await world.close();
  }
}

/** Two at a time, each in a world of its own. */
async function eachOf<T>(
  operation: SafetyOperation,
  values: readonly T[],
  work: (prepared: PreparedWorld, value: T) => Promise<void>,
): Promise<void> {
  const queue = [...values];
  const worker = async (): Promise<void> => {
    const prepared = await PreparedWorld.of(operation);
    try {
      for (let value = queue.shift(); value !== undefined; value = queue.shift()) {
        await work(prepared, value);
      }
    } finally {
      prepared.remove();
    }
  };
  await Promise.all([worker(), worker()]);
}

/**
 * Where to kill: after every step that changes what a killed process leaves, for that is all that a restart can tell
 * apart; and before some others, when calls may be under way.
 */
function killsAt(steps: readonly string[], random: Random): string[][] {
  const kills = [['1', 'before']];
  steps.forEach((name, index) => {
    const at = String(index + 1);
    if (changesDisk(name)) kills.push([at, 'after']);
    else if (random.next() < 0.1) kills.push([at, 'before']);
  });
  return kills;
}

describe(`safety: kill -9 at a step (seed ${seed})`, function () {
  this.timeout(isShort ? 300_000 : 3_600_000);
  const random = new Random(seed);
  const operations = allOperations().filter((one) => !isLarge(one));

  const chosenOperations = isShort ? sample(operations, shortOperations, random) : operations;

  for (const operation of chosenOperations) {
    it(operation.name, async function () {
      if (!operation.volumes) {
        sayNotRun(operation.name, 'the temporary folders are all on one file system');
        this.skip();
      }
      let steps: readonly string[] = [];
      await eachOf(operation, ['once'], async (prepared) => {
        const undisturbed = await killAt(prepared, 'run', []);
        assert.deepEqual(undisturbed.violations, []);
        steps = undisturbed.steps;
      });
      assert.ok(steps.length > 0);
      const all = killsAt(steps, random);
      const found: string[] = [];
      let killed = 0;
      const chosen = isShort ? sample(all, shortCount, random) : all;
      await eachOf(operation, chosen, async (prepared, args) => {
        // Now and then the recovery is cut off as well.
        const again = random.next() < 0.3 ? [String(1 + random.below(40)), 'before'] : null;
        const result = await killAt(prepared, 'run', args, [], again);
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
      console.log(`      ${killed} kills of ${chosen.length} at ${steps.length} steps`);
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
      await eachOf(operation, kills, async (prepared, { call, when }) => {
        // Only calls that are traced are injected into.
        const inject = `inject=${call}:signal=SIGKILL:when=${when}`;
        const wrapper = ['strace', '-f', '-o', '/dev/null', '-e', `trace=${call}`, '-e', inject];
        const result = await killAt(prepared, 'operate', [], wrapper);
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
