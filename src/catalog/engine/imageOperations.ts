import * as gallery from '../operations/gallery.js';
import * as pictures from '../operations/pictures.js';
import { CatalogError } from '../model/errors.js';
import type { ImageOperations } from '../protocol/imageOperations.js';
import type { CatalogSession } from '../session.js';
import { nodeFilePort } from '../files/filePort.js';
import { defaultMaximumPixels } from '../media/decode/decodeLimits.js';
import { inspectFiles } from '../media/inspect.js';
import type { CreateDecoder } from '../pictures/pictureWork.js';

/** Images: listings, searches, details, pictures. */
export const imageOperations = (
  session: CatalogSession,
  createDecoder: CreateDecoder,
): ImageOperations => ({
  listImages(input) {
    return session.readExisting((deps) => gallery.listImages(deps, input));
  },

  getImage({ imageId }) {
    return session.readExisting((deps) => {
      const image = deps.store.images.find(imageId);
      if (!image) throw new CatalogError('IMAGE_NOT_FOUND', { image: imageId });
      return image;
    });
  },

  queryImages(input) {
    return session.readExisting((deps) => gallery.queryImages(deps, input));
  },

  imageGroups(input) {
    return session.readExisting((deps) => gallery.imageGroups(deps, input));
  },

  imageIds(input) {
    return session.readExisting((deps) => gallery.imageIds(deps, input));
  },

  imagePositions(input) {
    return session.readExisting((deps) => gallery.imagePositions(deps, input));
  },

  getImageDetails({ imageId }) {
    return session.readExisting((deps) => gallery.imageDetails(deps, imageId));
  },

  completeQuery(input) {
    return session.readExisting((deps) => gallery.completeQuery(deps, input));
  },

  async inspectFiles({ paths }) {
    const decoder = createDecoder({ maximumPixels: defaultMaximumPixels });
    try {
      return await inspectFiles(paths, { files: nodeFilePort, now: () => new Date(), decoder });
    } finally {
      await decoder.close();
    }
  },

  requestThumbnails(input, control = {}) {
    return session.readExisting((deps) => pictures.requestThumbnails(deps, input, control));
  },

  thumbnailsOfScan(input, control = {}) {
    return session.readExisting((deps) => pictures.thumbnailsOfScan(deps, input, control));
  },

  renderPicture(input, control = {}) {
    return session.readExisting((deps) => pictures.renderPicture(deps, input, control));
  },

  getPictureState(input) {
    return session.readExisting((deps) => pictures.pictureState(deps, input));
  },

  getPictureProgress() {
    return session.read(pictures.noProgress, (deps) => deps.pictures.progress());
  },

  listFailedPictures(input) {
    return session.readExisting((deps) => pictures.listFailed(deps, input));
  },

  makePictures(input, control = {}) {
    return session.write(['images'], (deps) => pictures.makeAll(deps, input, control));
  },

  rebuildThumbnails(input) {
    return session.write(['images'], (deps) => pictures.rebuild(deps, input));
  },

  pausePictures(input) {
    return session.read(pictures.noProgress, (deps) => deps.pictures.setPaused(input.paused));
  },

  configurePictures(input) {
    return session.read(pictures.noProgress, (deps) => pictures.configure(deps, input));
  },
});
