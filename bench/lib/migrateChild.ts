/** Migrates the old catalog in a folder into a new workspace beside it; prints seconds (of the clock and of processors) and memory as JSON. */
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
interface Took {
  readonly seconds: number;
  readonly processorSeconds: number;
}

async function timed(work: () => Promise<unknown>): Promise<Took> {
  const [start, before] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return {
    seconds: Number(((performance.now() - start) / 1000).toFixed(1)),
    processorSeconds: Number(((user + system) / 1e6).toFixed(1)),
  };
}

async function main(): Promise<void> {
  const request = {
    from: folder,
    mappings: [{ from: '/app/photos', to: path.join(folder, 'photos') }],
  };
  const dryRun = await timed(() => engine.planMigration(request));
  // Includes a dry run of its own.
  const migration = await timed(() => engine.migrateLegacy(request));
  const again = await timed(() => engine.migrateLegacy(request));
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
}

void main();
