import assert from 'node:assert/strict';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { nodeBundle } from '../../scripts/lib/nodeBundle.mjs';
import { decodeProgramFolder } from './decodeProgram.js';

export interface CommandOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let built: Promise<string> | null = null;

/** The command line, bundled as it ships, run in processes of its own. */
export class CommandLine {
  /** Made once per run; the decoding process and its packages stand beside it, as in the extension. */
  static async build(stateDirectory: string): Promise<CommandLine> {
    built ??= buildProgram();
    return new CommandLine(await built, stateDirectory);
  }

  private readonly program: string;
  private readonly env: NodeJS.ProcessEnv;

  private constructor(program: string, stateDirectory: string) {
    this.program = program;
    this.env = { ...process.env, IMAGE_CATALOG_STATE_DIR: stateDirectory };
  }

  run(workspace: string, ...words: string[]): Promise<CommandOutcome> {
    return new Promise((resolve) => {
      const command = [this.program, '--workspace', workspace, ...words];
      const options = { env: this.env, maxBuffer: 1e8 };
      execFile(process.execPath, command, options, (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
      });
    });
  }

  /** What a command prints with --json. */
  async json<T = Record<string, unknown>>(workspace: string, ...words: string[]): Promise<T> {
    const { stdout, stderr } = await this.run(workspace, ...words, '--json');
    assert.ok(stdout.startsWith('{') || stdout.startsWith('['), stderr + stdout);
    return JSON.parse(stdout) as T;
  }

  /** Starts a command and does not wait for it. */
  start(workspace: string, ...words: string[]): ChildProcess {
    const command = [this.program, '--workspace', workspace, ...words];
    return spawn(process.execPath, command, { env: this.env, stdio: 'ignore' });
  }
}

async function buildProgram(): Promise<string> {
  const folder = await decodeProgramFolder();
  const program = join(folder, 'cli.cjs');
  await build({ ...nodeBundle, entryPoints: ['src/cli/main.ts'], outfile: program });
  for (const wasm of [
    'node-sqlite3-wasm/dist/node-sqlite3-wasm.wasm',
    'sql.js/dist/sql-wasm.wasm',
  ]) {
    copyFileSync(join('node_modules', wasm), join(folder, basename(wasm)));
  }
  return program;
}
