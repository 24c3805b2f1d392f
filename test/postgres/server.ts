import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

/** A PostgreSQL of the test's own: on a free port, in a temporary folder, never as root. */
export class PostgresServer {
  readonly address: string;
  private readonly process: ChildProcess;
  private readonly folder: string;

  private constructor(address: string, process: ChildProcess, folder: string) {
    this.address = address;
    this.process = process;
    this.folder = folder;
  }

  static async start(): Promise<PostgresServer> {
    const programs = process.env['POSTGRES_BIN'] ?? '/usr/lib/postgresql/15/bin';
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ic-postgres-'));
    const data = path.join(folder, 'data');
    const initialize = ['-D', data, '-U', 'catalog', '--auth=trust', '--no-sync', '--locale=C'];
    const way = waysToRun(folder).find(({ command, options }) => {
      fs.rmSync(data, { recursive: true, force: true });
      const [program = '', ...args] = command(path.join(programs, 'initdb'));
      const result = spawnSync(program, [...args, ...initialize, '-E', 'UTF8'], {
        ...options,
        stdio: 'ignore',
      });
      return result.status === 0;
    });
    if (!way) throw new Error(`initdb of ${programs} fails for every user that it may run as.`);
    const [program = '', ...args] = way.command(path.join(programs, 'postgres'));
    const port = await freePort();
    const server = spawn(
      program,
      [...args, '-D', data, '-p', String(port), '-k', folder, '-h', '127.0.0.1', '-F'],
      { ...way.options, stdio: 'ignore' },
    );
    const address = `postgres://catalog:secret@127.0.0.1:${port}/postgres`;
    const started = new PostgresServer(address, server, folder);
    for (let attempt = 0; ; attempt++) {
      try {
        await started.run('postgres', 'SELECT 1');
        return started;
      } catch (error) {
        if (attempt === 150) {
          await started.stop();
          throw error;
        }
        await delay(200);
      }
    }
  }

  /** The address of one of its databases. */
  database(name: string): string {
    return this.address.replace(/postgres$/, name);
  }

  /** Makes a database and runs SQL in it. */
  async create(name: string, sql: string): Promise<string> {
    await this.run('postgres', `CREATE DATABASE "${name}"`);
    await this.run(name, sql);
    return this.database(name);
  }

  async run(name: string, sql: string): Promise<pg.QueryResult[]> {
    const client = new pg.Client({ connectionString: this.database(name) });
    client.on('error', () => undefined);
    await client.connect();
    try {
      const results = await client.query(sql);
      return Array.isArray(results) ? (results as pg.QueryResult[]) : [results];
    } finally {
      await client.end();
    }
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    if (this.process.exitCode === null && this.process.kill('SIGINT')) await ended;
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

interface WayToRun {
  readonly command: (program: string) => readonly string[];
  readonly options: { readonly cwd: string; readonly uid?: number; readonly gid?: number };
}

/**
 * Postgres refuses to run as root: then as the user that Debian's package made, or as root that another
 * user namespace shows as somebody else.
 */
function waysToRun(folder: string): WayToRun[] {
  const direct = (program: string): readonly string[] => [program];
  if (process.getuid?.() !== 0) return [{ command: direct, options: { cwd: folder } }];
  const mapped = (program: string): readonly string[] => [
    'unshare',
    '--user',
    '--map-user=1000',
    '--map-group=1000',
    program,
  ];
  const ways: WayToRun[] = [{ command: mapped, options: { cwd: folder } }];
  const id = (flag: string): number =>
    Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout.trim());
  const [uid, gid] = [id('-u'), id('-g')];
  if (uid > 0 && gid > 0) {
    // The folder is opened to it last: the other way needs it to be root's.
    ways.push({
      command: direct,
      get options() {
        fs.chownSync(folder, uid, gid);
        return { cwd: folder, uid, gid };
      },
    });
  }
  return ways;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
