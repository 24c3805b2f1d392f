import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import { CatalogError, toCatalogError } from '../../../src/catalog/model/errors.js';
import { faultyPort } from './faultyPort.js';
import { checkRecovered, checksumOf, filesNow, rowsOf, stateOf, trashOf } from './invariants.js';
import type { Step, WorkStep } from './modelSteps.js';
import type { Work } from './modelWork.js';
import { workOf } from './modelWork.js';
import { fastTemporaryFolder } from './settings.js';
import type { CardFiles } from './world.js';
import { newPlaces, picture, rawPicture, removePlaces, SafetyWorld } from './world.js';

/** Some with a sidecar, one a pair. */
function shot(number: number): CardFiles {
  const name = `DCIM/IMG_${number}`;
  return {
    [`${name}.JPG`]: picture(`picture ${number}`, 1500),
    ...(number === 8 && { [`${name}.NEF`]: rawPicture(`raw ${number}`) }),
    ...(number >= 7 && { [`${name}.xmp`]: Buffer.from(`<x:xmpmeta>${number}</x:xmpmeta>`) }),
  };
}

/** The catalog at work, beside a plain map of what must not be lost. */
export class ModelRun {
  /** Work that was done to its end, or cut off: how often, by kind. */
  readonly tally = new Map<string, number>();
  readonly #world: SafetyWorld;
  /** Contents that must exist somewhere, with the path where people last saw them. */
  readonly #contents = new Map<string, string>();
  /** Files that the test changed behind the catalog's back: they stay as they were left. */
  readonly #touched = new Set<string>();
  /** What it wrote: wherever the catalog moves that, its row still tells of the content before. */
  readonly #edited = new Set<string>();
  readonly #before: ReturnType<typeof filesNow>;

  private constructor(world: SafetyWorld) {
    this.#world = world;
    this.#before = filesNow(world);
    for (const [file, { checksum }] of this.#before) this.#contents.set(checksum, file);
  }

  static async create(): Promise<ModelRun> {
    return new ModelRun(await SafetyWorld.create(newPlaces(fastTemporaryFolder()), {}));
  }

  async remove(): Promise<void> {
    await this.#world.close();
    removePlaces(this.#world.places);
  }

  async take(one: Step): Promise<void> {
    switch (one.kind) {
      case 'add':
        for (let index = 0; index < one.count; index++) this.#add(shot((one.number + index) % 10));
        return;
      case 'edit':
      case 'delete':
        return this.#interfere(one.kind, one.number);
      case 'reopen':
        return this.#restart();
      default: {
        const work = await workOf(this.#world, one);
        if (!work) return;
        if (one.kind === 'empty trash') this.#forgetTrash();
        return this.#run(one, work);
      }
    }
  }

  #add(files: CardFiles): void {
    for (const [name, bytes] of Object.entries(files)) {
      const file = path.join(this.#world.places.source, name);
      if (fs.existsSync(file)) continue;
      this.#world.putOnCard({ [name]: bytes });
      this.#contents.set(checksumOf(bytes), file);
    }
  }

  /** What lies in the trash only may go from now on. */
  #forgetTrash(): void {
    const now = filesNow(this.#world);
    const inTrash = new Set(trashOf(this.#world, now));
    const elsewhere = new Set(
      [...now].flatMap(([file, { checksum }]) => (inTrash.has(file) ? [] : [checksum])),
    );
    for (const file of inTrash) {
      const checksum = now.get(file)?.checksum ?? '';
      if (!elsewhere.has(checksum)) this.#contents.delete(checksum);
    }
  }

  async #run({ kind, crashAt }: WorkStep, work: Work): Promise<void> {
    const fault = crashAt === 0 ? null : ({ kind: 'CRASH', at: crashAt, forever: true } as const);
    let crashed = false;
    const watched = faultyPort(nodeFilePort, fault, () => {
      crashed = true;
      this.#world.crash();
    });
    const note = (what: string): void => void this.tally.set(what, (this.tally.get(what) ?? 0) + 1);
    try {
      await work(watched.port);
      note(kind);
    } catch (error) {
      if (!crashed && !(error instanceof CatalogError)) throw error;
      if (!crashed && toCatalogError(error).code === 'INTERNAL') throw error;
    }
    if (!crashed) return;
    note(`${kind}, cut off`);
    await this.#restart();
  }

  async #restart(): Promise<void> {
    await this.#world.close();
    await this.#world.open();
    await this.#world.recover();
    const state = stateOf(this.#world);
    await this.#world.recover();
    assert.equal(stateOf(this.#world), state, 'I6: the second recovery changed something');
  }

  /** Somebody edits or deletes a file of the card or the managed directory. */
  #interfere(kind: 'edit' | 'delete', number: number): void {
    const files = [...filesNow(this.#world)].sort(([a], [b]) => (a < b ? -1 : 1));
    const [file, record] = files[number % Math.max(1, files.length)] ?? [];
    if (file === undefined || record === undefined || this.#before.has(file)) return;
    if (path.basename(path.dirname(file)) === '.imgcat-quarantine') return;
    // Two names of one file change together.
    const names = files.filter(([, other]) => other.inode === record.inode).map(([name]) => name);
    if (kind === 'edit') {
      fs.appendFileSync(file, 'edited');
      for (const name of names) this.#touched.add(name);
      const edited = checksumOf(fs.readFileSync(file));
      this.#edited.add(edited);
      this.#contents.set(edited, file);
    } else {
      fs.rmSync(file);
      this.#touched.add(file);
    }
    const left = [...filesNow(this.#world).values()].some(
      (one) => one.checksum === record.checksum,
    );
    if (!left) this.#contents.delete(record.checksum);
  }

  /** What must hold between two steps. */
  check(): void {
    const now = filesNow(this.#world);
    const there = new Set([...now.values()].map((file) => file.checksum));
    for (const [checksum, file] of this.#contents) {
      assert.ok(there.has(checksum), `I1: the content of ${file} exists nowhere any more`);
    }
    for (const [file, record] of this.#before) {
      assert.equal(now.get(file)?.checksum, record.checksum, `I2: ${file}`);
    }
    for (const [file, { checksum }] of now) if (this.#edited.has(checksum)) this.#touched.add(file);
    const expected = {
      isMove: true,
      touchedByTest: this.#touched,
      lostByTest: new Set(
        rowsOf(this.#world.store).flatMap((row) => (row.isManaged ? [] : [row.checksum])),
      ),
    };
    const running = checkRecovered(this.#world, this.#before, expected, {
      quarantineAllowed: true,
    });
    assert.deepEqual(running, []);
  }
}
