import assert from 'node:assert/strict';
import path from 'node:path';
import * as gallery from '../../../src/catalog/operations/gallery.js';
import type { OperationDeps } from '../../../src/catalog/operations/operationDeps.js';
import type { CatalogStore } from '../../../src/catalog/store/catalogStore.js';
import { at, catalog, facts, image, job, source, TemporaryWorkspace } from '../store/support.js';

describe('gallery operations', () => {
  let workspace: TemporaryWorkspace;
  let store: CatalogStore;
  let deps: OperationDeps;
  const catalogId = 'catalog-1';

  beforeEach(async () => {
    workspace = new TemporaryWorkspace();
    store = await workspace.create();
    deps = { store } as OperationDeps;
    store.catalogs.insert(catalog());
    store.sources.insert(source());
    store.importJobs.insert(job({ status: 'SUCCESS' }));
    const pair = { importJobId: 'job-1', groupKey: 'DCIM/img_1' };
    store.images.insertMany(
      [
        image(1, { ...pair, facts: facts({ rating: 4, keywords: ['a'], caption: 'b' }) }),
        image(2, { ...pair, storedPath: '1.NEF' }),
        // The card was used again: the same name in another import.
        image(3, { groupKey: pair.groupKey }),
        ...Array.from({ length: 20 }, (_, index) => image(10 + index)),
      ],
      at,
    );
  });
  afterEach(async () => {
    await store.close();
    await workspace.remove();
  });

  it('give the same order in pages, ids and positions', async () => {
    const selection = { catalogId, query: '-nef', sort: 'name', descending: true } as const;
    const { ids, total } = await gallery.imageIds(deps, selection);
    assert.deepEqual([ids.length, total, ids[0], ids.at(-1)], [22, 22, 'image-29', 'image-1']);
    const page = await gallery.queryImages(deps, { ...selection, offset: 5, limit: 7 });
    assert.deepEqual(
      page.images.map(({ id }) => id),
      ids.slice(5, 12),
    );
    const part = await gallery.imageIds(deps, { ...selection, offset: 20 });
    assert.deepEqual(part.ids, ids.slice(20));
    const imageIds = ['image-1', 'image-2', 'nobody', 'image-29'];
    const positions = await gallery.imagePositions(deps, { ...selection, imageIds });
    assert.deepEqual(positions, [21, -1, -1, 0]);
    const listed = await gallery.listImages(deps, { ...selection, limit: 3 });
    assert.deepEqual(
      listed.images.map(({ currentPath }) => path.basename(currentPath)),
      ['29.jpg', '28.jpg', '27.jpg'],
    );
  });

  it('follow what a deleted source and catalog take with them', async () => {
    const { images } = await gallery.queryImages(deps, { catalogId });
    assert.equal(images.length, 23);
    store.sources.delete('source-1');
    const left = await gallery.queryImages(deps, { catalogId });
    assert.deepEqual([left.total, left.images[0]?.sourceId], [23, null]);
    // Changed and then deleted by the cascade, with no listing between.
    store.images.setFileMissing(['image-1'], true);
    store.catalogs.delete(catalogId);
    store.catalogs.insert(catalog());
    assert.equal((await gallery.queryImages(deps, { catalogId })).total, 0);
  });

  it('reject what is not there and what is not understood', async () => {
    const rejects = (selection: object, code: string): Promise<void> =>
      assert.rejects(async () => gallery.queryImages(deps, { catalogId, ...selection }), { code });
    await rejects({ catalogId: 'none' }, 'CATALOG_NOT_FOUND');
    await rejects({ query: 'colour:red' }, 'QUERY_INVALID');
    await rejects({ sort: 'rowid; DROP TABLE images' }, 'INVALID_ARGUMENT');
    await rejects({ groupBy: 'camera' }, 'INVALID_ARGUMENT');
    assert.throws(() => gallery.imageDetails(deps, 'none'), { code: 'IMAGE_NOT_FOUND' });
  });

  it('tell everything of an image', () => {
    store.sourceFiles.upsertMany([
      {
        sourceId: 'source-1',
        relativePath: 'DCIM/1.jpg',
        sizeBytes: 1,
        mtimeNs: '1',
        inode: '1',
        checksum: image(1).checksum,
        state: 'imported',
        factsJson: null,
        seenAt: at,
      },
    ]);
    const details = gallery.imageDetails(deps, 'image-1');
    assert.deepEqual(
      [details.image.rating, details.image.keywords, details.image.caption],
      [4, ['a'], 'b'],
    );
    assert.deepEqual(details.captureDate, {
      value: '2023-06-15T14:30:45+02:00',
      source: 'exif:DateTimeOriginal',
      confidence: 95,
      precision: 'time',
      offset: '+02:00',
      suspicious: null,
    });
    assert.deepEqual(
      [details.provenance.source?.name, details.provenance.importJob?.status],
      ['Card', 'SUCCESS'],
    );
    assert.deepEqual(
      details.groupMembers.map(({ imageId, relation }) => [imageId, relation]),
      [['image-2', 'companion']],
    );
    assert.deepEqual(
      details.sightings.map((sighting) => [sighting.path, sighting.state]),
      [[path.join(source().sourcePath, 'DCIM', '1.jpg'), 'imported']],
    );
  });
});
