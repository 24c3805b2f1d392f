/**
 * Every id that package.json and the code share, each once. test/unit/extension/manifest.test.ts proves
 * that package.json agrees with this file in both directions.
 */

export const viewContainer = 'imageCatalog';

export const views = {
  catalogs: 'imageCatalog.catalogs',
  sources: 'imageCatalog.sources',
  importJobs: 'imageCatalog.importJobs',
} as const;
export type ViewId = (typeof views)[keyof typeof views];

/** The view types of the panels; each is opened again after the window was reloaded. */
export const panels = {
  importPreview: 'imageCatalog.importPreview',
  jobReport: 'imageCatalog.jobReport',
  gallery: 'imageCatalog.gallery',
  compare: 'imageCatalog.compare',
  distanceSamples: 'imageCatalog.distanceSamples',
  storage: 'imageCatalog.storage',
  auditLog: 'imageCatalog.auditLog',
  duplicates: 'imageCatalog.duplicates',
} as const;
export type PanelId = (typeof panels)[keyof typeof panels];

export const commands = {
  createCatalog: 'imageCatalog.createCatalog',
  renameCatalog: 'imageCatalog.renameCatalog',
  deleteCatalog: 'imageCatalog.deleteCatalog',
  setManagedDirectory: 'imageCatalog.setManagedDirectory',
  revealManagedDirectory: 'imageCatalog.revealManagedDirectory',
  setDefaultStrategy: 'imageCatalog.setDefaultStrategy',
  showStorageInfo: 'imageCatalog.showStorageInfo',

  addSource: 'imageCatalog.addSource',
  editSource: 'imageCatalog.editSource',
  removeSource: 'imageCatalog.removeSource',
  revealSource: 'imageCatalog.revealSource',

  scanSource: 'imageCatalog.scanSource',
  openImportPreview: 'imageCatalog.openImportPreview',
  importSource: 'imageCatalog.importSource',
  showImportJob: 'imageCatalog.showImportJob',
  cancelImportJob: 'imageCatalog.cancelImportJob',
  resumeImportJob: 'imageCatalog.resumeImportJob',
  rollBackImportJob: 'imageCatalog.rollBackImportJob',
  undoImportJob: 'imageCatalog.undoImportJob',
  saveJobManifest: 'imageCatalog.saveJobManifest',
  checkSafeToErase: 'imageCatalog.checkSafeToErase',
  takeOver: 'imageCatalog.takeOver',
  backUpCatalog: 'imageCatalog.backUpCatalog',
  restoreBackup: 'imageCatalog.restoreBackup',
  exportCatalog: 'imageCatalog.exportCatalog',
  exportImages: 'imageCatalog.exportImages',
  saveManifest: 'imageCatalog.saveManifest',
  showAuditLog: 'imageCatalog.showAuditLog',
  exportAuditLog: 'imageCatalog.exportAuditLog',
  convertToManaged: 'imageCatalog.convertToManaged',
  reorganize: 'imageCatalog.reorganize',
  deleteImages: 'imageCatalog.deleteImages',
  deleteImagesWithFiles: 'imageCatalog.deleteImagesWithFiles',
  undoFileOperation: 'imageCatalog.undoFileOperation',
  resumeFileOperation: 'imageCatalog.resumeFileOperation',
  emptyTrash: 'imageCatalog.emptyTrash',
  checkFiles: 'imageCatalog.checkFiles',
  previewCheck: 'imageCatalog.previewCheck',
  verifyFiles: 'imageCatalog.verifyFiles',
  relocateImage: 'imageCatalog.relocateImage',
  relocateFolder: 'imageCatalog.relocateFolder',
  acceptEdited: 'imageCatalog.acceptEdited',
  migrateLegacyCatalog: 'imageCatalog.migrateLegacyCatalog',
  refresh: 'imageCatalog.refresh',
  showLog: 'imageCatalog.showLog',

  openGallery: 'imageCatalog.openGallery',
  openImage: 'imageCatalog.openImage',
  revealImage: 'imageCatalog.revealImage',
  copyImagePath: 'imageCatalog.copyImagePath',
  showImageInGallery: 'imageCatalog.showImageInGallery',
  compareImages: 'imageCatalog.compareImages',
  showDistanceSamples: 'imageCatalog.showDistanceSamples',
  findDuplicates: 'imageCatalog.findDuplicates',
  showImageJob: 'imageCatalog.showImageJob',
  showImageSource: 'imageCatalog.showImageSource',
  loadMore: 'imageCatalog.loadMore',

  pausePictures: 'imageCatalog.pausePictures',
  resumePictures: 'imageCatalog.resumePictures',
  rebuildThumbnails: 'imageCatalog.rebuildThumbnails',
  retryFailedPictures: 'imageCatalog.retryFailedPictures',

  importFolder: 'imageCatalog.importFolder',
  importImages: 'imageCatalog.importImages',
} as const;
export type CommandId = (typeof commands)[keyof typeof commands];

export const contextKeys = {
  /** The catalogs of the workspace were looked up: until then no view says that there are none. */
  loaded: 'imageCatalog.loaded',
  /** At least one catalog in any folder of the workspace. */
  hasCatalogs: 'imageCatalog.hasCatalogs',
  hasSources: 'imageCatalog.hasSources',
  /** No folder's catalog can be written here, and waiting does not help. */
  readOnly: 'imageCatalog.readOnly',
  /** A folder's catalog is open in another window or program. */
  locked: 'imageCatalog.locked',
  /** Making thumbnails in the background is paused in at least one folder. */
  picturesPaused: 'imageCatalog.picturesPaused',
} as const;
export type ContextKey = (typeof contextKeys)[keyof typeof contextKeys];

/** The values of `TreeItem.contextValue`, which the `when` clauses of menus compare with `viewItem`. */
export const contextValues = {
  folder: 'folder',
  catalog: 'catalog',
  managedDirectory: 'managedDirectory',
  defaultStrategy: 'defaultStrategy',
  storage: 'storage',
  images: 'images',
  image: 'image',
  imageMissing: 'image.missing',
  imageChanged: 'image.changed',
  missingImages: 'missingImages',
  changedImages: 'changedImages',
  catalogHeading: 'catalogHeading',
  source: 'source',
  sourceWithPreview: 'source.withPreview',
  importJobRunning: 'importJob.running',
  importJobFinished: 'importJob.finished',
  /** Finished, and nothing of it is in the catalog. */
  importJobEmpty: 'importJob.empty',
  importJobInterrupted: 'importJob.interrupted',
  damagedCatalog: 'damagedCatalog',
  /** Thumbnails are being made, or wait for a scan or import. */
  picturesRunning: 'pictures.running',
  picturesPaused: 'pictures.paused',
  /** Nothing is being made; some failed. */
  picturesFailed: 'pictures.failed',
} as const;

/** The settings' keys with the defaults that package.json declares. */
export const settingDefaults = {
  'imageCatalog.scan.include': [] as readonly string[],
  'imageCatalog.scan.exclude': [] as readonly string[],
  'imageCatalog.scan.respectFilesExclude': false as boolean,
  'imageCatalog.import.undatedByModificationDate': false as boolean,
  'imageCatalog.import.findLookAlikes': false as boolean,
  'imageCatalog.pictures.background': true as boolean,
  'imageCatalog.pictures.maxMegapixels': 100 as number,
  'imageCatalog.check.everyDays': 7 as number,
  'imageCatalog.duplicates.method': 'dhash' as string,
  'imageCatalog.duplicates.threshold': null as number | null,
  'imageCatalog.duplicates.keepOrder': [
    'format',
    'resolution',
    'size',
    'metadata',
    'quality',
    'oldest',
    'source',
  ] as readonly string[],
} as const;
/** Settings that are read together. */
export const settingSections = { duplicates: 'imageCatalog.duplicates' } as const;
export type Settings = typeof settingDefaults;
export type SettingKey = keyof Settings;
