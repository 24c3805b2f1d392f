import assert from 'node:assert/strict';
import type { ImageTile } from '../../../src/catalog/model/gallery.js';
import { filters } from '../../../src/catalog/search/query/filters.js';
import { untranslated } from '../../../src/views/format.js';
import { galleryTile, groupLabel } from '../../../src/views/panels/galleryTexts.js';
import { completionsOf } from '../../../src/views/panels/queryTexts.js';

const texts = { t: untranslated, locale: 'en' };

const image: ImageTile = {
  id: 'image-1',
  name: 'IMG_1.JPG',
  capturedAt: '2023-06-15T14:30:45.12+02:00',
  fileType: 'image',
  mimeType: 'image/jpeg',
  sizeBytes: 4_200_000,
  isManaged: false,
  sourceId: 'source-1',
  fileMissing: false,
  fileChanged: false,
  pictureState: 'DONE',
  checksum: 'ab'.repeat(32),
  width: 4000,
  height: 3000,
  orientation: 6,
  duration: null,
  rating: null,
  importedAt: '2024-01-01T00:00:00.000Z',
};

describe('texts of the gallery', () => {
  it('names days as far as they are known, in every time zone', () => {
    assert.equal(groupLabel(texts, 'day', '2023-06-15'), 'Thursday, June 15, 2023');
    assert.equal(groupLabel(texts, 'day', '2023-06'), 'June 2023');
    assert.equal(groupLabel(texts, 'day', '2023'), '2023');
    assert.equal(groupLabel(texts, 'day', ''), 'No date');
    assert.equal(groupLabel(texts, 'folder', '2023/06'), '2023/06');
    assert.equal(groupLabel(texts, 'folder', ''), '(top of the managed directory)');
  });

  it('says in a tile what is special', () => {
    const tile = galleryTile(texts, image, 'captured', false);
    assert.equal(tile.detail, '2023-06-15 14:30');
    assert.equal(tile.label, 'IMG_1.JPG, 2023-06-15 14:30, 4.2 MB');
    assert.deepEqual(
      [tile.picture, tile.badge, tile.mark, tile.pixels],
      ['ready', null, null, 4000],
    );
    const bySize = galleryTile(texts, { ...image, capturedAt: '2023-06' }, 'size', false);
    assert.equal(bySize.detail, '2023-06 · 4.2 MB');
    const video = galleryTile(
      texts,
      { ...image, name: 'MVI_1.MP4', fileType: 'video', duration: 3725.4, capturedAt: null },
      'name',
      false,
    );
    assert.deepEqual([video.mark, video.detail], ['1:02:05', 'no date · 4.2 MB']);
    assert.match(video.label, /, video, 1:02:05, /);
    const raw = { ...image, name: 'R1.dng', mimeType: 'image/x-adobe-dng' };
    assert.equal(galleryTile(texts, raw, 'name', false).mark, 'DNG');
  });

  it('tells of a place that is not there nothing else', () => {
    const missing = { ...image, fileMissing: true, fileChanged: true };
    assert.equal(galleryTile(texts, missing, 'name', true).badge, 'offline');
    assert.equal(galleryTile(texts, missing, 'name', false).badge, 'missing');
    const changed = galleryTile(texts, { ...image, fileChanged: true }, 'name', false);
    assert.equal(changed.badge, 'changed');
    assert.match(changed.label, /changed after its import/);
  });

  it('completes a query where the caret is, and leaves room for the next word', () => {
    const [value] = completionsOf(texts, 'sea camera:can 2023', {
      from: 4,
      to: 14,
      suggestions: [{ insert: 'camera:canon', label: 'canon', kind: 'value', count: 1200 }],
      error: null,
    });
    assert.deepEqual(value, {
      label: 'canon',
      detail: '1,200 images',
      query: 'sea camera:canon 2023',
      caret: 16,
    });
    const [filter] = completionsOf(texts, 'cam', {
      from: 0,
      to: 3,
      suggestions: [{ insert: 'camera:', label: 'camera:', kind: 'filter', filter: 'camera' }],
      error: null,
    });
    assert.deepEqual([filter?.query, filter?.caret, filter?.detail], ['camera:', 7, 'Camera']);
  });

  it('explains every filter of the language', () => {
    for (const { name } of filters) {
      const [completion] = completionsOf(texts, '', {
        from: 0,
        to: 0,
        suggestions: [{ insert: `${name}:`, label: name, kind: 'filter', filter: name }],
        error: null,
      });
      assert.ok(completion?.detail, name);
    }
  });
});
