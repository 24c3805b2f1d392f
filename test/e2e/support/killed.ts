/** Ends programs that hold a catalog the hard way, as a crash or a power cut does. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../../../scripts/lib/project.mjs';
import { filesIn } from './imports.js';
import { poll } from './workbench.js';

/** Kills the process that has the lock of a workspace's catalog: the extension host with its engine. */
export async function killHolder(workspace: string): Promise<void> {
  const lock = path.join(workspace, '.image-catalog', 'catalog.lock');
  const { pid } = JSON.parse(fs.readFileSync(lock, 'utf8')) as { pid: number };
  process.kill(pid, 'SIGKILL');
  await poll(() => !isAlive(pid), 'the end of the process that has the lock');
}

/** A zombie is dead: it waits for its parent only. */
function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(fs.readFileSync(`/proc/${String(pid)}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Waits until an import has put files into the folder; looks often, to be there in the middle of it. */
export async function someFilesIn(folder: string, count = 3): Promise<void> {
  const end = Date.now() + 60_000;
  while (!fs.existsSync(folder) || filesIn(folder).length < count) {
    if (Date.now() > end) throw new Error(`Waited 60 s for files in ${folder}.`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Imports with the command line, which is killed in the middle of it. */
export async function importKilled(
  workspace: string,
  source: string,
  managed: string,
  ...words: readonly string[]
): Promise<void> {
  const before = filesIn(managed).length;
  const program = path.join(root, 'dist/cli.js');
  const args = [program, '--workspace', workspace, 'import', source, ...words];
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await someFilesIn(managed, before + 3);
  if (child.exitCode !== null) throw new Error('The import was over before it could be killed.');
  child.kill('SIGKILL');
  await ended;
}
