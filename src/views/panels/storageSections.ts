import type { StorageFigure, StorageReport } from '../../catalog/model/storage.js';
import { formatBytes, formatCount } from '../format.js';
import type { GalleryWish } from '../galleryProtocol.js';
import type { StorageRow, StorageSection } from '../storageProtocol.js';
import type { Texts } from './previewRows.js';

/** What a row stands for in the gallery. */
export interface GalleryLink extends GalleryWish {
  readonly sourceId?: string;
}

interface Row extends StorageFigure {
  readonly label: string;
  readonly note?: string | null;
  readonly link?: GalleryLink | undefined;
  /** Bytes that are reckoned, not measured. */
  readonly about?: boolean;
  /** There is nothing to count. */
  readonly uncounted?: boolean;
}

/** A section, and what its rows lead to. */
export interface LinkedSection {
  readonly section: StorageSection;
  readonly links: ReadonlyMap<string, GalleryLink>;
}

/** The sections of the page, those without rows left out. */
export function storageSections(report: StorageReport, texts: Texts): LinkedSection[] {
  const { t } = texts;
  const make = (
    id: string,
    title: string,
    columnLabel: string,
    rows: readonly Row[],
    explanation: string | null = null,
  ): LinkedSection[] =>
    rows.length === 0 ? [] : [linkedSection(id, { title, columnLabel, explanation }, rows, texts)];
  return [
    ...make('kind', t('Managed and Referenced'), t('Kind'), [
      {
        label: t('Managed'),
        note: t('in the managed directory'),
        count: report.managedCount,
        bytes: report.managedBytes,
        link: { query: 'is:managed' },
      },
      {
        label: t('Referenced'),
        note: t('where they were found'),
        count: report.referencedCount,
        bytes: report.referencedBytes,
        link: { query: 'is:referenced' },
      },
    ]),
    ...make('source', t('Sources'), t('Source'), sourceRows(report, texts)),
    ...make(
      'format',
      t('Formats'),
      t('Format'),
      report.byFormat.map(({ mimeType, ...figure }) => ({
        label: formatName(mimeType),
        note: mimeType,
        ...figure,
        link: { query: `type:"${mimeType}"` },
      })),
    ),
    ...make(
      'year',
      t('Years'),
      t('Taken in'),
      report.byYear.map(({ year, ...figure }) => ({
        label: year ?? t('Undated'),
        ...figure,
        link: { query: year === null ? 'is:undated' : `taken:${year}` },
      })),
    ),
    ...make(
      'care',
      t('To Look After'),
      t('State'),
      careRows(report, texts),
      t('As of the last check and scan.'),
    ),
    ...make('disk', t('On Disk'), t('What'), diskRows(report, texts)),
  ];
}

function sourceRows({ bySource }: StorageReport, { t, locale }: Texts): Row[] {
  return bySource.map(({ sourceId, sourceName, managed, referenced, online, count, bytes }) => ({
    label: sourceName ?? t('Removed sources'),
    note: [
      ...(online === false ? [t('cannot be reached now')] : []),
      ...(managed.count > 0 && referenced.count > 0
        ? [t('{0} managed', formatCount(managed.count, locale))]
        : []),
    ].join(' · '),
    count,
    bytes,
    link: sourceId === null ? undefined : { sourceId },
  }));
}

function careRows(report: StorageReport, { t }: Texts): Row[] {
  const link = (figure: StorageFigure, query: string): GalleryLink | undefined =>
    figure.count > 0 ? { query } : undefined;
  return [
    { label: t('Missing'), ...report.missing, link: link(report.missing, 'is:missing') },
    {
      label: t('Offline'),
      note: t('referenced images of sources that cannot be reached now'),
      ...report.offline,
    },
    { label: t('Changed'), ...report.changed, link: link(report.changed, 'is:changed') },
    { label: t('Damaged'), note: t('found by verification'), ...report.damaged },
    {
      label: t('Duplicates in sources'),
      note: t('files whose content is in the catalog from elsewhere'),
      count: report.duplicates.count,
      bytes: report.duplicates.bytes,
    },
  ];
}

function diskRows(report: StorageReport, { t }: Texts): Row[] {
  const { thumbnails } = report;
  return [
    { label: t('Sidecars'), ...report.sidecars },
    { label: t('Trash'), note: t('deleted files that can be brought back'), ...report.trash },
    {
      label: t('Thumbnails'),
      note: t('of all catalogs of this folder'),
      count: thumbnails.count,
      bytes: thumbnails.bytes,
      about: thumbnails.estimated,
    },
    { label: t('Catalog file'), count: 1, bytes: report.catalogFileBytes },
    { label: t('Backups'), ...report.backups },
    ...(report.freeBytes === null
      ? []
      : [
          {
            label: t('Free'),
            note: t('on the volume of the managed directory'),
            count: 0,
            bytes: report.freeBytes,
            uncounted: true,
          },
        ]),
  ];
}

function linkedSection(
  id: string,
  head: Omit<StorageSection, 'rows'>,
  rows: readonly Row[],
  { t, locale }: Texts,
): LinkedSection {
  const compared = rows.filter(({ uncounted }) => !uncounted).map(({ bytes }) => bytes);
  const longest = Math.max(1, ...compared);
  const links = new Map<string, GalleryLink>();
  const shown = rows.map((row, index): StorageRow => {
    const rowId = `${id}:${index}`;
    if (row.link) links.set(rowId, row.link);
    const size = formatBytes(row.bytes, locale);
    return {
      id: rowId,
      label: row.label,
      note: row.note || null,
      count: row.uncounted ? '' : formatCount(row.count, locale),
      size: row.about ? t('about {0}', size) : size,
      share: row.uncounted ? null : row.bytes / longest,
      canShow: row.link !== undefined,
    };
  });
  return { section: { ...head, rows: shown }, links };
}

/** `image/x-canon-cr2` as `CR2`. */
function formatName(mimeType: string): string {
  const [, subtype = mimeType] = mimeType.split('/');
  return subtype.replace(/^(?:x-)?(?:[a-z]+-)?(?=[a-z0-9]+$)/, '').toUpperCase();
}
