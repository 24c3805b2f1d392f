// Starts code-server on 127.0.0.1 with a throw-away profile, and a headless browser for it.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureBrowser } from './find-browser.mjs';
import { installServer, serverEntry, serverNode } from './install-server.mjs';

/**
 * Everything that the server writes is under one temporary folder.
 * @typedef {{root: string, user: string, extensions: string}} Profile
 * @typedef {{
 *   origin: string,
 *   host: string,
 *   exited: Promise<void>,
 *   log: () => string,
 *   stop: () => Promise<void>,
 * }} Server
 */

/** @returns {Promise<Profile>} */
export async function makeProfile() {
  await installServer();
  // A short path: sockets are made under it, and their paths may have about 100 characters.
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'ic-vscode-'));
  const profile = { root, user: path.join(root, 'user'), extensions: path.join(root, 'ext') };
  fs.mkdirSync(path.join(profile.user, 'User'), { recursive: true });
  fs.mkdirSync(profile.extensions);
  // Without --config it writes ~/.config/code-server.
  fs.writeFileSync(path.join(root, 'config.yaml'), 'auth: none\n');
  return profile;
}

/** @param {Profile} profile */
export function dropProfile(profile) {
  fs.rmSync(profile.root, { recursive: true, force: true, maxRetries: 5, retryDelay: 300 });
}

/** @param {Profile} profile */
function baseArguments(profile) {
  return [
    serverEntry,
    ...['--config', path.join(profile.root, 'config.yaml')],
    ...['--user-data-dir', profile.user],
    ...['--extensions-dir', profile.extensions],
  ];
}

/** @param {Profile} profile @param {NodeJS.ProcessEnv} [extra] reaches the extension host too */
function environment(profile, extra = {}) {
  const foreign = /^VSCODE_|^ELECTRON_|^CODE_SERVER_|^(HASHED_)?PASSWORD$|^PORT$|^npm_/;
  const inherited = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return {
    ...Object.fromEntries(inherited),
    XDG_CONFIG_HOME: path.join(profile.root, 'xdg-config'),
    XDG_DATA_HOME: path.join(profile.root, 'xdg-data'),
    XDG_CACHE_HOME: path.join(profile.root, 'xdg-cache'),
    // Else every run leaves vscode-git-*.sock and vscode-ipc-*.sock in the system's folder.
    TMPDIR: profile.root,
    XDG_RUNTIME_DIR: profile.root,
    EXTENSIONS_GALLERY: '{}', // no look-ups in a marketplace
    ...extra,
  };
}

/**
 * Installs the packed extension, as a user would.
 * @param {Profile} profile @param {string} vsix
 */
export function installVsix(profile, vsix) {
  const args = [...baseArguments(profile), '--install-extension', vsix];
  const result = spawnSync(serverNode, args, { env: environment(profile), encoding: 'utf8' });
  if (result.status !== 0 || !/successfully installed/.test(result.stdout))
    throw new Error(`${vsix} was not installed: ${result.stdout}${result.stderr}`);
}

/**
 * Makes the project's folder itself an installed extension. Only before the first start with this profile.
 * @param {Profile} profile @param {string} folder
 */
export function linkExtension(profile, folder) {
  const manifest = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const name = `${manifest.publisher}.${manifest.name}-${manifest.version}`;
  fs.symlinkSync(folder, path.join(profile.extensions, name));
}

const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.reduceMotion': 'on',
  'workbench.editor.useModal': 'off',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'explorer.autoReveal': false,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': 'off',
  'chat.disableAIFeatures': true,
  'chat.agentHost.enabled': false,
};

/**
 * @param {Profile} profile
 * @param {object} [options]
 * @param {boolean} [options.trust] true: workspace trust as a user has it (Restricted Mode with a banner); false: off
 * @param {boolean} [options.testDriver] needed to load an extension under development or tests from the address;
 *   VS Code then shows no notification toasts
 * @param {NodeJS.ProcessEnv} [options.env] for the server and the extension host
 * @param {Record<string, unknown>} [options.settings] user settings
 * @param {number} [options.idleSeconds] the server leaves by itself when no browser was there for so long
 * @returns {Promise<Server>}
 */
export async function startServer(profile, options = {}) {
  const { trust = false, testDriver = false, env = {}, settings = {}, idleSeconds = 120 } = options;
  fs.writeFileSync(
    path.join(profile.user, 'User', 'settings.json'),
    JSON.stringify({ ...quietSettings, ...settings }, null, 1),
  );
  const args = [
    ...baseArguments(profile),
    ...['--auth', 'none', '--bind-addr', '127.0.0.1:0'],
    '--disable-telemetry',
    '--disable-update-check',
    '--disable-getting-started-override',
    '--disable-proxy',
    '--ignore-last-opened',
    ...(idleSeconds > 0 ? ['--idle-timeout-seconds', String(idleSeconds)] : []),
    ...(trust ? [] : ['--disable-workspace-trust']),
    ...(testDriver ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
  ];
  // In a process group of its own, see stop().
  const child = spawn(serverNode, args, {
    env: environment(profile, env),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let log = '';
  /** @type {Promise<void>} */
  const exited = new Promise((resolve) => child.once('exit', () => resolve()));

  const signalGroup = (/** @type {NodeJS.Signals | 0} */ signal) => {
    try {
      return child.pid !== undefined && process.kill(-child.pid, signal);
    } catch {
      return false;
    }
  };
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      const timer = setTimeout(() => signalGroup('SIGKILL'), 8000);
      await exited;
      clearTimeout(timer);
    }
    // The file watcher and the terminal host outlive the server by some seconds and would write into the profile.
    for (let i = 0; i < 10 && signalGroup(0); i++) await new Promise((r) => setTimeout(r, 100));
    signalGroup('SIGKILL');
  };

  /** @type {Promise<string>} */
  const listening = new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`No server after 60 s.\n${log}`)), 60_000);
    const onOutput = (/** @type {Buffer} */ data) => {
      log += data.toString();
      const match = /HTTP server listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(log);
      if (!match?.[1]) return;
      clearTimeout(timer);
      resolve(match[1]);
    };
    child.stdout.on('data', onOutput);
    child.stderr.on('data', onOutput);
    void exited.then(() => {
      clearTimeout(timer);
      reject(new Error(`The server ended.\n${log}`));
    });
  });
  try {
    const origin = await listening;
    return { origin, host: new URL(origin).host, exited, log: () => log, stop };
  } catch (error) {
    signalGroup('SIGKILL');
    throw error;
  }
}

/**
 * A headless browser that can reach nothing but this machine.
 * @param {{viewport?: {width: number, height: number}}} [options]
 */
export async function startBrowser({ viewport = { width: 1400, height: 900 } } = {}) {
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({
    executablePath: ensureBrowser(),
    headless: true,
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      '--no-sandbox', // it does not start as root, nor in most containers
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
    ],
  });
  return { browser, context: await browser.newContext({ viewport, reducedMotion: 'reduce' }) };
}

/**
 * @param {Server} server @param {string} folder
 * @param {readonly (readonly [string, string])[]} [payload] options of the workbench
 */
export function workbenchUrl(server, folder, payload = []) {
  const url = new URL(`${server.origin}/`);
  const all = [['skipWelcome', 'true'], ['skipReleaseNotes', 'true'], ...payload];
  url.searchParams.set('folder', folder);
  url.searchParams.set('payload', JSON.stringify(all));
  return url.toString();
}

/**
 * Calls `stop` when the process is interrupted, then ends it.
 * @param {() => Promise<void>} stop @param {number} [exitCode]
 * @returns {() => void} undoes it
 */
export function stopOnSignals(stop, exitCode = 130) {
  let stopping = false;
  const handler = () => {
    if (stopping) return;
    stopping = true;
    void stop().finally(() => process.exit(exitCode));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, handler);
  return () => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(signal, handler);
  };
}
