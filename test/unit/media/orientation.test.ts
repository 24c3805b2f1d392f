import assert from 'node:assert/strict';
import {
  combineOrientations,
  orientationOfMirror,
  orientationOfRotation,
} from '../../../src/catalog/media/orientation.js';

describe('orientation', () => {
  it('is closed under combination, and four quarter turns are none', () => {
    for (let first = 1; first <= 8; first++) {
      assert.equal(combineOrientations(first, 1), first);
      assert.equal(combineOrientations(1, first), first);
      let turned = first;
      for (let i = 0; i < 4; i++) turned = combineOrientations(turned, 6);
      assert.equal(turned, first);
    }
  });

  it('turns HEIF properties into EXIF orientations', () => {
    assert.deepEqual([0, 1, 2, 3].map(orientationOfRotation), [1, 8, 3, 6]);
    assert.deepEqual([0, 1].map(orientationOfMirror), [4, 2]);
    // Turned a quarter clockwise, then left and right exchanged: mirrored along the main diagonal.
    assert.equal(combineOrientations(6, 2), 5);
    assert.equal(combineOrientations(2, 6), 7);
  });
});
