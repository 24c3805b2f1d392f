import assert from 'node:assert/strict';
import { belongTogether, findStemGroups, stemKey } from '../../../src/catalog/scan/grouping.js';
import type { PairingFacts } from '../../../src/catalog/scan/grouping.js';
import { assignSidecars } from '../../../src/catalog/scan/sidecars.js';

type Facts = Readonly<Record<string, Partial<PairingFacts>>>;

function groups(paths: readonly string[], facts: Facts = {}): string[][] {
  return findStemGroups(paths)
    .map((group) =>
      belongTogether(
        group,
        (index) => paths[index] ?? '',
        (index) => ({ contentIdentifier: null, duration: null, ...facts[paths[index] ?? ''] }),
      ).map((index) => paths[index] ?? ''),
    )
    .filter((group) => group.length > 0);
}

describe('grouping', () => {
  it('joins a raw file with the JPEG of the same shot, whatever the case', () => {
    assert.deepEqual(groups(['d/IMG_1.CR2', 'd/IMG_1.JPG', 'd/IMG_2.JPG']), [
      ['d/IMG_1.CR2', 'd/IMG_1.JPG'],
    ]);
    assert.deepEqual(groups(['a.NEF', 'A.jpeg']), [['a.NEF', 'A.jpeg']]);
    assert.deepEqual(groups(['a.arw', 'a.heic', 'a.png']), [['a.arw', 'a.heic']]);
    assert.equal(stemKey('d/IMG_1.CR2'), stemKey('d/img_1.jpg'));
  });

  it('does not join over folders, nor two raws of one name, nor other images', () => {
    assert.deepEqual(groups(['a/x.cr2', 'b/x.jpg']), []);
    assert.deepEqual(groups(['x.cr2', 'x.dng', 'x.jpg']), []);
    assert.deepEqual(groups(['x.jpg', 'x.png', 'x.tif']), []);
  });

  it('joins a live photo with its movie', () => {
    const files = ['IMG_1.HEIC', 'IMG_1.MOV'];
    assert.deepEqual(groups(files), [files]);
    assert.deepEqual(groups(files, { 'IMG_1.MOV': { duration: 2.9 } }), [files]);
    assert.deepEqual(groups(files, { 'IMG_1.MOV': { duration: 61 } }), []);
    const same = { contentIdentifier: 'A' };
    assert.deepEqual(groups(files, { 'IMG_1.HEIC': same, 'IMG_1.MOV': same }), [files]);
    assert.deepEqual(
      groups(files, { 'IMG_1.HEIC': same, 'IMG_1.MOV': { contentIdentifier: 'B', duration: 2 } }),
      [],
    );
  });

  it('prefers the still that carries the identifier, then HEIC', () => {
    const files = ['a.HEIC', 'a.JPG', 'a.MOV'];
    assert.deepEqual(groups(files), [['a.HEIC', 'a.MOV']]);
    const id = { contentIdentifier: 'A' };
    assert.deepEqual(groups(files, { 'a.JPG': id, 'a.MOV': id }), [['a.JPG', 'a.MOV']]);
  });

  it('joins raw, JPEG and movie of one shot', () => {
    assert.deepEqual(groups(['a.DNG', 'a.JPG', 'a.MOV']), [['a.DNG', 'a.JPG', 'a.MOV']]);
    assert.deepEqual(groups(['a.DNG', 'a.MOV']), [['a.DNG', 'a.MOV']]);
    assert.deepEqual(groups(['a.AVI', 'a.JPG']), []);
  });
});

describe('sidecars', () => {
  function owners(media: readonly string[], ...companions: string[]): Record<string, string[]> {
    const { sidecarsOf } = assignSidecars(media, companions);
    return Object.fromEntries([...sidecarsOf].map(([path, list]) => [path, [...list]]));
  }

  it('gives IMG.ext.xmp to its file and IMG.xmp to the raw of a pair', () => {
    const pair = ['IMG.CR2', 'IMG.JPG'];
    assert.deepEqual(owners(pair, 'IMG.xmp'), { 'IMG.CR2': ['IMG.xmp'] });
    assert.deepEqual(owners(pair, 'IMG.JPG.xmp'), { 'IMG.JPG': ['IMG.JPG.xmp'] });
    assert.deepEqual(owners(pair, 'IMG.CR2.xmp', 'IMG.XMP'), {
      'IMG.CR2': ['IMG.CR2.xmp', 'IMG.XMP'],
    });
    assert.deepEqual(owners(['img.jpg'], 'IMG.JPG.XMP'), { 'img.jpg': ['IMG.JPG.XMP'] });
    assert.deepEqual(owners(['IMG.CR2'], 'IMG_01.CR2.xmp'), { 'IMG.CR2': ['IMG_01.CR2.xmp'] });
  });

  it('lists an exact match first, whatever the order of the names', () => {
    assert.deepEqual(owners(['A.jpg'], 'A.XMP', 'A.jpg.xmp'), { 'A.jpg': ['A.jpg.xmp', 'A.XMP'] });
  });

  it('knows the files of Apple and of cameras', () => {
    assert.deepEqual(owners(['IMG_1234.HEIC'], 'IMG_1234.AAE', 'IMG_O1234.AAE'), {
      'IMG_1234.HEIC': ['IMG_1234.AAE', 'IMG_O1234.AAE'],
    });
    assert.deepEqual(owners(['IMG_E1234.JPG'], 'IMG_1234.AAE'), {
      'IMG_E1234.JPG': ['IMG_1234.AAE'],
    });
    assert.deepEqual(owners(['MVI_1.JPG', 'MVI_1.MP4'], 'MVI_1.THM'), {
      'MVI_1.MP4': ['MVI_1.THM'],
    });
    assert.deepEqual(owners(['DSC_1.JPG', 'DSC_1.NEF'], 'DSC_1.WAV'), {
      'DSC_1.NEF': ['DSC_1.WAV'],
    });
  });

  it('knows the JSON files of Google Takeout', () => {
    assert.deepEqual(owners(['a.jpg', 'a(1).jpg'], 'a.jpg.json', 'a.jpg(1).json'), {
      'a.jpg': ['a.jpg.json'],
      'a(1).jpg': ['a.jpg(1).json'],
    });
    assert.deepEqual(owners(['a.jpg'], 'a.jpg.supplemental-metadata.json'), {
      'a.jpg': ['a.jpg.supplemental-metadata.json'],
    });
    assert.deepEqual(owners(['a.jpg'], 'a.jpg.suppl.json'), { 'a.jpg': ['a.jpg.suppl.json'] });
    const long = 'PXL_20230101_123456789.LONG_EXPOSURE-01.COVER.jpg';
    const json = `${long.slice(0, 46)}.json`;
    assert.deepEqual(owners([long], json), { [long]: [json] });
  });

  it('tells sidecars without an image from JSON files that are none', () => {
    const result = assignSidecars(
      ['d/a.jpg', 'b.jpg'],
      ['a.xmp', 'd/b.aae', 'd/package.json', 'gone.jpg.json', 'd/a.xmp'],
    );
    assert.deepEqual(result.orphans, ['a.xmp', 'd/b.aae', 'gone.jpg.json']);
    assert.deepEqual(result.unrelated, ['d/package.json']);
    assert.deepEqual([...result.sidecarsOf], [['d/a.jpg', ['d/a.xmp']]]);
  });
});
