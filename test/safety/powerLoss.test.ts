import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { createCatalogFile, openCatalogStore } from '../../src/catalog/store/openCatalog.js';
import type { CatalogStore } from '../../src/catalog/store/catalogStore.js';
import { catalog } from '../unit/store/support.js';
import { DiskRecorder } from './support/diskRecorder.js';
import type { DiskOperation } from './support/diskRecorder.js';
import { SimulatedDisk } from './support/powerLoss.js';
import { fastTemporaryFolder, isShort, Random, seed } from './support/settings.js';

const crashStates = isShort ? 100 : 600;
const controlStates = isShort ? 40 : 100;
const fileName = 'catalog.sqlite';

/** The store at work: it makes its file, commits, closes, opens again, commits with many checkpoints. */
async function recordStore(root: string, random: Random): Promise<DiskOperation[]> {
  const options = optionsIn(root);
  const folder = path.join(options.workspaceDirectory, '.image-catalog');
  fs.mkdirSync(options.workspaceDirectory, { recursive: true });
  const recorder = new DiskRecorder(folder);
  recorder.start();
  try {
    const first = await createCatalogFile(options);
    assert.ok(first.store);
    recorder.acknowledge(0);
    for (let step = 1; step <= 15; step++) commit(first.store, recorder, step, random);
    await first.store.close();
    const second = await openCatalogStore(options);
    assert.ok(second.store);
    for (let step = 16; step <= 20; step++) commit(second.store, recorder, step, random);
    second.store.driver.get('PRAGMA wal_autocheckpoint = 40');
    for (let step = 21; step <= 60; step++) commit(second.store, recorder, step, random);
    await second.store.close();
  } finally {
    recorder.stop();
  }
  return recorder.operations;
}

const entriesOf = (step: number): number => 1 + ((step * 7919) % 60);

/** One transaction that adds entries of a step, tells how many, and rewrites an older row. */
function commit(store: CatalogStore, recorder: DiskRecorder, step: number, random: Random): void {
  store.transaction(() => {
    for (let count = entriesOf(step); count > 0; count--) {
      const text = 'x'.repeat(random.below(1500));
      store.auditLog.append({ at: String(step), operation: 'entry', path: text });
    }
    store.catalogs.insert(catalog({ id: `step-${step}`, name: `Step ${step}` }));
    if (step > 3) {
      store.catalogs.update(
        catalog({ id: `step-${step - 3}`, name: `Step ${step - 3} ${'again '.repeat(step)}` }),
      );
    }
  });
  recorder.acknowledge(step);
}

const optionsIn = (
  root: string,
): { workspaceDirectory: string; trusted: true; machineStateDirectory: string } => ({
  workspaceDirectory: path.join(root, 'workspace'),
  trusted: true,
  machineStateDirectory: path.join(root, 'state'),
});

/** What is wrong with the catalog that a power loss at the cut leaves; null if nothing. */
async function afterPowerLoss(
  operations: readonly DiskOperation[],
  cut: number,
  root: string,
  random: Random,
): Promise<string | null> {
  const disk = new SimulatedDisk();
  for (const operation of operations.slice(0, cut)) disk.apply(operation);
  const acknowledged = disk.lastAcknowledged;
  fs.rmSync(root, { recursive: true, force: true });
  const options = optionsIn(root);
  const folder = path.join(options.workspaceDirectory, '.image-catalog');
  fs.mkdirSync(folder, { recursive: true });
  disk.cutPower(folder, random, (name) => name.startsWith(fileName) && !name.includes('.new'));
  if (!fs.existsSync(path.join(folder, fileName))) {
    return acknowledged < 0 ? null : 'lost: there is no catalog file';
  }
  try {
    const { store } = await openCatalogStore(options);
    if (!store) return 'lost: there is no catalog file';
    try {
      return findFault(store, acknowledged);
    } finally {
      await store.close();
    }
  } catch (error) {
    return `corrupt: ${String(error)}`;
  }
}

function findFault(store: CatalogStore, acknowledged: number): string | null {
  const integrity = store.driver.all<{ integrity_check: string }>('PRAGMA integrity_check');
  if (integrity[0]?.integrity_check !== 'ok') return `corrupt: ${JSON.stringify(integrity[0])}`;
  const steps = store.catalogs.list().map((one) => Number(one.id.slice('step-'.length)));
  const last = Math.max(0, ...steps);
  if (last < acknowledged) return `lost: step ${acknowledged} was acknowledged, ${last} is there`;
  if (steps.length !== last) return `torn: ${steps.length} of ${last} steps are there`;
  const entries = store.driver.all<{ at: string; n: number }>(
    'SELECT at, count(*) AS n FROM audit_log GROUP BY at',
  );
  const counts = new Map(entries.map((entry) => [Number(entry.at), entry.n]));
  const torn = steps.find((step) => counts.get(step) !== entriesOf(step));
  if (torn !== undefined) return `torn: step ${torn} has ${counts.get(torn) ?? 0} entries`;
  return counts.size === last ? null : 'torn: entries of a step that is not there';
}

describe(`safety: power loss of the catalog file (seed ${seed})`, function () {
  this.timeout(isShort ? 120_000 : 600_000);
  const root = fs.realpathSync(fs.mkdtempSync(path.join(fastTemporaryFolder(), 'imgcat-power-')));
  let operations: readonly DiskOperation[] = [];

  before(async () => {
    operations = await recordStore(path.join(root, 'recorded'), new Random(seed));
  });
  after(() => fs.rmSync(root, { recursive: true, force: true }));

  async function faults(record: readonly DiskOperation[], states: number): Promise<string[]> {
    const found: string[] = [];
    for (let state = 0; state < states; state++) {
      const random = new Random(seed + state);
      const cut = 1 + random.below(record.length);
      const fault = await afterPowerLoss(record, cut, path.join(root, 'crashed'), random);
      if (fault) found.push(`seed ${seed}, state ${state}, cut ${cut}/${record.length}: ${fault}`);
    }
    return found;
  }

  it(`is never corrupt and loses no acknowledged commit in ${crashStates} crash states`, async () => {
    const found = await faults(operations, crashStates);
    console.log(`      ${operations.length} disk operations, ${crashStates} crash states`);
    assert.deepEqual(found, []);
  });

  it('would be caught without the syncs of the folder after the WAL was made', async () => {
    const published = operations.findIndex((one) => one.kind === 'link' || one.kind === 'rename');
    const first = operations.findIndex((one, at) => at > published && one.kind === 'syncFolder');
    assert.ok(published > 0 && first > published);
    const record = operations.filter((one, at) => at <= first || one.kind !== 'syncFolder');
    const found = await faults(record, controlStates);
    assert.notEqual(found.length, 0);
    assert.ok(found.some((fault) => fault.includes('lost')));
  });

  it('would be caught without fsync of the files', async () => {
    const found = await faults(
      operations.filter((one) => one.kind !== 'sync'),
      controlStates,
    );
    assert.notEqual(found.length, 0);
  });

  it('would be caught if steps were acknowledged before their commit', async () => {
    const record = operations.map((one): DiskOperation =>
      one.kind === 'acknowledged' ? { ...one, step: one.step + 1 } : one,
    );
    assert.notEqual((await faults(record, controlStates)).length, 0);
  });
});
