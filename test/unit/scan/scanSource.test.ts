import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { Buffer } from 'node:buffer';
import fs from 'node:fs';
import path from 'node:path';
import { sampleJpeg } from '../../../bench/lib/sampleFiles.js';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import type { FilePort, FileStats } from '../../../src/catalog/files/filePort.js';
import { CatalogError } from '../../../src/catalog/model/errors.js';
import type { ProgressReport } from '../../../src/catalog/model/progress.js';
import type { ScanSummary } from '../../../src/catalog/model/scan.js';
import { jpeg, ScanFixture } from './scanFixture.js';

describe('scanSource', () => {
  let fixture: ScanFixture;
  beforeEach(async () => {
    fixture = await ScanFixture.create();
  });
  afterEach(() => fixture.remove());

  /** Marks every new file of a scan as an image of the catalog, as an import by reference does. */
  function addToCatalog(summary: ScanSummary): Map<string, string> {
    const ids = new Map<string, string>();
    for (const file of fixture.files(summary)) {
      if (file.state !== 'new' || file.checksum === null || file.facts === null) continue;
      const id = randomUUID();
      ids.set(file.relativePath, id);
      fixture.store.images.insertMany([
        {
          id,
          catalogId: fixture.catalog.id,
          storedPath: file.path,
          isManaged: false,
          sourceId: fixture.source.id,
          importJobId: null,
          importMode: 'reference',
          originalSourcePath: file.path,
          checksum: file.checksum,
          sizeBytes: file.sizeBytes,
          fileMtimeNs: file.mtimeNs,
          fileInode: file.inode,
          facts: file.facts,
        },
      ]);
    }
    return ids;
  }

  it('reads what XMP sidecars say of their image', async () => {
    fixture.put({ 'a.jpg': 'a', 'b.jpg': 'b' });
    const packet = '<rdf:Description xmp:Rating="4"><dc:subject><rdf:li>sea</rdf:li></dc:subject>';
    fs.writeFileSync(fixture.path('a.jpg.xmp'), packet);
    fs.writeFileSync(fixture.path('b.xmp'), '<broken');
    const facts = fixture.files(await fixture.scan()).map((file) => file.facts);
    assert.deepEqual(
      facts.map((each) => [each?.rating, each?.keywords]),
      [
        [4, ['sea']],
        [null, []],
      ],
    );
  });

  it('makes a preview of new files with checksum, size and facts', async () => {
    fixture.put({ 'b.jpg': 'b', 'a/c.JPG': 'c' });
    fs.writeFileSync(fixture.path('notes.txt'), 'x');
    const summary = await fixture.scan();
    assert.equal(summary.status, 'READY');
    assert.deepEqual(fixture.states(summary), ['new b.jpg', 'new a/c.JPG']);
    assert.deepEqual(summary.counts, {
      new: 2,
      duplicate: 0,
      error: 0,
      skipped: { 'unsupported-extension': 1 },
      sidecars: 0,
      filesRead: 2,
    });
    assert.equal(summary.totalSize, jpeg('b').length + jpeg('c').length);
    assert.equal(summary.selectedCount, 2);
    assert.equal(summary.selectedBytes, summary.totalSize);
    const [file] = fixture.files(summary);
    assert.equal(file?.checksum, createHash('sha256').update(jpeg('b')).digest('hex'));
    assert.equal(file.selected, true);
    assert.equal(file.path, fixture.path('b.jpg'));
    assert.equal(file.facts?.mimeType, 'image/jpeg');
    assert.equal(file.facts.width, 16);
    assert.equal(file.inode, String(fs.statSync(file.path, { bigint: true }).ino));
    assert.deepEqual(fixture.skips(summary), ['unsupported-extension notes.txt']);
    assert.equal(fixture.store.sources.find(fixture.source.id)?.lastScannedAt, summary.completedAt);
  });

  it('calls the first of equal files new, and the others its duplicates', async () => {
    fixture.put({ 'c.jpg': 'same', 'a.jpg': 'same', 'd/b.jpg': 'same', 'e.jpg': 'other' });
    const summary = await fixture.scan();
    assert.deepEqual(fixture.states(summary), [
      'new a.jpg',
      'duplicate c.jpg',
      'new e.jpg',
      'duplicate d/b.jpg',
    ]);
    const files = fixture.files(summary);
    assert.deepEqual(files[3]?.duplicateOf, {
      kind: 'scan',
      imageId: null,
      scanFileId: files[0]?.id,
      path: fixture.path('a.jpg'),
      sourceName: 'Card',
    });
    assert.equal(files[3].selected, false);
    assert.equal(summary.totalSize, jpeg('same').length + jpeg('other').length);
  });

  it('names the image of the catalog that a duplicate equals', async () => {
    fixture.put({ 'a.jpg': 'a' });
    const ids = addToCatalog(await fixture.scan());
    fixture.put({ 'copy of a.jpg': 'a', 'b.jpg': 'b' });
    const summary = await fixture.scan();
    assert.deepEqual(fixture.states(summary), [
      'duplicate a.jpg',
      'new b.jpg',
      'duplicate copy of a.jpg',
    ]);
    assert.deepEqual(fixture.files(summary)[2]?.duplicateOf, {
      kind: 'catalog',
      imageId: ids.get('a.jpg'),
      scanFileId: null,
      path: fixture.path('a.jpg'),
      sourceName: 'Card',
    });
    assert.deepEqual(fixture.sightings(), {
      'a.jpg': 'imported',
      'b.jpg': 'new',
      'copy of a.jpg': 'duplicate',
    });
  });

  it('reads nothing when nothing has changed', async () => {
    fixture.put({ 'a.jpg': 'a', 'd/b.jpg': 'b', 'd/c.jpg': 'a' });
    const first = await fixture.scan();
    const opened: string[] = [];
    const files: FilePort = {
      ...nodeFilePort,
      openRead: (file) => (opened.push(file), nodeFilePort.openRead(file)),
    };
    const second = await fixture.scan({ files });
    assert.deepEqual(opened, []);
    assert.equal(second.counts.filesRead, 0);
    const content = (summary: ScanSummary): unknown[] =>
      fixture.files(summary).map(({ relativePath, state, checksum, facts }) => ({
        relativePath,
        state,
        checksum,
        facts,
      }));
    assert.equal(fixture.store.scans.find(first.scanId), undefined, 'replaced by the second');
    assert.deepEqual(fixture.states(second), ['new a.jpg', 'new d/b.jpg', 'duplicate d/c.jpg']);
    assert.deepEqual(content(await fixture.scan()), content(await fixture.scan({ files })));
    assert.deepEqual(opened, []);
  });

  it('reads again what changed in size or in time, and only that', async () => {
    fixture.put({ 'size.jpg': '1', 'time.jpg': '2', 'same.jpg': '3' });
    await fixture.scan();
    fs.appendFileSync(fixture.path('size.jpg'), 'more');
    assert.equal((await fixture.scan()).counts.filesRead, 1);
    fs.utimesSync(fixture.path('time.jpg'), 2e9, 2e9);
    assert.equal((await fixture.scan()).counts.filesRead, 1);
    assert.equal((await fixture.scan()).counts.filesRead, 0);
  });

  it('reads a file again whose size and time are the same, but not its inode', async () => {
    const files: FilePort = {
      ...nodeFilePort,
      lstat: (file) => withoutTime(nodeFilePort.lstat(file)),
      fstat: (descriptor) => withoutTime(nodeFilePort.fstat(descriptor)),
    };
    fixture.put({ 'a.jpg': '1', 'b.jpg': '2' });
    await fixture.scan({ files });
    const other = sampleJpeg('3', jpeg('1').length);
    fs.writeFileSync(path.join(fixture.base, 'other.jpg'), other);
    fs.renameSync(path.join(fixture.base, 'other.jpg'), fixture.path('a.jpg'));
    const summary = await fixture.scan({ files });
    assert.equal(summary.counts.filesRead, 1);
    assert.equal(
      fixture.files(summary)[0]?.checksum,
      createHash('sha256').update(other).digest('hex'),
    );
  });

  it('lists what cannot be read or is no photo as errors, and goes on', async () => {
    fixture.put({ 'ok.jpg': 'ok', 'denied.jpg': 'x', 'vanishing.jpg': 'y', 'zz.jpg': 'z' });
    fs.writeFileSync(fixture.path('empty.jpg'), '');
    fs.writeFileSync(fixture.path('text.jpg'), 'this is a text, not a photo');
    const files: FilePort = {
      ...nodeFilePort,
      openRead: (file) => {
        if (file.endsWith('denied.jpg')) throw systemError('EACCES');
        if (file.endsWith('vanishing.jpg')) fs.rmSync(file, { force: true });
        return nodeFilePort.openRead(file);
      },
    };
    const summary = await fixture.scan({ files });
    const errors = fixture.files(summary).filter((file) => file.state === 'error');
    assert.deepEqual(
      errors.map((file) => [file.relativePath, file.error?.code]),
      [
        ['denied.jpg', 'FILE_UNREADABLE'],
        ['empty.jpg', 'FILE_EMPTY'],
        ['text.jpg', 'FILE_NOT_MEDIA'],
        ['vanishing.jpg', 'FILE_VANISHED'],
      ],
    );
    assert.equal(errors[0]?.error?.data['path'], fixture.path('denied.jpg'));
    assert.deepEqual([summary.counts.new, summary.counts.error], [2, 4]);
    assert.equal(summary.status, 'READY');
  });

  it('reads a file that changes meanwhile once more, then gives up on it', async () => {
    fixture.put({ 'growing.jpg': 'g', 'once.jpg': 'o' });
    const reads = { 'growing.jpg': 0, 'once.jpg': 0 };
    let current: keyof typeof reads = 'once.jpg';
    const files: FilePort = {
      ...nodeFilePort,
      openRead: (file) => {
        current = path.basename(file) as keyof typeof reads;
        return nodeFilePort.openRead(file);
      },
      read: (descriptor, buffer, offset, length, position) => {
        const count = nodeFilePort.read(descriptor, buffer, offset, length, position);
        const isFirstRead = position === 0 && offset === 0 && length > jpeg('o').length * 2;
        if (isFirstRead && (++reads[current] === 1 || current === 'growing.jpg')) {
          fs.appendFileSync(fixture.path(current), 'x');
        }
        return count;
      },
    };
    const summary = await fixture.scan({ files });
    assert.deepEqual(reads, { 'growing.jpg': 2, 'once.jpg': 2 });
    assert.deepEqual(fixture.states(summary), ['error growing.jpg', 'new once.jpg']);
    assert.equal(fixture.files(summary)[0]?.error?.code, 'FILE_CHANGED');
    const expected = Buffer.concat([jpeg('o'), Buffer.from('x')]);
    assert.equal(
      fixture.files(summary)[1]?.checksum,
      createHash('sha256').update(expected).digest('hex'),
    );
  });

  it('tries a file again at the next scan after an error', async () => {
    fs.writeFileSync(fixture.path('a.jpg'), '');
    assert.equal((await fixture.scan()).counts.error, 1);
    fixture.put({ 'a.jpg': 'a' });
    const summary = await fixture.scan();
    assert.deepEqual(fixture.states(summary), ['new a.jpg']);
    assert.deepEqual(fixture.sightings(), { 'a.jpg': 'new' });
  });

  it('groups RAW+JPEG, and hands each sidecar to one file', async () => {
    fixture.put({ 'd/IMG_1.CR2': 'raw', 'd/IMG_1.JPG': 'jpg', 'd/IMG_2.JPG': '2' });
    fixture.put({ 'd/IMG_1.xmp': 'x', 'd/IMG_2.jpg.xmp': 'y', 'd/IMG_9.AAE': 'z' });
    const summary = await fixture.scan();
    const rows = fixture
      .files(summary)
      .map((file) => [file.relativePath, file.groupKey, file.sidecars]);
    assert.deepEqual(rows, [
      ['d/IMG_1.CR2', 'd/img_1', ['d/IMG_1.xmp']],
      ['d/IMG_1.JPG', 'd/img_1', []],
      ['d/IMG_2.JPG', null, ['d/IMG_2.jpg.xmp']],
    ]);
    assert.deepEqual(fixture.skips(summary), ['sidecar-without-image d/IMG_9.AAE']);
    assert.equal(summary.counts.sidecars, 2);
    const bytes = ['raw', 'jpg', '2', 'x', 'y'].reduce((sum, label) => sum + jpeg(label).length, 0);
    assert.equal(summary.totalSize, bytes);
    assert.equal(summary.selectedBytes, bytes);
  });

  it('joins files of a group that others stand between', async () => {
    fixture.put({ 'IMG_1.CR2': 'r', 'IMG_2.JPG': 'b', 'img_1.jpg': 'j', 'z.jpg': 'z' });
    const summary = await fixture.scan();
    assert.deepEqual(
      fixture.files(summary).map((file) => [file.relativePath, file.groupKey]),
      [
        ['IMG_1.CR2', 'img_1'],
        ['IMG_2.JPG', null],
        ['img_1.jpg', 'img_1'],
        ['z.jpg', null],
      ],
    );
  });

  it('scans names that are not UTF-8', async function () {
    if (process.platform !== 'linux') this.skip();
    const name = Buffer.concat([
      Buffer.from(`${fixture.root}/`),
      Buffer.from([0xe4]),
      Buffer.from('.jpg'),
    ]);
    fs.writeFileSync(name, jpeg('bytes'));
    const summary = await fixture.scan();
    assert.equal(summary.counts.new, 1);
    assert.equal((await fixture.scan()).counts.filesRead, 0);
  });

  it('is cancelled between files, and the next scan need not read again', async () => {
    fixture.put(Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`f${i}.jpg`, `f${i}`])));
    const controller = new AbortController();
    let opened = 0;
    const files: FilePort = {
      ...nodeFilePort,
      openRead: (file) => {
        if (++opened === 6) controller.abort();
        return nodeFilePort.openRead(file);
      },
    };
    const summary = await fixture.scan({ files, signal: controller.signal });
    assert.equal(summary.status, 'CANCELLED');
    assert.equal(fixture.states(summary).length, 5);
    assert.equal(fixture.store.sources.find(fixture.source.id)?.lastScannedAt, null);
    const next = await fixture.scan();
    assert.equal(next.counts.filesRead, 15);
    assert.equal(next.counts.new, 20);
  });

  it('keeps the earlier preview if it is cancelled before it reads', async () => {
    fixture.put({ 'a.jpg': 'a' });
    const first = await fixture.scan();
    const summary = await fixture.scan({ signal: AbortSignal.abort() });
    assert.equal(summary.status, 'CANCELLED');
    assert.equal(fixture.store.scans.newestReadyForSource(fixture.source.id)?.id, first.scanId);
  });

  it('scans only picked paths, and says so if one is no longer there', async () => {
    fixture.put({ 'a/1.jpg': '1', 'a/2.jpg': '2', 'b/3.jpg': '3', 'b/n.jpg': 'n' });
    fs.writeFileSync(fixture.path('b/n.txt'), 'x');
    const onlyPaths = ['a/1.jpg', 'b/n.txt', 'b/gone.jpg', 'b/3.jpg'].map((p) => fixture.path(p));
    const summary = await fixture.scan({ onlyPaths });
    assert.deepEqual(fixture.states(summary), ['new a/1.jpg', 'new b/3.jpg', 'error b/gone.jpg']);
    assert.deepEqual(fixture.skips(summary), ['unsupported-extension b/n.txt']);
    await assert.rejects(
      fixture.scan({ onlyPaths: [path.join(fixture.base, 'elsewhere.jpg')] }),
      isError('INVALID_ARGUMENT'),
    );
  });

  it('notes files that are gone, but never all of them at once', async () => {
    fixture.put({ 'a.jpg': 'a', 'd/b.jpg': 'b', 'd/e/c.jpg': 'c', 'f.jpg': 'f' });
    await fixture.scan();
    fs.rmSync(fixture.path('d'), { recursive: true });
    await fixture.scan();
    assert.deepEqual(fixture.sightings(), {
      'a.jpg': 'new',
      'd/b.jpg': 'gone',
      'd/e/c.jpg': 'gone',
      'f.jpg': 'new',
    });
    fs.renameSync(fixture.root, `${fixture.root}-unmounted`);
    fs.mkdirSync(fixture.root);
    await fixture.scan();
    assert.equal(fixture.sightings()['a.jpg'], 'new');
    fs.rmdirSync(fixture.root);
    fs.renameSync(`${fixture.root}-unmounted`, fixture.root);
    assert.equal((await fixture.scan()).counts.filesRead, 0);
  });

  it('calls nothing gone in a folder that it could not read, or left out', async () => {
    fixture.put({ 'a.jpg': 'a', 'd/b.jpg': 'b', 'e/c.jpg': 'c' });
    await fixture.scan();
    fs.rmSync(fixture.path('d/b.jpg'));
    const files: FilePort = {
      ...nodeFilePort,
      readdir: (folder) => {
        if (folder === fixture.path('d')) throw systemError('EACCES');
        return nodeFilePort.readdir(folder);
      },
    };
    const summary = await fixture.scan({ files, exclude: ['e/**'] });
    assert.deepEqual(fixture.skips(summary), ['folder-unreadable d', 'excluded e']);
    assert.deepEqual(fixture.sightings(), { 'a.jpg': 'new', 'd/b.jpg': 'new', 'e/c.jpg': 'new' });
  });

  it('refuses a source that is not there, before anything is written', async () => {
    fixture.put({ 'a.jpg': 'a' });
    const first = await fixture.scan();
    const refuse = async (source: Partial<typeof fixture.source>, code: CatalogError['code']) => {
      fixture.source = { ...fixture.source, ...source };
      await assert.rejects(fixture.scan(), isError(code));
    };
    await refuse({ sourcePath: path.join(fixture.base, 'nowhere') }, 'SOURCE_PATH_NOT_FOUND');
    await refuse({ sourcePath: fixture.path('a.jpg') }, 'SOURCE_PATH_NOT_DIRECTORY');
    await refuse({ sourcePath: fixture.root, sourceType: 'cloud' }, 'SOURCE_TYPE_UNSUPPORTED');
    assert.equal(fixture.store.scans.newestReadyForSource(fixture.source.id)?.id, first.scanId);
  });

  it('refuses a source inside the managed directory, also through a link', async () => {
    const managed = path.join(fixture.base, 'link');
    fs.symlinkSync(fixture.base, managed);
    fixture.catalog = { ...fixture.catalog, managedDirectory: managed };
    await assert.rejects(fixture.scan(), isError('SOURCE_INSIDE_MANAGED'));
    fixture.catalog = { ...fixture.catalog, managedDirectory: fixture.root };
    await assert.rejects(fixture.scan(), isError('SOURCE_INSIDE_MANAGED'));
  });

  it('passes by a managed directory that lies in the source', async () => {
    fixture.put({ 'a.jpg': 'a', 'x/managed/b.jpg': 'b', 'x/managed2/c.jpg': 'c' });
    fixture.catalog = { ...fixture.catalog, managedDirectory: fixture.path('x/managed') };
    const summary = await fixture.scan();
    assert.deepEqual(fixture.states(summary), ['new a.jpg', 'new x/managed2/c.jpg']);
    assert.deepEqual(fixture.skips(summary), ['excluded x/managed']);
  });

  it('replaces a scan that a crash left running', async () => {
    fixture.put({ 'a.jpg': 'a' });
    const first = await fixture.scan();
    fixture.store.scans.setStatus(first.scanId, 'RUNNING');
    const second = await fixture.scan();
    assert.deepEqual(fixture.store.scans.listByStatus('RUNNING'), []);
    assert.equal(fixture.store.scans.find(first.scanId), undefined);
    assert.equal(second.status, 'READY');
  });

  it('reports its progress up to the end, in files and bytes', async () => {
    fixture.put({ 'a.jpg': 'a', 'b.jpg': 'b', 'c.txt.jpg': 'c' });
    const reports: ProgressReport[] = [];
    const summary = await fixture.scan({ onProgress: (report) => void reports.push(report) });
    const walked = reports.filter((report) => report.phase === 'walk').at(-1);
    assert.equal(walked?.filesDone, 3);
    const { filesDone, filesTotal, bytesDone, bytesTotal, secondsLeft, scanId } =
      reports.at(-1) ?? {};
    const bytes = ['a', 'b', 'c'].reduce((sum, label) => sum + jpeg(label).length, 0);
    assert.deepEqual(
      { filesDone, filesTotal, bytesDone, bytesTotal, secondsLeft, scanId },
      {
        filesDone: 3,
        filesTotal: 3,
        bytesDone: bytes,
        bytesTotal: bytes,
        secondsLeft: 0,
        scanId: summary.scanId,
      },
    );
  });

  it('adds up: every entry of the source is a file of the preview, a sidecar, or passed by', async () => {
    fixture.put({ 'a.jpg': 'a', 'a.xmp': 'x', 'b.xmp': 'y', 'c.jpg': 'a', 'd/e.mov': 'e' });
    fs.writeFileSync(fixture.path('n.txt'), 'n');
    fs.writeFileSync(fixture.path('.h.jpg'), 'n');
    fs.writeFileSync(fixture.path('empty.png'), '');
    fs.symlinkSync('a.jpg', fixture.path('l.jpg'));
    fs.mkdirSync(fixture.path('@eaDir'));
    const { counts } = await fixture.scan();
    const skipped = Object.values(counts.skipped).reduce((sum, count) => sum + count, 0);
    const entries = fs
      .readdirSync(fixture.root, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory() || entry.name === '@eaDir');
    assert.equal(
      counts.new + counts.duplicate + counts.error + counts.sidecars + skipped,
      entries.length,
    );
  });
});

function withoutTime(stats: FileStats): FileStats {
  return Object.assign(stats, { mtimeNs: 1n });
}

function systemError(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: injected`), { code });
}

function isError(code: CatalogError['code']): (error: unknown) => boolean {
  return (error) => CatalogError.is(error, code);
}
