/** What the search box offers, from the engine's suggestions. */
import type { QueryCompletion } from '../../catalog/model/gallery.js';
import { formatCount, type Translate } from '../format.js';
import type { Completion } from '../galleryProtocol.js';
import type { Texts } from './previewRows.js';

/** The suggestions as whole queries, so that the page need not know the language. */
export function completionsOf(
  { t, locale }: Texts,
  query: string,
  { from, to, suggestions }: QueryCompletion,
): readonly Completion[] {
  return suggestions.map(({ insert, label, kind, filter, count }) => {
    const before = query.slice(0, from) + insert;
    // After a value the next word may come, after a filter's name its value.
    const gap = kind === 'filter' || query.slice(to).startsWith(' ') ? '' : ' ';
    return {
      label,
      detail:
        count !== undefined
          ? countText(t, count, locale)
          : filter === undefined
            ? null
            : filterText(t, filter),
      query: before + gap + query.slice(to),
      caret: before.length + gap.length,
    };
  });
}

function countText(t: Translate, count: number, locale: string): string {
  return count === 1 ? t('1 image') : t('{0} images', formatCount(count, locale));
}

/** What a filter of the query language means; null for one without a text. */
function filterText(t: Translate, filter: string): string | null {
  const texts: Readonly<Record<string, string>> = {
    camera: t('Camera'),
    lens: t('Lens'),
    source: t('Source'),
    mode: t('Import mode: reference, copy or move'),
    taken: t('Date taken: 2023, 2023-06, 2023-06..2023-08, today'),
    imported: t('Date imported: 2023, 2023-06, 2023-06..2023-08, today'),
    is: t('State: missing, managed and the like'),
    ext: t('Extension of the file name'),
    type: t('Kind of file: image, video, raw, heic'),
    size: t('File size: >5MB, 1MB..5MB'),
    near: t('Place: latitude, longitude, kilometers'),
    rating: t('Stars: 5, >=3'),
    keyword: t('Keyword or tag'),
    folder: t('Folder'),
    width: t('Width in pixels: >4000'),
    height: t('Height in pixels: >3000'),
    megapixels: t('Megapixels: >12'),
    iso: t('Sensitivity: >=1600'),
    duration: t('Length of a video: >30, 1min..5min'),
    checksum: t('First digits of the SHA-256 checksum'),
  };
  return texts[filter] ?? null;
}
