/** An engine whose scan and job are computed, so that a list of 100,000 rows needs no files. */
import type { Catalog } from '../../../src/catalog/model/catalog.js';
import { CatalogError } from '../../../src/catalog/model/errors.js';
import type { ImportItem, ImportJobReport } from '../../../src/catalog/model/importJob.js';
import type { MediaFacts } from '../../../src/catalog/model/media.js';
import type {
  ScanFile,
  ScanFileState,
  ScanFolder,
  ScanSummary,
} from '../../../src/catalog/model/scan.js';
import type { EngineClient } from '../../../src/catalog/rpc/engineConnection.js';
import { generatedAlikes } from './generatedAlikes.js';

export const hostileName = '<img src=x onerror=alert(1)>.jpg';
const filesPerFolder = 250;
const managed = '/pictures/managed';

export interface GeneratedEngine extends EngineClient {
  /** Requests that reached the engine, by name. */
  readonly calls: string[];
  readonly selected: Set<number>;
  /** Ids of the files whose thumbnails were asked for. */
  readonly shownThumbnails: number[];
}

/** Folders of 250 new files; 3 duplicates, 2 errors and 40 passed by in the first one. The first name is hostile. */
export function generatedEngine(newCount: number): GeneratedEngine {
  const calls: string[] = [];
  const shownThumbnails: number[] = [];
  const selected = new Set(Array.from({ length: newCount }, (_, index) => index + 1));
  const listeners = new Set<(event: { entities: readonly ['scans'] }) => void>();
  const counts: Record<ScanFileState, number> = { new: newCount, duplicate: 3, error: 2 };
  const summary = (): ScanSummary => ({
    scanId: 'scan-1',
    catalogId: 'catalog-1',
    sourceId: 'source-1',
    sourceName: 'Camera card',
    sourcePath: '/media/card/DCIM',
    status: 'READY',
    startedAt: '2024-03-09T10:00:00.000Z',
    completedAt: '2024-03-09T10:01:00.000Z',
    counts: {
      ...counts,
      skipped: { 'unsupported-extension': 38, hidden: 2 },
      sidecars: 0,
      filesRead: 5,
    },
    totalSize: newCount * 4_200_000,
    selectedCount: selected.size,
    selectedBytes: selected.size * 4_200_000,
  });
  const folders = (): ScanFolder[] => {
    const list: ScanFolder[] = [];
    for (let first = 0; first < newCount; first += filesPerFolder) {
      const newInFolder = Math.min(filesPerFolder, newCount - first);
      let ticked = 0;
      for (let id = first + 1; id <= first + newInFolder; id += 1)
        if (selected.has(id)) ticked += 1;
      list.push({
        folder: folderName(first / filesPerFolder),
        newCount: newInFolder,
        selectedCount: ticked,
        duplicateCount: first === 0 ? counts.duplicate : 0,
        errorCount: first === 0 ? counts.error : 0,
        newBytes: newInFolder * 4_200_000,
      });
    }
    return list;
  };
  const changed = (): void => {
    for (const listener of listeners) listener({ entities: ['scans'] });
  };
  const implemented: Partial<EngineClient> = {
    getState: () =>
      Promise.resolve({
        catalogFile: '/ws/.image-catalog/catalog.sqlite',
        exists: true,
        readOnly: false,
        readOnlyReason: null,
        lockHolder: null,
      }),
    getScan: ({ scanId }) =>
      scanId === 'scan-1'
        ? Promise.resolve(summary())
        : Promise.reject(new CatalogError('SCAN_NOT_FOUND', { scan: scanId })),
    getCatalog: () => Promise.resolve(catalog as never),
    getSource: () => Promise.resolve(source as never),
    listScanFolders: () => Promise.resolve(folders()),
    listScanFiles: ({ state = 'new', offset = 0, limit = 100, plan }) => {
      const total = counts[state];
      const length = Math.max(0, Math.min(limit, total - offset));
      return Promise.resolve({
        total,
        files: Array.from({ length }, (_, index) =>
          scanFile(state, offset + index, selected, plan !== undefined),
        ),
      });
    },
    listScanSkipped: ({ offset = 0, limit = 100 }) =>
      Promise.resolve({
        total: 40,
        entries: Array.from({ length: Math.max(0, Math.min(limit, 40 - offset)) }, (_, index) => ({
          relativePath: `notes/${offset + index}.txt`,
          reason: 'unsupported-extension' as const,
          detail: null,
        })),
      }),
    thumbnailsOfScan: ({ fileIds }) => {
      shownThumbnails.push(...fileIds);
      return Promise.resolve(
        fileIds.map((fileId) =>
          fileId % 5 === 0
            ? {
                fileId,
                state: 'failed' as const,
                path: null,
                error: {
                  code: 'PICTURE_DAMAGED' as const,
                  data: { path: `/card/${hostileName}`, detail: 'it ends too soon' },
                },
              }
            : { fileId, state: 'ready' as const, path: `/pictures/${fileId}.png`, error: null },
        ),
      );
    },
    setScanSelection: ({ selected: tick, fileIds }) => {
      const ids = fileIds ?? Array.from({ length: newCount }, (_, index) => index + 1);
      for (const id of ids) {
        if (tick) selected.add(id);
        else selected.delete(id);
      }
      changed();
      return Promise.resolve(summary());
    },
    forecastImport: ({ importMode = 'copy', organizationStrategy = '' }) =>
      Promise.resolve({
        importMode,
        organizationStrategy,
        fileCount: selected.size,
        bytes: selected.size * 4_200_000,
        destinationDirectory: importMode === 'reference' ? null : managed,
        bytesNeeded: importMode === 'reference' ? 0 : selected.size * 4_200_000,
        bytesReserved: 64 * 1024 ** 2,
        freeBytes: 900_000_000_000,
        volume: '/pictures',
        enoughSpace: true,
        undatedCount: 3,
        blocked: null,
      }),
    ...generatedAlikes(
      selected,
      (id) => scanFile('new', id - 1, selected, false).relativePath,
      changed,
    ),
    getImportJob: () => Promise.resolve(report),
    listImportItems: ({ offset = 0, limit = 100, states }) => {
      const total = states
        ? states.includes('DONE')
          ? newCount - 5
          : states.includes('FAILED')
            ? 2
            : 3
        : newCount;
      const length = Math.max(0, Math.min(limit, total - offset));
      return Promise.resolve({
        total,
        items: Array.from({ length }, (_, index) => importItem(offset + index)),
      });
    },
  };
  const report: ImportJobReport = {
    id: 'job-1',
    catalogId: 'catalog-1',
    catalogName: 'Family',
    sourceId: 'source-1',
    sourceName: 'Camera card',
    sourcePath: '/media/card/DCIM',
    importMode: 'copy',
    organizationStrategy: 'YEAR_SLASH_MONTH_DAY/TIME_CHECKSUM',
    skipDuplicates: true,
    filesDiscovered: newCount,
    filesImported: newCount - 5,
    filesSkipped: 3,
    filesFailed: 2,
    bytesImported: (newCount - 5) * 4_200_000,
    startedAt: '2024-03-09T10:02:00.000Z',
    completedAt: '2024-03-09T10:12:30.000Z',
    status: 'PARTIAL',
    error: null,
    itemCounts: {
      imported: newCount - 5,
      duplicate: 3,
      failed: 2,
      cancelled: 0,
      planned: 0,
      sidecars: 12,
      sourceKept: 0,
    },
    errorGroups: [
      { errorCode: 'FILE_UNREADABLE', count: 1, examplePaths: [`/media/card/DCIM/${hostileName}`] },
      { errorCode: 'COPY_MISMATCH', count: 1, examplePaths: ['/media/card/DCIM/IMG_00001.jpg'] },
    ],
  };
  const engine = new Proxy(
    { ...implemented, calls, selected, shownThumbnails } as GeneratedEngine,
    {
      get: (target, name: keyof GeneratedEngine) => {
        if (name === 'onChanged')
          return (listener: (event: { entities: readonly ['scans'] }) => void) => {
            listeners.add(listener);
            return { dispose: () => listeners.delete(listener) };
          };
        const value: unknown = Reflect.get(target, name);
        if (typeof value === 'function') calls.push(name);
        return value;
      },
    },
  );
  return engine;
}

const catalog: Catalog = {
  id: 'catalog-1',
  name: 'Family',
  managedDirectory: managed,
  defaultOrganizationStrategy: 'YEAR_SLASH_MONTH_DAY/TIME_CHECKSUM',
  createdAt: '2024-01-01T00:00:00.000Z',
  updatedAt: '2024-01-01T00:00:00.000Z',
};

const source = {
  id: 'source-1',
  catalogId: 'catalog-1',
  name: 'Camera card',
  sourceType: 'directory',
  sourcePath: '/media/card/DCIM',
  autoImport: false,
  defaultImportMode: 'copy',
  defaultOrganizationStrategy: null,
  openScanId: 'scan-1',
};

function folderName(index: number): string {
  return `${100 + index}CANON`;
}

const facts: MediaFacts = {
  fileType: 'image',
  mimeType: 'image/jpeg',
  width: 4000,
  height: 3000,
  orientation: 1,
  captureTime: {
    value: '2024-03-09T14:05:22+01:00',
    source: 'exif:DateTimeOriginal',
    confidence: 95,
    suspicious: null,
  },
  cameraMake: null,
  cameraModel: null,
  lensModel: null,
  iso: null,
  aperture: null,
  exposureTime: null,
  focalLength: null,
  gps: null,
  contentIdentifier: null,
  duration: null,
  warnings: [],
};

function scanFile(
  state: ScanFileState,
  index: number,
  selected: Set<number>,
  plan: boolean,
): ScanFile {
  const id = index + 1 + { new: 0, duplicate: 1_000_000, error: 2_000_000 }[state];
  const folder = folderName(state === 'new' ? Math.floor(index / filesPerFolder) : 0);
  const name = index === 0 ? hostileName : `IMG_${String(index).padStart(5, '0')}.jpg`;
  const relativePath = `${folder}/${name}`;
  const warned = index % 17 === 3;
  return {
    id,
    scanId: 'scan-1',
    path: `/media/card/DCIM/${relativePath}`,
    relativePath,
    state,
    sizeBytes: 4_200_000,
    mtimeNs: '0',
    inode: '0',
    checksum: null,
    facts:
      state === 'error'
        ? null
        : warned
          ? {
              ...facts,
              warnings: [{ code: 'EXTENSION_MISMATCH', data: { mimeType: 'image/png' } }],
            }
          : facts,
    duplicateOf:
      state === 'duplicate'
        ? {
            kind: 'catalog',
            imageId: 'image-1',
            scanFileId: null,
            path: `${managed}/2023/06-15/143052_a1b2c3d4.jpg`,
            sourceName: 'Old disk',
          }
        : null,
    error:
      state === 'error'
        ? { code: 'FILE_EMPTY', data: { path: `/media/card/DCIM/${relativePath}` } }
        : null,
    groupKey: null,
    sidecars: index % 29 === 5 ? [`${folder}/IMG_${index}.xmp`] : [],
    selected: state === 'new' && selected.has(id),
    plannedPath: plan ? `${managed}/2024/03-09/140522_${String(index).padStart(8, '0')}.jpg` : null,
  };
}

function importItem(index: number): ImportItem {
  const state = index < 2 ? 'FAILED' : index < 5 ? 'DUPLICATE' : 'DONE';
  return {
    id: index + 1,
    importJobId: 'job-1',
    parentItemId: null,
    groupKey: null,
    role: 'primary',
    sourcePath: `/media/card/DCIM/${index === 0 ? hostileName : `IMG_${index}.jpg`}`,
    sizeBytes: 4_200_000,
    mtimeNs: '0',
    inode: '0',
    checksum: '00',
    destinationPath: state === 'DONE' ? `2024/03-09/140522_${index}.jpg` : null,
    temporaryPath: null,
    publishMethod: 'LINK',
    state,
    imageId: null,
    duplicateOfImageId: null,
    duplicateOfPath: state === 'DUPLICATE' ? `${managed}/2023/06-15/143052_a1b2c3d4.jpg` : null,
    errorCode: state === 'FAILED' ? 'FILE_UNREADABLE' : null,
    errorData:
      state === 'FAILED' ? { path: `/media/card/DCIM/IMG_${index}.jpg`, detail: 'EIO' } : null,
    updatedAt: '2024-03-09T10:03:00.000Z',
  };
}
