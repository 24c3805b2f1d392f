import type { Translate } from './format.js';

/** The fixed texts of the audit log's panel. The host translates them and writes them into the page. */
export function auditStrings(t: Translate) {
  return {
    loading: t('Loading…'),
    entries: t('Entries'),
    action: t('Action'),
    anyAction: t('All actions'),
    catalog: t('Catalog'),
    anyCatalog: t('All catalogs'),
    search: t('Search paths, names and details'),
    since: t('From'),
    until: t('To'),
    export: t('Export…'),
    columnAt: t('When'),
    columnWho: t('Who'),
    columnDeed: t('Action'),
    columnFile: t('File'),
    columnDetail: t('Details'),
    found: t('{0} entries'),
    foundOne: t('1 entry'),
    none: t('No entry is like that.'),
    showImage: t('Show in Gallery'),
    showJob: t('Show Import Job'),
    keys: t('Arrow keys move, Enter shows the image.'),
  };
}
export type AuditStrings = ReturnType<typeof auditStrings>;
