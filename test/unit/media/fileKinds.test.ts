import assert from 'node:assert/strict';
import {
  fileTypeOfName,
  isRawName,
  sidecarKindOfName,
  takeoutMediaName,
} from '../../../src/catalog/media/fileKinds.js';

describe('file kinds', () => {
  it('knows names by their extension, in any case', () => {
    for (const name of ['a.jpg', 'a.JPG', 'b.b.HeIc', 'a.DNG', 'a.x3f']) {
      assert.equal(fileTypeOfName(name), 'image', name);
    }
    for (const name of ['a.MOV', 'a.mts', 'a.webm'])
      assert.equal(fileTypeOfName(name), 'video', name);
    for (const name of ['a', 'jpg', '.jpg', 'a.jpg.txt', 'a.', 'a.psd', 'a.jpg/b']) {
      assert.equal(fileTypeOfName(name), null, name);
    }
    assert.ok(isRawName('a.CR3'));
    assert.ok(!isRawName('a.tif'));
  });

  it('knows sidecars', () => {
    assert.equal(sidecarKindOfName('a.XMP'), 'xmp');
    assert.equal(sidecarKindOfName('a.jpg.xmp'), 'xmp');
    assert.equal(sidecarKindOfName('a.aae'), 'aae');
    assert.equal(sidecarKindOfName('metadata.json'), null);
    assert.equal(sidecarKindOfName('a.jpg.json'), 'json');
    assert.equal(sidecarKindOfName('a.jpg'), null);
  });

  it('knows which file a Takeout JSON describes', () => {
    const cases: readonly [string, string | null][] = [
      ['IMG.jpg.json', 'IMG.jpg'],
      ['IMG.jpg.supplemental-metadata.json', 'IMG.jpg'],
      ['IMG.jpg.supplem.json', 'IMG.jpg'],
      ['IMG.jpg(1).json', 'IMG(1).jpg'],
      ['IMG.jpg.supplemental-metadata(2).json', 'IMG(2).jpg'],
      ['IMG.json', null],
      ['IMG.jpg.other.json', null],
    ];
    for (const [name, expected] of cases) assert.equal(takeoutMediaName(name), expected, name);
  });
});
