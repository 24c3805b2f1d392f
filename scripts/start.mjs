// `npm start [-- FOLDER] [-- --no-open]`: builds the extension and opens VS Code with it.
// Without FOLDER, or when FOLDER is missing or empty, a sample workspace is made. With a desktop VS Code (`code` on
// PATH) that is used, else a VS Code server on this machine that is seen in the browser.
//   --server: the server even if there is a desktop VS Code     --no-open: print the address, open no browser
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensure } from './ensure.mjs';
import { cacheFolder, root, run } from './lib/project.mjs';
import { onPath } from './vscode/system.mjs';

const { values: flags, positionals } = parseArgs({
  options: {
    'no-open': { type: 'boolean', default: false },
    server: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});

/** The folder to open; makes the sample in it if it is missing or empty. */
async function workspaceFolder() {
  const folder = path.resolve(
    process.env['INIT_CWD'] ?? '.',
    positionals[0] ?? path.join(cacheFolder(), 'image-catalog-sample'),
  );
  if (fs.existsSync(folder) && fs.readdirSync(folder).length > 0) {
    if (!positionals[0]) console.log(`Opening the sample in ${folder} (delete it for a new one).`);
    return folder;
  }
  const { makeSample } = await import('./sample/makeSample.mjs');
  console.log(`${makeSample(folder).length} sample files are in ${folder}.`);
  return folder;
}

/** `code` on PATH may be the command of a window that is open elsewhere; only a desktop one can load an extension. */
function desktopCode() {
  if (flags.server || process.env['VSCODE_IPC_HOOK_CLI']) return undefined;
  return onPath('code') ?? onPath('code-insiders') ?? onPath('codium');
}

/** @param {string} code @param {string} folder */
function openDesktop(code, folder) {
  console.log(`Starting ${code}`);
  const args = [`--extensionDevelopmentPath=${root}`, '--disable-workspace-trust', folder];
  const viaShell = /\.(cmd|bat)$/i.test(code);
  const quoted = viaShell ? args.map((argument) => `"${argument}"`) : args;
  const result = spawnSync(viaShell ? `"${code}"` : code, quoted, {
    stdio: 'inherit',
    shell: viaShell,
  });
  return result.status ?? 1;
}

/** @param {string} folder */
async function serve(folder) {
  const server = await import('./vscode/server.mjs');
  const profile = await server.makeProfile();
  /** @type {import('./vscode/server.mjs').Server | undefined} */
  let running;
  let stopping = false;
  const clean = async () => {
    stopping = true;
    await running?.stop();
    server.dropProfile(profile);
  };
  server.stopOnSignals(clean, 0);
  try {
    server.linkExtension(profile, root);
    running = await server.startServer(profile, { idleSeconds: 0 });
    const address = server.workbenchUrl(running, folder);
    console.log(`\nVS Code with Image Catalog: ${address}\nCtrl+C ends it.`);
    if (!flags['no-open']) openInBrowser(address);
    await running.exited;
    if (stopping) return 0;
    console.error(`The server ended.\n${running.log()}`);
    return 1;
  } finally {
    await clean();
  }
}

/** Does its best: the address has been printed. @param {string} address */
function openInBrowser(address) {
  const graphical = process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'];
  const opener =
    process.platform === 'darwin' ? 'open' : graphical ? onPath('xdg-open') : undefined;
  if (!opener) return;
  const child = spawn(opener, [address], { stdio: 'ignore', detached: true });
  child.once('error', () => {});
  child.unref();
}

try {
  await ensure();
  const built = await run(process.execPath, [path.join(root, 'scripts/build.mjs')]);
  if (built !== 0) process.exit(built);
  const folder = await workspaceFolder();
  const code = desktopCode();
  process.exitCode = code ? openDesktop(code, folder) : await serve(folder);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
