import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { sampleJpeg } from '../../../bench/lib/sampleFiles.js';
import { undoJob } from '../../../src/catalog/import/undoJob.js';
import type { FilePort } from '../../../src/catalog/files/filePort.js';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import { convertFiles } from '../../../src/catalog/maintenance/convertFiles.js';
import type {
  ConvertedGroup,
  ConvertedImage,
} from '../../../src/catalog/maintenance/convertGroup.js';
import { recoverFileOperations } from '../../../src/catalog/maintenance/recoverOperations.js';
import { undoConvert } from '../../../src/catalog/maintenance/undoConvert.js';
import { CatalogError } from '../../../src/catalog/model/errors.js';
import type { FileOperationReport } from '../../../src/catalog/model/fileOperation.js';
import type { Image } from '../../../src/catalog/model/image.js';
import { ImportFixture, listFiles, sha256 } from '../import/importFixture.js';
import { allImages } from '../store/support.js';

const single = 'trip/IMG_20230615_143045.jpg';
const raw = 'P_20230701_120000.CR2';
const sidecar = `${raw}.xmp`;
const targets: Readonly<Record<string, string>> = {
  [single]: '2023/single.jpg',
  [raw]: '2023/raw.CR2',
  [sidecar]: '2023/raw.CR2.xmp',
};

async function prepared(): Promise<ImportFixture> {
  const fixture = await ImportFixture.create();
  fixture.put(single, sampleJpeg('first', 3000));
  fixture.put(raw, sampleJpeg('raw', 4000));
  fixture.put(sidecar, '<x:xmpmeta/>');
  await fixture.import({ importMode: 'reference' });
  return fixture;
}

const sourceOf = (fixture: ImportFixture): string => fixture.scans.path('');

const images = (fixture: ImportFixture): Image[] =>
  allImages(fixture.scans.store, fixture.scans.catalog.id);

function wanted(fixture: ImportFixture): ConvertedImage[] {
  const { store } = fixture.scans;
  return images(fixture).map((image) => {
    const file = (from: string, checksum: string | null, sizeBytes: number) => ({
      from,
      to: targets[path.relative(sourceOf(fixture), from)] ?? 'unknown',
      checksum,
      sizeBytes,
    });
    return {
      imageId: image.id,
      files: [
        file(image.currentPath, image.checksum, image.sizeBytes),
        ...store.images
          .listSidecars(image.id)
          .map((each) => file(each.currentPath, null, each.sizeBytes)),
      ],
      prove: () => undefined,
    };
  });
}

const placeOf = (fixture: ImportFixture) => ({
  catalog: fixture.scans.catalog,
  realRoot: fs.realpathSync(fixture.managed),
});

const convert = (fixture: ImportFixture, files?: FilePort): Promise<FileOperationReport> =>
  convertGroups(
    fixture,
    wanted(fixture).map((image) => [image]),
    files,
  );

const convertGroups = (
  fixture: ImportFixture,
  groups: readonly ConvertedGroup[],
  files?: FilePort,
): Promise<FileOperationReport> =>
  convertFiles({ ...fixture.deps(), ...(files && { files }) }, placeOf(fixture), groups, {
    request: null,
  });

const undo = (fixture: ImportFixture, { operation }: FileOperationReport, files?: FilePort) => {
  const isStillAt = (imageId: string, stored: string): boolean =>
    fixture.scans.store.relocations.managedAt(fixture.scans.catalog.id, [stored]).get(stored) ===
    imageId;
  return undoConvert({ ...fixture.deps(), ...(files && { files }) }, operation, isStillAt);
};

const inManaged = (fixture: ImportFixture): string[] =>
  listFiles(fixture.managed).filter((file) => !file.startsWith('.'));

/** Every row's file is there with the row's content, and nothing else lies in the managed directory. */
function checkAgreement(fixture: ImportFixture): void {
  const expected = images(fixture).flatMap((image) => [
    image,
    ...fixture.scans.store.images.listSidecars(image.id),
  ]);
  for (const { currentPath, checksum } of expected)
    assert.equal(sha256(currentPath), checksum, currentPath);
  assert.deepEqual(
    listFiles(fixture.managed).map((file) => path.join(fixture.managed, file)),
    expected.flatMap((one) => (one.isManaged ? one.currentPath : [])).sort(),
  );
}

/** The k-th call throws; from then on all do if `forEver`. */
function failingPort(
  k: number,
  code: string,
  forEver: boolean,
): { port: FilePort; calls: () => number } {
  let count = 0;
  const port = new Proxy(nodeFilePort, {
    get(target, name, receiver) {
      const real: unknown = Reflect.get(target, name, receiver);
      if (typeof real !== 'function') return real;
      return (...args: unknown[]): unknown => {
        count += 1;
        if (count === k || (forEver && count > k)) {
          throw Object.assign(new Error(`${code}: injected`), { code });
        }
        return Reflect.apply(real, target, args) as unknown;
      };
    },
  });
  return { port, calls: () => count };
}

describe('converting referenced images to managed', function () {
  this.timeout(300_000);
  let fixture: ImportFixture;
  afterEach(() => fixture.remove());

  const recover = (): Promise<void> => recoverFileOperations(fixture.deps(), () => true);

  it('copies files with their sidecars, leaves the originals, and never changes where they came from', async () => {
    fixture = await prepared();
    const before = images(fixture);
    const { operation, keptCount } = await convert(fixture);
    assert.deepEqual(
      [operation.status, operation.imagesDone, operation.filesMoved, keptCount],
      ['SUCCESS', 2, 3, 0],
    );
    assert.deepEqual(inManaged(fixture), Object.values(targets).sort());
    for (const image of images(fixture)) {
      assert.equal(image.isManaged, true);
      const old = before.find(({ id }) => id === image.id);
      assert.equal(image.originalSourcePath, old?.originalSourcePath);
      assert.equal(sha256(old?.currentPath ?? ''), image.checksum);
    }
    checkAgreement(fixture);
  });

  it('is undone as long as original and copy are what was copied', async () => {
    fixture = await prepared();
    const report = await convert(fixture);
    fs.writeFileSync(path.join(fixture.managed, '2023/single.jpg'), 'edited');
    const undone = await undo(fixture, report);
    assert.equal(undone.keptCount, 1);
    assert.deepEqual(inManaged(fixture), ['2023/single.jpg']);
    const { auditLog } = fixture.scans.store;
    const told = auditLog.page({ operation: 'undo-convert', offset: 0, limit: 10 });
    const back = images(fixture).filter(({ isManaged }) => !isManaged);
    assert.deepEqual(
      told.entries.map((entry) => [entry.imageId, entry.path]),
      back.map((image) => [image.id, image.currentPath]),
    );
    assert.deepEqual(
      images(fixture)
        .map(({ isManaged }) => isManaged)
        .sort(),
      [false, true],
    );
  });

  it('keeps an undo of the import from leaving the copies without rows', async () => {
    fixture = await prepared();
    await convert(fixture);
    const { jobs } = fixture.scans.store.importJobs.list({
      catalogId: fixture.scans.catalog.id,
      offset: 0,
      limit: 1,
    });
    await undoJob(fixture.deps(), jobs[0]?.id ?? '');
    assert.equal(images(fixture).length, 2);
    checkAgreement(fixture);
  });

  for (const isThere of [true, false]) {
    const what = isThere ? 'is there although it failed' : 'is not there';
    it(`leaves both copies when the commit ${what}, until recovery`, async () => {
      fixture = await prepared();
      const { store } = fixture.scans;
      const transaction = store.transaction.bind(store);
      store.transaction = (work) => {
        if (isThere) transaction(work);
        throw new CatalogError('CATALOG_CANNOT_WRITE', { path: 'catalog.sqlite', detail: 'EIO' });
      };
      await assert.rejects(convert(fixture), { code: 'CATALOG_CANNOT_WRITE' });
      store.transaction = transaction;
      await recover();
      checkAgreement(fixture);
      assert.equal(images(fixture).filter(({ isManaged }) => isManaged).length, isThere ? 2 : 0);
    });
  }

  it('refuses what changed or is gone, file by file', async () => {
    fixture = await prepared();
    fs.writeFileSync(path.join(sourceOf(fixture), single), sampleJpeg('other', 3000));
    fs.rmSync(path.join(sourceOf(fixture), raw));
    const { operation, kept } = await convert(fixture);
    assert.equal(operation.status, 'PARTIAL');
    assert.deepEqual(kept.map(({ code }) => code).sort(), ['FILE_CHANGED', 'FILE_VANISHED']);
    assert.deepEqual(inManaged(fixture), []);
    assert.ok(images(fixture).every(({ isManaged }) => !isManaged));
  });

  it('never replaces what stands where a copy is to go', async () => {
    fixture = await prepared();
    const place = path.join(fixture.managed, '2023/raw.CR2.xmp');
    fs.mkdirSync(path.dirname(place), { recursive: true });
    fs.writeFileSync(place, 'mine');
    const { kept } = await convert(fixture);
    assert.deepEqual(
      kept.map(({ code }) => code),
      ['DESTINATION_TAKEN'],
    );
    assert.equal(fs.readFileSync(place, 'utf8'), 'mine');
    assert.deepEqual(inManaged(fixture), ['2023/raw.CR2.xmp', '2023/single.jpg']);
  });

  it('copies all images of a shot or none, and takes them back the same way', async () => {
    fixture = await prepared();
    const place = path.join(fixture.managed, '2023/raw.CR2.xmp');
    fs.mkdirSync(path.dirname(place), { recursive: true });
    fs.writeFileSync(place, 'mine');
    const taken = await convertGroups(fixture, [wanted(fixture)]);
    assert.deepEqual([taken.operation.imagesFailed, taken.operation.imagesDone], [2, 0]);
    assert.deepEqual(inManaged(fixture), ['2023/raw.CR2.xmp']);
    assert.ok(images(fixture).every(({ isManaged }) => !isManaged));
    fs.rmSync(place);
    fixture.scans.store.driver.run("UPDATE images SET group_key = 'shot'");
    const report = await convertGroups(fixture, [wanted(fixture)]);
    assert.equal(report.operation.imagesDone, 2);
    fs.appendFileSync(place, 'edited');
    const undone = await undo(fixture, report);
    assert.equal(undone.keptCount, 2);
    assert.deepEqual(inManaged(fixture), Object.values(targets).sort());
  });

  it('does not believe a row that names a file elsewhere', async () => {
    fixture = await prepared();
    const refusing = wanted(fixture).map((image) => ({
      ...image,
      prove: () => {
        throw new Error('outside');
      },
    }));
    const { keptCount } = await convertGroups(fixture, [refusing]);
    assert.equal(keptCount, 2);
    assert.deepEqual(inManaged(fixture), []);
  });

  it('leads nowhere outside the managed directory through a link', async () => {
    fixture = await prepared();
    const elsewhere = path.join(path.dirname(fixture.managed), 'elsewhere');
    fs.mkdirSync(elsewhere);
    fs.mkdirSync(fixture.managed, { recursive: true });
    fs.symlinkSync(elsewhere, path.join(fixture.managed, '2023'));
    const { keptCount } = await convert(fixture);
    assert.equal(keptCount, 2);
    assert.deepEqual(fs.readdirSync(elsewhere), []);
  });

  for (const [code, forEver] of [
    ['EIO', false],
    ['ENOSPC', true],
    ['EACCES', false],
  ] as const) {
    const how = forEver ? 'from some call on' : 'at one call';
    it(`loses nothing when ${code} comes ${how}, and recovery brings rows and files together`, async () => {
      fixture = await prepared();
      const whole = failingPort(0, code, false);
      await convert(fixture, whole.port);
      const calls = whole.calls();
      await fixture.remove();
      assert.ok(calls > 40, String(calls));
      for (let k = 1; k <= calls; k += 1) {
        fixture = await prepared();
        const originals = listFiles(sourceOf(fixture)).map((file) => [
          file,
          sha256(path.join(sourceOf(fixture), file)),
        ]);
        await convert(fixture, failingPort(k, code, forEver).port).catch(() => undefined);
        await recover();
        checkAgreement(fixture);
        await recover();
        checkAgreement(fixture);
        assert.deepEqual(
          listFiles(sourceOf(fixture)).map((file) => [
            file,
            sha256(path.join(sourceOf(fixture), file)),
          ]),
          originals,
        );
        await convert(fixture);
        assert.deepEqual(inManaged(fixture), Object.values(targets).sort(), `call ${k}`);
        await fixture.remove();
      }
    });
  }

  it('undoes the same way under faults', async () => {
    fixture = await prepared();
    const whole = failingPort(0, 'EIO', false);
    await undo(fixture, await convert(fixture), whole.port);
    const calls = whole.calls();
    await fixture.remove();
    for (let k = 1; k <= calls; k += 1) {
      fixture = await prepared();
      const report = await convert(fixture);
      await undo(fixture, report, failingPort(k, 'EIO', false).port).catch(() => undefined);
      await recover();
      checkAgreement(fixture);
      await fixture.remove();
    }
  });
});
