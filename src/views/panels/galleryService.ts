import type { GalleryRequests } from '../galleryProtocol.js';
import {
  readCompleteParams,
  readDeleteParams,
  readIdsParams,
  readImageParams,
  readListingParams,
  readPictureParams,
  readPositionParams,
  readRunParams,
  readSaveParams,
  readTargetParams,
  readThumbnailFilesParams,
  readThumbnailsParams,
  readTilesParams,
} from './galleryParams.js';
import type { GallerySession } from './gallerySession.js';
import { readNoParams, type PanelService } from './panelServer.js';

/** The operations that the webview may ask for, and no others. */
export function galleryService(
  session: GallerySession,
  onTitle: (title: string) => void,
): PanelService<GalleryRequests> {
  return {
    load: {
      read: readNoParams,
      handle: async () => {
        const header = await session.load();
        if ('title' in header) onTitle(header.title);
        return header;
      },
    },
    listing: { read: readListingParams, handle: (params) => session.listing(params) },
    tiles: { read: readTilesParams, handle: (params) => session.tiles(params) },
    ids: { read: readIdsParams, handle: (params) => session.ids(params) },
    position: { read: readPositionParams, handle: (params) => session.position(params) },
    thumbnails: { read: readThumbnailsParams, handle: (params) => session.thumbnails(params) },
    thumbnailFiles: {
      read: readThumbnailFilesParams,
      handle: (params) => session.thumbnailFiles(params),
    },
    details: { read: readImageParams, handle: (params) => session.details(params) },
    picture: { read: readPictureParams, handle: (params) => session.picture(params) },
    complete: { read: readCompleteParams, handle: (params) => session.complete(params) },
    saveSearch: { read: readSaveParams, handle: (params) => session.saveSearch(params) },
    deleteSearch: { read: readDeleteParams, handle: (params) => session.deleteSearch(params) },
    target: { read: readTargetParams, handle: (params) => session.target(params) },
    run: { read: readRunParams, handle: (params) => session.run(params) },
  };
}
