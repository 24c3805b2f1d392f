import { inspect } from 'node:util';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import { resumeJob } from '../../../src/catalog/import/execute.js';
import { CatalogError, toCatalogError } from '../../../src/catalog/model/errors.js';
import type { CatalogFault } from './catalogFaults.js';
import { CatalogFaults } from './catalogFaults.js';
import type { RecordedCall } from './chooseFaults.js';
import { siteOf } from './chooseFaults.js';
import type { Fault } from './faultyPort.js';
import { changesDisk, faultyPort, WatchedPort } from './faultyPort.js';
import type { Before, Expectation } from './invariants.js';
import { checkAlways, checkChanges, checkRecovered, rowsOf, stateOf } from './invariants.js';
import type { SafetyOperation } from './operations.js';
import type { PreparedWorld } from './preparedWorld.js';
import { SafetyWorld } from './world.js';

/** A fault at the photos, or at the catalog file. */
export type Disturbance =
  | { readonly at: 'photos'; readonly fault: Fault | null }
  | { readonly at: 'catalog'; readonly fault: CatalogFault | null };

export interface Disturbed {
  readonly violations: readonly string[];
  /** Calls at the place of the disturbance. */
  readonly calls: readonly RecordedCall[];
}

/** A hung operation is a violation, too. */
const patience = 30_000;

/**
 * Runs an operation with one fault, then restarts and recovers, twice, then ends what was begun. Everything
 * that must hold is checked after each step.
 */
export async function disturb(
  prepared: PreparedWorld,
  { at, fault }: Disturbance,
): Promise<Disturbed> {
  const { operation, arranged } = prepared;
  const recorder = new CallRecorder(fault === null ? at : null);
  const catalogFaults = new CatalogFaults(SafetyWorld.at(prepared.places).catalogFile, {
    before: (name) => recorder.note('catalog', name),
  });
  const violations: string[] = [];
  let world: SafetyWorld | null = null;
  try {
    catalogFaults.start();
    const fresh = await prepared.fresh();
    world = fresh.world;
    const { before, expected } = fresh;
    const opened = world;
    const crashed = fault?.kind === 'CRASH';
    const watched =
      fault === null
        ? new WatchedPort(operation.port, {
            before: ({ name }) => recorder.note('photos', name),
            after: ({ name }) => recorder.changed(name),
          })
        : faultyPort(operation.port, at === 'photos' ? fault : null, () => opened.crash());
    recorder.start();
    catalogFaults.arm(at === 'catalog' ? fault : null);
    const error = await errorOf(operation.run(world, watched.port, arranged));
    recorder.stop();
    if (error && !crashed && toCatalogError(error).code === 'INTERNAL') {
      violations.push(`the operation rejected with ${inspect(error)}`);
    }
    const failsClose = fault?.forever === true || crashed;
    if (!failsClose && watched.openDescriptors.size > 0) {
      violations.push(`${watched.openDescriptors.size} files are still open`);
    }
    violations.push(...checkChanges(world, watched, expected));
    violations.push(...checkAlways(world, before, null, expected).map((one) => `${one} (at once)`));
    await world.close().catch(() => undefined);
    // A close that failed may have left its lock: the process has to end for it, here the driver is let go.
    catalogFaults.arm(null);
    catalogFaults.stop();
    await world.open();
    violations.push(...(await checkRestart(world, before, expected)));
    if (violations.length === 0)
      violations.push(...(await checkCompletion(operation, world, before, expected)));
  } catch (error) {
    violations.push(
      `the test failed: ${error instanceof Error ? (error.stack ?? '') : String(error)}`,
    );
  } finally {
    catalogFaults.stop();
    await world?.close().catch(() => undefined);
  }
  if (violations.length > 0)
    violations.push(...(world?.logged ?? []).slice(-5).map((line) => `log: ${line}`));
  return { violations, calls: recorder.calls };
}

/** The calls of an undisturbed run, at one of the two places, and where the disk changed between them. */
class CallRecorder {
  readonly calls: RecordedCall[] = [];
  readonly #place: Disturbance['at'] | null;
  #isOn = false;
  #hasChanged = true;

  /** @param place null to record nothing */
  constructor(place: Disturbance['at'] | null) {
    this.#place = place;
  }

  start(): void {
    this.#isOn = this.#place !== null;
  }

  stop(): void {
    this.#isOn = false;
  }

  note(place: Disturbance['at'], name: string): void {
    if (!this.#isOn) return;
    if (place === this.#place) {
      this.calls.push({ name, site: siteOf(name), isFirstOfState: this.#hasChanged });
      this.#hasChanged = false;
    }
    this.changed(name);
  }

  changed(name: string): void {
    if (changesDisk(name)) this.#hasChanged = true;
  }
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
  { importMode, complete }: Pick<SafetyOperation, 'importMode' | 'complete'>,
  world: SafetyWorld,
  before: Before,
  expected: Expectation,
): Promise<string[]> {
  if (complete) {
    const found = await complete(world, before, expected);
    return found.map((one) => `${one} (in the end)`);
  }
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
