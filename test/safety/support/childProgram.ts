import { buildSync } from 'esbuild';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Places } from './world.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
let program: string | null = null;

/** The child in one file: it starts several times faster than from sources. */
function childProgram(): string {
  if (program) return program;
  // In the project, so that it finds the SQLite library.
  const folder = path.join(root, '.artifacts', 'safety');
  fs.mkdirSync(folder, { recursive: true });
  program = path.join(folder, `child-${process.pid}.mjs`);
  buildSync({
    entryPoints: [fileURLToPath(new URL('./child.ts', import.meta.url))],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['node-sqlite3-wasm', 'sql.js'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'error',
  });
  const made = program;
  process.on('exit', () => fs.rmSync(made, { force: true }));
  return program;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

export interface StartedChild {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Starts the child. @param wrapper a program with its arguments that runs it */
export function startChild(
  task: string,
  places: Places,
  args: readonly string[],
  wrapper: readonly string[] = [],
): StartedChild {
  const words = [
    ...wrapper,
    process.execPath,
    childProgram(),
    task,
    JSON.stringify(places),
    ...args,
  ];
  const [command = '', ...others] = words;
  const child = spawn(command, others, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, UV_THREADPOOL_SIZE: wrapper.length > 0 ? '1' : '4' },
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, output }));
  });
  return { process: child, ended };
}
