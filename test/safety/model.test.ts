import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { nodeFilePort } from '../../src/catalog/files/filePort.js';
import { resumeJob } from '../../src/catalog/import/execute.js';
import { undoJob } from '../../src/catalog/import/undoJob.js';
import { CatalogError, toCatalogError } from '../../src/catalog/model/errors.js';
import { faultyPort } from './support/faultyPort.js';
import { checkRecovered, checksumOf, filesNow, rowsOf, stateOf } from './support/invariants.js';
import { fastTemporaryFolder, isShort, seed } from './support/settings.js';
import { newPlaces, picture, removePlaces, SafetyWorld } from './support/world.js';

const runs = isShort ? 12 : 300;

const step = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), number: fc.nat(9) }),
  fc.record({
    kind: fc.constant('import' as const),
    mode: fc.constantFrom('copy' as const, 'move' as const, 'reference' as const),
    /** 0: undisturbed; else the process ends at this call. */
    crashAt: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 160 })),
  }),
  fc.record({
    kind: fc.constant('resume' as const),
    crashAt: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 100 })),
  }),
  fc.record({
    kind: fc.constant('undo' as const),
    crashAt: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 100 })),
  }),
  fc.record({ kind: fc.constantFrom('edit' as const, 'delete' as const), number: fc.nat(50) }),
  fc.constant({ kind: 'reopen' as const }),
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** The catalog at work, beside a plain map of what must not be lost. */
class ModelRun {
  readonly #world: SafetyWorld;
  /** Contents that must exist somewhere, with the path where people last saw them. */
  readonly #contents = new Map<string, string>();
  /** Files that the test changed behind the catalog's back: they stay as they were left. */
  readonly #touched = new Set<string>();
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
    const world = this.#world;
    switch (one.kind) {
      case 'add': {
        const name = `DCIM/IMG_${one.number}.JPG`;
        const file = path.join(world.places.source, name);
        if (fs.existsSync(file)) return;
        const bytes = picture(`picture ${one.number}`, 1500);
        world.putOnCard({ [name]: bytes });
        this.#contents.set(checksumOf(bytes), file);
        return;
      }
      case 'import': {
        const scanId = await world.scan();
        return this.#run(one.crashAt, (files) => world.import(one.mode, scanId, files));
      }
      case 'resume':
      case 'undo': {
        const { jobs } = world.store.importJobs.list({ offset: 0, limit: 1000 });
        const job = jobs.find(
          (candidate) => (candidate.status === 'INTERRUPTED') === (one.kind === 'resume'),
        );
        if (!job) return;
        return this.#run(one.crashAt, (files) =>
          one.kind === 'resume'
            ? resumeJob(world.deps(files), job.id)
            : undoJob(world.deps(files), job.id),
        );
      }
      case 'edit':
      case 'delete':
        return this.#interfere(one.kind, one.number);
      case 'reopen':
        return this.#restart();
    }
  }

  async #run(
    crashAt: number,
    work: (files: typeof nodeFilePort) => Promise<unknown>,
  ): Promise<void> {
    const fault = crashAt === 0 ? null : ({ kind: 'CRASH', at: crashAt, forever: true } as const);
    let crashed = false;
    const watched = faultyPort(nodeFilePort, fault, () => {
      crashed = true;
      this.#world.crash();
    });
    try {
      await work(watched.port);
    } catch (error) {
      if (!crashed && !(error instanceof CatalogError)) throw error;
      if (!crashed && toCatalogError(error).code === 'INTERNAL') throw error;
    }
    if (crashed) await this.#restart();
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
      this.#contents.set(checksumOf(fs.readFileSync(file)), file);
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

describe(`safety: random sequences against a model (seed ${seed})`, function () {
  this.timeout(isShort ? 120_000 : 1_800_000);

  it(`${runs} sequences`, async () => {
    let steps = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 20 }), async (sequence) => {
        const run = await ModelRun.create();
        try {
          for (const one of sequence) {
            await run.take(one);
            run.check();
            steps += 1;
          }
          await run.take({ kind: 'reopen' });
          run.check();
        } finally {
          await run.remove();
        }
      }),
      {
        seed,
        numRuns: runs,
        interruptAfterTimeLimit: isShort ? 40_000 : 1_500_000,
        endOnFailure: isShort,
      },
    );
    console.log(`      ${steps} steps`);
  });
});
