import fs from 'node:fs';
import path from 'node:path';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import type { CatalogStore } from '../../../src/catalog/store/catalogStore.js';
import type { SqlDriver } from '../../../src/catalog/store/driver.js';
import type { Before, Expectation } from './invariants.js';
import { filesNow } from './invariants.js';
import type { SafetyOperation } from './operations.js';
import { expectationOf } from './operations.js';
import type { Places } from './world.js';
import { newPlaces, removePlaces, SafetyWorld } from './world.js';

interface KeptFile {
  readonly bytes: Buffer;
  readonly mtimeNs: bigint;
  /** As the catalog knows it. */
  readonly inode: bigint;
}

interface Standing {
  readonly inode: bigint;
  readonly ctimeNs: bigint;
}

/** A world as an operation finds it, with the catalog open. */
export interface FreshWorld {
  readonly world: SafetyWorld;
  readonly before: Before;
  readonly expected: Expectation;
}

/**
 * A world in which an operation is arranged once and which can be had again as often as wanted: making one anew
 * takes most of the time of trying a fault.
 */
export class PreparedWorld {
  readonly operation: SafetyOperation;
  readonly places: Places;
  readonly #arranged: string;
  readonly #folders: readonly string[];
  readonly #files: ReadonlyMap<string, KeptFile>;
  readonly #standing = new Map<string, Standing>();

  private constructor(operation: SafetyOperation, places: Places, arranged: string) {
    this.operation = operation;
    this.places = places;
    this.#arranged = arranged;
    const { folders, files } = everythingIn(rootsOf(places));
    this.#folders = folders;
    this.#files = new Map(
      files.map(({ file, stats }) => [
        file,
        { bytes: fs.readFileSync(file), mtimeNs: stats.mtimeNs, inode: stats.ino },
      ]),
    );
    for (const { file, stats } of files) {
      this.#standing.set(file, { inode: stats.ino, ctimeNs: stats.ctimeNs });
    }
  }

  static async of(operation: SafetyOperation): Promise<PreparedWorld> {
    if (!operation.volumes) throw new Error('this machine has no two volumes');
    const places = newPlaces(...operation.volumes);
    const world = await SafetyWorld.create(places, operation.card);
    const arranged = await operation.arrange(world);
    await world.close();
    return new PreparedWorld(operation, places, arranged);
  }

  /** What `arrange` returned. */
  get arranged(): string {
    return this.#arranged;
  }

  /** The world as it was arranged, whatever has happened to it since. */
  async fresh(): Promise<FreshWorld> {
    this.#restore();
    const world = SafetyWorld.at(this.places);
    await world.open();
    tellInodes(world.store, this.#changedInodes());
    return { world, before: filesNow(world), expected: expectationOf(this.operation, world) };
  }

  remove(): void {
    removePlaces(this.places);
  }

  #restore(): void {
    const there = everythingIn(rootsOf(this.places));
    const untouched = new Set<string>();
    for (const { file, stats } of there.files) {
      const known = this.#standing.get(file);
      if (known?.inode === stats.ino && known.ctimeNs === stats.ctimeNs) untouched.add(file);
      else fs.rmSync(file);
    }
    const wanted = new Set(this.#folders);
    for (const folder of [...there.folders].reverse())
      if (!wanted.has(folder)) fs.rmdirSync(folder);
    for (const folder of this.#folders) fs.mkdirSync(folder, { recursive: true });
    const made = new Map<bigint, string>();
    for (const [file, kept] of this.#files) {
      if (!untouched.has(file)) {
        const other = made.get(kept.inode);
        if (other === undefined) write(file, kept);
        else fs.linkSync(other, file);
      }
      made.set(kept.inode, file);
    }
    for (const file of this.#files.keys()) {
      const stats = fs.lstatSync(file, { bigint: true });
      this.#standing.set(file, { inode: stats.ino, ctimeNs: stats.ctimeNs });
    }
  }

  #changedInodes(): Map<bigint, bigint> {
    const changed = new Map<bigint, bigint>();
    for (const [file, { inode }] of this.#files) {
      const now = this.#standing.get(file)?.inode;
      if (now !== undefined && now !== inode) changed.set(inode, now);
    }
    return changed;
  }
}

const rootsOf = ({ base, managed }: Places): string[] => [
  ...new Set([base, path.dirname(managed)]),
];

function everythingIn(roots: readonly string[]): {
  folders: string[];
  files: { file: string; stats: fs.BigIntStats }[];
} {
  const folders: string[] = [];
  const files: { file: string; stats: fs.BigIntStats }[] = [];
  for (const root of roots) {
    for (const entry of fs.readdirSync(root, { recursive: true, withFileTypes: true })) {
      const file = path.join(entry.parentPath, entry.name);
      if (entry.isDirectory()) folders.push(file);
      else files.push({ file, stats: fs.lstatSync(file, { bigint: true }) });
    }
  }
  // Outermost first.
  folders.sort((a, b) => a.length - b.length);
  return { folders, files };
}

function write(file: string, { bytes, mtimeNs }: KeptFile): void {
  const descriptor = nodeFilePort.openNew(file);
  try {
    fs.writeSync(descriptor, bytes);
    nodeFilePort.setModifiedTime(descriptor, mtimeNs);
  } finally {
    fs.closeSync(descriptor);
  }
}

/** A file that was put back has another number, and the catalog has to know it by that. */
function tellInodes({ driver }: CatalogStore, changed: ReadonlyMap<bigint, bigint>): void {
  if (changed.size === 0) return;
  const map = JSON.stringify(
    Object.fromEntries([...changed].map(([old, now]) => [String(old), String(now)])),
  );
  const columns = driver.all<{ tableName: string; name: string }>(
    `SELECT t.name AS tableName, c.name FROM sqlite_schema t, pragma_table_info(t.name) c
    WHERE t.type = 'table' AND c.name LIKE '%inode'`,
  );
  driver.transaction(() => {
    for (const { tableName, name } of columns) {
      driver.run(
        `UPDATE ${tableName} SET ${name} = (SELECT value FROM json_each(:map) WHERE key = ${name})
        WHERE ${name} IN (SELECT key FROM json_each(:map))`,
        { map },
      );
    }
    tellInodesOfSidecars(driver, changed);
  });
}

function tellInodesOfSidecars(driver: SqlDriver, changed: ReadonlyMap<bigint, bigint>): void {
  const rows = driver.all<{ id: number; sidecars: string }>(
    'SELECT id, sidecars FROM scan_files WHERE sidecars IS NOT NULL',
  );
  for (const { id, sidecars } of rows) {
    const told = sidecars.replaceAll(/"inode":"(\d+)"/g, (_text, inode: string) => {
      return `"inode":"${changed.get(BigInt(inode)) ?? inode}"`;
    });
    driver.run('UPDATE scan_files SET sidecars = ? WHERE id = ?', [told, id]);
  }
}
