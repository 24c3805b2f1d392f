/** Imports in a process of its own and kills itself at the k-th call of the file port. For recover.test.ts. */
import { randomUUID } from 'node:crypto';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import { executeImport } from '../../../src/catalog/import/execute.js';
import type { ImportMode } from '../../../src/catalog/model/importJob.js';
import { CatalogStore } from '../../../src/catalog/store/catalogStore.js';
import { NodeSqliteDriver } from '../../../src/catalog/store/nodeSqliteDriver.js';
import { counted } from './countedPort.js';

const [file = '', scanId = '', mode = 'copy', refuseLinks = '', killAt = '0'] =
  process.argv.slice(2);
const store = new CatalogStore(await NodeSqliteDriver.open({ file }));
const [catalog] = store.catalogs.list();
const [source] = store.sources.list();
if (!catalog || !source) throw new Error('no catalog');
const port = counted(nodeFilePort, refuseLinks !== '', (call) => {
  if (call === Number(killAt)) process.kill(process.pid, 'SIGKILL');
});
await executeImport(
  {
    store,
    files: port.files,
    now: () => new Date(),
    newId: randomUUID,
    log: () => undefined,
  },
  {
    catalog,
    source,
    scanId,
    importMode: mode as ImportMode,
    organizationStrategy: 'YEAR_ONLY/ORIGINAL',
  },
);
await store.close();
console.log(port.calls());
