import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { nodeFilePort } from '../../src/catalog/files/filePort.js';
import type { FilePort } from '../../src/catalog/files/filePort.js';
import type { ImportMode } from '../../src/catalog/model/importJob.js';
import { CatalogFaults } from './support/catalogFaults.js';
import { checkRestart } from './support/disturb.js';
import { WatchedPort } from './support/faultyPort.js';
import type { Before } from './support/invariants.js';
import { checkAlways, filesNow } from './support/invariants.js';
import { hasTool, Mounts, runTool, whyNoMounts } from './support/mounts.js';
import { isShort, Random, sayNotRun, seed } from './support/settings.js';
import type { Places } from './support/world.js';
import { SafetyWorld } from './support/world.js';

/** What is left out on purpose: the test must notice. */
type Ablation = 'none' | 'no fsync of files' | 'no fsync of folders' | 'no fsync of the catalog';

const imagesOfRun = isShort ? 4 : 60;
const megabytes: Readonly<Record<string, number>> = { ext4: 110, xfs: 320, btrfs: 400 };

interface Snapshot {
  readonly label: string;
  readonly images: readonly [string, string];
}

/** The port without some of its syncs. */
function ablated(ablation: Ablation): FilePort {
  const folders = new Set<number>();
  return {
    ...nodeFilePort,
    openDirectory: (folder) => {
      const descriptor = nodeFilePort.openDirectory(folder);
      folders.add(descriptor);
      return descriptor;
    },
    close: (descriptor) => {
      folders.delete(descriptor);
      nodeFilePort.close(descriptor);
    },
    fsync: (descriptor) => {
      const isFolder = folders.has(descriptor);
      const isLeftOut = ablation === (isFolder ? 'no fsync of folders' : 'no fsync of files');
      return isLeftOut ? Promise.resolve() : nodeFilePort.fsync(descriptor);
    },
  };
}

/** Catalog and card on one file system, the managed directory on another (or with the card). */
class CrashLab {
  readonly #mounts = new Mounts();
  readonly #type: string;
  readonly #places: Places;
  readonly #volumes: readonly [
    { readonly folder: string; readonly image: string },
    { readonly folder: string; readonly image: string },
  ];

  constructor(type: string, cardWithManaged: boolean) {
    this.#type = type;
    const size = megabytes[type] ?? 128;
    const [a, b] = [this.#mounts.make('a', type, size), this.#mounts.make('b', type, size)];
    this.#volumes = [a, b];
    this.#places = {
      base: path.join(a.folder, 'base'),
      source: path.join((cardWithManaged ? b : a).folder, 'card'),
      managed: path.join(b.folder, 'managed'),
    };
  }

  /** Runs an import and keeps what a crash would leave of both file systems at some of its steps. */
  async record(
    mode: ImportMode,
    ablation: Ablation,
    random: Random,
  ): Promise<{ before: Before; snapshots: Snapshot[]; steps: number }> {
    const world = await SafetyWorld.create(this.#places);
    const scanId = await world.scan();
    await world.close();
    const before = filesNow(world);
    runTool('sync');
    const snapshots: Snapshot[] = [];
    let steps = 0;
    const step = (label: string): void => {
      steps += 1;
      // About as many as wanted; the end has the most to lose.
      if (random.next() > imagesOfRun / 260) return;
      snapshots.push(this.#takeSnapshot(`${steps} ${label}`, snapshots.length));
    };
    const catalog = new CatalogFaults(world.catalogFile, { after: () => step('catalog') });
    const watched = new WatchedPort(ablated(ablation), { after: (call) => step(call.name) });
    const module = fs as unknown as Record<string, unknown>;
    const { fsyncSync } = fs;
    if (ablation === 'no fsync of the catalog') module['fsyncSync'] = () => undefined;
    catalog.start();
    try {
      await world.open();
      await world.import(mode, scanId, watched.port);
      snapshots.push(this.#takeSnapshot('the end', snapshots.length));
      await world.close();
    } finally {
      catalog.stop();
      module['fsyncSync'] = fsyncSync;
    }
    for (const { folder } of this.#volumes) this.#mounts.unmount(folder);
    return { before, snapshots, steps };
  }

  #takeSnapshot(label: string, number: number): Snapshot {
    const images = this.#volumes.map(({ image }) => {
      const copy = `${image}.${number}`;
      runTool('cp', '--sparse=always', image, copy);
      return copy;
    });
    return { label, images: [images[0] ?? '', images[1] ?? ''] };
  }

  /** Mounts what a crash left, restarts and recovers. */
  async violations(snapshot: Snapshot, before: Before, mode: ImportMode): Promise<string[]> {
    const mounted: string[] = [];
    const world = SafetyWorld.at(this.#places);
    const expected = { isMove: mode === 'move' };
    try {
      this.#volumes.forEach(({ folder }, index) => {
        this.#mounts.mount(snapshot.images[index] ?? '', folder, this.#type);
        mounted.push(folder);
      });
      const found = checkAlways(world, before, null, expected).map((one) => `${one} (raw)`);
      await world.open();
      found.push(...(await checkRestart(world, before, expected)));
      return found;
    } catch (error) {
      return [`it cannot be opened: ${String(error)}`];
    } finally {
      await world.close().catch(() => undefined);
      for (const folder of mounted.reverse()) this.#mounts.unmount(folder);
      for (const image of snapshot.images) fs.rmSync(image, { force: true });
    }
  }

  remove(): void {
    this.#mounts.remove();
  }
}

describe(`safety: crash images of real file systems (seed ${seed})`, function () {
  this.timeout(isShort ? 60_000 : 1_200_000);

  async function crash(
    type: string,
    mode: ImportMode,
    cardWithManaged: boolean,
    ablation: Ablation,
  ): Promise<string[]> {
    const lab = new CrashLab(type, cardWithManaged);
    try {
      const { before, snapshots, steps } = await lab.record(mode, ablation, new Random(seed));
      const found: string[] = [];
      for (const snapshot of snapshots) {
        const violations = await lab.violations(snapshot, before, mode);
        if (violations.length > 0)
          found.push([`crash after ${snapshot.label}`, ...violations].join('\n  '));
      }
      console.log(`      ${snapshots.length} crash images of ${steps} steps`);
      return found;
    } finally {
      lab.remove();
    }
  }

  const cases: readonly [string, ImportMode, boolean, string][] = [
    ['ext4', 'copy', false, 'copy across file systems'],
    ['ext4', 'move', false, 'move across file systems'],
    ['ext4', 'move', true, 'move on one file system, the catalog on another'],
    ...['xfs', 'btrfs'].flatMap((type): [string, ImportMode, boolean, string][] => [
      [type, 'move', false, 'move across file systems'],
      [type, 'move', true, 'move on one file system, the catalog on another'],
    ]),
  ];

  function require(context: Mocha.Context, type: string, what: string, isExtra: boolean): void {
    const why = whyNoMounts() ?? (hasTool(`mkfs.${type}`) ? null : `mkfs.${type} is not installed`);
    const late = isShort && isExtra ? 'only in the long form' : null;
    if (why === null && late === null) return;
    sayNotRun(`${type}: ${what}`, why ?? late ?? '');
    context.skip();
  }

  for (const [type, mode, cardWithManaged, what] of cases) {
    it(`${type}: ${what}`, async function () {
      require(this, type, what, type !== 'ext4' || mode !== 'move' || cardWithManaged);
      const found = await crash(type, mode, cardWithManaged, 'none');
      assert.equal(
        found.length,
        0,
        `seed ${seed}\n${found.slice(0, 10).join('\n')}\n${found.length} in all`,
      );
    });
  }

  const ablations: readonly Ablation[] = [
    'no fsync of files',
    'no fsync of folders',
    'no fsync of the catalog',
  ];
  for (const ablation of ablations) {
    it(`ext4: would be caught with ${ablation}`, async function () {
      require(this, 'ext4', ablation, ablation !== 'no fsync of files');
      assert.notEqual((await crash('ext4', 'move', false, ablation)).length, 0);
    });
  }
});
