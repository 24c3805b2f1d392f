import { inspect } from 'node:util';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import { resumeJob } from '../../../src/catalog/import/execute.js';
import type { ImportMode } from '../../../src/catalog/model/importJob.js';
import { CatalogError, toCatalogError } from '../../../src/catalog/model/errors.js';
import type { CatalogFault } from './catalogFaults.js';
import { CatalogFaults } from './catalogFaults.js';
import type { Fault } from './faultyPort.js';
import { faultyPort } from './faultyPort.js';
import type { Before, Expectation } from './invariants.js';
import {
  checkAlways,
  checkChanges,
  checkRecovered,
  filesNow,
  rowsOf,
  stateOf,
} from './invariants.js';
import type { SafetyOperation } from './operations.js';
import { newPlaces, removePlaces, SafetyWorld } from './world.js';

/** A fault at the photos, or at the catalog file. */
export type Disturbance =
  | { readonly at: 'photos'; readonly fault: Fault | null }
  | { readonly at: 'catalog'; readonly fault: CatalogFault | null };

export interface Disturbed {
  readonly violations: readonly string[];
  /** Calls at the place of the disturbance. */
  readonly calls: number;
}

/** A hung operation is a violation, too. */
const patience = 30_000;

/**
 * Runs an operation with one fault, then restarts and recovers, twice, then imports what is left. Everything
 * that must hold is checked after each step.
 */
export async function disturb(
  operation: SafetyOperation,
  disturbance: Disturbance,
): Promise<Disturbed> {
  if (!operation.volumes) throw new Error('this machine has no two volumes');
  const places = newPlaces(...operation.volumes);
  const world = await SafetyWorld.create(places, operation.card);
  const catalogFaults = new CatalogFaults(world.catalogFile);
  const violations: string[] = [];
  let calls = 0;
  try {
    if (disturbance.at === 'catalog') {
      await world.close();
      catalogFaults.start();
      await world.open();
    }
    const arranged = await operation.arrange(world);
    const before = filesNow(world);
    const expected: Expectation = {
      isMove: operation.isMove,
      isUndo: operation.isUndo ?? false,
      placedBefore: new Set(rowsOf(world.store).map((row) => row.path)),
    };
    const crashed = disturbance.fault?.kind === 'CRASH';
    const watched = faultyPort(
      operation.port,
      disturbance.at === 'photos' ? disturbance.fault : null,
      () => world.crash(),
    );
    if (disturbance.at === 'catalog') catalogFaults.arm(disturbance.fault);
    const error = await errorOf(operation.run(world, watched.port, arranged));
    calls = disturbance.at === 'catalog' ? catalogFaults.calls : watched.calls;
    if (error && !crashed && toCatalogError(error).code === 'INTERNAL') {
      violations.push(`the operation rejected with ${inspect(error)}`);
    }
    const failsClose = disturbance.fault?.forever === true || crashed;
    if (!failsClose && watched.openDescriptors.size > 0) {
      violations.push(`${watched.openDescriptors.size} files are still open`);
    }
    violations.push(...checkChanges(world, watched, expected));
    violations.push(...checkAlways(world, before, null, expected).map((one) => `${one} (at once)`));
    await world.close().catch(() => undefined);
    if (disturbance.at === 'catalog') {
      // A close that failed may have left its lock: the process has to end for it, here the driver is let go.
      catalogFaults.arm(null);
      catalogFaults.stop();
    }
    await world.open();
    violations.push(...(await checkRestart(world, before, expected)));
    if (violations.length === 0)
      violations.push(...(await checkCompletion(world, before, expected, operation.importMode)));
  } catch (error) {
    violations.push(
      `the test failed: ${error instanceof Error ? (error.stack ?? '') : String(error)}`,
    );
  } finally {
    catalogFaults.stop();
    await world.close().catch(() => undefined);
    removePlaces(places);
  }
  if (violations.length > 0)
    violations.push(...world.logged.slice(-5).map((line) => `log: ${line}`));
  return { violations, calls };
}

async function errorOf(work: Promise<unknown>): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('it hangs')), patience);
  });
  try {
    await Promise.race([work, late]);
    return null;
  } catch (error) {
    return error;
  } finally {
    clearTimeout(timer);
  }
}

/** The catalog has been opened anew: what a restart does, and once more. */
export async function checkRestart(
  world: SafetyWorld,
  before: Before,
  expected: Expectation,
  options: { readonly quarantineAllowed?: boolean } = {},
): Promise<string[]> {
  const violations = checkAlways(world, before, rowsOf(world.store), expected).map(
    (one) => `${one} (after the restart)`,
  );
  await world.recover();
  violations.push(
    ...[
      ...checkAlways(world, before, rowsOf(world.store), expected),
      ...checkRecovered(world, before, expected, options),
    ].map((one) => `${one} (after recovery)`),
  );
  const first = stateOf(world);
  await world.recover();
  if (stateOf(world) !== first) violations.push('I6: the second recovery changed something');
  return violations;
}

/** What was cut off is resumed, the rest is imported: in the end everything is in the catalog, once. */
export async function checkCompletion(
  world: SafetyWorld,
  before: Before,
  expected: Expectation,
  importMode: ImportMode,
): Promise<string[]> {
  const violations: string[] = [];
  for (const job of world.store.importJobs.listByStatus('INTERRUPTED')) {
    await resumeJob(world.deps(nodeFilePort), job.id);
    const status = world.store.importJobs.find(job.id)?.status;
    if (status === 'RUNNING' || status === 'PENDING' || status === 'INTERRUPTED') {
      violations.push(`the resumed job ended as ${status ?? 'nothing'}`);
    }
  }
  try {
    await world.import(importMode, await world.scan());
  } catch (error) {
    if (!CatalogError.is(error, 'NOTHING_TO_IMPORT')) throw error;
  }
  // What was taken back has come in again as another file.
  const renewed = expected.isUndo
    ? new Set([...(expected.touchedByTest ?? []), ...(expected.placedBefore ?? [])])
    : (expected.touchedByTest ?? new Set<string>());
  violations.push(
    ...checkAlways(world, before, rowsOf(world.store), { ...expected, touchedByTest: renewed }),
  );
  violations.push(...checkRecovered(world, before, expected));
  const inCatalog = new Set(rowsOf(world.store).map((row) => row.checksum));
  for (const [file, record] of before) {
    if (
      expected.touchedByTest?.has(file) ||
      !file.startsWith(world.places.source) ||
      inCatalog.has(record.checksum)
    )
      continue;
    violations.push(`${file} did not come into the catalog`);
  }
  return violations.map((one) => `${one} (in the end)`);
}
