import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { sampleJpeg } from '../../../bench/lib/sampleFiles.js';
import { openCatalogEngine, type CatalogEngine } from '../../../src/catalog/engine.js';
import { markerName } from '../../../src/catalog/files/managedMarker.js';
import type { SqlParams } from '../../../src/catalog/store/driver.js';
import { NodeSqliteDriver } from '../../../src/catalog/store/nodeSqliteDriver.js';
import { trashFolder } from '../../../src/catalog/files/moveInside.js';
import { quarantineFolder } from '../../../src/catalog/files/removePlaced.js';
import { IntegrityFixture } from '../../unit/maintenance/integrityFixture.js';

/** What lies in the trash of an operation that the tests invent. */
export const inventedOperation = 'invented-operation';

/**
 * A catalog with files of its own and, around them, what none of its rows may reach: a folder elsewhere, another
 * catalog's directory below the same root, links that lead out, and what is kept in the managed directory itself.
 */
export class HostileWorld {
  readonly fixture: IntegrityFixture;
  readonly outside: string;
  readonly nested: string;
  #engine: CatalogEngine | null = null;
  /** By names of files in `photos`. */
  readonly ids = new Map<string, string>();
  readonly stored = new Map<string, string>();
  readonly contents = new Map([['secret.jpg', sampleJpeg('secret.jpg', 1000)]]);
  jobId = '';

  private constructor(fixture: IntegrityFixture) {
    this.fixture = fixture;
    this.outside = path.join(fixture.root, 'outside');
    this.nested = path.join(fixture.managed, 'nested');
  }

  /** Imports `a.jpg` with a sidecar and `b.jpg` by a mode, and lays out what surrounds them. */
  static async create(importMode: 'copy' | 'move' | 'reference'): Promise<HostileWorld> {
    const fixture = await IntegrityFixture.create();
    const world = new HostileWorld(fixture);
    fixture.put('a.jpg', 'b.jpg');
    for (const name of ['a.jpg', 'b.jpg']) {
      world.contents.set(name, fs.readFileSync(fixture.at(name)));
    }
    fs.writeFileSync(fixture.at('a.xmp'), '<x:xmpmeta xmlns:x="adobe:ns:meta/"/>');
    world.surround();
    await fixture.import(importMode);
    for (const { id, originalSourcePath, currentPath } of await fixture.images()) {
      const name = path.basename(originalSourcePath);
      world.ids.set(name, id);
      world.stored.set(name, path.relative(fixture.managed, currentPath));
    }
    const { jobs } = await fixture.engine.listImportJobs({});
    world.jobId = jobs[0]?.id ?? '';
    await fixture.engine.close();
    return world;
  }

  private surround(): void {
    const { managed } = this.fixture;
    const put = (folder: string, name: string, content: Buffer | string): void => {
      fs.mkdirSync(folder, { recursive: true });
      fs.writeFileSync(path.join(folder, name), content);
    };
    // The worst case: the hostile file knows the contents.
    for (const [name, content] of this.contents) {
      put(this.outside, name, content);
      put(this.nested, name, content);
      put(path.join(managed, trashFolder, 'another-operation'), name, content);
    }
    put(this.outside, 'secret.txt', 'the secret');
    put(this.outside, 'secret.xmp', '<secret/>');
    put(path.join(managed, quarantineFolder), '1-a.jpg', this.content('a.jpg'));
    put(this.nested, markerName, '# of another\nanother-catalog\n');
    fs.mkdirSync(path.join(this.outside, 'empty'));
    fs.symlinkSync(this.outside, path.join(managed, 'linked'));
    fs.symlinkSync(this.outside, path.join(managed, trashFolder, 'linked-operation'));
  }

  /** An engine that opens, and recovers, the catalog file as it is now. */
  get engine(): CatalogEngine {
    this.#engine ??= openCatalogEngine({
      workspaceDirectory: this.fixture.workspace,
      trusted: true,
      machineStateDirectory: path.join(this.fixture.root, 'state'),
    });
    return this.#engine;
  }

  get catalogId(): string {
    return this.fixture.catalogId;
  }

  /** Of a file of `photos`. */
  id(name: string): string {
    return this.ids.get(name) ?? '';
  }

  content(name: string): Buffer {
    return this.contents.get(name) ?? Buffer.alloc(0);
  }

  checksum(name: string): string {
    return createHash('sha256').update(this.content(name)).digest('hex');
  }

  /** Where a file of `photos` stands in the managed directory. */
  storedPath(name: string): string {
    return this.stored.get(name) ?? '';
  }

  /** Changes the catalog file while nobody has it open. @returns how many rows were changed by each statement */
  async tamper(statements: readonly (readonly [string, SqlParams])[]): Promise<number[]> {
    const file = path.join(this.fixture.workspace, '.image-catalog', 'catalog.sqlite');
    const driver = await NodeSqliteDriver.open({ file });
    try {
      return statements.map(([sql, params]) => driver.run(sql, params));
    } finally {
      driver.close();
    }
  }

  /** Everything that no row may reach: names, kinds, contents and times. */
  surroundings(): string[] {
    const { managed } = this.fixture;
    const folders = [this.outside, this.nested, path.join(managed, quarantineFolder)];
    folders.push(path.join(managed, trashFolder, 'another-operation'));
    const own = [path.join(managed, markerName), path.join(managed, 'linked')];
    own.push(path.join(managed, trashFolder, 'linked-operation'));
    return [...folders.flatMap(entriesBelow), ...own].map(describeEntry);
  }

  /** Files of the catalog itself, by content; those in the trash left out. */
  ownFiles(): string[] {
    const { managed } = this.fixture;
    return entriesBelow(managed)
      .filter((file) => /\.(jpg|xmp)$/.test(file))
      .filter((file) => !/\.imgcat-|nested|linked/.test(path.relative(managed, file)))
      .map((file) => `${path.relative(managed, file)} ${contentOf(file)}`);
  }

  /** Names of files in the managed directory or the workspace that have a content from outside. */
  leaks(): string[] {
    const secrets = ['secret.txt', 'secret.xmp', 'secret.jpg'].map((name) =>
      contentOf(path.join(this.outside, name)),
    );
    const places = [this.fixture.managed, this.fixture.workspace];
    return places
      .flatMap(entriesBelow)
      .filter((file) => fs.lstatSync(file).isFile() && secrets.includes(contentOf(file)))
      .filter((file) => !file.startsWith(this.nested) && !file.includes('another-operation'));
  }

  async remove(): Promise<void> {
    await this.#engine?.close();
    fs.rmSync(this.fixture.root, { recursive: true, force: true });
  }
}

/** Links are not followed. */
function entriesBelow(folder: string): string[] {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    return entry.isDirectory() ? [file, ...entriesBelow(file)] : [file];
  });
}

function describeEntry(file: string): string {
  const stats = fs.lstatSync(file, { bigint: true });
  const content = stats.isFile() ? contentOf(file) : '';
  return [file, stats.mode, stats.nlink, stats.isFile() ? stats.mtimeNs : '', content].join(' ');
}

const contentOf = (file: string): string =>
  createHash('sha256').update(fs.readFileSync(file)).digest('hex');
