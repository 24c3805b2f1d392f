import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { sampleJpeg } from '../../../bench/lib/sampleFiles.js';
import type { CatalogEngine } from '../../../src/catalog/engine.js';
import { openCatalogEngine } from '../../../src/catalog/engine.js';
import { CatalogError } from '../../../src/catalog/model/errors.js';

const child = fileURLToPath(new URL('../store/child.ts', import.meta.url));

describe('a second window on a catalog', function () {
  this.timeout(60_000);
  let root: string;
  let workspace: string;
  let engines: CatalogEngine[];
  let other: ChildProcess | null;

  const open = async (changed: () => void = () => undefined): Promise<CatalogEngine> => {
    const options = {
      workspaceDirectory: workspace,
      trusted: true,
      machineStateDirectory: path.join(root, 'state'),
    };
    const engine = openCatalogEngine(options, { changed });
    engines.push(engine);
    return engine;
  };

  beforeEach(async () => {
    root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'imgcat-engine-')));
    workspace = path.join(root, 'workspace');
    fs.mkdirSync(workspace);
    engines = [];
    other = null;
  });
  afterEach(async () => {
    other?.kill('SIGKILL');
    await Promise.all(engines.map((engine) => engine.close()));
    fs.rmSync(root, { recursive: true, force: true });
  });

  /** Another process that has the catalog open. */
  async function holdElsewhere(): Promise<ChildProcess> {
    const first = await open();
    await first.createCatalog({ name: 'Photos' });
    await first.close();
    const process_ = spawn(process.execPath, ['--import', 'tsx', child, 'hold', root], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    other = process_;
    await once(process_.stdout, 'data');
    return process_;
  }

  it('reads only, cannot take over while the first lives, and can when it is gone', async () => {
    const holder = await holdElsewhere();
    const second = await open();
    const state = await second.getState({});
    assert.deepEqual([state.readOnly, state.readOnlyReason], [true, 'locked']);
    assert.ok(state.lockHolder?.includes(String(holder.pid)));
    assert.equal((await second.listCatalogs({})).length, 2);
    await assert.rejects(second.createCatalog({ name: 'More' }), { code: 'CATALOG_FILE_LOCKED' });
    for (const confirmed of [false, true]) {
      await assert.rejects(second.takeOver({ confirmed }), (error) => {
        assert.ok(CatalogError.is(error, 'CATALOG_FILE_LOCKED'));
        return error.data['foreign'] === false;
      });
    }
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    assert.equal((await second.takeOver({})).readOnly, false);
    await second.createCatalog({ name: 'More' });
  });

  it('takes the lock by itself soon after the first is gone, and says so', async () => {
    const holder = await holdElsewhere();
    let told = (): void => undefined;
    const second = await open(() => told());
    assert.equal((await second.getState({})).readOnly, true);
    const writable = new Promise<void>((resolve) => {
      told = () => void second.getState({}).then((state) => !state.readOnly && resolve());
    });
    holder.kill('SIGKILL');
    await writable;
    await second.createCatalog({ name: 'More' });
  });

  it('shows what the first one changes, and says so', async () => {
    const holder = await holdElsewhere();
    let told = (): void => undefined;
    const second = await open(() => told());
    assert.equal((await second.listCatalogs({})).length, 2);
    const changed = new Promise<void>((resolve) => (told = resolve));
    holder.stdin?.write('more\n');
    await changed;
    assert.equal((await second.listCatalogs({})).length, 3);
    assert.equal((await second.getState({})).readOnlyReason, 'locked');
  });

  it('takes a lock of another computer only when a person says so', async () => {
    const first = await open();
    await first.createCatalog({ name: 'Photos' });
    await first.close();
    const lock = path.join(workspace, '.image-catalog', 'catalog.lock');
    const holder = { host: 'elsewhere', bootId: 'b', pidNamespace: null, pid: 1 };
    const rest = { processStart: null, nonce: 'n', mutex: null, program: 'Other' };
    fs.writeFileSync(lock, JSON.stringify({ ...holder, ...rest }));
    const second = await open();
    assert.equal((await second.getState({})).lockHolderIsForeign, true);
    await assert.rejects(second.takeOver({}), (error) => {
      assert.ok(CatalogError.is(error, 'CATALOG_FILE_LOCKED'));
      return error.data['foreign'] === true;
    });
    assert.equal((await second.takeOver({ confirmed: true })).readOnly, false);
  });

  it('leaves an import resumable when the program ends in the middle of it', async () => {
    const card = path.join(root, 'card');
    fs.mkdirSync(card);
    for (let index = 0; index < 200; index += 1) {
      fs.writeFileSync(path.join(card, `IMG_${index}.jpg`), sampleJpeg(String(index), 50_000));
    }
    const engine = await open();
    const managedDirectory = path.join(root, 'managed');
    const catalog = await engine.createCatalog({ name: 'Photos', managedDirectory });
    const source = await engine.createSource({ catalogId: catalog.id, sourcePath: card });
    const { scanId } = await engine.scanSource({ sourceId: source.id });
    const closing: Promise<void>[] = [];
    const job = await engine
      .importSource(
        { sourceId: source.id, scanId, importMode: 'copy' },
        {
          onProgress: () => {
            if (closing.length === 0) closing.push(engine.close());
          },
        },
      )
      .catch(() => null);
    await Promise.all(closing);
    assert.ok(job === null || job.status === 'INTERRUPTED');
    const again = await open();
    const { jobs } = await again.listImportJobs({});
    assert.equal(jobs[0]?.status, 'INTERRUPTED');
    assert.deepEqual((await again.recover({})).interruptedJobs, [jobs[0]?.id]);
    const resumed = await again.resumeImportJob({ jobId: String(jobs[0]?.id) });
    assert.deepEqual([resumed.status, resumed.filesImported], ['SUCCESS', 200]);
  });
});
