import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import { recoverFileOperations } from '../../../src/catalog/maintenance/recoverOperations.js';
import { deleteCatalogWithFiles } from '../../../src/catalog/operations/deleteCatalog.js';
import { filesNow } from '../../safety/support/invariants.js';
import {
  catalogId,
  newPlaces,
  picture,
  removePlaces,
  SafetyWorld,
} from '../../safety/support/world.js';
import { counted } from '../import/countedPort.js';

describe('deleting a catalog with its files, disturbed', function () {
  this.timeout(300_000);
  let world: SafetyWorld;

  beforeEach(async () => {
    await makeWorld();
  });
  afterEach(async () => {
    await removeWorld();
  });

  async function makeWorld(): Promise<void> {
    const card = { 'IMG_2.JPG': picture('two', 900), 'IMG_2.JPG.xmp': Buffer.from('<x:xmpmeta/>') };
    world = await SafetyWorld.create(newPlaces(os.tmpdir()), card);
    await world.import('move', await world.scan());
  }

  async function removeWorld(): Promise<void> {
    await world.close();
    removePlaces(world.places);
  }

  const contents = (): Set<string> =>
    new Set([...filesNow(world).values()].map(({ checksum }) => checksum));

  it('loses nothing when any call fails: the catalog goes only after all its files', async () => {
    for (let at = 1; ; at += 2) {
      const before = contents();
      const { files, calls } = counted(nodeFilePort, false, (call, name) => {
        if (call === at && name !== 'close') throw Object.assign(new Error(name), { code: 'EIO' });
      });
      await deleteCatalogWithFiles(world.deps(files), catalogId, {}).catch(() => undefined);
      await recoverFileOperations(world.deps(), () => true);
      for (const checksum of before) assert.ok(contents().has(checksum), `call ${at}: lost`);
      const rows = world.store.images.managedIds(catalogId);
      const isThere = world.store.catalogs.find(catalogId) !== undefined;
      if (!isThere) assert.deepEqual(rows, [], `call ${at}`);
      for (const id of rows) {
        const file = world.store.images.find(id)?.currentPath ?? '';
        assert.ok(fs.existsSync(file), `call ${at}: ${file} has a row and is gone`);
      }
      if (calls() < at) {
        assert.ok(!isThere);
        break;
      }
      await removeWorld();
      await makeWorld();
    }
  });

  it('touches nothing that a hostile row names, and keeps the catalog', async () => {
    const { managed, base } = world.places;
    const outside = path.join(base, 'precious.jpg');
    fs.writeFileSync(outside, 'precious');
    fs.symlinkSync(base, path.join(managed, 'link'));
    const marker = path.join(managed, '.image-catalog-managed');
    const quarantined = path.join(managed, '.imgcat-quarantine', '1-IMG.JPG');
    fs.mkdirSync(path.dirname(quarantined));
    fs.writeFileSync(quarantined, 'set aside');
    const names = [
      '../precious.jpg',
      'link/precious.jpg',
      outside,
      path.basename(marker),
      path.relative(managed, quarantined),
    ];
    for (const name of names) {
      world.store.driver.run('UPDATE images SET current_path = ?', [name]);
      const deletion = deleteCatalogWithFiles(world.deps(), catalogId, {});
      const report = await deletion.catch(() => null);
      assert.notEqual(report?.operation.status, 'SUCCESS', name);
      assert.ok(world.store.catalogs.find(catalogId), name);
      assert.equal(fs.readFileSync(outside, 'utf8'), 'precious');
      assert.ok(fs.existsSync(marker) && fs.existsSync(quarantined), name);
    }
  });
});
