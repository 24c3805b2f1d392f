import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import { linkless, ReorganizeFixture } from './reorganizeFixture.js';

const byDay = 'YEAR_SLASH_MONTH_DAY/DATE_TIME_ORIGINAL';
const names = [
  'IMG_20230615_143045.jpg',
  'IMG_20230615_143045.jpg.xmp',
  'P_20230701_120000.CR2',
  'P_20230701_120000.JPG',
  'P_20230701_120000.xmp',
  'plain.jpg',
];
const asImported = [...names];
const reorganized = [
  '2023/06-15/2023-06-15_143045_IMG_20230615_143045.jpg',
  '2023/06-15/2023-06-15_143045_IMG_20230615_143045.jpg.xmp',
  '2023/07-01/2023-07-01_120000_P_20230701_120000.CR2',
  '2023/07-01/2023-07-01_120000_P_20230701_120000.JPG',
  '2023/07-01/2023-07-01_120000_P_20230701_120000.xmp',
  'undated/plain.jpg',
];

describe('reorganizing managed files', function () {
  this.timeout(60_000);
  let fixture: ReorganizeFixture;
  afterEach(() => fixture.remove());

  for (const [where, files] of [
    ['where there are hard links', nodeFilePort],
    ['where there are none', linkless],
  ] as const) {
    it(`moves files with what belongs to them, and back, ${where}`, async () => {
      fixture = await ReorganizeFixture.create(names);
      const before = fixture.images();
      const forecast = await fixture.forecast(byDay);
      assert.deepEqual(
        [forecast.images, forecast.files, forecast.unchanged, forecast.refusedCount],
        [4, 6, 0, 0],
      );
      assert.deepEqual(
        forecast.moves.map(({ to }) => path.relative(fixture.root, to)).sort(),
        [...reorganized].sort(),
      );
      assert.deepEqual(fixture.files(), [...asImported].sort());
      const report = await fixture.run(byDay, { files });
      assert.deepEqual(
        [report.operation.status, report.operation.imagesDone, report.operation.filesMoved],
        ['SUCCESS', 4, 6],
      );
      assert.deepEqual(fixture.files(), [...reorganized].sort());
      assert.deepEqual(fixture.faults(), []);
      for (const image of fixture.images()) {
        const old = before.find(({ id }) => id === image.id);
        assert.equal(image.originalSourcePath, old?.originalSourcePath);
        assert.equal(image.importedChecksum, old?.importedChecksum);
        assert.equal(image.importJobId, old?.importJobId);
      }
      const again = await fixture.forecast(byDay);
      assert.deepEqual([again.images, again.unchanged], [0, 4]);

      const undone = await fixture.undo(report, files);
      assert.deepEqual([undone.operation.status, undone.keptCount], ['UNDONE', 0]);
      assert.deepEqual(fixture.files(), [...asImported].sort());
      assert.deepEqual(fixture.faults(), []);
      assert.deepEqual(
        fs.readdirSync(fixture.root).filter((name) => !name.includes('.')),
        [],
        'the emptied folders are gone',
      );
    });
  }

  it('notes every move in the audit log, with the old and the new path', async () => {
    fixture = await ReorganizeFixture.create(['IMG_20230615_143045.jpg']);
    const report = await fixture.run(byDay);
    await fixture.undo(report);
    const { entries } = fixture.imports.scans.store.auditLog.page({ offset: 0, limit: 10 });
    const [back, there] = entries;
    assert.deepEqual([there?.operation, back?.operation], ['reorganize', 'undo-reorganize']);
    assert.equal(there?.path, reorganized[0]);
    assert.deepEqual(there?.detail, {
      operation: report.operation.id,
      from: 'IMG_20230615_143045.jpg',
      to: reorganized[0],
      sidecars: [],
    });
    assert.equal(back?.path, 'IMG_20230615_143045.jpg');
  });

  it('moves what is chosen, and what belongs to it', async () => {
    fixture = await ReorganizeFixture.create(names);
    const { id } = fixture.image('P_20230701_120000.JPG');
    const { operation } = await fixture.run(byDay, { imageIds: [id] });
    assert.equal(operation.imagesDone, 2);
    assert.deepEqual(
      fixture.files(),
      [...asImported.filter((name) => !name.startsWith('P_')), ...reorganized.slice(2, 5)].sort(),
    );
    assert.deepEqual(fixture.faults(), []);
    const none = await fixture.run(byDay, { sourceId: 'another' });
    assert.equal(none.operation.imagesTotal, 0);
  });

  it('keeps an edited file, its pair and its name, and goes round what stands there', async () => {
    fixture = await ReorganizeFixture.create(names);
    fs.writeFileSync(fixture.at('P_20230701_120000.JPG'), Buffer.alloc(3000, 1));
    const { operation, kept } = await fixture.run(byDay);
    assert.equal(operation.status, 'PARTIAL');
    assert.deepEqual(
      kept.map(({ path: file, code }) => [path.basename(file), code]),
      [
        ['P_20230701_120000.CR2', 'FILE_CHANGED'],
        ['P_20230701_120000.JPG', 'FILE_CHANGED'],
      ],
    );
    assert.ok(fs.existsSync(fixture.at('P_20230701_120000.CR2')));
    assert.ok(fs.existsSync(fixture.at(reorganized[0] ?? '')));
    const { id } = fixture.image('P_20230701_120000.JPG');
    fixture.imports.scans.store.driver.run('DELETE FROM images WHERE id = ?', [id]);
    fs.rmSync(fixture.at('P_20230701_120000.JPG'));
    assert.deepEqual(fixture.faults(), []);
  });

  it('takes a sidecar along as it is now, and leaves the row of one that is gone', async () => {
    fixture = await ReorganizeFixture.create(names);
    fs.writeFileSync(fixture.at('IMG_20230615_143045.jpg.xmp'), 'edited');
    fs.rmSync(fixture.at('P_20230701_120000.xmp'));
    const report = await fixture.run(byDay);
    assert.equal(report.operation.status, 'SUCCESS');
    assert.equal(fs.readFileSync(fixture.at(reorganized[1] ?? ''), 'utf8'), 'edited');
    assert.deepEqual((await fixture.undo(report)).operation.status, 'UNDONE');
    assert.equal(fs.readFileSync(fixture.at(asImported[1] ?? ''), 'utf8'), 'edited');
  });

  it('goes round a name that no row knows, and never replaces what appears there', async () => {
    fixture = await ReorganizeFixture.create(['a.jpg', 'b.jpg']);
    fixture.imports.putForeign('undated/a.jpg', 'mine');
    const report = await fixture.run('YEAR_ONLY/ORIGINAL', {
      control: {},
      files: {
        ...nodeFilePort,
        link: (from, to) => {
          // In the last moment.
          if (to.endsWith('b.jpg')) fs.writeFileSync(to, 'also mine');
          nodeFilePort.link(from, to);
        },
      },
    });
    assert.deepEqual(
      report.kept.map(({ code }) => code),
      ['DESTINATION_TAKEN'],
    );
    assert.deepEqual(fixture.files(), [
      'b.jpg',
      'undated/a-1.jpg',
      'undated/a.jpg',
      'undated/b.jpg',
    ]);
    assert.equal(fs.readFileSync(fixture.at('undated/a.jpg'), 'utf8'), 'mine');
    assert.equal(fs.readFileSync(fixture.at('undated/b.jpg'), 'utf8'), 'also mine');
    assert.deepEqual(fixture.faults(['undated/a.jpg', 'undated/b.jpg']), []);
  });

  it('hands names on in a chain, and takes the chain back', async () => {
    fixture = await ReorganizeFixture.create(['a.jpg', 'b.jpg', 'c.jpg']);
    fixture.rename('c.jpg', 'd.jpg');
    fixture.rename('b.jpg', 'c.jpg');
    fixture.rename('a.jpg', 'b.jpg');
    const report = await fixture.run('FLAT/ORIGINAL');
    assert.equal(report.operation.status, 'SUCCESS');
    assert.deepEqual(fixture.files(), ['a.jpg', 'b.jpg', 'c.jpg']);
    assert.deepEqual(fixture.faults(), []);
    await fixture.undo(report);
    assert.deepEqual(fixture.files(), ['b.jpg', 'c.jpg', 'd.jpg']);
    assert.equal(fixture.image('a.jpg').currentPath, fixture.at('b.jpg'));
    assert.deepEqual(fixture.faults(), []);
  });

  it('solves a swap with a suffix, and then finds nothing more to do', async () => {
    fixture = await ReorganizeFixture.create(['a.jpg', 'b.jpg']);
    fixture.rename('a.jpg', 'x.jpg');
    fixture.rename('b.jpg', 'a.jpg');
    fixture.rename('a.jpg', 'b.jpg');
    await fixture.run('FLAT/ORIGINAL');
    assert.deepEqual(fixture.files(), ['a-1.jpg', 'b.jpg']);
    assert.deepEqual(fixture.faults(), []);
    assert.equal((await fixture.forecast('FLAT/ORIGINAL')).images, 0);
  });

  it('changes the case of a name', async () => {
    fixture = await ReorganizeFixture.create(['Photo.jpg']);
    fixture.rename('Photo.jpg', 'photo.jpg');
    const ignoresCase = fs.existsSync(fixture.at('PHOTO.jpg'));
    const { operation } = await fixture.run('FLAT/ORIGINAL');
    assert.equal(operation.imagesDone, ignoresCase ? 0 : 1);
    assert.deepEqual(fixture.files(), [ignoresCase ? 'photo.jpg' : 'Photo.jpg']);
    assert.deepEqual(fixture.faults(), []);
  });

  it('touches nothing that a hostile row names', async () => {
    fixture = await ReorganizeFixture.create(['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg']);
    const { driver } = fixture.imports.scans.store;
    const outside = path.join(path.dirname(fixture.root), 'private.jpg');
    fs.copyFileSync(fixture.at('a.jpg'), outside);
    const linked = path.join(path.dirname(fixture.root), 'elsewhere');
    fs.mkdirSync(linked);
    fs.copyFileSync(fixture.at('c.jpg'), path.join(linked, 'c.jpg'));
    fs.symlinkSync(linked, fixture.at('link'));
    const point = (name: string, stored: string): void => {
      driver.run('UPDATE images SET current_path = ? WHERE id = ?', [
        stored,
        fixture.image(name).id,
      ]);
    };
    point('b.jpg', '.image-catalog-managed');
    point('c.jpg', 'link/c.jpg');
    point('a.jpg', '../private.jpg');
    const { keptCount, operation } = await fixture.run('YEAR_ONLY/ORIGINAL');
    assert.deepEqual([operation.imagesDone, keptCount], [1, 3]);
    assert.ok(fs.existsSync(outside));
    assert.deepEqual(fs.readdirSync(linked), ['c.jpg']);
    assert.deepEqual(fixture.files(), ['a.jpg', 'b.jpg', 'c.jpg', 'link', 'undated/d.jpg']);
    assert.ok(fs.existsSync(fixture.at('.image-catalog-managed')));
  });

  it('leaves a file that more than one entry names', async () => {
    fixture = await ReorganizeFixture.create(['a.jpg', 'b.jpg', 'b.jpg.xmp']);
    const { driver } = fixture.imports.scans.store;
    driver.run(
      'INSERT INTO image_sidecars SELECT ?, current_path, 1, original_source_path, checksum, size_bytes FROM image_sidecars',
      [fixture.image('a.jpg').id],
    );
    const { kept } = await fixture.run('YEAR_ONLY/ORIGINAL');
    assert.deepEqual(
      kept.map(({ code }) => code),
      ['FILE_SHARED', 'FILE_SHARED'],
    );
    assert.deepEqual(fixture.files(), ['a.jpg', 'b.jpg', 'b.jpg.xmp']);
  });

  it('stops between images when it is cancelled, and goes on with what is left', async () => {
    const many = Array.from({ length: 40 }, (_, index) => `${100 + index}.jpg`);
    fixture = await ReorganizeFixture.create(many);
    const controller = new AbortController();
    let linked = 0;
    const { operation } = await fixture.run('YEAR_ONLY/ORIGINAL', {
      control: { signal: controller.signal },
      files: {
        ...nodeFilePort,
        link: (from, to) => {
          linked += 1;
          if (linked === 5) controller.abort();
          nodeFilePort.link(from, to);
        },
      },
    });
    assert.deepEqual(fixture.faults(), []);
    assert.equal(operation.status, 'CANCELLED');
    assert.ok(operation.imagesDone >= 4 && operation.imagesDone <= 5);
    const rest = await fixture.run('YEAR_ONLY/ORIGINAL');
    assert.equal(rest.operation.imagesDone, 40 - operation.imagesDone);
    assert.deepEqual(fixture.faults(), []);
  });

  it('stops at once when the volume is full, and can be resumed', async () => {
    fixture = await ReorganizeFixture.create(['a.jpg', 'b.jpg', 'c.jpg']);
    const full = {
      ...linkless,
      copyNew: () => Promise.reject(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })),
      write: () => Promise.reject(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })),
    };
    const report = await fixture.run('YEAR_ONLY/ORIGINAL', { files: full });
    assert.deepEqual([report.stoppedBy?.code, report.keptCount], ['DISK_FULL', 1]);
    assert.equal(report.operation.status, 'INTERRUPTED');
    assert.deepEqual(fixture.files(), ['a.jpg', 'b.jpg', 'c.jpg']);
    assert.deepEqual(fixture.faults(), []);
  });

  it('undoes what is unchanged since and reports the rest', async () => {
    fixture = await ReorganizeFixture.create(['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg']);
    const report = await fixture.run('YEAR_ONLY/ORIGINAL');
    fs.writeFileSync(fixture.at('undated/a.jpg'), Buffer.alloc(3000, 1));
    fixture.rename('b.jpg', 'b2.jpg');
    fixture.imports.putForeign('c.jpg', 'mine');
    const undone = await fixture.undo(report);
    assert.deepEqual(undone.kept.map(({ code }) => code).sort(), [
      'FILE_CHANGED',
      'FILE_CHANGED',
      'UNDO_PLACE_TAKEN',
    ]);
    assert.equal(undone.operation.status, 'SUCCESS');
    assert.deepEqual(fixture.files(), [
      'b2.jpg',
      'c.jpg',
      'd.jpg',
      'undated/a.jpg',
      'undated/c.jpg',
    ]);
    assert.equal(fs.readFileSync(fixture.at('c.jpg'), 'utf8'), 'mine');
    fs.rmSync(fixture.at('c.jpg'));
    assert.equal((await fixture.undo(report)).keptCount, 2);
    assert.ok(fs.existsSync(fixture.at('c.jpg')));
  });
});
