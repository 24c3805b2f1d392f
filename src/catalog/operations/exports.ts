import { Buffer } from 'node:buffer';
import { auditTable } from '../exports/auditTable.js';
import { imageTable, type ExportedImage } from '../exports/imageTable.js';
import { tableText } from '../exports/tableText.js';
import { manifestLine, manifestPath } from '../files/checksumManifest.js';
import { encodePathBytes } from '../files/pathBytes.js';
import { requireFreeOutput, writeOutput } from '../files/writeOutput.js';
import type { Catalog } from '../model/catalog.js';
import { CatalogError } from '../model/errors.js';
import {
  imageExportFormats,
  tableFormats,
  type AuditExport,
  type ExportPart,
  type ExportRequest,
  type ImagesExport,
  type WrittenExport,
} from '../model/exports.js';
import type { OperationControl } from '../model/progress.js';
import { ProgressMeter } from '../model/progressMeter.js';
import type { ImageChecksum } from '../store/imageRepository.js';
import { auditConditions, noteDeed } from './audit.js';
import { requireCatalog } from './catalogs.js';
import { selectedRows } from './gallery.js';
import { absolutePath, type OperationDeps } from './operationDeps.js';

const rowsAtOnce = 1000;

/** What is written of the rows from a place on. */
interface Part {
  readonly total: number | null;
  readonly count: number;
  readonly next: number | null;
  readonly text: (first: boolean) => string;
}

/** @throws CatalogError CATALOG_NOT_FOUND, QUERY_INVALID, INVALID_ARGUMENT */
export async function exportPart(
  deps: OperationDeps,
  request: ExportRequest,
  from = 0,
  limit = rowsAtOnce,
): Promise<ExportPart> {
  const read = (start: number): Promise<Part> =>
    request.kind === 'audit'
      ? auditPart(deps, request, start, limit)
      : imagesPart(deps, request, start, limit);
  const formats: readonly string[] = request.kind === 'images' ? imageExportFormats : tableFormats;
  if (!formats.includes(request.format)) {
    const detail = `use ${formats.join(', ')}`;
    throw new CatalogError('INVALID_ARGUMENT', { name: 'format', detail });
  }
  let part = await read(from);
  // Rows that have left meanwhile: a part without any would be taken for the first one again.
  while (part.count === 0 && part.next !== null) part = await read(part.next);
  const { total, count, next } = part;
  return { text: part.text(from === 0), count, total, next };
}

function auditPart(
  deps: OperationDeps,
  { format, byteOrderMark, filter }: AuditExport,
  afterId: number,
  limit: number,
): Promise<Part> {
  const conditions = auditConditions(deps, filter);
  const entries = deps.store.auditLog.after(conditions, afterId, limit);
  const next = entries.length < limit ? null : (entries.at(-1)?.id ?? null);
  const total = afterId === 0 ? deps.store.auditLog.count(conditions) : null;
  const text = (first: boolean): string =>
    tableText(auditTable, entries, { format, byteOrderMark, first, last: next === null });
  return Promise.resolve({ total, count: entries.length, next, text });
}

async function imagesPart(
  deps: OperationDeps,
  request: ImagesExport,
  from: number,
  limit: number,
): Promise<Part> {
  const { format, byteOrderMark } = request;
  const catalog = requireCatalog(deps, request.selection.catalogId);
  const { total, rowIds, next } = await selectedRows(deps, request, from, limit);
  if (format === 'sha256') {
    const images = deps.store.images.checksumsByRowIds(catalog.id, rowIds);
    const lines = manifestLines(deps, catalog.managedDirectory, images);
    return { total, count: images.length, next, text: () => lines };
  }
  const images = exportedImages(deps, catalog, rowIds);
  const text = (first: boolean): string =>
    tableText(imageTable, images, { format, byteOrderMark, first, last: next === null });
  return { total, count: images.length, next, text };
}

function exportedImages(
  { store }: OperationDeps,
  { id, name: catalogName }: Catalog,
  rowIds: readonly number[],
): ExportedImage[] {
  // Ids that were given may be of another catalog.
  const images = store.images.byRowIds(rowIds).filter(({ catalogId }) => catalogId === id);
  const ids = images.map((image) => image.id);
  const tags = store.imageTiles.tagsOf(ids);
  const sidecars = store.images.sidecarsOf(ids);
  const sources = new Map(store.sources.list(id).map((source) => [source.id, source.name]));
  return images.map((image) => ({
    image,
    catalogName,
    sourceName: sources.get(image.sourceId ?? '') ?? null,
    tags: tags.get(image.id) ?? [],
    sidecars: sidecars.get(image.id) ?? [],
  }));
}

/** The checksums that the files should have: of images and their sidecars. */
function manifestLines(
  { store }: OperationDeps,
  directory: string | null,
  images: readonly ImageChecksum[],
): string {
  const sidecars = store.images.sidecarsOf(images.map(({ id }) => id));
  return images
    .flatMap((image) => [image, ...(sidecars.get(image.id) ?? [])])
    .map(({ checksum, currentPath }) =>
      manifestLine(checksum, manifestPath(directory, currentPath)),
    )
    .join('');
}

/** Before a file is written. @throws CatalogError OUTPUT_EXISTS, INVALID_ARGUMENT */
export function checkOutput(
  deps: OperationDeps,
  input: { readonly path: string; readonly overwrite?: boolean },
): void {
  const path = absolutePath(input.path);
  // The catalog file is never replaced by what is taken out of it.
  const isCatalog = path === absolutePath(deps.catalogFile);
  requireFreeOutput(deps.files, path, input.overwrite === true && !isCatalog);
}

/**
 * Writes an export to a file, whole or not at all, in parts.
 * @throws CatalogError as exportPart; OUTPUT_EXISTS, DESTINATION_UNWRITABLE, DISK_FULL, CANCELLED
 */
export async function writeExport(
  deps: OperationDeps,
  input: {
    readonly request: ExportRequest;
    readonly path: string;
    readonly overwrite?: boolean;
  },
  control: OperationControl,
): Promise<WrittenExport> {
  const { request, overwrite = false } = input;
  const path = absolutePath(input.path);
  checkOutput(deps, input);
  let [count, bytes] = [0, 0];
  const isManifest = request.format === 'sha256';
  async function* parts(): AsyncGenerator<Uint8Array> {
    let meter: ProgressMeter | null = null;
    for (let from: number | null = 0; from !== null;) {
      if (control.signal?.aborted) throw new CatalogError('CANCELLED');
      const part: ExportPart = await exportPart(deps, request, from);
      // Names in a manifest that are not UTF-8 get their own bytes back.
      const chunk = isManifest ? encodePathBytes(part.text) : Buffer.from(part.text);
      count += isManifest ? part.text.split('\n').length - 1 : part.count;
      bytes += chunk.length;
      meter ??= new ProgressMeter({
        phase: 'export',
        filesTotal: part.total,
        bytesTotal: null,
        now: () => performance.now(),
        report: control.onProgress,
      });
      meter.advance(part.count, chunk.length, null);
      yield chunk;
      from = part.next;
    }
  }
  await writeOutput(deps.files, path, parts(), { overwrite, id: deps.newId() });
  const directory = isManifest
    ? requireCatalog(deps, request.selection.catalogId).managedDirectory
    : null;
  noteExport(deps, request, path, count);
  return { path, count, bytes, directory };
}

function noteExport(
  deps: OperationDeps,
  request: ExportRequest,
  path: string,
  count: number,
): void {
  const { kind, format } = request;
  const id = request.kind === 'images' ? request.selection.catalogId : request.filter.catalogId;
  const catalog = id === undefined ? undefined : deps.store.catalogs.find(id);
  noteDeed(deps, {
    operation: format === 'sha256' ? 'write-manifest' : 'export',
    ...(catalog && { catalogId: catalog.id, catalogName: catalog.name }),
    path,
    detail: { kind, format, count },
  });
}
