import fc from 'fast-check';
import { ModelRun } from './support/modelRun.js';
import { sequences } from './support/modelSteps.js';
import { isShort, seed } from './support/settings.js';

const runs = Number(process.env['IMAGE_CATALOG_SAFETY_SEQUENCES'] ?? (isShort ? 12 : 300));

describe(`safety: random sequences against a model (seed ${seed})`, function () {
  this.timeout(isShort ? 120_000 : 1_800_000);

  it(`${runs} sequences`, async () => {
    let steps = 0;
    const tally = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(sequences, async (sequence) => {
        const run = await ModelRun.create();
        try {
          for (const one of sequence) {
            await run.take(one);
            run.check();
            steps += 1;
          }
          await run.take({ kind: 'reopen' });
          run.check();
        } finally {
          for (const [what, count] of run.tally) tally.set(what, (tally.get(what) ?? 0) + count);
          await run.remove();
        }
      }),
      {
        seed,
        numRuns: runs,
        interruptAfterTimeLimit: isShort ? 40_000 : 1_500_000,
        endOnFailure: isShort,
        // Files that run side by side lose the cause of an error.
        includeErrorInReport: true,
      },
    );
    const done = [...tally].sort().map(([what, count]) => `${what} ${count}`);
    console.log(`      ${steps} steps: ${done.join('; ')}`);
  });
});
