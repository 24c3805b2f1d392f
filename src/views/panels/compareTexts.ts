/** The facts of compared images, side by side. */
import path from 'node:path';
import type { ComparedPair } from '../../catalog/model/duplicates.js';
import type { ImageDetails } from '../../catalog/model/gallery.js';
import type { ComparedImage, CompareRow, CompareSection } from '../compareProtocol.js';
import { formatBytes, formatCount } from '../format.js';
import { galleryDetails, pixelsText } from './galleryTexts.js';
import type { Texts } from './previewRows.js';

export function comparedImage({ t, locale }: Texts, { image }: ImageDetails): ComparedImage {
  const name = path.basename(image.currentPath);
  const pixels = pixelsText(image);
  const facts = [name, formatBytes(image.sizeBytes, locale), pixels];
  return {
    id: image.id,
    name,
    folder: path.dirname(image.currentPath),
    label: facts.filter((text) => text !== null).join(', ') || t('Image'),
  };
}

const longestName = 24;

/** The name of a file for a title: of a long one its beginning and its end. */
export function shortName(name: string): string {
  if (name.length <= longestName) return name;
  const half = longestName / 2 - 1;
  return `${name.slice(0, half)}…${name.slice(-half)}`;
}

/** What is known of the images, fact by fact; what is known of none is left out. */
export function compareSections(
  texts: Texts,
  images: readonly ImageDetails[],
  pairs: readonly ComparedPair[],
): CompareSection[] {
  const sections = new Map<string, Map<string, string[]>>();
  images.forEach((details, index) => {
    for (const { title, facts } of galleryDetails(texts, details).sections) {
      const rows = sections.get(title) ?? new Map<string, string[]>();
      sections.set(title, rows);
      for (const { label, value } of facts) {
        const values = rows.get(label) ?? images.map(() => '');
        rows.set(label, values);
        // A label that comes twice, such as several warnings.
        values[index] = values[index] ? `${values[index]}\n${value}` : value;
      }
    }
  });
  const alike = likenessRows(texts, images, pairs);
  return [
    ...(alike.length > 0 ? [{ title: texts.t('Likeness'), rows: alike }] : []),
    ...[...sections].map(([title, rows]) => ({
      title,
      rows: [...rows].map(([label, values]) => ({
        label,
        values,
        differs: new Set(values).size > 1,
      })),
    })),
  ];
}

/** How each image equals the first. */
function likenessRows(
  { t }: Texts,
  images: readonly ImageDetails[],
  pairs: readonly ComparedPair[],
): CompareRow[] {
  const first = images[0]?.image.id;
  const toFirst = images.map(({ image }) =>
    pairs.find(({ a, b }) => a === first && b === image.id && image.id !== first),
  );
  const row = (label: string, textOf: (pair: ComparedPair) => string | null): CompareRow => {
    const found = toFirst.map((pair) => (pair ? textOf(pair) : null));
    return {
      label,
      values: found.map((text, index) => (index === 0 ? t('to this picture') : (text ?? ''))),
      differs: false,
    };
  };
  const levels = { data: t('Same picture data'), pixels: t('Same pixels') };
  const distances = (['dhash', 'ahash', 'whash', 'phash'] as const).map((method) => ({
    ...row(t('Distance by {0}', methodName(method)), ({ distances: { [method]: distance } }) =>
      distance === null ? null : t('{0} of 64 bits', distance),
    ),
    differs: toFirst.some((pair) => (pair?.distances[method] ?? 0) > 0),
  }));
  const level = row(t('Equal'), (pair) => (pair.level ? levels[pair.level] : t('No')));
  return [{ ...level, differs: toFirst.some((pair) => pair?.level === null) }, ...distances].filter(
    ({ values }) => values.slice(1).some((value) => value !== ''),
  );
}

const methodNames = { dhash: 'dHash', ahash: 'aHash', whash: 'wHash', phash: 'pHash' } as const;

/** As the field writes it. */
export function methodName(method: keyof typeof methodNames): string {
  return methodNames[method];
}

/** `3 of 12 facts differ`. */
export function differenceSummary(
  { t, locale }: Texts,
  sections: readonly CompareSection[],
): string {
  const rows = sections.flatMap(({ rows: each }) => each);
  const differing = rows.filter(({ differs }) => differs).length;
  return t(
    '{0} of {1} facts differ',
    formatCount(differing, locale),
    formatCount(rows.length, locale),
  );
}
