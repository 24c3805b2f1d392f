import assert from 'node:assert/strict';
import { nodeFilePort } from '../../src/catalog/files/filePort.js';
import type { CatalogFault } from './support/catalogFaults.js';
import { catalogFaultKinds } from './support/catalogFaults.js';
import { disturb } from './support/disturb.js';
import type { Fault, FaultKind } from './support/faultyPort.js';
import { describeFault, faultCodes } from './support/faultyPort.js';
import { allOperations, isLarge } from './support/operations.js';
import { isShort, Random, sample, sayNotRun, seed } from './support/settings.js';

/** Faults of one operation that the short form tries. */
const shortCount = Number(process.env['IMAGE_CATALOG_SAFETY_FAULTS'] ?? 10);
const kinds: readonly FaultKind[] = [...faultCodes, 'SHORT', 'DONE'];

/** A large file takes its time. */
const countFor = (isLargeOne: boolean): number =>
  isLargeOne ? (isShort ? shortCount / 4 : 300) : shortCount;

function faultsAt(calls: number): Fault[] {
  const faults: Fault[] = [];
  for (let at = 1; at <= calls; at++) {
    for (const kind of kinds) {
      faults.push({ kind, at, forever: false }, { kind, at, forever: true });
    }
    faults.push({ kind: 'CRASH', at, forever: true });
  }
  return faults;
}

function catalogFaultsAt(calls: number): CatalogFault[] {
  const faults: CatalogFault[] = [];
  for (let at = 1; at <= calls; at++) {
    for (const kind of catalogFaultKinds) {
      faults.push({ kind, at, forever: false }, { kind, at, forever: true });
    }
  }
  return faults;
}

describe(`safety: one call fails (seed ${seed})`, function () {
  this.timeout(isShort ? 60_000 : 3_600_000);
  const random = new Random(seed);

  for (const operation of allOperations()) {
    it(`${operation.name}: every call to the files`, async function () {
      if (!operation.volumes) {
        sayNotRun(operation.name, 'the temporary folders are all on one file system');
        this.skip();
      }
      const undisturbed = await disturb(operation, { at: 'photos', fault: null });
      assert.deepEqual(undisturbed.violations, []);
      const all = faultsAt(undisturbed.calls);
      const large = isLarge(operation);
      const chosen = isShort || large ? sample(all, countFor(large), random) : all;
      const found: string[] = [];
      for (const fault of chosen) {
        const { violations } = await disturb(operation, { at: 'photos', fault });
        if (violations.length > 0) found.push([describeFault(fault), ...violations].join('\n  '));
      }
      console.log(`      ${chosen.length} faults at ${undisturbed.calls} calls`);
      assert.equal(
        found.length,
        0,
        `seed ${seed}\n${found.slice(0, 20).join('\n')}\n${found.length} in all`,
      );
    });
  }

  for (const operation of allOperations().filter((one) => one.port === nodeFilePort)) {
    it(`${operation.name}: every write of the catalog file`, async function () {
      if (!operation.volumes) this.skip();
      const undisturbed = await disturb(operation, { at: 'catalog', fault: null });
      assert.deepEqual(undisturbed.violations, []);
      assert.ok(undisturbed.calls > 0);
      const all = catalogFaultsAt(undisturbed.calls);
      const large = isLarge(operation);
      const chosen = isShort || large ? sample(all, countFor(large) / 2, random) : all;
      const found: string[] = [];
      for (const fault of chosen) {
        const { violations } = await disturb(operation, { at: 'catalog', fault });
        if (violations.length > 0) found.push([describeFault(fault), ...violations].join('\n  '));
      }
      console.log(`      ${chosen.length} faults at ${undisturbed.calls} writes and syncs`);
      assert.equal(
        found.length,
        0,
        `seed ${seed}\n${found.slice(0, 20).join('\n')}\n${found.length} in all`,
      );
    });
  }
});
