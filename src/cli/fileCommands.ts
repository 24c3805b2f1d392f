import path from 'node:path';
import { CatalogError } from '../catalog/model/errors.js';
import type { CatalogOperations } from '../catalog/protocol.js';
import type { CommandContext } from './commands.js';
import { codeFor, keptLines, keptObject, operationResult, undoResult } from './operationResult.js';
import { firstLines, printable, result, table, type CommandResult } from './output.js';
import { allPages, resolveCatalog } from './resolve.js';

export interface ImageChoice {
  readonly query?: string;
  readonly image?: readonly string[];
}

export interface DeleteOptions extends ImageChoice {
  readonly files?: boolean;
  readonly changed?: boolean;
  readonly dryRun?: boolean;
}

/** Takes images out of a catalog; with --files their managed files go to the trash. */
export async function deleteImages(
  { engine, control }: CommandContext,
  catalog: string,
  options: DeleteOptions,
): Promise<CommandResult> {
  const { id: catalogId } = await resolveCatalog(engine, catalog);
  const { imageIds, paths: lookUpPaths } = await chosenImages(engine, catalogId, options);
  const request = {
    catalogId,
    imageIds,
    deleteFiles: options.files === true,
    includeChanged: options.changed === true,
  };
  if (!options.dryRun) return operationResult(await engine.deleteImages(request, control));
  const forecast = await engine.forecastDelete(request, control);
  const paths = await lookUpPaths();
  const { images, filesTrashed, bytes, entriesOnly, refused } = forecast;
  const lines = [
    ...paths,
    `Would take ${images} images out of the catalog: ${filesTrashed} files (${bytes} bytes) to the trash, ${entriesOnly} entries only.`,
    ...keptLines(refused),
  ];
  const json = { dryRun: true, ...forecast, refused: refused.map(keptObject), paths };
  return result(json, lines.map(printable).join('\n'), codeFor(forecast.refusedCount));
}

export interface DeleteCatalogOptions {
  readonly files?: boolean;
  readonly dryRun?: boolean;
}

/** Removes a catalog; with --files its managed files go to the trash first, and all of them or it stays. */
export async function deleteCatalog(
  { engine, control }: CommandContext,
  catalog: string,
  options: DeleteCatalogOptions,
): Promise<CommandResult> {
  const { id: catalogId, name } = await resolveCatalog(engine, catalog);
  const deleteFiles = options.files === true && options.dryRun === true;
  const forecast = await engine.forecastDeleteCatalog({ catalogId, deleteFiles });
  const { images, sources, jobs, managedFiles, managedBytes, managedDirectory } = forecast;
  const withFiles = options.files === true && managedFiles > 0;
  if (withFiles && !options.dryRun) {
    return operationResult(await engine.deleteCatalogWithFiles({ catalogId }, control));
  }
  if (!options.dryRun) await engine.deleteCatalog({ catalogId });
  const place = `${managedFiles} files (${managedBytes} bytes) in ${managedDirectory ?? '-'}`;
  const lines = [
    ...firstLines(forecast.files ?? []),
    `${options.dryRun ? 'Would remove' : 'Removed'} the catalog "${name}": ${images} images, ${sources} sources, ${jobs} jobs.`,
    managedFiles === 0
      ? 'No file is touched.'
      : withFiles
        ? `${place} would go to the trash there. Referenced files stay.`
        : `${place} stay. Referenced files stay.`,
  ];
  const json = { dryRun: options.dryRun === true, ...forecast };
  return result(json, lines.map(printable).join('\n'));
}

interface ChosenImages {
  readonly imageIds: readonly string[];
  /** Looked up when they are asked for, if they are not known. */
  readonly paths: () => Promise<readonly string[]>;
}

/** @throws CatalogError INVALID_ARGUMENT: a whole catalog is never meant by leaving something out */
async function chosenImages(
  engine: CatalogOperations,
  catalogId: string,
  { query, image }: ImageChoice,
): Promise<ChosenImages> {
  if (image !== undefined && query === undefined) {
    const pathOf = async (imageId: string): Promise<string> =>
      (await engine.getImage({ imageId })).currentPath;
    return { imageIds: image, paths: () => Promise.all(image.map(pathOf)) };
  }
  if (query === undefined || image !== undefined) {
    const detail = 'say which images: by --image <id> or by --query <text>';
    throw new CatalogError('INVALID_ARGUMENT', { name: 'image', detail });
  }
  const images = await allPages(
    async (offset, limit) => (await engine.listImages({ catalogId, query, offset, limit })).images,
  );
  const paths = images.map(({ currentPath }) => currentPath);
  return { imageIds: images.map(({ id }) => id), paths: () => Promise.resolve(paths) };
}

/** What was done to files of a catalog, newest first. */
export async function listOperations(
  { engine }: CommandContext,
  catalog: string | undefined,
): Promise<CommandResult> {
  const catalogId = catalog && (await resolveCatalog(engine, catalog)).id;
  const operations = await allPages(
    async (offset, limit) =>
      (await engine.listFileOperations({ ...(catalogId && { catalogId }), offset, limit }))
        .operations,
  );
  const rows = operations.map((each) => [
    each.id,
    each.startedAt,
    each.kind,
    each.status,
    String(each.imagesDone),
    String(each.filesMoved),
  ]);
  const header = ['OPERATION', 'STARTED', 'KIND', 'STATUS', 'IMAGES', 'FILES'];
  return result(operations, table(header, rows));
}

/** Takes back what an operation did. */
export async function undoOperation(
  { engine, control }: CommandContext,
  operationId: string,
): Promise<CommandResult> {
  return undoResult(await engine.undoFileOperation({ operationId }, control), control);
}

/** Goes on with an operation that was interrupted or cancelled. */
export async function resumeOperation(
  { engine, control }: CommandContext,
  operationId: string,
): Promise<CommandResult> {
  return operationResult(await engine.resumeFileOperation({ operationId }, control));
}

/** Removes for good what deletions moved to the trash; with an operation also that of a catalog that is gone. */
export async function emptyTrash(
  { engine, control }: CommandContext,
  catalog: string | undefined,
  options: { readonly dryRun?: boolean; readonly operation?: string },
): Promise<CommandResult> {
  const catalogId = await catalogOfTrash(engine, catalog, options.operation);
  if (options.dryRun) {
    const { operations } = await engine.listFileOperations({ catalogId, limit: 10_000 });
    const chosen = operations.filter(
      ({ id, kind, status, filesMoved }) =>
        kind.startsWith('delete') &&
        filesMoved > 0 &&
        status !== 'UNDONE' &&
        status !== 'EMPTIED' &&
        (options.operation === undefined || options.operation === id),
    );
    const files = chosen.reduce((sum, { filesMoved }) => sum + filesMoved, 0);
    const bytes = chosen.reduce((sum, { bytesMoved }) => sum + bytesMoved, 0);
    const json = { dryRun: true, operations: chosen, files, bytes };
    return result(json, `Would remove up to ${files} files (${bytes} bytes) for good.`);
  }
  const emptied = await engine.emptyTrash(
    { catalogId, ...(options.operation !== undefined && { operationId: options.operation }) },
    control,
  );
  const { files, bytes, keptCount } = emptied;
  const kept =
    keptCount === 0
      ? ''
      : ` ${keptCount} files were kept: they are not what was put there, or the catalog has their images again (run recover).`;
  return result(
    emptied,
    `Removed ${files} files (${bytes} bytes) for good.${kept}`,
    codeFor(keptCount),
  );
}

/** @throws CatalogError INVALID_ARGUMENT, CATALOG_NOT_FOUND, OPERATION_NOT_FOUND */
async function catalogOfTrash(
  engine: CommandContext['engine'],
  catalog: string | undefined,
  operationId: string | undefined,
): Promise<string> {
  if (operationId === undefined) {
    if (catalog !== undefined) return (await resolveCatalog(engine, catalog)).id;
    const detail = 'give a catalog, or --operation';
    throw new CatalogError('INVALID_ARGUMENT', { name: 'catalog', detail });
  }
  const operations = await allPages(
    async (offset, limit) => (await engine.listFileOperations({ offset, limit })).operations,
  );
  const found = operations.find(({ id }) => id === operationId);
  const isOf =
    found &&
    (catalog === undefined ||
      [found.catalogId, found.catalogName].includes(catalog) ||
      (await resolveCatalog(engine, catalog)).id === found.catalogId);
  if (isOf) return found.catalogId;
  throw new CatalogError('OPERATION_NOT_FOUND', { operation: operationId });
}

/** As typed, from the working directory. */
export const absolute = (typed: string): string => path.resolve(typed);
