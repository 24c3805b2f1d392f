import assert from 'node:assert/strict';
import fs from 'node:fs';
import type { FilePort } from '../../../src/catalog/files/filePort.js';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import { CatalogError } from '../../../src/catalog/model/errors.js';
import type { FileOperationReport } from '../../../src/catalog/model/fileOperation.js';
import { linkless, ReorganizeFixture } from './reorganizeFixture.js';

const names = ['a.jpg', 'a.jpg.xmp', 'b.CR2', 'b.JPG'];
const strategy = 'YEAR_ONLY/ORIGINAL';
const moved = names.map((name) => `undated/${name}`);

/** The catalog file fails at the k-th write; the write is durable all the same, or it is not. */
async function withCatalogFailing(
  fixture: ReorganizeFixture,
  k: number,
  isDurable: boolean,
  work: () => Promise<unknown>,
): Promise<number> {
  const { driver } = fixture.imports.scans.store;
  const transaction = driver.transaction.bind(driver);
  const run = driver.run.bind(driver);
  let count = 0;
  let depth = 0;
  const write = <T>(real: () => T): T => {
    if (depth > 0) return real();
    depth += 1;
    try {
      count += 1;
      if (k > 0 && count >= k && !(count === k && isDurable)) throw failed();
      const value = real();
      if (count === k) throw failed();
      return value;
    } finally {
      depth -= 1;
    }
  };
  const failed = (): CatalogError =>
    new CatalogError('CATALOG_CANNOT_WRITE', { path: 'catalog.sqlite', detail: 'EIO' });
  driver.transaction = (inner) => write(() => transaction(inner));
  driver.run = (sql, params) => write(() => run(sql, params));
  try {
    await work();
  } catch (error) {
    assert.ok(k > 0 && CatalogError.is(error, 'CATALOG_CANNOT_WRITE'), String(error));
  } finally {
    driver.transaction = transaction;
    driver.run = run;
  }
  return count;
}

describe('a reorganization that was cut off', function () {
  this.timeout(120_000);
  let fixture: ReorganizeFixture;
  afterEach(() => fixture.remove());

  /** Rows and files agree after recovery, which does nothing when it comes again; then the rest is done. */
  async function checkRecovery(): Promise<void> {
    await fixture.recover();
    assert.deepEqual(fixture.faults(), []);
    const files = fixture.files();
    await fixture.recover();
    assert.deepEqual([fixture.faults(), fixture.files()], [[], files]);
    await fixture.run(strategy);
    assert.deepEqual([fixture.faults(), fixture.files()], [[], moved]);
  }

  const volumes: readonly (readonly [string, FilePort])[] = [
    ['with hard links', nodeFilePort],
    ['without', linkless],
  ];
  for (const [where, files] of volumes) {
    it(`is settled wherever the catalog file failed, ${where}`, async () => {
      fixture = await ReorganizeFixture.create(names);
      const writes = await withCatalogFailing(fixture, 0, true, () =>
        fixture.run(strategy, { files }),
      );
      assert.ok(writes >= 4, String(writes));
      await fixture.remove();
      for (let k = 1; k <= writes; k += 1) {
        for (const isDurable of [true, false]) {
          fixture = await ReorganizeFixture.create(names);
          await withCatalogFailing(fixture, k, isDurable, () => fixture.run(strategy, { files }));
          await checkRecovery();
          await fixture.remove();
        }
      }
    });

    it(`is settled wherever the catalog file failed in its undo, ${where}`, async () => {
      const prepare = async (): Promise<FileOperationReport> => {
        fixture = await ReorganizeFixture.create(names);
        return fixture.run(strategy, { files });
      };
      const done = await prepare();
      const writes = await withCatalogFailing(fixture, 0, true, () => fixture.undo(done, files));
      await fixture.remove();
      for (let k = 1; k <= writes; k += 1) {
        for (const isDurable of [true, false]) {
          const report = await prepare();
          await withCatalogFailing(fixture, k, isDurable, () => fixture.undo(report, files));
          await checkRecovery();
          await fixture.remove();
        }
      }
    });
  }

  it('does not take a name that was given on since for a left one', async () => {
    fixture = await ReorganizeFixture.create(['a.jpg', 'b.jpg']);
    fixture.rename('b.jpg', 'c.jpg');
    fixture.rename('a.jpg', 'b.jpg');
    // Both moves are done, the folder could not be synchronized after the first.
    let opened = 0;
    const { operation } = await fixture.run('FLAT/ORIGINAL', {
      files: {
        ...nodeFilePort,
        fsync: (descriptor) => {
          opened += 1;
          return opened === 2
            ? Promise.reject(Object.assign(new Error('EIO'), { code: 'EIO' }))
            : nodeFilePort.fsync(descriptor);
        },
      },
    });
    assert.equal(operation.imagesDone, 2);
    assert.equal(fixture.imports.scans.store.fileOperations.unsettled().length, 1);
    await fixture.recover();
    assert.deepEqual([fixture.faults(), fixture.files()], [[], ['a.jpg', 'b.jpg']]);
  });

  it('loses no file of an image that was deleted meanwhile', async () => {
    fixture = await ReorganizeFixture.create(['a.jpg']);
    // The row names the new place, the old name is there still.
    const stuck: FilePort = {
      ...nodeFilePort,
      unlink: () => {
        throw Object.assign(new Error('EBUSY'), { code: 'EBUSY' });
      },
    };
    const { operation } = await fixture.run(strategy, { files: stuck });
    assert.equal(operation.imagesDone, 1);
    assert.deepEqual(fixture.files(), ['a.jpg', 'undated/a.jpg']);
    const { driver } = fixture.imports.scans.store;
    driver.run('DELETE FROM images');
    fs.writeFileSync(`${fixture.root}/copy.jpg`, fs.readFileSync(fixture.at('a.jpg')));
    fs.rmSync(fixture.at('undated/a.jpg'));
    await fixture.recover();
    assert.deepEqual(fixture.files(), ['a.jpg', 'copy.jpg']);
  });

  it('leaves both of two files that differ', async () => {
    fixture = await ReorganizeFixture.create(['a.jpg']);
    await withCatalogFailing(fixture, 3, true, () => fixture.run(strategy, { files: linkless }));
    assert.deepEqual(fixture.files(), ['a.jpg', 'undated/a.jpg']);
    fs.writeFileSync(fixture.at('a.jpg'), 'edited meanwhile');
    await fixture.recover();
    assert.deepEqual(fixture.files(), ['a.jpg', 'undated/a.jpg']);
    assert.equal(fs.readFileSync(fixture.at('a.jpg'), 'utf8'), 'edited meanwhile');
  });

  it('touches nothing that a hostile journal names', async () => {
    fixture = await ReorganizeFixture.create(['a.jpg']);
    const report = await fixture.run(strategy);
    const outside = `${fixture.imports.scans.base}/a.jpg`;
    fs.copyFileSync(fixture.at('undated/a.jpg'), outside);
    fs.copyFileSync(fixture.at('undated/a.jpg'), fixture.at('.image-catalog-managed.copy'));
    const { driver } = fixture.imports.scans.store;
    for (const from of ['../a.jpg', '.image-catalog-managed.copy']) {
      driver.run("UPDATE file_operation_items SET state = 'PLANNED', from_path = ?", [from]);
      await fixture.recover();
      driver.run("UPDATE file_operation_items SET state = 'DONE'");
      assert.equal((await fixture.undo(report)).keptCount, 1);
    }
    // A file without a row, made a sidecar of the image by rows and journal.
    fixture.imports.putForeign('undated/mine.txt', 'mine');
    driver.run("UPDATE file_operation_items SET from_path = 'a.jpg'");
    driver.run(
      `INSERT INTO file_operation_items (operation_id, image_id, role, from_path, to_path, checksum,
        size_bytes, state, updated_at)
      SELECT operation_id, image_id, 'sidecar', 'b.txt', 'undated/mine.txt', 'x', 4, state, updated_at
      FROM file_operation_items`,
    );
    driver.run(
      `INSERT INTO image_sidecars SELECT id, 'undated/mine.txt', 1, 'mine.txt', checksum, 4 FROM images`,
    );
    assert.equal((await fixture.undo(report)).keptCount, 1);
    assert.equal(fs.readFileSync(fixture.at('undated/mine.txt'), 'utf8'), 'mine');
    fs.rmSync(fixture.at('undated/mine.txt'));
    assert.ok(fs.existsSync(outside));
    assert.ok(fs.existsSync(fixture.at('.image-catalog-managed.copy')));
    assert.deepEqual(fixture.files(), ['undated/a.jpg']);
  });
});
