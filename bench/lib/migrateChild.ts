/** Migrates the old catalog in a folder into a new workspace beside it; prints seconds and memory as JSON. */
import fs from 'node:fs';
import path from 'node:path';
import { openCatalogEngine } from '../../src/catalog/engine.js';

const folder = process.argv[2] ?? '';
const workspace = path.join(folder, 'workspace');
fs.mkdirSync(workspace);
const engine = openCatalogEngine({
  workspaceDirectory: workspace,
  trusted: true,
  machineStateDirectory: path.join(folder, 'machine'),
});
const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await work();
  return Number(((performance.now() - start) / 1000).toFixed(1));
};
const request = {
  from: folder,
  mappings: [{ from: '/app/photos', to: path.join(folder, 'photos') }],
};
const dryRun = await seconds(() => engine.planMigration(request));
// Includes a dry run of its own.
const migration = await seconds(() => engine.migrateLegacy(request));
const again = await seconds(() => engine.migrateLegacy(request));
const file = path.join(workspace, '.image-catalog', 'catalog.sqlite');
await engine.close();
process.stdout.write(
  JSON.stringify({
    dryRun,
    migration,
    again,
    peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
    catalogMegabytes: Math.round(fs.statSync(file).size / 1e6),
  }),
);
