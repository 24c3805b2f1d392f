import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { FilePort } from '../../../src/catalog/files/filePort.js';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import { convertToManaged } from '../../../src/catalog/operations/convert.js';
import { runDeletion, undoOperation } from '../../../src/catalog/operations/fileOperations.js';
import { reorganizeManaged } from '../../../src/catalog/operations/reorganize.js';
import { faultyPort, systemError, WatchedPort } from '../../safety/support/faultyPort.js';
import { linklessPort } from '../../safety/support/operations.js';
import {
  catalogId,
  mixedCard,
  newPlaces,
  removePlaces,
  SafetyWorld,
} from '../../safety/support/world.js';
import { allImages } from '../store/support.js';

/** Removals of which a power loss could take back some: the folders that were not synchronized since. */
class UnsyncedRemovals {
  readonly folders = new Set<string>();
  readonly port: FilePort;
  readonly #opened = new Map<number, string>();

  constructor(inner: FilePort) {
    this.port = {
      ...inner,
      unlink: (file) => {
        inner.unlink(file);
        this.folders.add(path.dirname(file));
      },
      rmdir: (folder) => {
        inner.rmdir(folder);
        if (this.folders.delete(folder)) this.folders.add(path.dirname(folder));
      },
      openDirectory: (folder) => {
        const descriptor = inner.openDirectory(folder);
        this.#opened.set(descriptor, folder);
        return descriptor;
      },
      fsync: async (descriptor) => {
        await inner.fsync(descriptor);
        this.folders.delete(this.#opened.get(descriptor) ?? '');
      },
    };
  }
}

describe('files that were taken back', function () {
  this.timeout(120_000);
  let world: SafetyWorld;
  let early: string[];

  async function makeWorld(mode: 'reference' | 'copy'): Promise<void> {
    world = await SafetyWorld.create(newPlaces(os.tmpdir()), mixedCard);
    await world.import(mode, await world.scan());
    early = [];
  }

  const clear = async (): Promise<void> => {
    await world.close();
    removePlaces(world.places);
  };
  afterEach(clear);

  /** Notes in `early` what is told to be settled before it is durable. */
  function watch({ folders, port }: UnsyncedRemovals): FilePort {
    const { fileOperations } = world.store;
    const setState = fileOperations.setState.bind(fileOperations);
    fileOperations.setState = (ids, state, ...rest) => {
      if (state !== 'PLANNED' && state !== 'UNDOING') {
        const items = fileOperations.unsettled().flatMap(({ id }) => fileOperations.openItems(id));
        for (const { fromPath, toPath } of items.filter(({ id }) => ids.includes(id))) {
          for (const stored of [fromPath, toPath ?? fromPath]) {
            let folder = path.dirname(path.join(world.places.managed, stored));
            while (!fs.existsSync(folder)) folder = path.dirname(folder);
            if (folders.has(folder)) early.push(`${state}: ${stored}`);
          }
        }
      }
      setState(ids, state, ...rest);
    };
    return port;
  }

  /** A port on which no file of this type can be placed. */
  const without = (extension: string, inner: FilePort): FilePort => {
    const refuse = (file: string): void => {
      if (file.endsWith(extension)) throw systemError('EIO', 'link');
    };
    return {
      ...inner,
      openNew: (file) => (refuse(file), inner.openNew(file)),
      copyNew: async (source, target) => (refuse(target), inner.copyNew(source, target)),
      link: (existing, file) => {
        refuse(file);
        inner.link(existing, file);
      },
    };
  };

  type Start = (files: FilePort) => Promise<unknown>;
  const convert: Start = (files) => convertToManaged(world.deps(files), { catalogId }, {});
  const reorganize: Start = (files) =>
    reorganizeManaged(
      world.deps(files),
      { catalogId, organizationStrategy: 'YEAR_ONLY/ORIGINAL' },
      {},
    );
  const remove: Start = (files) => {
    const imageIds = allImages(world.store, catalogId).map(({ id }) => id);
    return runDeletion(world.deps(files), { catalogId, imageIds, deleteFiles: true }, {});
  };
  const works = [
    ['a conversion', 'reference', convert],
    ['a reorganization', 'copy', reorganize],
    ['a deletion', 'copy', remove],
  ] as const;

  for (const [name, mode, start] of works) {
    for (const [where, inner] of [
      ['with hard links', nodeFilePort],
      ['without', linklessPort],
    ] as const) {
      it(`are durably gone before ${name} of a shot has failed, ${where}`, async () => {
        await makeWorld(mode);
        await start(watch(new UnsyncedRemovals(without('.NEF', inner))));
        const [operation] = world.store.fileOperations.page({ offset: 0, limit: 1 }).operations;
        assert.equal(operation?.status, 'PARTIAL');
        assert.deepEqual(early, []);
      });
    }

    it(`are durably gone before recovery has settled ${name}`, async () => {
      await makeWorld(mode);
      const probe = new WatchedPort(linklessPort);
      await start(probe.port);
      let settled = 0;
      for (const share of [0.5, 0.6, 0.7, 0.8, 0.9, 0.95]) {
        await clear();
        await makeWorld(mode);
        const fault = {
          kind: 'CRASH',
          at: Math.floor(probe.calls * share),
          forever: true,
        } as const;
        const unsynced = new UnsyncedRemovals(linklessPort);
        const { port } = faultyPort(unsynced.port, fault, () => world.crash());
        await assert.rejects(start(port));
        await world.close();
        await world.open();
        settled += world.store.fileOperations.unsettled().length;
        await world.recover(watch(unsynced));
        assert.deepEqual(early, [], String(share));
      }
      assert.ok(settled > 0);
    });
  }

  it('are durably gone before the undo of a deletion has failed', async () => {
    await makeWorld('copy');
    await remove(nodeFilePort);
    const [operation] = world.store.fileOperations.page({ offset: 0, limit: 1 }).operations;
    const port = watch(new UnsyncedRemovals(without('.xmp', nodeFilePort)));
    const { keptCount } = await undoOperation(world.deps(port), operation?.id ?? '', {});
    assert.equal(keptCount, 2);
    // A name that stays in the trash of an image that is back goes when that is emptied.
    assert.deepEqual(
      early.filter((name) => !name.includes('.imgcat-trash')),
      [],
    );
  });

  it('are durably gone before the undo of a conversion is done', async () => {
    await makeWorld('reference');
    const { operation } = await convertToManaged(world.deps(), { catalogId }, {});
    const undone = await undoOperation(
      world.deps(watch(new UnsyncedRemovals(nodeFilePort))),
      operation.id,
      {},
    );
    assert.equal(undone.operation.status, 'UNDONE');
    assert.deepEqual(early, []);
  });
});
