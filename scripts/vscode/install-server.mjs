// Installs a VS Code server (code-server and the Node 24 that it needs, both from npm) outside the project:
// for `npm start` without a desktop VS Code, and for the tests inside VS Code.
//   node scripts/vscode/install-server.mjs
// Not a plain `npm i code-server`: its install script insists on running under Node 24 and compiles modules that
// the server starts without. Two small ones are compiled here (log files and output channels); they
// need python3, make and g++, and without these the server runs all the same, with fewer logs.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { cacheFolder, runNpm, seconds } from '../lib/project.mjs';
import { aptInstall, onPath } from './system.mjs';

const pinned = path.join(import.meta.dirname, 'server');
const nodeVersion = '24.21.0';

export const serverFolder =
  process.env['IMAGE_CATALOG_CACHE'] ?? path.join(cacheFolder(), 'image-catalog-vscode-server');
const nodePackage = path.join(
  serverFolder,
  'node_modules',
  `node-${process.platform}-${process.arch}`,
);
/** The Node 24 that runs the server. */
export const serverNode = path.join(nodePackage, 'bin/node');
/** The server's command-line entry. */
export const serverEntry = path.join(serverFolder, 'node_modules/code-server/out/node/entry.js');

const stamp = path.join(serverFolder, '.installed');
const pinnedLock = () => fs.readFileSync(path.join(pinned, 'package-lock.json'), 'utf8');

export function isServerInstalled() {
  return fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === pinnedLock();
}

/** @param {readonly string[]} args @param {string} cwd @param {NodeJS.ProcessEnv} [env] */
async function npm(args, cwd, env = {}) {
  const started = Date.now();
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  const inherited = Object.fromEntries(
    // npm tells its children about the project that it runs for, which would lead it back there.
    Object.entries(process.env).filter(
      ([name]) => !/^npm_(config_local_prefix|package_|lifecycle_)/.test(name),
    ),
  );
  const code = await runNpm([...args, ...quiet], { cwd, env: { ...inherited, ...env } });
  if (code !== 0) throw new Error(`npm ${args.join(' ')} failed in ${cwd}: see its message above.`);
  console.log(`  npm ${args.join(' ')}: ${seconds(started)}`);
}

function canCompile() {
  const tools = ['python3', 'make', 'g++'];
  if (tools.every((tool) => onPath(tool))) return true;
  aptInstall(tools);
  return tools.every((tool) => onPath(tool));
}

/** Installs the server unless this very version is there. About a minute, 0.8 GB. */
export async function installServer() {
  if (isServerInstalled()) return;
  if (process.platform === 'win32')
    throw new Error('code-server does not run on Windows: install VS Code and put `code` on PATH.');
  console.log(`Installing a VS Code server into ${serverFolder} (once, about a minute).`);
  fs.rmSync(stamp, { force: true });
  fs.mkdirSync(serverFolder, { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) {
    fs.rmSync(path.join(serverFolder, name), { force: true });
    fs.copyFileSync(path.join(pinned, name), path.join(serverFolder, name));
  }
  const lockIsForThisPlatform = process.platform === 'linux' && process.arch === 'x64';
  await npm(
    ['ci', '--ignore-scripts', ...(lockIsForThisPlatform ? [] : ['--force'])],
    serverFolder,
  );
  if (!lockIsForThisPlatform) {
    const name = `node-${process.platform}-${process.arch}@${nodeVersion}`;
    await npm(['install', '--no-save', '--ignore-scripts', '--force', name], serverFolder);
  }
  const vscode = path.join(serverFolder, 'node_modules/code-server/lib/vscode');
  // Not `npm ci`: the shrinkwrap there is not in step with its package.json.
  await npm(['install', '--omit=dev', '--ignore-scripts'], vscode);
  if (canCompile()) {
    await npm(['rebuild', '@vscode/spdlog', '@vscode/native-watchdog'], vscode, {
      PATH: `${path.join(nodePackage, 'bin')}${path.delimiter}${process.env['PATH']}`,
      npm_config_nodedir: nodePackage, // the package holds the headers too, so nothing is downloaded
    });
  } else {
    console.log(
      '  python3, make or g++ is missing: the server will run without its own log files.',
    );
  }
  const check = spawnSync(serverNode, ['--version'], { encoding: 'utf8' });
  if (check.status !== 0) throw new Error(`${serverNode} does not start.`);
  fs.writeFileSync(stamp, pinnedLock());
}

if (process.argv[1] === import.meta.filename) {
  await installServer();
  console.log(`The VS Code server is in ${serverFolder}.`);
}
