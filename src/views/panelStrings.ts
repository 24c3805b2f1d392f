/** The fixed texts of the webviews. The host translates them and writes them into the page as one object. */
import type { Translate } from './format.js';

/** Texts of the import preview's webview. */
export function previewStrings(t: Translate) {
  return {
    loading: t('Loading…'),
    source: t('Source'),
    catalog: t('Catalog'),
    scanned: t('Scanned'),
    new: t('New'),
    duplicates: t('Duplicates'),
    errors: t('Errors'),
    passedBy: t('Passed by'),
    settings: t('Import settings'),
    mode: t('Mode'),
    modeReference: t('Reference'),
    modeCopy: t('Copy'),
    modeMove: t('Move'),
    modeReferenceHelp: t('Files stay where they are; the catalog remembers their place.'),
    modeCopyHelp: t(
      'Files are copied to the managed directory, read back and compared. The originals stay.',
    ),
    modeMoveHelp: t(
      'Files are moved to the managed directory: each original is removed from the source after its copy was read back and compared.',
    ),
    structure: t('Folders'),
    naming: t('File names'),
    structures: {
      YEAR_MONTH: t('Year-month (2024-03)'),
      YEAR_SLASH_MONTH: t('Year / month (2024/03)'),
      YEAR_MONTH_DAY: t('Year-month-day (2024-03-09)'),
      YEAR_ONLY: t('Year (2024)'),
      YEAR_SLASH_MONTH_DAY: t('Year / month-day (2024/03-09)'),
      FLAT: t('No folders'),
    },
    namings: {
      DATE_TIME_CHECKSUM: t('Date, time and checksum (2024-03-09_140522_1a2b3c4d)'),
      DATE_TIME_ORIGINAL: t('Date, time and original name (2024-03-09_140522_IMG_1)'),
      ORIGINAL: t('Original name (IMG_1)'),
      CHECKSUM: t('Checksum'),
      TIME_CHECKSUM: t('Time and checksum (140522_1a2b3c4d)'),
    },
    example: t('Example'),
    destination: t('Destination'),
    skipDuplicates: t('Skip duplicates'),
    skipDuplicatesHelp: t(
      'Otherwise the report of the job lists each as already in the catalog. No second copy is made either way.',
    ),
    undated: t('File undated pictures by their modification date'),
    undatedHelp: t('Otherwise they go to the folder "undated".'),
    files: t('Files'),
    selectAll: t('Select all new files'),
    selectFolder: t('Select all new files in {0}'),
    selectFile: t('Select {0}'),
    noThumbnail: t('No thumbnail: {0}'),
    columnName: t('Name'),
    columnSize: t('Size'),
    columnCaptured: t('Captured'),
    columnDestination: t('Goes to'),
    columnMatch: t('Same content as'),
    columnProblem: t('Problem'),
    columnReason: t('Reason'),
    folderCount: t('{0} files'),
    folderCountOne: t('1 file'),
    folderSelected: t('{0} of {1} selected'),
    sourceFolder: t('(top of the source)'),
    emptyNew: t('There is nothing new in this source.'),
    emptyDuplicate: t('No file of this source is in the catalog already.'),
    emptyError: t('Every file could be read.'),
    emptyPassedBy: t('Nothing was passed by.'),
    cancel: t('Cancel'),
    cancelling: t('Cancelling…'),
    showJob: t('Show Job'),
    scanAgain: t('Scan Again'),
    chooseManagedDirectory: t('Choose Managed Directory…'),
    dismiss: t('Close Message'),
    warning: t('Warning: {0}'),
    keys: t('Arrow keys move, Space selects, Enter opens the picture.'),
  };
}
export type PreviewStrings = ReturnType<typeof previewStrings>;

/** Texts of the job report's webview. */
export function jobReportStrings(t: Translate) {
  return {
    loading: t('Loading…'),
    filters: {
      all: t('All'),
      imported: t('Imported'),
      duplicate: t('Already in the catalog'),
      failed: t('Failed'),
      other: t('Other'),
    },
    files: t('Files'),
    columnName: t('Name'),
    columnResult: t('Result'),
    columnSize: t('Size'),
    columnDetail: t('Where'),
    errors: t('Errors by cause'),
    noFiles: t('No file has this result.'),
    open: t('Open Picture'),
    reveal: t('Show in Folder'),
    openPreview: t('Open Source Preview'),
    cancel: t('Cancel Import'),
    cancelling: t('Cancelling…'),
    progress: t('Import progress'),
    actions: {
      resume: t('Resume'),
      rollBack: t('Roll Back…'),
      undo: t('Undo Import…'),
      manifest: t('Save Checksum Manifest…'),
    },
  };
}
export type JobReportStrings = ReturnType<typeof jobReportStrings>;
