// Runs test/e2e/**/*.e2e.ts: they drive a real VS Code in a browser, with the packed extension installed.
//   node scripts/test/e2e.mjs [--no-package] [mocha options, e.g. -g "title" or a file]
import fs from 'node:fs';
import path from 'node:path';
import { artifactsFolder, root, runTool } from '../lib/project.mjs';
import { packageExtension, vsixPath } from '../package.mjs';
import { ensureBrowser } from '../vscode/find-browser.mjs';
import { installServer } from '../vscode/install-server.mjs';

process.chdir(root);
const args = process.argv.slice(2).filter((argument) => argument !== '--no-package');
try {
  if (process.argv.includes('--no-package')) {
    if (!fs.existsSync(vsixPath())) throw new Error(`${vsixPath()} is missing: npm run package`);
  } else await packageExtension();
  await installServer();
  ensureBrowser();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
fs.rmSync(path.join(artifactsFolder, 'e2e'), { recursive: true, force: true });
const files = args.some((argument) => argument.endsWith('.e2e.ts')) ? [] : ['test/e2e/**/*.e2e.ts'];
const code = await runTool('mocha/bin/mocha.js', [
  '--no-config',
  '--import=tsx',
  ...['--timeout', '120000'],
  '--forbid-only',
  ...['--reporter', path.join(root, 'scripts/test/countingReporter.mjs')],
  ...args,
  ...files,
]);
process.exit(code);
