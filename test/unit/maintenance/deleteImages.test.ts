import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { sampleJpeg } from '../../../bench/lib/sampleFiles.js';
import type { FilePort } from '../../../src/catalog/files/filePort.js';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import { trashFolder } from '../../../src/catalog/files/moveInside.js';
import { deleteImages } from '../../../src/catalog/maintenance/deleteImages.js';
import type { DeletePlace } from '../../../src/catalog/maintenance/judgeDeletion.js';
import { forecastDelete } from '../../../src/catalog/maintenance/judgeDeletion.js';
import { emptyTrash } from '../../../src/catalog/maintenance/emptyTrash.js';
import { undoDelete } from '../../../src/catalog/maintenance/undoDelete.js';
import { CatalogError } from '../../../src/catalog/model/errors.js';
import type { Image } from '../../../src/catalog/model/image.js';
import { ImportFixture, listFiles, sha256 } from '../import/importFixture.js';
import { allImages } from '../store/support.js';

const raw = 'P_20230701_120000.CR2';
const single = 'trip/IMG_20230615_143045.jpg';

async function prepared(
  importMode: 'copy' | 'move' | 'reference' = 'move',
): Promise<ImportFixture> {
  const fixture = await ImportFixture.create();
  fixture.put(single, sampleJpeg('first', 3000));
  fixture.put(raw, sampleJpeg('raw', 4000));
  fixture.put(`${raw}.xmp`, '<x:xmpmeta/>');
  await fixture.import({ importMode });
  return fixture;
}

const images = (fixture: ImportFixture): Image[] =>
  allImages(fixture.scans.store, fixture.scans.catalog.id);

const ids = (fixture: ImportFixture): string[] => images(fixture).map((image) => image.id);

const placeOf = (fixture: ImportFixture): DeletePlace => ({
  catalog: fixture.scans.catalog,
  realRoot: fs.realpathSync(fixture.managed),
});

const requestOf = (fixture: ImportFixture, imageIds = ids(fixture)) => ({
  catalogId: fixture.scans.catalog.id,
  imageIds,
  deleteFiles: true,
});

/** Checksums of all files below the managed directory, trash included. */
const contents = (fixture: ImportFixture): Set<string> =>
  new Set(listFiles(fixture.managed).map((file) => sha256(path.join(fixture.managed, file))));

const outsideTrash = (fixture: ImportFixture): string[] =>
  listFiles(fixture.managed).filter((file) => !file.startsWith(trashFolder));

/** Rows and files agree outside the trash, and nothing unfinished lies about. */
function checkAgreement(fixture: ImportFixture): void {
  const { store } = fixture.scans;
  const expected = images(fixture).flatMap((image) => [
    { file: image.currentPath, checksum: image.checksum },
    ...store.images
      .listSidecars(image.id)
      .map((sidecar) => ({ file: sidecar.currentPath, checksum: sidecar.checksum })),
  ]);
  for (const { file, checksum } of expected) assert.equal(sha256(file), checksum, file);
  const there = outsideTrash(fixture).map((file) => path.join(fixture.managed, file));
  assert.deepEqual(there, expected.map(({ file }) => file).sort());
  assert.deepEqual(
    listFiles(fixture.managed).filter((file) => file.includes('.part')),
    [],
  );
}

describe('deleting images', function () {
  let fixture: ImportFixture;
  afterEach(() => fixture.remove());

  it('moves managed files with their sidecars to the trash, and undo brings all back', async () => {
    fixture = await prepared();
    const before = contents(fixture);
    const files = outsideTrash(fixture);
    const rows = images(fixture);
    const forecast = await forecastDelete(fixture.deps(), placeOf(fixture), requestOf(fixture));
    assert.equal(forecast.images, 2);
    assert.equal(forecast.filesTrashed, 3);
    assert.equal(forecast.bytes, 3000 + 4000 + 12);

    const { operation, keptCount } = await deleteImages(
      fixture.deps(),
      placeOf(fixture),
      requestOf(fixture),
    );
    assert.equal(operation.status, 'SUCCESS');
    assert.deepEqual([operation.imagesDone, operation.filesMoved, keptCount], [2, 3, 0]);
    assert.deepEqual(outsideTrash(fixture), []);
    assert.deepEqual(contents(fixture), before);
    assert.deepEqual(images(fixture), []);
    const { entries } = fixture.scans.store.auditLog.page({ offset: 0, limit: 10 });
    assert.equal(entries.filter((entry) => entry.operation === 'delete-image').length, 2);

    const undone = await undoDelete(fixture.deps(), operation.id);
    assert.equal(undone.operation.status, 'UNDONE');
    assert.deepEqual(images(fixture), rows);
    assert.deepEqual(listFiles(fixture.managed), files);
    checkAgreement(fixture);
    const back = fixture.scans.store.auditLog.page({
      operation: 'undo-delete',
      offset: 0,
      limit: 10,
    });
    assert.deepEqual(
      back.entries.map(({ imageId, path: stored }) => [imageId, stored]).sort(),
      rows.map((row) => [row.id, path.relative(fixture.managed, row.currentPath)]).sort(),
    );
    await assert.rejects(undoDelete(fixture.deps(), operation.id), {
      code: 'OPERATION_NOT_UNDOABLE',
    });
  });

  it('tells of each image with its row that it is back, wherever the undo is cut off', async () => {
    fixture = await prepared();
    const { operation } = await deleteImages(fixture.deps(), placeOf(fixture), requestOf(fixture));
    const { store } = fixture.scans;
    // Where the operation itself would be ended.
    store.fileOperations.update = () => {
      throw new Error('the process has ended');
    };
    await assert.rejects(undoDelete(fixture.deps(), operation.id), /the process has ended/);
    const { total } = store.auditLog.page({ operation: 'undo-delete', offset: 0, limit: 10 });
    assert.equal(total, 2);
    assert.equal(images(fixture).length, 2);
  });

  it('removes only the rows of referenced images, whatever is asked', async () => {
    fixture = await prepared('reference');
    const files = listFiles(fixture.scans.root);
    await deleteImages(fixture.deps(), placeOf(fixture), requestOf(fixture));
    assert.deepEqual(images(fixture), []);
    assert.deepEqual(listFiles(fixture.scans.root), files);
  });

  it('keeps the files of managed images unless they are to go', async () => {
    fixture = await prepared();
    const files = listFiles(fixture.managed);
    const request = { ...requestOf(fixture), deleteFiles: false };
    await deleteImages(fixture.deps(), { ...placeOf(fixture), realRoot: null }, request);
    assert.deepEqual(images(fixture), []);
    assert.deepEqual(listFiles(fixture.managed), files);
  });

  it('keeps an image whose sidecar was edited, until a second yes', async () => {
    fixture = await prepared();
    const sidecar = listFiles(fixture.managed).find((file) => file.endsWith('.xmp')) ?? '';
    fs.writeFileSync(path.join(fixture.managed, sidecar), '<x:xmpmeta edited="yes"/>');
    const first = await deleteImages(fixture.deps(), placeOf(fixture), requestOf(fixture));
    assert.equal(first.operation.status, 'PARTIAL');
    assert.deepEqual(
      first.kept.map(({ path: file, code }) => [path.basename(file), code]),
      [[path.basename(sidecar), 'DELETE_FILE_CHANGED']],
    );
    assert.equal(images(fixture).length, 1);
    assert.ok(fs.existsSync(path.join(fixture.managed, sidecar)));
    const second = await deleteImages(fixture.deps(), placeOf(fixture), {
      ...requestOf(fixture),
      includeChanged: true,
    });
    assert.equal(second.operation.status, 'SUCCESS');
    await undoDelete(fixture.deps(), second.operation.id);
    assert.match(fs.readFileSync(path.join(fixture.managed, sidecar), 'utf8'), /edited/);
  });

  it('touches nothing outside the managed directory that a hostile row names', async () => {
    fixture = await prepared();
    const outside = path.join(fixture.scans.base, 'precious.jpg');
    fs.writeFileSync(outside, 'precious');
    fs.symlinkSync(fixture.scans.base, path.join(fixture.managed, 'link'));
    const [first, second] = ids(fixture);
    const { driver } = fixture.scans.store;
    const setPath = 'UPDATE images SET current_path = ? WHERE id = ?';
    driver.run(setPath, ['../precious.jpg', first ?? '']);
    driver.run(setPath, ['link/precious.jpg', second ?? '']);
    const request = requestOf(fixture, [first ?? '', second ?? '']);
    const report = await deleteImages(fixture.deps(), placeOf(fixture), request);
    assert.equal(report.keptCount, 2);
    assert.deepEqual(
      report.kept.map(({ code }) => code),
      ['DESTINATION_OUTSIDE', 'DESTINATION_OUTSIDE'],
    );
    assert.equal(fs.readFileSync(outside, 'utf8'), 'precious');
  });

  it('brings nothing back over a file that took the place, nor content that is there again', async () => {
    fixture = await prepared();
    const [target] = outsideTrash(fixture);
    const { operation } = await deleteImages(fixture.deps(), placeOf(fixture), requestOf(fixture));
    const taken = path.join(fixture.managed, target ?? '');
    fs.mkdirSync(path.dirname(taken), { recursive: true });
    fs.writeFileSync(taken, 'a new one');
    const report = await undoDelete(fixture.deps(), operation.id);
    assert.deepEqual(
      report.kept.map(({ code }) => code),
      ['UNDO_PLACE_TAKEN'],
    );
    assert.equal(images(fixture).length, 1);
    assert.equal(fs.readFileSync(taken, 'utf8'), 'a new one');
    fs.unlinkSync(taken);
    const again = await undoDelete(fixture.deps(), operation.id);
    assert.equal(again.operation.status, 'UNDONE');
    assert.equal(images(fixture).length, 2);
  });

  it('empties the trash of what was put there, and of nothing else', async () => {
    fixture = await prepared();
    const { operation } = await deleteImages(fixture.deps(), placeOf(fixture), requestOf(fixture));
    const trashed = listFiles(fixture.managed).filter((file) => file.endsWith('.jpg'));
    const edited = path.join(fixture.managed, trashed[0] ?? '');
    fs.writeFileSync(edited, 'worked on in the trash');
    const { realRoot } = placeOf(fixture);
    const emptied = await emptyTrash(fixture.deps(), realRoot ?? '', [operation]);
    assert.deepEqual([emptied.files, emptied.keptCount], [2, 1]);
    assert.deepEqual(
      listFiles(fixture.managed).map((file) => path.join(fixture.managed, file)),
      [edited],
    );
    await assert.rejects(undoDelete(fixture.deps(), operation.id), {
      code: 'OPERATION_NOT_UNDOABLE',
    });
  });

  it('empties the rest when the first try was cut off', async () => {
    fixture = await prepared();
    const { operation } = await deleteImages(fixture.deps(), placeOf(fixture), requestOf(fixture));
    const root = placeOf(fixture).realRoot ?? '';
    const busy: FilePort = {
      ...nodeFilePort,
      unlink: () => {
        throw Object.assign(new Error('EBUSY'), { code: 'EBUSY' });
      },
    };
    const first = await emptyTrash(fixture.deps(busy), root, [operation]);
    assert.deepEqual([first.files, first.keptCount], [0, 3]);
    await assert.rejects(undoDelete(fixture.deps(), operation.id), {
      code: 'OPERATION_NOT_UNDOABLE',
    });
    const again = fixture.scans.store.fileOperations.find(operation.id);
    assert.ok(again && again.status !== 'EMPTIED');
    const second = await emptyTrash(fixture.deps(), root, [again]);
    assert.deepEqual([second.files, second.keptCount], [3, 0]);
    assert.deepEqual(listFiles(fixture.managed), []);
  });

  function itemsOf(operationId: string): { items: string[]; states: string[] } {
    const rows = fixture.scans.store.fileOperations.items({
      operationId,
      states: ['DONE', 'EMPTIED'],
      afterId: 0,
      limit: 10,
    });
    return { items: rows.map((row) => row.fromPath), states: rows.map((row) => row.state) };
  }

  /** What the audit log tells of the trash, oldest first. */
  const told = (): unknown[] =>
    fixture.scans.store.auditLog
      .page({ offset: 0, limit: 100 })
      .entries.filter(({ operation }) => operation.startsWith('empty-trash'))
      .map(({ operation, detail }) => [operation, detail?.['files'], detail?.['paths']])
      .reverse();

  it('tells what leaves the trash before it goes', async () => {
    fixture = await prepared();
    const { operation } = await deleteImages(fixture.deps(), placeOf(fixture), requestOf(fixture));
    const { items } = itemsOf(operation.id);
    let before: unknown[] = [];
    const ended: FilePort = {
      ...nodeFilePort,
      unlink: (file) => {
        before = told();
        nodeFilePort.unlink(file);
      },
    };
    await emptyTrash(fixture.deps(ended), placeOf(fixture).realRoot ?? '', [operation]);
    assert.deepEqual(before, [['empty-trash', 3, items]]);
    assert.deepEqual(told(), before);
  });

  it('stops between two images when cancelled, and tells what is left', async () => {
    fixture = await prepared();
    const { operation } = await deleteImages(fixture.deps(), placeOf(fixture), requestOf(fixture));
    const cancel = new AbortController();
    const port: FilePort = {
      ...nodeFilePort,
      unlink: (file) => {
        cancel.abort();
        nodeFilePort.unlink(file);
      },
    };
    const reports: (number | null)[] = [];
    const work = emptyTrash(fixture.deps(port), placeOf(fixture).realRoot ?? '', [operation], {
      signal: cancel.signal,
      onProgress: ({ filesTotal }) => reports.push(filesTotal),
    });
    await assert.rejects(work, { code: 'CANCELLED' });
    assert.deepEqual(new Set(reports), new Set([3]));
    const { items, states } = itemsOf(operation.id);
    const left = items.filter((_, index) => states[index] === 'DONE');
    assert.ok(left.length > 0 && left.length < 3);
    assert.deepEqual(told(), [
      ['empty-trash', 3, items],
      ['empty-trash-kept', left.length, left],
    ]);
    assert.equal(listFiles(fixture.managed).length, left.length);
    const undone = await undoDelete(fixture.deps(), operation.id);
    assert.equal(undone.keptCount, 0);
    assert.equal(images(fixture).length, 1);
    checkAgreement(fixture);
  });

  it('keeps the entry of a file that only seemed to be gone', async () => {
    fixture = await prepared();
    const seen = new Set<string>();
    const forgetful: FilePort = {
      ...nodeFilePort,
      lstat: (file) => {
        if (!seen.has(file) && file.endsWith('.xmp')) {
          seen.add(file);
          throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' });
        }
        return nodeFilePort.lstat(file);
      },
    };
    await deleteImages(fixture.deps(forgetful), placeOf(fixture), requestOf(fixture));
    assert.ok(seen.size > 0);
    checkAgreement(fixture);
  });

  it('takes nothing back when it is not certain that the rows came back', async () => {
    fixture = await prepared();
    const { operation } = await deleteImages(fixture.deps(), placeOf(fixture), requestOf(fixture));
    const { store } = fixture.scans;
    const transaction = store.transaction.bind(store);
    // The commit is there, and a failure is reported.
    store.transaction = (work) => {
      transaction(work);
      throw new CatalogError('CATALOG_CANNOT_WRITE', { path: 'catalog.sqlite', detail: 'EIO' });
    };
    await assert.rejects(undoDelete(fixture.deps(), operation.id), {
      code: 'CATALOG_CANNOT_WRITE',
    });
    store.transaction = transaction;
    const back = images(fixture);
    assert.equal(back.length, 1);
    for (const image of back) assert.equal(sha256(image.currentPath), image.checksum);
  });

  it('cancels between images', async () => {
    fixture = await prepared();
    const controller = new AbortController();
    controller.abort();
    const { operation } = await deleteImages(fixture.deps(), placeOf(fixture), requestOf(fixture), {
      signal: controller.signal,
    });
    assert.equal(operation.status, 'CANCELLED');
    assert.equal(images(fixture).length, 2);
    checkAgreement(fixture);
  });
});
