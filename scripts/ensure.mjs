// Makes `npm start` and `npm test` work in a fresh clone: installs the development dependencies when they
// are missing or are not those of package-lock.json. Node built-ins only.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { root, runNpm } from './lib/project.mjs';

/** Why the dependencies must be installed, or null if they are all there. */
function reasonToInstall() {
  const installed = readPackages('node_modules/.package-lock.json');
  if (!installed) return 'node_modules is missing';
  const wanted = readPackages('package-lock.json');
  if (!wanted) throw new Error('package-lock.json is missing or damaged: restore it from git.');
  for (const [name, entry] of Object.entries(wanted)) {
    // Optional packages are there only on the platforms that they are for.
    if (name === '' || entry.optional || entry.devOptional) continue;
    if (installed[name]?.version !== entry.version) return `${name} ${entry.version} is missing`;
    if (!fs.existsSync(path.join(root, name, 'package.json'))) return `${name} is missing`;
  }
  return null;
}

/**
 * @param {string} name
 * @returns {Record<string, {version?: string, optional?: boolean, devOptional?: boolean}> | null}
 */
function readPackages(name) {
  try {
    return JSON.parse(fs.readFileSync(path.join(root, name), 'utf8')).packages;
  } catch {
    return null;
  }
}

/**
 * esbuild's install script only makes its start faster: its JavaScript starts the program of the platform
 * package all the same. If npm left that package out, this says so.
 */
function esbuildWorks() {
  const check = "require('esbuild').transformSync('let a: number', { loader: 'ts' })";
  return spawnSync(process.execPath, ['-e', check], { cwd: root }).status === 0;
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new Error(`Node ${process.versions.node} is too old: install Node 20.19 or newer.`);
}

export async function ensure() {
  checkNode();
  const reason = reasonToInstall();
  if (reason) {
    console.log(`Installing the development dependencies (${reason}).`);
    if ((await runNpm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'])) !== 0)
      throw new Error('npm ci failed: see its message above, then start again.');
  }
  if (!esbuildWorks()) {
    await runNpm(['rebuild', 'esbuild']);
    if (!esbuildWorks())
      throw new Error('esbuild does not start: delete node_modules, run npm ci, and start again.');
  }
}

if (process.argv[1] === import.meta.filename) await ensure();
