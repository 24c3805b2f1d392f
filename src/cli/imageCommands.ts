import { Buffer } from 'node:buffer';
import { CatalogError } from '../catalog/model/errors.js';
import { imageSorts, type ImageSort } from '../catalog/model/gallery.js';
import { encodePathBytes } from '../catalog/files/pathBytes.js';
import type { CommandContext } from './commands.js';
import { printable, result, table, type CommandResult } from './output.js';
import { allPages, resolveCatalog } from './resolve.js';

export interface ListImagesOptions {
  readonly query?: string;
  readonly sort?: string;
  readonly descending?: boolean;
  readonly limit?: number;
  readonly offset?: number;
}

/** The images of a catalog; with a query their paths alone, one a line, for other programs. */
export async function listImages(
  { engine }: CommandContext,
  catalog: string,
  options: ListImagesOptions,
): Promise<CommandResult> {
  const { id: catalogId } = await resolveCatalog(engine, catalog);
  const selection = {
    catalogId,
    ...(options.query !== undefined && { query: options.query }),
    ...(options.sort !== undefined && { sort: parseSort(options.sort) }),
    ...(options.descending !== undefined && { descending: options.descending }),
  };
  const start = options.offset ?? 0;
  const end = options.limit === undefined ? Infinity : start + options.limit;
  const images = await allPages(async (offset, limit) => {
    const size = Math.min(limit, end - start - offset);
    if (size <= 0) return [];
    return (await engine.listImages({ ...selection, offset: start + offset, limit: size })).images;
  });
  if (options.query === undefined) {
    const rows = images.map((i) => [i.capturedAt ?? '-', String(i.sizeBytes), i.currentPath]);
    return result(images, table(['CAPTURED', 'BYTES', 'PATH'], rows));
  }
  const paths = images.map(({ currentPath }) => currentPath);
  const listed = result(images, paths.map(printable).join('\n'));
  // Other programs need the very bytes of the names, a terminal must not get them.
  if (process.stdout.isTTY) return listed;
  const lines = paths.map((path) => Buffer.concat([encodePathBytes(path), newline]));
  return { ...listed, bytes: Buffer.concat(lines) };
}

const newline = Buffer.from('\n');

/** @throws CatalogError INVALID_ARGUMENT */
function parseSort(text: string): ImageSort {
  const sort = imageSorts.find((known) => known === text.toLowerCase());
  if (!sort) {
    throw new CatalogError('INVALID_ARGUMENT', {
      name: 'sort',
      detail: `use ${imageSorts.join(', ')}`,
    });
  }
  return sort;
}
