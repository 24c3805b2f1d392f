import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import sharp from 'sharp';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import { createDecoder } from '../../../src/catalog/media/decode/createDecoder.js';
import { inspectFile, inspectFiles } from '../../../src/catalog/media/inspect.js';
import { decodeProgramFolder } from '../../support/decodeProgram.js';
import { jpeg } from './mediaBytes.js';

const deps = { files: nodeFilePort, now: () => new Date('2024-06-01T00:00:00Z') };

describe('inspectFile', () => {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'inspect-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it('gives checksum, size, absolute path and facts', async () => {
    const path = join(directory, 'IMG_20230415_143218.jpg');
    writeFileSync(path, jpeg());
    const found = await inspectFile(relative(process.cwd(), path), deps);
    assert.equal(found.path, path);
    assert.equal(found.sha256, createHash('sha256').update(jpeg()).digest('hex'));
    assert.equal(found.size, jpeg().length);
    assert.equal(found.mimeType, 'image/jpeg');
    assert.deepEqual([found.width, found.height], [40, 30]);
    assert.equal(found.capturedAt, '2023-04-15T14:32:18');
    assert.equal(found.capturedAtSource, 'filename');
    assert.equal(found.error, null);
  });

  it('gives rating, keywords and caption, those of XMP sidecars before those in the file', async () => {
    const packet = (rating: number, keyword: string): string =>
      `<x:xmpmeta><rdf:RDF><rdf:Description xmp:Rating="${rating}"><dc:subject><rdf:Bag>
        <rdf:li>${keyword}</rdf:li></rdf:Bag></dc:subject><dc:description><rdf:Alt>
        <rdf:li>${keyword}!</rdf:li></rdf:Alt></dc:description></rdf:Description></rdf:RDF></x:xmpmeta>`;
    const path = join(directory, 'IMG_1.jpg');
    writeFileSync(path, jpeg());
    const described = async (): Promise<unknown[]> => {
      const { rating, keywords, caption, error } = await inspectFile(path, deps);
      assert.equal(error, null);
      return [rating, keywords, caption];
    };
    assert.deepEqual(await described(), [null, [], null]);
    writeFileSync(join(directory, 'IMG_1.xmp'), packet(2, 'stem'));
    writeFileSync(join(directory, 'IMG_10.xmp'), packet(1, 'other'));
    assert.deepEqual(await described(), [2, ['stem'], 'stem!']);
    writeFileSync(`${path}.xmp`, packet(5, 'name'));
    assert.deepEqual(await described(), [5, ['name', 'stem'], 'name!']);
    // What no program writes: too long, a folder, a link elsewhere.
    writeFileSync(`${path}.xmp`, packet(5, 'name') + ' '.repeat(600_000));
    assert.deepEqual(await described(), [2, ['stem'], 'stem!']);
    rmSync(join(directory, 'IMG_1.xmp'));
    mkdirSync(join(directory, 'IMG_1.xmp'));
    rmSync(`${path}.xmp`);
    symlinkSync(join(directory, 'IMG_10.xmp'), `${path}.xmp`);
    assert.deepEqual(await described(), [null, [], null]);
  });

  it('adds the hashes of pictures and why others have none, in the order asked for', async () => {
    const shown = join(directory, 'shown.png');
    await sharp({ create: { width: 90, height: 60, channels: 3, background: '#369' } }).toFile(
      shown,
    );
    const broken = join(directory, 'broken.jpg');
    writeFileSync(broken, jpeg());
    const text = join(directory, 'note.txt');
    writeFileSync(text, 'hello');
    const decoder = createDecoder({ programFolder: await decodeProgramFolder(), processes: 1 });
    const paths = [text, broken, shown];
    const [note, bad, good] = await inspectFiles(paths, { ...deps, decoder }).finally(() =>
      decoder.close(),
    );
    assert.deepEqual([note?.path, bad?.path, good?.path], paths);
    assert.deepEqual([note?.quality, note?.pictureError], [null, null]);
    assert.deepEqual([bad?.dhash, bad?.pictureError?.code], [null, 'PICTURE_DAMAGED']);
    assert.equal(bad?.error, null);
    assert.deepEqual([good?.dhash, good?.ahash], ['0000000000000000', '0000000000000000']);
    assert.deepEqual([good?.quality, good?.pictureError], [34.08, null]);
  }).timeout(60_000);

  it('dates by the nearest folders and then the modification time', async () => {
    mkdirSync(join(directory, '2023', '06-15'), { recursive: true });
    const inFolder = join(directory, '2023', '06-15', 'a.jpg');
    writeFileSync(inFolder, jpeg());
    assert.equal((await inspectFile(inFolder, deps)).capturedAt, '2023-06-15');
    const plain = join(directory, 'a.jpg');
    writeFileSync(plain, jpeg());
    utimesSync(plain, 1_600_000_000, 1_600_000_000);
    const { capturedAt, capturedAtSource } = await inspectFile(plain, deps);
    assert.deepEqual([capturedAt, capturedAtSource], ['2020-09-13T12:26:40+00:00', 'mtime']);
  });

  it('gives the checksum also of empty files and of what is no photo', async () => {
    const empty = join(directory, 'empty.jpg');
    writeFileSync(empty, '');
    const found = await inspectFile(empty, deps);
    assert.equal(found.error?.code, 'FILE_EMPTY');
    assert.equal(found.size, 0);
    assert.match(found.sha256 ?? '', /^e3b0c442/);
    const text = join(directory, 'note.jpg');
    writeFileSync(text, 'hello');
    const note = await inspectFile(text, deps);
    assert.equal(note.error?.code, 'FILE_NOT_MEDIA');
    assert.match(note.sha256 ?? '', /^2cf24dba/);
    assert.equal(note.capturedAt, null);
  });

  it('tells missing files and folders from each other', async () => {
    const missing = await inspectFile(join(directory, 'missing.jpg'), deps);
    assert.equal(missing.error?.code, 'FILE_VANISHED');
    assert.equal(missing.sha256, null);
    assert.equal((await inspectFile(directory, deps)).error?.code, 'FILE_NOT_REGULAR');
  });
});
