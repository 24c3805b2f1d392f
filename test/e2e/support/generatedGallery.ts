/** An engine whose images are computed, so that a gallery of 100,000 needs no files. */
import { createHash } from 'node:crypto';
import { CatalogError } from '../../../src/catalog/model/errors.js';
import type {
  ImageDetails,
  ImageSelection,
  ImageTile,
} from '../../../src/catalog/model/gallery.js';
import type { Image } from '../../../src/catalog/model/image.js';
import type { EngineNotifications } from '../../../src/catalog/protocol.js';
import type { EngineClient } from '../../../src/catalog/rpc/engineConnection.js';
import { hostileName } from './generatedEngine.js';

export const hostileText = '<script>alert(2)</script>"><img src=x onerror=alert(3)>';
const imagesPerDay = 23;

export interface GeneratedGallery extends EngineClient {
  /** Requests that reached the engine, by name. */
  readonly calls: string[];
  /** Ids of the thumbnails that were asked for. */
  readonly wanted: Set<string>;
  /** Tells the listeners of a notification. */
  emit<Name extends 'changed' | 'pictures'>(name: Name, event: EngineNotifications[Name]): void;
}

export function imageId(index: number): string {
  return `image-${index}`;
}

/** 23 images a day, newest first. The first has a hostile name; some are videos, missing, pending or undecodable. */
export function generatedGallery(count: number): GeneratedGallery {
  const calls: string[] = [];
  const wanted = new Set<string>();
  const listeners = {
    changed: new Set<(event: never) => void>(),
    pictures: new Set<(event: never) => void>(),
  };
  const indexes = ({ query, descending }: ImageSelection): readonly number[] => {
    const text = (query ?? '').trim();
    const fault = /\bcolour:\S*/.exec(text);
    if (fault)
      throw new CatalogError('QUERY_INVALID', {
        text: fault[0],
        detail: 'there is no filter "colour"',
        start: fault.index,
        end: fault.index + fault[0].length,
      });
    const found = Array.from({ length: count }, (_, index) => index).filter((index) =>
      nameOf(index).toLowerCase().includes(text.toLowerCase()),
    );
    return descending === true ? found : found.reverse();
  };
  const dayOf = (index: number): string =>
    new Date(Date.UTC(2024, 5, 15) - Math.floor(index / imagesPerDay) * 86_400_000)
      .toISOString()
      .slice(0, 10);
  const implemented: Partial<EngineClient> = {
    getCatalog: () =>
      Promise.resolve({ id: 'catalog-1', name: 'Family', managedDirectory: null } as never),
    listSources: () => Promise.resolve([]),
    queryImages: ({ offset = 0, limit = 100, ...selection }) => {
      const found = indexes(selection);
      return Promise.resolve({
        total: found.length,
        images: found.slice(offset, offset + limit).map((index) => tileOf(index, dayOf(index))),
        revision: 1,
      });
    },
    imageGroups: (selection) => {
      const found = indexes(selection);
      if (selection.groupBy !== 'day')
        return Promise.resolve({
          total: found.length,
          groups: found.length > 0 ? [{ key: '', count: found.length }] : [],
        });
      const groups = new Map<string, number>();
      for (const index of found) groups.set(dayOf(index), (groups.get(dayOf(index)) ?? 0) + 1);
      return Promise.resolve({
        total: found.length,
        groups: [...groups].map(([key, size]) => ({ key, count: size })),
      });
    },
    imageIds: ({ offset = 0, limit, ...selection }) => {
      const found = indexes(selection);
      const ids = found
        .slice(offset, limit === undefined ? undefined : offset + limit)
        .map(imageId);
      return Promise.resolve({ total: found.length, ids });
    },
    imagePositions: ({ imageIds, ...selection }) => {
      const found = indexes(selection).map(imageId);
      return Promise.resolve(imageIds.map((id) => found.indexOf(id)));
    },
    getImageDetails: ({ imageId: id }) => Promise.resolve(detailsOf(id, dayOf)),
    completeQuery: ({ query, cursor }) => {
      const word = /\S*$/.exec(query.slice(0, cursor))?.[0] ?? '';
      const from = cursor - word.length;
      const filters = ['camera:', 'source:', 'taken:', 'is:'].filter((name) =>
        name.startsWith(word),
      );
      const values = ['is:missing', 'is:managed'].filter((value) => value.startsWith(word));
      return Promise.resolve({
        from,
        to: cursor,
        suggestions: word.startsWith('is:')
          ? values.map((insert) => ({ insert, label: insert, kind: 'value' as const, count: 12 }))
          : filters.map((insert) => ({
              insert,
              label: insert,
              kind: 'filter' as const,
              filter: insert.slice(0, -1),
            })),
        error: null,
      });
    },
    requestThumbnails: ({ imageIds }) => {
      for (const id of imageIds) wanted.add(id);
      return Promise.resolve(
        imageIds.map((id) => {
          const failed = kindOf(indexOf(id)) === 'undecodable';
          return {
            imageId: id,
            state: failed ? ('failed' as const) : ('ready' as const),
            path: failed ? null : `/ws/.image-catalog/thumbnails/${id}.webp`,
            error: failed
              ? {
                  code: 'PICTURE_DAMAGED' as const,
                  data: { path: `/photos/${nameOf(indexOf(id))}`, detail: 'the file ends early' },
                }
              : null,
          };
        }),
      );
    },
    renderPicture: ({ imageId: id }) =>
      Promise.resolve({
        path: `/ws/.image-catalog/renderings/${checksumOf(indexOf(id))}.webp`,
        damage: null,
      }),
  };
  const emit: GeneratedGallery['emit'] = (name, event) => {
    for (const listener of listeners[name]) listener(event as never);
  };
  return new Proxy({ ...implemented, calls, wanted, emit } as GeneratedGallery, {
    get: (target, name: keyof GeneratedGallery) => {
      if (name === 'onChanged' || name === 'onPictures')
        return (listener: (event: never) => void) => {
          const set = name === 'onChanged' ? listeners.changed : listeners.pictures;
          set.add(listener);
          return { dispose: () => set.delete(listener) };
        };
      if (name === 'onPictureProgress') return () => ({ dispose: () => undefined });
      const value: unknown = Reflect.get(target, name);
      if (typeof value === 'function' && name !== 'emit') calls.push(name);
      return value;
    },
  });
}

function indexOf(id: string): number {
  return Number(id.slice('image-'.length));
}

export function checksumOf(index: number): string {
  return createHash('sha256').update(String(index)).digest('hex');
}

type Kind = 'plain' | 'video' | 'missing' | 'pending' | 'undecodable' | 'heic';
function kindOf(index: number): Kind {
  const kinds: readonly Kind[] = [
    'plain',
    'plain',
    'video',
    'plain',
    'missing',
    'pending',
    'undecodable',
    'heic',
  ];
  return index < kinds.length ? (kinds[index] ?? 'plain') : index % 97 === 0 ? 'video' : 'plain';
}

function nameOf(index: number): string {
  if (index === 0) return hostileName;
  const extensions = { video: 'mp4', heic: 'heic' } as Partial<Record<Kind, string>>;
  return `IMG_${String(index).padStart(5, '0')}.${extensions[kindOf(index)] ?? 'jpg'}`;
}

function tileOf(index: number, day: string): ImageTile {
  const kind = kindOf(index);
  const states = { video: 'NONE', pending: 'PENDING', undecodable: 'FAILED' } as const;
  return {
    id: imageId(index),
    name: nameOf(index),
    capturedAt: `${day}T14:30:00`,
    fileType: kind === 'video' ? 'video' : 'image',
    mimeType: kind === 'video' ? 'video/mp4' : kind === 'heic' ? 'image/heic' : 'image/jpeg',
    sizeBytes: 4_200_000,
    isManaged: true,
    sourceId: null,
    fileMissing: kind === 'missing',
    fileChanged: false,
    pictureState: kind in states ? states[kind as keyof typeof states] : 'DONE',
    checksum: checksumOf(index),
    width: 4000,
    height: 3000,
    orientation: 1,
    duration: kind === 'video' ? 83 : null,
    rating: null,
    importedAt: '2024-07-01T10:00:00.000Z',
  };
}

function detailsOf(id: string, dayOf: (index: number) => string): ImageDetails {
  const index = indexOf(id);
  const tile = tileOf(index, dayOf(index));
  const image = {
    ...tile,
    currentPath: `/photos/${tile.name}`,
    cameraMake: 'Canon',
    cameraModel: hostileText,
    lensModel: null,
    iso: 100,
    aperture: 2.8,
    exposureTime: 0.004,
    focalLength: 35,
    gpsLatitude: 48.2,
    gpsLongitude: 16.37,
    gpsAltitude: 171,
    colorSpace: 'srgb',
    caption: hostileText,
    keywords: [hostileText, 'sea'],
    dhash: '0123456789abcdef',
    ahash: null,
    whash: null,
    phash: null,
    qualityScore: 71.4,
    pictureErrorCode: null,
    pictureErrorData: null,
    importedChecksum: tile.checksum,
    verifiedAt: null,
    createdAt: '2024-07-01T10:00:00.000Z',
  } as unknown as Image;
  return {
    image,
    catalog: { id: 'catalog-1', name: 'Family', managedDirectory: '/photos' },
    captureDate: {
      value: tile.capturedAt ?? '',
      source: 'exif:DateTimeOriginal',
      confidence: 95,
      precision: 'time',
      offset: null,
      suspicious: null,
    },
    provenance: {
      importMode: 'copy',
      originalSourcePath: `/media/card/${tile.name}`,
      source: { id: 'source-1', name: 'Camera card', sourcePath: '/media/card' },
      importJob: {
        id: 'job-1',
        startedAt: '2024-07-01T10:00:00.000Z',
        status: 'SUCCESS',
        sourceName: 'Camera card',
      },
    },
    tags: [],
    sidecars: [],
    groupMembers: [],
    sightings: [],
  };
}
