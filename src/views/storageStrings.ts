import type { Translate } from './format.js';

/** The fixed texts of the storage page. The host translates them and writes them into the page. */
export function storageStrings(t: Translate) {
  return {
    loading: t('Adding up…'),
    columnCount: t('Files'),
    columnSize: t('Size'),
    columnShare: t('Share'),
    show: t('Show {0} in the gallery'),
    nothing: t('Nothing.'),
  };
}
export type StorageStrings = ReturnType<typeof storageStrings>;
