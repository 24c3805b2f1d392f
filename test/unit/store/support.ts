import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Catalog } from '../../../src/catalog/model/catalog.js';
import type { Image, NewImage } from '../../../src/catalog/model/image.js';
import type { MediaFacts } from '../../../src/catalog/model/media.js';
import type { Source } from '../../../src/catalog/model/source.js';
import type { CatalogStore } from '../../../src/catalog/store/catalogStore.js';
import type { OpenCatalogOptions } from '../../../src/catalog/store/openCatalog.js';
import { createCatalogFile } from '../../../src/catalog/store/openCatalog.js';
import type { ImportJobRow, NewScanFile, ScanRow } from '../../../src/catalog/store/rows.js';

export const at = '2024-03-05T10:00:00.000Z';

/** A workspace folder of its own for every test of a suite, removed after it. */
export class TemporaryWorkspace {
  readonly root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'image-catalog-test-')));
  readonly directory = path.join(this.root, 'workspace');
  readonly catalogDirectory = path.join(this.directory, '.image-catalog');
  readonly file = path.join(this.catalogDirectory, 'catalog.sqlite');
  readonly options: OpenCatalogOptions = {
    workspaceDirectory: this.directory,
    trusted: true,
    machineStateDirectory: path.join(this.root, 'state'),
  };
  private readonly children: ChildProcess[] = [];

  constructor() {
    fs.mkdirSync(this.directory);
  }

  async create(options: Partial<OpenCatalogOptions> = {}): Promise<CatalogStore> {
    const { store } = await createCatalogFile({ ...this.options, ...options });
    if (!store) throw new Error('no store');
    return store;
  }

  /** Starts the child program and waits for its first line of output. */
  async startChild(task: string): Promise<{ child: ChildProcess; firstLine: string }> {
    const program = fileURLToPath(new URL('./child.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', program, task, this.root], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.children.push(child);
    let text = '';
    for await (const chunk of child.stdout) {
      text += String(chunk);
      if (text.includes('\n')) break;
    }
    return { child, firstLine: text.split('\n')[0] ?? '' };
  }

  async kill(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  async remove(): Promise<void> {
    for (const child of this.children) await this.kill(child);
    fs.rmSync(this.root, { recursive: true, force: true });
  }
}

export function optionsFor(root: string): OpenCatalogOptions {
  return {
    workspaceDirectory: path.join(root, 'workspace'),
    trusted: true,
    machineStateDirectory: path.join(root, 'state'),
  };
}

export function catalog(values: Partial<Catalog> = {}): Catalog {
  return {
    id: 'catalog-1',
    name: 'Photos',
    managedDirectory: path.resolve('/managed'),
    defaultOrganizationStrategy: 'YEAR_SLASH_MONTH_DAY/TIME_CHECKSUM',
    createdAt: at,
    updatedAt: at,
    ...values,
  };
}

export function source(values: Partial<Source> = {}): Source {
  return {
    id: 'source-1',
    catalogId: 'catalog-1',
    name: 'Card',
    sourceType: 'directory',
    sourcePath: path.resolve('/card'),
    autoImport: false,
    defaultImportMode: 'copy',
    defaultOrganizationStrategy: null,
    lastScannedAt: null,
    createdAt: at,
    updatedAt: at,
    ...values,
  };
}

export function job(values: Partial<ImportJobRow> = {}): ImportJobRow {
  return {
    id: 'job-1',
    catalogId: 'catalog-1',
    sourceId: 'source-1',
    sourceName: 'Card',
    sourcePath: path.resolve('/card'),
    scanId: null,
    importMode: 'copy',
    organizationStrategy: 'YEAR_SLASH_MONTH_DAY/TIME_CHECKSUM',
    skipDuplicates: true,
    undatedByModificationDate: false,
    filesDiscovered: 0,
    filesImported: 0,
    filesSkipped: 0,
    filesFailed: 0,
    bytesImported: 0,
    startedAt: at,
    completedAt: null,
    status: 'PENDING',
    error: null,
    ...values,
  };
}

export function scan(values: Partial<ScanRow> = {}): ScanRow {
  return {
    id: 'scan-1',
    catalogId: 'catalog-1',
    sourceId: 'source-1',
    status: 'READY',
    request: { sourceId: 'source-1', include: ['**/*.jpg'] },
    counts: { new: 1, duplicate: 0, error: 0, skipped: { hidden: 2 }, sidecars: 0, filesRead: 1 },
    totalSize: 7,
    startedAt: at,
    completedAt: null,
    ...values,
  };
}

export function scanFile(relativePath: string, values: Partial<NewScanFile> = {}): NewScanFile {
  return {
    scanId: 'scan-1',
    relativePath,
    state: 'new',
    selected: true,
    sizeBytes: 100,
    mtimeNs: '1700000000123456789',
    inode: '18446744073709551615',
    checksum: 'a'.repeat(64),
    groupKey: null,
    sidecars: [],
    duplicateImageId: null,
    duplicateScanFileId: null,
    error: null,
    ...values,
  };
}

export function facts(values: Partial<MediaFacts> = {}): MediaFacts {
  return {
    fileType: 'image',
    mimeType: 'image/jpeg',
    width: 4000,
    height: 3000,
    orientation: 6,
    captureTime: {
      value: '2023-06-15T14:30:45+02:00',
      source: 'exif:DateTimeOriginal',
      confidence: 95,
      suspicious: null,
    },
    cameraMake: 'Ümlaut 写真',
    cameraModel: 'M1',
    lensModel: null,
    iso: 100,
    aperture: 2.8,
    exposureTime: 0.01,
    focalLength: 50,
    gps: { latitude: -33.5, longitude: 151.25, altitude: null },
    contentIdentifier: null,
    duration: null,
    warnings: [],
    ...values,
  };
}

export function image(number: number, values: Partial<NewImage> = {}): NewImage {
  return {
    id: `image-${number}`,
    catalogId: 'catalog-1',
    storedPath: `2023/06/15/${number}.jpg`,
    isManaged: true,
    sourceId: 'source-1',
    importJobId: null,
    importMode: 'copy',
    originalSourcePath: `/card/${number}.jpg`,
    checksum: number.toString(16).padStart(64, '0'),
    sizeBytes: 1000,
    fileMtimeNs: '1700000000123456789',
    fileInode: '42',
    facts: facts(),
    ...values,
  };
}

/** By capture time with undated images last, then path. */
export function allImages(store: CatalogStore, catalogId: string): Image[] {
  return store.driver
    .all<{ id: string }>(
      `SELECT id FROM images WHERE catalog_id = ?
      ORDER BY captured_at IS NULL, captured_at, current_path, id`,
      [catalogId],
    )
    .flatMap(({ id }) => store.images.find(id) ?? []);
}
