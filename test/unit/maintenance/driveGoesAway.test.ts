import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { FilePort, FileStats } from '../../../src/catalog/files/filePort.js';
import type { FileOperationReport } from '../../../src/catalog/model/fileOperation.js';
import { convertToManaged } from '../../../src/catalog/operations/convert.js';
import { deleteCatalogWithFiles } from '../../../src/catalog/operations/deleteCatalog.js';
import {
  emptyCatalogTrash,
  runDeletion,
  undoOperation,
} from '../../../src/catalog/operations/fileOperations.js';
import { reorganizeManaged } from '../../../src/catalog/operations/reorganize.js';
import { WatchedPort } from '../../safety/support/faultyPort.js';
import { filesNow, rowsOf, trashOf } from '../../safety/support/invariants.js';
import {
  catalogId,
  newPlaces,
  picture,
  removePlaces,
  SafetyWorld,
} from '../../safety/support/world.js';
import { mappedPort } from '../../support/mappedPort.js';
import { allImages } from '../store/support.js';

/** At how many moments of each the drive goes away. */
const moments = 12;

interface Work {
  readonly name: string;
  readonly mode: 'copy' | 'reference';
  readonly start: (world: SafetyWorld, files: FilePort) => Promise<FileOperationReport>;
}

const organizationStrategy = 'YEAR_ONLY/ORIGINAL';

const works: readonly Work[] = [
  {
    name: 'converting',
    mode: 'reference',
    start: (world, files) => convertToManaged(world.deps(files), { catalogId }, {}),
  },
  {
    name: 'reorganizing',
    mode: 'copy',
    start: (world, files) =>
      reorganizeManaged(world.deps(files), { catalogId, organizationStrategy }, {}),
  },
  {
    name: 'deleting',
    mode: 'copy',
    start: (world, files) => {
      const imageIds = allImages(world.store, catalogId).map(({ id }) => id);
      return runDeletion(world.deps(files), { catalogId, imageIds, deleteFiles: true }, {});
    },
  },
  {
    name: 'deleting a catalog',
    mode: 'copy',
    start: (world, files) => deleteCatalogWithFiles(world.deps(files), catalogId, {}),
  },
];

describe('a drive that goes away and leaves the folder of its mount', function () {
  this.timeout(120_000);
  let world: SafetyWorld;
  afterEach(async () => {
    await world.close();
    removePlaces(world.places);
  });

  async function prepare({ mode }: Pick<Work, 'mode'>): Promise<void> {
    const names = ['A.JPG', 'B.JPG', 'C.JPG', 'D.JPG'];
    const card = Object.fromEntries(names.map((name) => [name, picture(name, 300)]));
    world = await SafetyWorld.create(newPlaces(os.tmpdir()), card);
    await world.import(mode, await world.scan());
  }

  /** The drive goes away at a call, and its mount is an empty folder of another volume. */
  function drive(at: number): WatchedPort {
    const { managed, base } = world.places;
    const mount = path.join(base, 'mount');
    fs.mkdirSync(mount);
    let isAway = false;
    const isThere = (file: string): boolean => !`${file}${path.sep}`.startsWith(managed + path.sep);
    const inner = mappedPort((file) =>
      isAway && !isThere(file) ? path.join(mount, path.relative(managed, file)) : file,
    );
    const other = (stats: FileStats): FileStats =>
      Object.defineProperty(stats, 'dev', { value: stats.dev + 1n });
    const stat = (name: 'lstat' | 'stat') => (file: string) =>
      isAway && !isThere(file) ? other(inner[name](file)) : inner[name](file);
    const port: FilePort = {
      ...inner,
      lstat: stat('lstat'),
      stat: stat('stat'),
      realpath: (file) => {
        const real = inner.realpath(file);
        const way = path.relative(mount, real);
        return way.startsWith('..') ? real : path.join(managed, way);
      },
    };
    return new WatchedPort(port, { before: ({ number }) => void (isAway ||= number === at) });
  }

  /** Every row has its file, and every content of before is in one, or in the trash to be brought back. */
  function check(before: ReadonlySet<string>, moment: string): void {
    const now = filesNow(world);
    for (const row of rowsOf(world.store)) {
      assert.equal(now.get(row.path)?.checksum, row.checksum, `${moment}: ${row.path}`);
    }
    assert.deepEqual(new Set(rowsOf(world.store).map(({ checksum }) => checksum)), before, moment);
  }

  for (const work of works) {
    it(`stops ${work.name}, and recovery settles it once the drive is back`, async () => {
      await prepare(work);
      const probe = drive(0);
      await work.start(world, probe.port);
      const stoppedBy = new Set<string | undefined>();
      for (let moment = 0; moment < moments; moment += 1) {
        await world.close();
        removePlaces(world.places);
        await prepare(work);
        const before = new Set(rowsOf(world.store).map(({ checksum }) => checksum));
        const at = 1 + Math.floor((probe.calls * moment) / moments);
        try {
          const report = await work.start(world, drive(at).port);
          stoppedBy.add(report.stoppedBy?.code);
          const { status } = report.operation;
          if (report.stoppedBy) assert.equal(status, 'INTERRUPTED');
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'MANAGED_DIRECTORY_ELSEWHERE');
        }
        assert.ok(world.store.catalogs.find(catalogId) ?? at > probe.calls * 0.9, String(at));
        await world.close();
        await world.open();
        await world.recover();
        assert.deepEqual(world.store.fileOperations.unsettled(), []);
        const { operations } = world.store.fileOperations.page({ offset: 0, limit: 1 });
        const [operation] = operations;
        if (operation && work.name !== 'converting') {
          await undoOperation(world.deps(), operation.id, {});
        }
        check(before, `${work.name}, call ${at} of ${probe.calls}`);
      }
      assert.ok(stoppedBy.has('MANAGED_DIRECTORY_ELSEWHERE'));
    });
  }

  it('leaves the trash to be emptied once the drive is back', async () => {
    const inTrash = (): number =>
      trashOf(world, filesNow(world)).filter((file) => file.endsWith('.JPG')).length;
    const deleteAll = async (): Promise<void> => {
      await prepare({ mode: 'copy' });
      const imageIds = allImages(world.store, catalogId).map(({ id }) => id);
      await runDeletion(world.deps(), { catalogId, imageIds, deleteFiles: true }, {});
    };
    await deleteAll();
    const probe = drive(0);
    await emptyCatalogTrash(world.deps(probe.port), { catalogId }, {});
    assert.equal(inTrash(), 0);
    await world.close();
    removePlaces(world.places);
    await deleteAll();
    const { port } = drive(Math.floor(probe.calls / 2));
    const emptying = emptyCatalogTrash(world.deps(port), { catalogId }, {});
    await assert.rejects(emptying, { code: 'MANAGED_DIRECTORY_ELSEWHERE' });
    assert.ok(inTrash() > 0);
    await emptyCatalogTrash(world.deps(), { catalogId }, {});
    assert.equal(inTrash(), 0);
  });
});
