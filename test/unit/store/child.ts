/** The other process of the tests: `child.ts <task> <root>`. It runs until it is killed. */
import fs from 'node:fs';
import { acquireLock } from '../../../src/catalog/store/catalogLock.js';
import { catalogDirectory } from '../../../src/catalog/store/catalogFile.js';
import { openCatalogStore } from '../../../src/catalog/store/openCatalog.js';
import { catalog, optionsFor } from './support.js';

const [task = '', root = ''] = process.argv.slice(2);
const options = optionsFor(root);
const say = (line: string): void => void fs.writeSync(1, `${line}\n`);
const forever = (): void => void setInterval(() => undefined, 1000);

if (task === 'lock') {
  const result = await acquireLock(catalogDirectory(options.workspaceDirectory));
  say(result.acquired ? 'acquired' : 'refused');
  forever();
} else if (task === 'lock-blocked') {
  const result = await acquireLock(catalogDirectory(options.workspaceDirectory));
  say(result.acquired ? 'acquired' : 'refused');
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
} else {
  const { store } = await openCatalogStore(options);
  if (!store || store.readOnly) throw new Error('the child cannot write');
  if (task === 'hold') {
    store.catalogs.insert(catalog({ id: 'from-child', name: 'From child' }));
    process.stdin.on('data', () => {
      store.catalogs.insert(catalog({ id: 'more', name: 'More' }));
    });
    say('holding');
    forever();
  } else if (task === 'half-transaction') {
    store.catalogs.insert(catalog({ id: 'committed', name: 'Committed' }));
    store.transaction(() => {
      // More than the page cache holds, so that pages of the open transaction reach the disk.
      store.driver.get('PRAGMA cache_size = 20');
      for (let index = 0; index < 3000; index++) {
        store.auditLog.append({ at: 'x', operation: 'half', path: 'p'.repeat(500) });
      }
      store.catalogs.delete('committed');
      say('in transaction');
      for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
    });
  } else if (task === 'write-pairs') {
    store.driver.get('PRAGMA wal_autocheckpoint = 30');
    say('writing');
    const step = (round: number): void => {
      // Both entries or none, and enough pages that checkpoints come often.
      store.transaction(() => {
        store.auditLog.append({ at: String(round), operation: 'left', path: 'x'.repeat(9000) });
        store.auditLog.append({ at: String(round), operation: 'right', path: 'y'.repeat(9000) });
      });
      setImmediate(step, round + 1);
    };
    step(0);
  }
}
