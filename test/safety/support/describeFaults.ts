import assert from 'node:assert/strict';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import type { CatalogFault } from './catalogFaults.js';
import { catalogFaultKinds } from './catalogFaults.js';
import type { RecordedCall } from './chooseFaults.js';
import { chooseFaults } from './chooseFaults.js';
import type { Disturbance } from './disturb.js';
import { disturb } from './disturb.js';
import type { Fault, FaultKind } from './faultyPort.js';
import { describeFault, faultCodes, worksOnDisk } from './faultyPort.js';
import type { SafetyOperation } from './operations.js';
import { isLarge } from './operations.js';
import { PreparedWorld } from './preparedWorld.js';
import { isShort, pickSome, Random, sample, sayNotRun, seed } from './settings.js';

/** Faults of one operation that the short form tries. */
const shortCount = Number(process.env['IMAGE_CATALOG_SAFETY_FAULTS'] ?? 8);
/** Faults that every single call gets at least in the long form. */
const atEveryCall = 2;

const kindsOf = (name: string): readonly FaultKind[] => [
  ...faultCodes,
  ...(worksOnDisk(name) ? (['DONE'] as const) : []),
  ...(name === 'write' ? (['SHORT'] as const) : []),
];

const catalogKindsOf = (name: string): readonly CatalogFault['kind'][] =>
  catalogFaultKinds.filter((kind) => kind !== 'SHORT' || name === 'writeSync');

const namesOf = (calls: readonly RecordedCall[]): string[] => calls.map(({ name }) => name);

/** Every call fails, and at every state of the disk the program ends. */
function faultsAt(calls: readonly RecordedCall[], random: Random, atLeast: number): Fault[] {
  const crashes = calls.flatMap(({ isFirstOfState }, index): Fault[] =>
    isFirstOfState ? [{ kind: 'CRASH', at: index + 1, forever: true }] : [],
  );
  return [...chooseFaults(calls, kindsOf, random, atLeast), ...crashes];
}

/**
 * Tests of operations, each disturbed at its calls to the files and at its writes of the catalog file.
 * @param shortOperations how many of them the short form takes, others in every run
 */
export function describeFaults(
  title: string,
  operations: readonly SafetyOperation[],
  shortOperations = operations.length,
): void {
  describe(`safety: one call fails: ${title} (seed ${seed})`, function () {
    this.timeout(isShort ? 300_000 : 3_600_000);
    const random = new Random(seed);

    /** @param choose the faults of the long form */
    async function tryAll<Found extends Fault | CatalogFault>(
      operation: SafetyOperation,
      choose: (calls: readonly RecordedCall[]) => Found[],
      disturbance: (fault: Found | null) => Disturbance,
    ): Promise<void> {
      const prepared = await PreparedWorld.of(operation);
      try {
        const first = await disturb(prepared, disturbance(null));
        assert.deepEqual(first.violations, []);
        const { violations, calls } = await disturb(prepared, disturbance(null));
        assert.deepEqual(violations, []);
        assert.ok(calls.length > 0);
        // The world is the same every time. Files under way together change their order, and the pages of the
        // catalog depend on ids made by chance.
        if (disturbance(null).at === 'photos') {
          assert.deepEqual(namesOf(calls).sort(), namesOf(first.calls).sort());
        }
        const all = choose(calls);
        const count = isLarge(operation) ? shortCount / 4 : shortCount;
        const chosen = isShort ? sample(all, count, random) : all;
        const found: string[] = [];
        for (const fault of chosen) {
          const disturbed = await disturb(prepared, disturbance(fault));
          if (disturbed.violations.length > 0) {
            const { name, site } = calls[fault.at - 1] ?? {};
            const where = `${describeFault(fault)} (${site ?? name ?? 'not in the undisturbed run'})`;
            found.push([where, ...disturbed.violations].join('\n  '));
            // At once: the long form takes long.
            console.log(found.at(-1));
          }
        }
        const sites = new Set(calls.map(({ site }) => site)).size;
        console.log(`      ${chosen.length} faults at ${calls.length} calls of ${sites} places`);
        assert.equal(
          found.length,
          0,
          `seed ${seed}\n${found.slice(0, 20).join('\n')}\n${found.length} in all`,
        );
      } finally {
        prepared.remove();
      }
    }

    const chosenOperations = isShort ? pickSome(operations, shortOperations, random) : operations;
    for (const operation of chosenOperations) {
      const atLeast = isLarge(operation) ? 0 : atEveryCall;
      it(`${operation.name}: calls to the files`, async function () {
        if (!operation.volumes) {
          sayNotRun(operation.name, 'the temporary folders are all on one file system');
          this.skip();
        }
        await tryAll<Fault>(
          operation,
          (calls) => faultsAt(calls, random, atLeast),
          (fault) => ({ at: 'photos', fault }),
        );
      });
      if (operation.port !== nodeFilePort) continue;
      it(`${operation.name}: writes of the catalog file`, async function () {
        if (!operation.volumes) this.skip();
        await tryAll<CatalogFault>(
          operation,
          (calls) => chooseFaults(calls, catalogKindsOf, random, atLeast),
          (fault) => ({ at: 'catalog', fault }),
        );
      });
    }
  });
}
