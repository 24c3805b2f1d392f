import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import { thumbnailFigures } from '../../../src/catalog/pictures/thumbnailFigures.js';
import { StorageFixture } from './storageFixture.js';

describe('storage report', function () {
  this.timeout(60_000);
  let fixture: StorageFixture;
  beforeEach(async () => {
    fixture = new StorageFixture();
    await fixture.fill();
  });
  afterEach(() => fixture.remove());

  const report = () => fixture.engine.getStorageReport({ catalogId: fixture.catalogId });
  const sizeOf = (folder: string, name: string): number =>
    fs.statSync(path.join(folder, name)).size;

  it('adds up what is managed, referenced, of a source, a format and a year', async () => {
    const a = sizeOf(fixture.card, 'IMG_20210615_120000.jpg');
    const b = sizeOf(fixture.card, 'IMG_20230616_120000.jpg');
    const c = sizeOf(fixture.archive, 'IMG_20230617_120000.jpg');
    const found = await report();
    assert.deepEqual(
      [found.managedCount, found.managedBytes, found.referencedCount, found.referencedBytes],
      [2, a + b, 1, c],
    );
    assert.deepEqual([found.totalCount, found.totalBytes], [3, a + b + c]);
    assert.deepEqual(
      found.bySource.map(({ sourceName, count, bytes, managed, referenced, online }) => [
        [sourceName, count, bytes, online],
        [managed.count, referenced.bytes],
      ]),
      [
        [
          ['Archive', 1, c, true],
          [0, c],
        ],
        [
          ['Card', 2, a + b, true],
          [2, 0],
        ],
      ],
    );
    assert.deepEqual(found.byFormat, [{ mimeType: 'image/jpeg', count: 3, bytes: a + b + c }]);
    assert.deepEqual(found.byYear, [
      { year: '2021', count: 1, bytes: a },
      { year: '2023', count: 2, bytes: b + c },
    ]);
    assert.deepEqual(found.sidecars, { count: 1, bytes: '<x:xmpmeta/>'.length });
    assert.deepEqual(found.duplicates, {
      count: 1,
      bytes: a,
      bySource: [{ sourceId: fixture.archiveId, sourceName: 'Archive', count: 1, bytes: a }],
    });
    assert.ok(found.catalogFileBytes > 0);
    // The same figures in one statement.
    const info = await fixture.engine.getStorageInfo({ catalogId: fixture.catalogId });
    for (const name of ['managedBytes', 'referencedCount', 'totalBytes', 'missingCount'] as const) {
      assert.equal(found[name], info[name], name);
    }
  });

  it('tells what is missing, out of reach and in the trash', async () => {
    const { engine, catalogId, archive } = fixture;
    const { images } = await engine.listImages({ catalogId });
    const managed = images.filter(({ isManaged }) => isManaged);
    const [first, second] = managed;
    assert.ok(first && second);
    fs.rmSync(first.currentPath);
    await engine.checkFiles({ catalogId });
    await engine.deleteImages({ catalogId, imageIds: [second.id], deleteFiles: true });
    fs.renameSync(archive, `${archive}.away`);
    const found = await report();
    assert.deepEqual(found.missing, { count: 1, bytes: first.sizeBytes });
    assert.equal(found.offline.count, 1);
    assert.ok(found.trash.count >= 1 && found.trash.bytes >= second.sizeBytes);
    await engine.emptyTrash({ catalogId });
    assert.deepEqual((await report()).trash, { count: 0, bytes: 0 });
  });

  it('counts thumbnails and reckons the bytes of very many', async () => {
    const folder = path.join(fixture.root, 'many');
    const put = (name: string, size: number): void => {
      const place = path.join(folder, 'thumbnails', name.slice(0, 2));
      fs.mkdirSync(place, { recursive: true });
      fs.writeFileSync(path.join(place, name), Buffer.alloc(size));
    };
    put(`${'ab'.repeat(32)}.webp`, 100);
    put(`${'ab'.repeat(32)}.512.webp`, 300);
    put('ab-not-ours.webp', 1000);
    const few = await thumbnailFigures(nodeFilePort, folder);
    assert.deepEqual(few, { count: 2, bytes: 400, estimated: false });
    const many = await thumbnailFigures(nodeFilePort, folder, 1);
    assert.deepEqual([many.count, many.estimated], [2, true]);
    assert.ok([200, 600].includes(many.bytes), String(many.bytes));
    assert.deepEqual(await thumbnailFigures(nodeFilePort, path.join(folder, 'none')), {
      count: 0,
      bytes: 0,
      estimated: false,
    });
  });
});
