// Runs test/host/**/*.test.ts inside the extension host of a real VS Code.
//   VSCODE_TEST_HOST=code-server (default) | desktop      MOCHA_GREP=... to run some
// desktop: @vscode/test-electron downloads VS Code, or VSCODE_EXECUTABLE names one.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { artifactsFolder, root, run } from '../lib/project.mjs';

process.chdir(root);
if (
  !fs.existsSync('dist/extension.js') &&
  (await run(process.execPath, ['scripts/build.mjs'])) !== 0
)
  process.exit(1);
if ((await run(process.execPath, ['scripts/build.mjs', '--tests'])) !== 0) process.exit(1);

const { runTests } = await import('@vscode/test-electron');
const { makeSample } = await import('../sample/makeSample.mjs');

const artifacts = path.join(artifactsFolder, 'host');
fs.rmSync(artifacts, { recursive: true, force: true });
const workspace = fs.mkdtempSync(path.join(os.tmpdir(), 'ic-host-'));
const desktop = process.env['VSCODE_TEST_HOST'] === 'desktop';
const executable = desktop
  ? process.env['VSCODE_EXECUTABLE']
  : path.join(root, 'scripts/vscode/code-server-as-code.mjs');
/** @type {number} */
let code = 1;
try {
  makeSample(workspace);
  process.env['HOST_TEST_ARTIFACTS'] = artifacts;
  code = await runTests({
    ...(executable
      ? { vscodeExecutablePath: executable }
      : { version: process.env['VSCODE_TEST_VERSION'] ?? 'stable' }),
    extensionDevelopmentPath: root,
    extensionTestsPath: path.join(root, 'dist-test/host/index.js'),
    launchArgs: [workspace, '--disable-extensions', '--disable-workspace-trust'],
    extensionTestsEnv: {
      MOCHA_GREP: process.env['MOCHA_GREP'],
      TEST_COUNTS: process.env['TEST_COUNTS'],
    },
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  const failure = /** @type {{code?: unknown}} */ (error);
  code = typeof failure.code === 'number' ? failure.code : 1;
} finally {
  fs.rmSync(workspace, { recursive: true, force: true, maxRetries: 5 });
}
process.exit(code);
