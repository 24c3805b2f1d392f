import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import { resumeJob } from '../../../src/catalog/import/execute.js';
import { recoverJob } from '../../../src/catalog/import/recover.js';
import { rollBackInterruptedJob, undoJob } from '../../../src/catalog/import/undoJob.js';
import { CatalogError } from '../../../src/catalog/model/errors.js';
import type { Image } from '../../../src/catalog/model/image.js';
import {
  verifyCatalogFiles,
  acceptEditedFiles,
} from '../../../src/catalog/operations/integrity.js';
import { runDeletion } from '../../../src/catalog/operations/fileOperations.js';
import { reorganizeManaged } from '../../../src/catalog/operations/reorganize.js';
import { faultyPort, systemError, WatchedPort } from '../../safety/support/faultyPort.js';
import { linklessPort } from '../../safety/support/operations.js';
import { checkRecovered, filesNow, rowsOf } from '../../safety/support/invariants.js';
import {
  catalogId,
  newPlaces,
  picture,
  removePlaces,
  SafetyWorld,
} from '../../safety/support/world.js';
import { allImages } from '../store/support.js';

const card = {
  'A.JPG': picture('a', 300),
  'A.xmp': Buffer.from('<x:xmpmeta/>'),
  'B.JPG': picture('b', 300),
};

describe('an interrupted import after which other things happened', function () {
  this.timeout(120_000);
  let world: SafetyWorld;

  beforeEach(async () => {
    world = await SafetyWorld.create(newPlaces(os.tmpdir()), card);
  });
  afterEach(async () => {
    await world.close();
    removePlaces(world.places);
  });

  const onCard = (name: string): string => path.join(world.places.source, name);
  const inManaged = (name: string): string => path.join(world.places.managed, '2023/06-15', name);
  const newestJob = (): string =>
    world.store.importJobs.list({ offset: 0, limit: 1 }).jobs[0]?.id ?? '';
  const imageOf = (name: string): Image => {
    const found = allImages(world.store, catalogId).find(({ originalSourcePath }) =>
      originalSourcePath.endsWith(name),
    );
    assert.ok(found, name);
    return found;
  };

  /** Ends the process just before a call; the files are looked at later: their drive is away at the next start. */
  async function cutOff(mode: 'copy' | 'move', at: number): Promise<string> {
    const scanId = await world.scan();
    const fault = { kind: 'CRASH', at, forever: true } as const;
    const { port } = faultyPort(nodeFilePort, fault, () => world.crash());
    await assert.rejects(world.import(mode, scanId, port));
    await world.close();
    await world.open();
    const job = newestJob();
    if (job !== '') await recoverJob({ ...world.deps(), bindings: { isBound: () => false } }, job);
    return job;
  }

  /** The number of the first call of a kind. */
  async function callsUntil(mode: 'copy' | 'move', name: string): Promise<number> {
    let first = 0;
    const probe = new WatchedPort(nodeFilePort, {
      before: (call) => {
        if (
          first === 0 &&
          call.name === name &&
          String(call.args[0]).startsWith(world.places.source)
        ) {
          first = call.number;
        }
      },
    });
    await world.import(mode, await world.scan(), probe.port);
    await world.close();
    removePlaces(world.places);
    world = await SafetyWorld.create(newPlaces(os.tmpdir()), card);
    assert.ok(first > 0);
    return first;
  }

  it('removes no source of an image that was deleted from the catalog, and finds one that was moved in it', async () => {
    const job = await cutOff('move', await callsUntil('move', 'unlink'));
    const { id } = imageOf('A.JPG');
    await runDeletion(world.deps(), { catalogId, imageIds: [id], deleteFiles: false }, {});
    await reorganizeManaged(
      world.deps(),
      { catalogId, organizationStrategy: 'YEAR_ONLY/ORIGINAL' },
      {},
    );
    await resumeJob(world.deps(), job);
    assert.deepEqual(
      [fs.existsSync(onCard('A.JPG')), fs.existsSync(onCard('B.JPG'))],
      [true, false],
    );
    assert.equal(imageOf('B.JPG').currentPath, path.join(world.places.managed, '2023/B.JPG'));
    const states = world.store.importItems
      .listAfter(job, ['SOURCE_KEPT', 'RELEASED'], 0, 10)
      .map(({ state, errorCode }) => [state, errorCode]);
    assert.deepEqual(states.sort(), [
      ['RELEASED', null],
      ['SOURCE_KEPT', 'SOURCE_ENTRY_GONE'],
      ['SOURCE_KEPT', 'SOURCE_ENTRY_GONE'],
    ]);
  });

  for (const mode of ['copy', 'move'] as const) {
    it(`leaves names that a later job gave to its files (${mode})`, async () => {
      const probe = new WatchedPort(nodeFilePort);
      await world.import(mode, await world.scan(), probe.port);
      // Every call takes long; each kind of them is among these.
      for (let at = 1; at <= probe.calls; at += 3) {
        await world.close();
        removePlaces(world.places);
        world = await SafetyWorld.create(newPlaces(os.tmpdir()), card);
        const before = filesNow(world);
        await cutOff(mode, at);
        if (fs.existsSync(onCard('A.xmp'))) fs.appendFileSync(onCard('A.xmp'), 'edited');
        const touchedByTest = new Set([onCard('A.xmp'), inManaged('A.xmp'), inManaged('A-1.xmp')]);
        await world.import(mode, await world.scan()).catch((error: unknown) => {
          // All sources had been removed.
          if (!CatalogError.is(error, 'NOTHING_TO_IMPORT')) throw error;
        });
        const rows = rowsOf(world.store).length;
        await world.recover();
        const faults = checkRecovered(world, before, { isMove: mode === 'move', touchedByTest });
        assert.deepEqual(faults, [], `at call ${at}`);
        assert.ok(rowsOf(world.store).length >= rows, `at call ${at}`);
      }
    });
  }

  it('is recovered by Resume and by Roll Back, too', async () => {
    const calls = new WatchedPort(nodeFilePort);
    await world.import('copy', await world.scan(), calls.port);
    for (const goOn of [resumeJob, rollBackInterruptedJob]) {
      for (let at = Math.floor(calls.calls / 2); at < calls.calls; at += 3) {
        await world.close();
        removePlaces(world.places);
        world = await SafetyWorld.create(newPlaces(os.tmpdir()), card);
        const before = filesNow(world);
        const job = await cutOff('copy', at);
        await goOn(world.deps(), job);
        assert.deepEqual(checkRecovered(world, before, { isMove: false }), [], `at call ${at}`);
        const names = rowsOf(world.store).map((row) => path.basename(row.path));
        assert.deepEqual(
          names.sort(),
          goOn === resumeJob ? Object.keys(card) : [],
          `at call ${at}`,
        );
      }
    }
  });

  it('gives no file the name of a row whose file is missing', async () => {
    const job = await cutOff('copy', await callsUntil('copy', 'openRead'));
    const other = onCard('other/B.JPG');
    fs.mkdirSync(path.dirname(other));
    fs.writeFileSync(other, picture('other', 300));
    fs.renameSync(onCard('B.JPG'), onCard('B'));
    await world.import('copy', await world.scan());
    fs.renameSync(onCard('B'), onCard('B.JPG'));
    const { currentPath } = imageOf('other/B.JPG');
    assert.equal(currentPath, inManaged('B.JPG'));
    fs.rmSync(currentPath);
    await resumeJob(world.deps(), job);
    assert.equal(imageOf('/B.JPG').currentPath === currentPath, false);
    assert.ok(fs.existsSync(inManaged('B-1.JPG')));
  });

  it('keeps a file that was edited in place and accepted from an undo', async () => {
    await world.import('move', await world.scan());
    const { id, currentPath } = imageOf('B.JPG');
    const bytes = fs.readFileSync(currentPath);
    bytes.write('edited', bytes.length - 6);
    fs.writeFileSync(currentPath, bytes);
    await verifyCatalogFiles(world.deps(), { catalogId }, {});
    await acceptEditedFiles(world.deps(), { imageIds: [id] }, {});
    assert.notEqual(imageOf('B.JPG').checksum, imageOf('B.JPG').importedChecksum);
    const { kept } = await undoJob(world.deps(), newestJob());
    assert.deepEqual(
      kept.map(({ code }) => code),
      ['UNDO_FILE_CHANGED'],
    );
    assert.equal(fs.existsSync(onCard('B.JPG')), false);
    assert.ok(fs.existsSync(currentPath));
  });
});

describe('a move for which the volume gets full half way', function () {
  this.timeout(60_000);

  it('has touched no source', async () => {
    const names = Array.from({ length: 70 }, (_, index) => `IMG_${index + 100}.JPG`);
    const pictures = Object.fromEntries(names.map((name) => [name, picture(name, 300)]));
    const world = await SafetyWorld.create(newPlaces(os.tmpdir()), pictures);
    try {
      const before = filesNow(world);
      let made = 0;
      const full = (): void => {
        made += 1;
        if (made > 66) throw systemError('ENOSPC', 'open');
      };
      const port = new WatchedPort(linklessPort, {
        before: ({ name }) => {
          if (name === 'openNew' || name === 'copyNew') full();
        },
        after: ({ name, args }) => {
          const [removed] = args;
          const isSource = String(removed).startsWith(world.places.source);
          assert.ok(name !== 'unlink' || !isSource, String(removed));
        },
      }).port;
      const { status } = await world.import('move', await world.scan(), port);
      assert.equal(status, 'FAILURE');
      assert.ok(made > 66);
      assert.deepEqual(filesNow(world), before);
      assert.deepEqual(allImages(world.store, catalogId), []);
    } finally {
      await world.close();
      removePlaces(world.places);
    }
  });
});
