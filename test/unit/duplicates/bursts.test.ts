import assert from 'node:assert/strict';
import { findBursts, sequenceName, type Bursts } from '../../../src/catalog/duplicates/bursts.js';
import { readComparedImages, wallClockMs } from '../../../src/catalog/duplicates/comparedImages.js';

const hash = 'a5a5f00f12345678';

/** Shots as `name time camera`. */
async function bursts(...shots: readonly string[]): Promise<{ found: Bursts; runs: string[] }> {
  const parts = shots.map((shot) => shot.split(' '));
  const rows = parts.map(([, time = '', camera = 'Nikon'], at) => [
    ...[String(at), hash, hash, hash, hash, '1', '50', '40', '30'],
    ...[time && `2024-01-01T${time}`, camera, ''],
  ]);
  const images = await readComparedImages(rows.length, rows);
  const found = findBursts(
    images,
    (indices) => new Map(indices.map((index) => [index, parts[index]?.[0] ?? ''])),
  );
  const runs = found.runs.map((run) => run.map((index) => parts[index]?.[0]).join(' '));
  return { found, runs };
}

describe('bursts', () => {
  it('are shots of one camera within seconds', async () => {
    const { runs } = await bursts(
      'DSC_1.JPG 10:00:00.50',
      'DSC_2.JPG 10:00:02.80',
      'DSC_3.JPG 10:00:05.10',
      'DSC_4.JPG 10:01:00.00',
      'other.jpg 10:00:03.00 Canon',
    );
    assert.deepEqual(runs, ['DSC_1.JPG DSC_2.JPG DSC_3.JPG']);
  });

  it('without numbered names end sooner', async () => {
    assert.deepEqual((await bursts('a.jpg 10:00:00.00', 'b.jpg 10:00:00.90')).runs, [
      'a.jpg b.jpg',
    ]);
    assert.deepEqual((await bursts('a.jpg 10:00:00.00', 'b.jpg 10:00:01.50')).runs, []);
    // Whole seconds may be one second off.
    assert.deepEqual((await bursts('a.jpg 10:00:00', 'b.jpg 10:00:02')).runs, ['a.jpg b.jpg']);
    assert.deepEqual((await bursts('DSC_1.jpg 10:00:00', 'DSC_9.jpg 10:00:03')).runs, []);
  });

  it('of whole seconds are told from copies by their numbers', async () => {
    const shots = await bursts('DSC_1.JPG 10:00:00', 'DSC_2.JPG 10:00:00');
    assert.deepEqual(shots.runs, ['DSC_1.JPG DSC_2.JPG']);
    assert.equal(shots.found.areSiblings(0, 1), true);
    const copies = await bursts('DSC_1.JPG 10:00:00', 'DSC_1-edited.JPG 10:00:00');
    assert.deepEqual(copies.runs, []);
    const exact = await bursts('DSC_1.JPG 10:00:00.25', 'DSC_2.JPG 10:00:00.25');
    assert.deepEqual(exact.runs, []);
  });

  it('hold copies of a shot, which are no siblings of it', async () => {
    const { found, runs } = await bursts(
      'DSC_1.JPG 10:00:00',
      'DSC_1.PNG 10:00:00',
      'DSC_2.JPG 10:00:01',
    );
    assert.deepEqual(runs, ['DSC_1.JPG DSC_1.PNG DSC_2.JPG']);
    assert.equal(found.areSiblings(0, 1), false);
    assert.equal(found.areSiblings(0, 2), true);
  });

  it('need a camera and a time of day', async () => {
    assert.deepEqual((await bursts('a.jpg', 'b.jpg')).runs, []);
    assert.ok(Number.isNaN(wallClockMs('2024-01-01')));
    assert.equal(
      wallClockMs('2024-01-01T10:00:00.25+02:00') - wallClockMs('2024-01-01T10:00:00'),
      250,
    );
  });

  it('take the number from the end of a name', () => {
    assert.deepEqual(sequenceName('DSC_0423.JPG'), { prefix: 'dsc_', number: 423 });
    assert.deepEqual(sequenceName('a.jpg'), { prefix: 'a', number: null });
  });
});
