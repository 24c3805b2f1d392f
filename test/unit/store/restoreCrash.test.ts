import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { backUp } from '../../../src/catalog/store/backup.js';
import { NodeSqliteDriver } from '../../../src/catalog/store/nodeSqliteDriver.js';
import { openCatalogStore } from '../../../src/catalog/store/openCatalog.js';
import { restoreBackup } from '../../../src/catalog/store/restoreBackup.js';
import type { DiskOperation } from '../../safety/support/diskRecorder.js';
import { DiskRecorder } from '../../safety/support/diskRecorder.js';
import { SimulatedDisk } from '../../safety/support/powerLoss.js';
import { fastTemporaryFolder, Random } from '../../safety/support/settings.js';
import { TemporaryWorkspace, at, catalog, optionsFor } from './support.js';

const isKept = (name: string): boolean => /^catalog\.replaced-.*\.sqlite/.test(name);
const isCatalogFile = (name: string): boolean =>
  isKept(name) || /^catalog\.sqlite(-wal|-journal)?$/.test(name);

describe('restoring a backup over a file whose writer was killed', function () {
  this.timeout(120_000);
  let workspace: TemporaryWorkspace;
  let backup: string;
  beforeEach(async () => {
    workspace = new TemporaryWorkspace();
    const store = await workspace.create();
    store.catalogs.insert(catalog({ id: 'first', name: 'First' }));
    assert.ok(store.driver instanceof NodeSqliteDriver);
    backup = await backUp(store.driver, workspace.file, new Date(at));
    store.catalogs.insert(catalog({ id: 'second', name: 'Second' }));
    store.driver.checkpoint();
    store.catalogs.insert(catalog({ id: 'third', name: 'Third' }));
    // As it stands now, with the third catalog in the WAL only.
    const killed = path.join(workspace.root, 'killed');
    fs.cpSync(workspace.catalogDirectory, killed, { recursive: true });
    await store.close();
    fs.rmSync(workspace.catalogDirectory, { recursive: true });
    fs.renameSync(killed, workspace.catalogDirectory);
    for (const name of ['catalog.lock', 'catalog.sqlite.lock']) {
      fs.rmSync(path.join(workspace.catalogDirectory, name), { recursive: true, force: true });
    }
    assert.ok(fs.statSync(`${workspace.file}-wal`).size > 0);
  });
  afterEach(() => workspace.remove());

  const restore = () => restoreBackup(workspace.directory, backup, new Date(at));

  async function namesIn(root: string): Promise<string[]> {
    const { store } = await openCatalogStore(optionsFor(root));
    try {
      return store?.catalogs.list().map(({ name }) => name) ?? [];
    } finally {
      await store?.close();
    }
  }

  /** What is found of a folder after a crash; the process ended, or the power failed by some chance. */
  async function contentAfter(
    operations: readonly DiskOperation[],
    cut: number,
    chance: Random | null,
  ): Promise<{ names: string[]; keptNames: string[] }> {
    const disk = new SimulatedDisk();
    const handles = new Set<number>();
    for (const operation of operations.slice(0, cut)) {
      disk.apply(operation);
      if (operation.kind === 'open') handles.add(operation.handle);
    }
    if (chance === null) {
      for (const handle of handles) disk.apply({ kind: 'sync', handle });
      disk.apply({ kind: 'syncFolder' });
    }
    const root = fs.mkdtempSync(path.join(fastTemporaryFolder(), 'imgcat-restore-'));
    try {
      const folder = path.join(root, 'workspace', '.image-catalog');
      fs.mkdirSync(folder, { recursive: true });
      disk.cutPower(folder, chance ?? new Random(0), isCatalogFile);
      const kept = fs.readdirSync(folder).filter(isKept);
      const names = await namesIn(root);
      let keptNames: string[] = [];
      if (kept.length > 0) {
        for (const name of fs.readdirSync(folder)) {
          if (!isKept(name)) fs.rmSync(path.join(folder, name), { recursive: true });
        }
        for (const name of kept) {
          const suffix = /\.sqlite(.*)$/.exec(name)?.[1] ?? '';
          fs.renameSync(path.join(folder, name), path.join(folder, `catalog.sqlite${suffix}`));
        }
        keptNames = await namesIn(root);
      }
      return { names, keptNames };
    } finally {
      fs.rmSync(root, { recursive: true, force: true });
    }
  }

  it('leaves the old file whole, or the new one beside the old, at every step', async () => {
    const recorder = new DiskRecorder(workspace.catalogDirectory);
    for (const name of fs.readdirSync(workspace.catalogDirectory).filter(isCatalogFile)) {
      const handle = -1 - recorder.operations.length;
      const data = fs.readFileSync(path.join(workspace.catalogDirectory, name));
      recorder.operations.push(
        { kind: 'open', handle, name },
        { kind: 'write', handle, offset: 0, data },
        { kind: 'sync', handle },
      );
    }
    recorder.operations.push({ kind: 'syncFolder' });
    const { operations } = recorder;
    const begin = operations.length;
    recorder.start();
    try {
      await restore();
    } finally {
      recorder.stop();
    }
    const faults: string[] = [];
    let olds = 0;
    let news = 0;
    for (let cut = begin; cut <= operations.length; cut += 1) {
      for (const seed of [null, 1, 2, 3]) {
        const step = JSON.stringify({ ...operations[cut - 1], data: undefined });
        const where = `cut ${cut} of ${operations.length}, after ${step}, seed ${seed}`;
        try {
          const chance = seed === null ? null : new Random(1000 * cut + seed);
          const { names, keptNames } = await contentAfter(operations, cut, chance);
          if (names.join() === 'First,Second,Third') olds += 1;
          else if (names.join() === 'First' && keptNames.join() === 'First,Second,Third') news += 1;
          else faults.push(`${where}: ${names.join()}; kept ${keptNames.join()}`);
        } catch (error) {
          faults.push(`${where}: ${String(error)}`);
        }
      }
    }
    assert.deepEqual(faults, []);
    assert.ok(olds > 0 && news > 0);
  });

  it('keeps all that was committed in one file, which can be restored again', async () => {
    const { keptAs } = await restore();
    assert.deepEqual(await namesIn(workspace.root), ['First']);
    await restoreBackup(workspace.directory, keptAs ?? '', new Date(at));
    assert.deepEqual(await namesIn(workspace.root), ['First', 'Second', 'Third']);
  });

  it('works over a file that is no database any more, and keeps that', async () => {
    const bytes = fs.readFileSync(workspace.file);
    bytes.fill(7, 0, 2000);
    fs.writeFileSync(workspace.file, bytes);
    fs.writeFileSync(`${workspace.file}-wal`, 'not a journal');
    const { keptAs } = await restore();
    assert.deepEqual(fs.readFileSync(keptAs ?? ''), bytes);
    assert.deepEqual(await namesIn(workspace.root), ['First']);
  });

  it('does not let a journal without its file meet the backup', async () => {
    fs.rmSync(workspace.file);
    assert.equal((await restore()).keptAs, null);
    assert.deepEqual(await namesIn(workspace.root), ['First']);
  });
});
