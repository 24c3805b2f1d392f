#!/usr/bin/env node
// Takes the command line that @vscode/test-electron gives to VS Code and runs it in code-server instead.
import path from 'node:path';
import { runInCodeServer } from './run-in-code-server.mjs';

/** @param {string} name */
function option(name) {
  const found = process.argv.find((argument) => argument.startsWith(`--${name}=`));
  if (!found) throw new Error(`--${name} is missing`);
  return path.resolve(found.slice(name.length + 3));
}

const folder = process.argv.slice(2).find((argument) => !argument.startsWith('-'));
if (!folder) throw new Error('The folder to open must come first.');
process.exit(
  await runInCodeServer({
    extensionFolder: option('extensionDevelopmentPath'),
    testsFile: option('extensionTestsPath'),
    workspace: path.resolve(folder),
    artifacts: path.resolve(process.env['HOST_TEST_ARTIFACTS'] ?? '.artifacts/host'),
    limitMs: Number(process.env['HOST_TEST_LIMIT_MS'] ?? 240_000),
  }),
);
