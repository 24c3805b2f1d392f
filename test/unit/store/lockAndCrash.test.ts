import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { LockHolder } from '../../../src/catalog/store/catalogLock.js';
import { acquireLock } from '../../../src/catalog/store/catalogLock.js';
import { openCatalogStore } from '../../../src/catalog/store/openCatalog.js';
import { TemporaryWorkspace, catalog } from './support.js';

describe('one writer per catalog file', function () {
  // Starts real processes, each of which loads the sources anew.
  this.timeout(60_000);
  let workspace: TemporaryWorkspace;
  let lockFile: string;
  beforeEach(() => {
    workspace = new TemporaryWorkspace();
    fs.mkdirSync(workspace.catalogDirectory);
    lockFile = path.join(workspace.catalogDirectory, 'catalog.lock');
  });
  afterEach(() => workspace.remove());

  const acquire = (takeOver = false) => acquireLock(workspace.catalogDirectory, { takeOver });

  /** A lock file as a process that is gone would have left it. */
  function leaveLockFile(values: Partial<LockHolder>): void {
    const holder = { host: 'h', bootId: null, pidNamespace: null, pid: 1, processStart: null };
    const rest = { nonce: 'n', mutex: null, program: 'Other' };
    fs.writeFileSync(lockFile, JSON.stringify({ ...holder, ...rest, ...values }));
  }

  it('gives the lock once, and again after its release', async () => {
    const first = await acquire();
    assert.ok(first.acquired && first.lock.stillHeld());
    const second = await acquire();
    assert.equal(second.acquired, false);
    assert.equal(!second.acquired && second.holder?.pid, process.pid);
    await first.lock.release();
    assert.equal(fs.existsSync(lockFile), false);
    const third = await acquire();
    assert.ok(third.acquired);
    await third.lock.release();
    assert.deepEqual(fs.readdirSync(workspace.catalogDirectory), []);
  });

  it('has a mutex that every version of Node names alike', async function () {
    // Versions differ in whether they pad an abstract name, so only one of full length is the same for all.
    if (process.platform !== 'linux') this.skip();
    const held = await acquire();
    assert.ok(held.acquired);
    const [address = ''] = held.lock.holder.mutex?.split('|') ?? [];
    assert.equal(address.length, 108);
    const names = fs.readFileSync('/proc/net/unix', 'utf8').split(/\s+/);
    assert.ok(names.includes(address.replace('\0', '@')));
    await held.lock.release();
  });

  it('refuses a second process, and yields when the first is killed', async () => {
    const { child, firstLine } = await workspace.startChild('lock');
    assert.equal(firstLine, 'acquired');
    const refused = await acquire();
    assert.equal(!refused.acquired && refused.holder?.pid, child.pid);
    await workspace.kill(child);
    const result = await acquire();
    assert.ok(result.acquired);
    await result.lock.release();
  });

  it('is not lost while the event loop of its holder is blocked', async () => {
    const { firstLine } = await workspace.startChild('lock-blocked');
    assert.equal(firstLine, 'acquired');
    for (let attempt = 0; attempt < 3; attempt++) {
      assert.equal((await acquire()).acquired, false);
      await delay(20);
    }
  });

  it('takes the lock file of an earlier start of the computer', async () => {
    const first = await acquire();
    assert.ok(first.acquired);
    const { holder } = first.lock;
    await first.lock.release();
    if (holder.bootId === null) return;
    leaveLockFile({ ...holder, mutex: null, bootId: 'an earlier one' });
    const result = await acquire();
    assert.ok(result.acquired);
    await result.lock.release();
  });

  it('takes a broken lock file', async () => {
    fs.writeFileSync(lockFile, '');
    const result = await acquire();
    assert.ok(result.acquired);
    await result.lock.release();
  });

  it('leaves the lock of another computer alone until a person says otherwise', async () => {
    leaveLockFile({ host: 'another-computer', nonce: 'foreign' });
    const before = fs.readFileSync(lockFile);
    const refused = await acquire();
    assert.equal(!refused.acquired && refused.holder?.host, 'another-computer');
    assert.deepEqual(fs.readFileSync(lockFile), before);
    const taken = await acquire(true);
    assert.ok(taken.acquired && taken.lock.stillHeld());
    await taken.lock.release();
  });

  describe('with a catalog', () => {
    beforeEach(async () => {
      fs.rmdirSync(workspace.catalogDirectory);
      await (await workspace.create()).close();
    });

    it('opens read-only beside a writing process, and for writing after it was killed', async () => {
      const { child } = await workspace.startChild('hold');
      assert.equal(fs.existsSync(`${workspace.file}.lock`), true);
      const second = await openCatalogStore(workspace.options);
      assert.deepEqual([second.state.readOnly, second.state.readOnlyReason], [true, 'locked']);
      assert.match(second.state.lockHolder ?? '', new RegExp(String(child.pid)));
      assert.equal(second.store?.catalogs.find('from-child')?.name, 'From child');
      assert.throws(() => second.store?.catalogs.insert(catalog()), { code: 'CATALOG_READ_ONLY' });
      assert.equal(second.isStale(), false);
      await second.store?.close();

      await workspace.kill(child);
      assert.equal(fs.existsSync(`${workspace.file}.lock`), true);
      const third = await openCatalogStore(workspace.options);
      assert.equal(third.state.readOnly, false);
      third.store?.catalogs.insert(catalog());
      assert.equal(third.store?.catalogs.list().length, 2);
      await third.store?.close();
      assert.equal(fs.existsSync(`${workspace.file}.lock`), false);
    });

    it('shows nothing of a transaction whose process was killed', async () => {
      const { child } = await workspace.startChild('half-transaction');
      // The point of the test: part of the open transaction has reached the disk.
      assert.ok(fs.statSync(`${workspace.file}-wal`).size > 500_000);
      await workspace.kill(child);
      const names = ['Committed'];
      for (const trusted of [false, true]) {
        const { store } = await openCatalogStore({ ...workspace.options, trusted });
        assert.deepEqual(
          store?.catalogs.list().map((row) => row.name),
          names,
        );
        assert.equal(store?.auditLog.page({ offset: 0, limit: 1 }).total, 0);
        await store?.close();
      }
    });

    it('reads whole transactions while another process writes', async () => {
      await workspace.startChild('write-pairs');
      let seen = 0;
      for (let attempt = 0; attempt < 12; attempt++) {
        const trusted = attempt % 3 !== 0;
        const { store } = await openCatalogStore({ ...workspace.options, trusted });
        const counts = store?.driver.get<{ left: number; right: number }>(
          `SELECT sum(operation = 'left') AS left, sum(operation = 'right') AS right FROM audit_log`,
        );
        assert.ok(counts && counts.left >= seen);
        assert.equal(counts.left, counts.right);
        seen = counts.left;
        const check = store?.driver.get<{ quick_check: string }>('PRAGMA quick_check');
        assert.equal(check?.quick_check, 'ok');
        await store?.close();
      }
      assert.ok(seen > 0);
    });
  });
});
