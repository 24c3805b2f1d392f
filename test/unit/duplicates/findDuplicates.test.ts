import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { sampleJpeg } from '../../../bench/lib/sampleFiles.js';
import type { CatalogEngine } from '../../../src/catalog/engine.js';
import { segment } from '../media/mediaBytes.js';
import { DuplicatesFixture, flipped } from './duplicatesFixture.js';

const cat = 'a5a5f00f12345678';
const dog = '123456789abcdef0';

/** The same picture with a comment more. */
function withComment(jpeg: Buffer, text: string): Buffer {
  return Buffer.concat([jpeg.subarray(0, 2), segment(0xfe, Buffer.from(text)), jpeg.subarray(2)]);
}

describe('finding duplicates', () => {
  let fixture: DuplicatesFixture;
  let engine: CatalogEngine;

  beforeEach(async () => {
    fixture = new DuplicatesFixture();
    engine = await fixture.open();
  });
  afterEach(() => fixture.remove());

  it('names the level of each group, and lists a group of the same images once', async () => {
    const picture = sampleJpeg('one');
    fixture.put('one.jpg', picture);
    fixture.put('backup/one.jpg', picture);
    fixture.put('edited.jpg', withComment(picture, 'mine'));
    fixture.look('one.jpg', { dhash: cat, pixelHash: '1'.repeat(32) });
    fixture.look('edited.jpg', { dhash: cat, pixelHash: '1'.repeat(32) });
    fixture.put('large.jpg');
    fixture.look('large.jpg', { dhash: flipped(cat, 3) });
    fixture.put('other.jpg');
    await fixture.import(engine, 'reference');
    assert.deepEqual(await fixture.names(engine), [
      'bytes: card/backup/one.jpg card/one.jpg',
      'data: card/backup/one.jpg card/edited.jpg card/one.jpg',
      'similar: card/backup/one.jpg card/edited.jpg card/large.jpg card/one.jpg',
    ]);
    assert.deepEqual(await fixture.names(engine, { level: 'pixels' }), [
      'pixels: card/backup/one.jpg card/edited.jpg card/one.jpg',
    ]);
    const [group] = await fixture.groups(engine, { level: 'similar' });
    assert.equal(group?.distance, 3);
    const levels = group?.members.map(({ path: file, level, distance }) => [
      path.basename(file),
      level,
      distance,
    ]);
    assert.deepEqual(levels?.[0], [path.basename(group?.suggestedKeep ?? ''), 'bytes', 0]);
    assert.ok(group?.differences.includes('path'));
  });

  it('compares looks as asked: threshold, method, confirmation', async () => {
    fixture.put('a.jpg');
    fixture.put('b.jpg');
    fixture.look('a.jpg', { dhash: cat, phash: dog });
    fixture.look('b.jpg', { dhash: flipped(cat, 6), phash: flipped(dog, 14) });
    await fixture.import(engine, 'reference');
    const similar = 'similar: card/a.jpg card/b.jpg';
    const find = (input: object) => fixture.names(engine, { level: 'similar', ...input });
    assert.deepEqual(await find({}), []);
    assert.deepEqual(await find({ confirm: false }), [similar]);
    assert.deepEqual(await find({ threshold: 5, confirm: false }), []);
    assert.deepEqual(await find({ method: 'phash', threshold: 14 }), [similar]);
    assert.deepEqual(await find({ method: 'ahash', threshold: 6 }), [similar]);
    for (const threshold of [-1, 33, 1.5]) {
      await assert.rejects(find({ threshold }), { code: 'INVALID_ARGUMENT' });
    }
  });

  it('does not match flat pictures and files of one shot', async () => {
    for (const name of ['black.jpg', 'green.jpg', 'shot.jpg', 'shot.dng']) {
      fixture.put(name, name.endsWith('dng') ? rawFile() : sampleJpeg(name));
    }
    fixture.look('black.jpg', { dhash: '0'.repeat(16), contrast: 0 });
    fixture.look('green.jpg', { dhash: '0'.repeat(16), contrast: 0 });
    fixture.look('shot.jpg', { dhash: cat });
    fixture.look('shot.dng', { dhash: cat });
    await fixture.import(engine, 'reference');
    const page = await engine.findDuplicates({ catalogId: fixture.catalogId, level: 'similar' });
    assert.deepEqual(page.groups, []);
    assert.deepEqual(page.notCompared, { flat: 2, withoutPicture: 0 });
  });

  it('tells duplicates across sources from those within one', async () => {
    const picture = sampleJpeg('both');
    fixture.put('a.jpg', picture);
    fixture.put('b.jpg', picture);
    await fixture.import(engine, 'reference');
    const second = path.join(fixture.root, 'disk');
    fs.mkdirSync(second);
    fs.writeFileSync(path.join(second, 'c.jpg'), picture);
    const { id: sourceId } = await engine.createSource({
      catalogId: fixture.catalogId,
      sourcePath: second,
    });
    await engine.scanSource({ sourceId });
    const find = (input: object) => fixture.names(engine, { level: 'bytes', ...input });
    assert.deepEqual(await find({}), ['bytes: card/a.jpg card/b.jpg disk/c.jpg']);
    assert.deepEqual(await find({ scope: 'across-sources' }), [
      'bytes: card/a.jpg card/b.jpg disk/c.jpg',
    ]);
    assert.deepEqual(await find({ scope: 'within-source' }), ['bytes: card/a.jpg card/b.jpg']);
    const pair = [fixture.sourceId, sourceId];
    assert.equal((await find({ sourcePair: pair })).length, 1);
    assert.equal((await find({ sourcePair: [fixture.sourceId, 'other'] })).length, 0);
    assert.equal((await find({ folder: second })).length, 1);
    assert.equal((await find({ folder: path.join(fixture.root, 'dis') })).length, 0);
    assert.equal((await find({ managed: true })).length, 0);
  });

  it('does not take the file that a managed copy was made from for a duplicate', async () => {
    fixture.put('a.jpg');
    await fixture.import(engine, 'copy');
    assert.deepEqual(await fixture.names(engine, { level: 'bytes' }), []);
    fixture.put('again.jpg', fs.readFileSync(path.join(fixture.source, 'a.jpg')));
    await engine.scanSource({ sourceId: fixture.sourceId });
    assert.deepEqual(await fixture.names(engine, { level: 'bytes' }), [
      'bytes: card/a.jpg card/again.jpg managed/a.jpg',
    ]);
  });

  it('pages a report as it was computed, sorted', async () => {
    for (let number = 0; number < 12; number++) {
      const picture = sampleJpeg(`picture ${number}`, 300 + number * 10);
      fixture.put(`a/${number}.jpg`, picture);
      fixture.put(`b/${number}.jpg`, picture);
    }
    await fixture.import(engine, 'reference');
    const query = { catalogId: fixture.catalogId, level: 'bytes' as const };
    const first = await engine.findDuplicates({ ...query, limit: 5 });
    assert.equal(first.total, 12);
    assert.equal(first.bytesToWin, first.groups[0] && (300 + 410) * 6);
    const { reportId } = first;
    fs.rmSync(path.join(fixture.source, 'b'), { recursive: true });
    await engine.scanSource({ sourceId: fixture.sourceId });
    const rest = await engine.findDuplicates({ ...query, reportId, offset: 5, limit: 100 });
    const all = [...first.groups, ...rest.groups];
    assert.equal(new Set(all.map(({ id }) => id)).size, 12);
    const sizes = all.map(({ bytesToWin }) => bytesToWin);
    assert.deepEqual(
      sizes,
      [...sizes].sort((a, b) => b - a),
    );
    const anew = await engine.findDuplicates({ ...query, reportId: 'gone' });
    assert.equal(anew.total, 0);
    assert.notEqual(anew.reportId, reportId);
  });

  it('remembers decisions over rescans and takes them back', async () => {
    fixture.put('a.jpg');
    fixture.put('b.jpg');
    fixture.look('a.jpg', { dhash: cat });
    fixture.look('b.jpg', { dhash: flipped(cat, 2) });
    await fixture.import(engine, 'reference');
    const [group] = await fixture.groups(engine, { level: 'similar' });
    const checksums = group?.members.map(({ checksum }) => checksum) ?? [];
    const { catalogId } = fixture;
    const decide = (decision: 'keep' | 'keep-all' | 'not-duplicate') =>
      engine.decideDuplicates({
        catalogId,
        groups: [{ checksums, decision, ...(decision === 'keep' && { keep: checksums[1] ?? '' }) }],
      });
    const reviewed = async (): Promise<(string | null)[]> =>
      (await fixture.groups(engine, { level: 'similar' })).map(({ decision }) => decision);
    const kept = await decide('keep');
    assert.deepEqual(await reviewed(), ['keep']);
    const [decided] = await fixture.groups(engine, { level: 'similar', reviewed: true });
    assert.equal(decided?.keptImageId, group?.members[1]?.imageId);
    assert.deepEqual(await fixture.groups(engine, { level: 'similar', reviewed: false }), []);
    const apart = await decide('not-duplicate');
    assert.deepEqual(await reviewed(), []);
    await engine.scanSource({ sourceId: fixture.sourceId });
    assert.deepEqual(await reviewed(), []);
    assert.deepEqual(await engine.undoDuplicateDecision({ decisionId: apart.decisionId }), {
      pairs: 1,
    });
    assert.deepEqual(await reviewed(), ['keep']);
    await engine.undoDuplicateDecision({ decisionId: kept.decisionId });
    assert.deepEqual(await reviewed(), [null]);
    await assert.rejects(
      engine.decideDuplicates({ catalogId, groups: [{ checksums, decision: 'keep' }] }),
      { code: 'INVALID_ARGUMENT' },
    );
  });

  it('writes groups as CSV and JSON, without formulas', async () => {
    const picture = sampleJpeg('formula');
    fixture.put('=1+1.jpg', picture);
    fixture.put('b.jpg', picture);
    await fixture.import(engine, 'reference');
    const query = { catalogId: fixture.catalogId, level: 'bytes' as const };
    const csv = path.join(fixture.root, 'groups.csv');
    await engine.exportDuplicates({ ...query, format: 'csv', path: csv });
    const lines = fs.readFileSync(csv, 'utf8').trim().split('\n');
    assert.equal(lines.length, 3);
    assert.match(lines[0] ?? '', /^\ufeff?group,level,keep,path,source/);
    const json = path.join(fixture.root, 'groups.json');
    await engine.exportDuplicates({ ...query, format: 'json', path: json });
    const { groups } = JSON.parse(fs.readFileSync(json, 'utf8')) as { groups: unknown[] };
    assert.equal(groups.length, 1);
    await assert.rejects(engine.exportDuplicates({ ...query, format: 'json', path: json }), {
      code: 'OUTPUT_EXISTS',
    });
  });

  it('shows pairs at each distance', async () => {
    fixture.put('a.jpg');
    fixture.put('b.jpg');
    fixture.put('c.jpg');
    fixture.look('a.jpg', { dhash: cat });
    fixture.look('b.jpg', { dhash: cat });
    fixture.look('c.jpg', { dhash: flipped(cat, 7) });
    await fixture.import(engine, 'reference');
    await engine.makePictures({ catalogId: fixture.catalogId });
    const samples = await engine.distanceSamples({ catalogId: fixture.catalogId });
    const counts = samples.filter(({ count }) => count > 0);
    assert.deepEqual(
      counts.map(({ distance, count, pairs }) => [distance, count, pairs.length]),
      [
        [0, 1, 1],
        [7, 1, 1],
      ],
    );
  });

  it('finds new files of a scan that look like images of the catalog', async () => {
    fixture.put('a.jpg');
    fixture.look('a.jpg', { dhash: cat, width: 40, height: 30 });
    await fixture.import(engine, 'reference');
    fixture.put('larger.jpg');
    fixture.put('other.jpg');
    fixture.look('larger.jpg', { dhash: flipped(cat, 1), width: 400, height: 300 });
    const { scanId } = await engine.scanSource({ sourceId: fixture.sourceId });
    const near = await engine.nearDuplicatesOfScan({ scanId });
    assert.equal(near.filesCompared, 2);
    assert.deepEqual(
      near.files.map((file) => [
        file.relativePath,
        file.suggestion,
        file.matches.map((match) => [path.basename(match.path), match.distance]),
      ]),
      [['larger.jpg', 'replace', [['a.jpg', 1]]]],
    );
  });

  it('stops when it is cancelled', async () => {
    fixture.put('a.jpg');
    await fixture.import(engine, 'reference');
    const controller = new AbortController();
    controller.abort();
    await assert.rejects(
      engine.findDuplicates({ catalogId: fixture.catalogId }, { signal: controller.signal }),
      { code: 'CANCELLED' },
    );
  });

  it('ends when the catalog file is closed, and only then the file is', async () => {
    fixture.put('a.jpg');
    await fixture.import(engine, 'reference');
    fixture.looking.hold();
    const started = new Promise<void>((resolve) => {
      const watch = setInterval(() => {
        if (fixture.looking.requests.length === 0) return;
        clearInterval(watch);
        resolve();
      }, 5);
    });
    let ended = false;
    const search = engine.findDuplicates({ catalogId: fixture.catalogId }).finally(() => {
      ended = true;
    });
    const outcome = assert.rejects(search, { code: 'CANCELLED' });
    await started;
    await engine.close();
    assert.equal(ended, true);
    await outcome;
  });
});

/** A raw file by its name; its content reads as a TIFF. */
function rawFile(): Buffer {
  const bytes = Buffer.alloc(200);
  bytes.write('II*\0', 'latin1');
  bytes.writeUInt32LE(8, 4);
  return bytes;
}
