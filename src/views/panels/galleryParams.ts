import {
  galleryCommands,
  galleryDirections,
  galleryGroupings,
  gallerySorts,
  maximumImageIds,
  maximumThumbnails,
  type GalleryCommand,
  type GalleryCriteria,
  type GalleryIdentity,
  type GalleryRequests,
} from '../galleryProtocol.js';
import {
  readInteger,
  readMaybeText,
  readPageRange,
  readRecord,
  readText,
  readTexts,
  readWord,
} from './panelServer.js';

const longestQuery = 2000;
const longestId = 100;
const longestRendering = 4096;

type Params<Method extends keyof GalleryRequests> = GalleryRequests[Method]['params'];

/** A text that may be empty. */
function readQuery(value: unknown): string {
  return readMaybeText(value, 'query', longestQuery);
}

function readCriteria(record: Readonly<Record<string, unknown>>): GalleryCriteria {
  return {
    query: readQuery(record['query']),
    sort: readWord(record['sort'], 'sort', gallerySorts),
    direction: readWord(record['direction'], 'direction', galleryDirections),
    grouping: readWord(record['grouping'], 'grouping', galleryGroupings),
  };
}

function readId(record: Readonly<Record<string, unknown>>): string {
  return readText(record['imageId'], 'imageId', longestId);
}

function readIds(record: Readonly<Record<string, unknown>>, maximum: number): readonly string[] {
  return readTexts(record['imageIds'], 'imageIds', maximum);
}

export function readListingParams(value: unknown): GalleryCriteria {
  return readCriteria(readRecord(value));
}

export function readTilesParams(value: unknown): Params<'tiles'> {
  return { ...readCriteria(readRecord(value)), ...readPageRange(value) };
}

export function readIdsParams(value: unknown): Params<'ids'> {
  const record = readRecord(value);
  return {
    ...readCriteria(record),
    offset: readInteger(record['offset'], 'offset'),
    count: readInteger(record['count'], 'count', 0, maximumImageIds),
  };
}

export function readPositionParams(value: unknown): Params<'position'> {
  const record = readRecord(value);
  return { ...readCriteria(record), imageId: readId(record) };
}

export function readThumbnailsParams(value: unknown): Params<'thumbnails'> {
  const record = readRecord(value);
  return {
    imageIds: readIds(record, maximumThumbnails),
    size: record['size'] === 512 ? 512 : 256,
  };
}

export function readThumbnailFilesParams(value: unknown): Params<'thumbnailFiles'> {
  const record = readRecord(value);
  return {
    checksums: readTexts(record['checksums'], 'checksums', maximumThumbnails),
    size: record['size'] === 512 ? 512 : 256,
  };
}

export function readImageParams(value: unknown): Params<'details'> {
  return { imageId: readId(readRecord(value)) };
}

export function readPictureParams(value: unknown): Params<'picture'> {
  const record = readRecord(value);
  return {
    imageId: readId(record),
    longEdge: readInteger(record['longEdge'], 'longEdge', 64, longestRendering),
  };
}

export function readCompleteParams(value: unknown): Params<'complete'> {
  const record = readRecord(value);
  return {
    query: readQuery(record['query']),
    caret: readInteger(record['caret'], 'caret', 0, longestQuery),
  };
}

export function readSaveParams(value: unknown): Params<'saveSearch'> {
  return { query: readText(readRecord(value)['query'], 'query', longestQuery) };
}

export function readDeleteParams(value: unknown): Params<'deleteSearch'> {
  return { name: readText(readRecord(value)['name'], 'name', longestQuery) };
}

export function readTargetParams(value: unknown): Params<'target'> {
  return { imageIds: readIds(readRecord(value), maximumImageIds) };
}

export function readRunParams(value: unknown): Params<'run'> {
  const record = readRecord(value);
  const command: GalleryCommand = readWord(record['command'], 'command', galleryCommands);
  return { command, imageIds: readIds(record, maximumImageIds) };
}

/** What the editor kept of a gallery over a reload. */
export function readGalleryIdentity(kept: Readonly<Record<string, unknown>>): GalleryIdentity {
  const idOrNull = (name: string): string | null =>
    kept[name] === null ? null : readText(kept[name], name, longestId);
  return {
    folder: readText(kept['folder'], 'folder'),
    catalogId: readText(kept['catalogId'], 'catalogId', longestId),
    sourceId: idOrNull('sourceId'),
    importJobId: idOrNull('importJobId'),
  };
}
