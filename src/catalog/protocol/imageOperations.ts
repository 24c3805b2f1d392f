import type {
  ImageDetails,
  ImageGroup,
  ImageSelection,
  ImageTilePage,
  QueryCompletion,
} from '../model/gallery.js';
import type { Image } from '../model/image.js';
import type { InspectedFile } from '../model/media.js';
import type {
  FailedPicture,
  PictureOptions,
  PictureProgress,
  PictureStateSummary,
  Rendering,
  ScanThumbnail,
  Thumbnail,
  ThumbnailRequest,
} from '../model/pictureWork.js';
import type { OperationControl } from '../model/progress.js';
import type { Page } from './shared.js';

/** Images: listings, searches, details, pictures. */
export interface ImageOperations {
  /** A page of the selection with all columns. Rejects as queryImages. */
  listImages(input: ImageSelection & Page): Promise<{ total: number; images: Image[] }>;
  getImage(input: { readonly imageId: string }): Promise<Image>;
  /** A page of the selection. Rejects with QUERY_INVALID, whose data tell `start` and `end` of the fault. */
  queryImages(input: ImageSelection & Page): Promise<ImageTilePage>;
  /** The groups of the selection in order; without groupBy one group. */
  imageGroups(input: ImageSelection): Promise<{ total: number; groups: ImageGroup[] }>;
  /** The ids of the selection in order, without `limit` all from the offset on. */
  imageIds(input: ImageSelection & Page): Promise<{ total: number; ids: string[] }>;
  /** Where images are in the selection's order; -1 for those that are not in it. */
  imagePositions(
    input: ImageSelection & { readonly imageIds: readonly string[] },
  ): Promise<number[]>;
  getImageDetails(input: { readonly imageId: string }): Promise<ImageDetails>;
  /** What could stand at the cursor of a query that is being typed. Never rejects for the query's text. */
  completeQuery(input: {
    readonly catalogId: string;
    readonly query: string;
    readonly cursor: number;
  }): Promise<QueryCompletion>;
  /** What the engine reads from files, catalog or not. Never rejects for a bad file: its object carries the error. */
  inspectFiles(input: { readonly paths: readonly string[] }): Promise<InspectedFile[]>;
  /** Thumbnails in the order of the ids, made first if need be, before all background work. Cancel what is out of sight. */
  requestThumbnails(input: ThumbnailRequest, control?: OperationControl): Promise<Thumbnail[]>;
  /** Thumbnails of at most 2,000 files of a scan. An import of the files uses them too. */
  thumbnailsOfScan(
    input: { readonly scanId: string; readonly fileIds: readonly number[] },
    control?: OperationControl,
  ): Promise<ScanThumbnail[]>;
  /** A picture for formats that a browser does not show. @param input.longEdge in pixels, at most 4096 */
  renderPicture(
    input: { readonly imageId: string; readonly longEdge: number },
    control?: OperationControl,
  ): Promise<Rendering>;
  getPictureState(input: { readonly catalogId: string }): Promise<PictureStateSummary>;
  /** The background work as it is now. */
  getPictureProgress(input: Record<string, never>): Promise<PictureProgress>;
  /** In import order. */
  listFailedPictures(
    input: { readonly catalogId: string } & Page,
  ): Promise<{ total: number; pictures: FailedPicture[] }>;
  /** Makes all pending pictures of a catalog now and waits for it. */
  makePictures(
    input: { readonly catalogId: string },
    control?: OperationControl,
  ): Promise<PictureStateSummary>;
  /** Marks pictures to be made again; the background work, or makePictures, does it. */
  rebuildThumbnails(input: {
    readonly catalogId: string;
    readonly failedOnly?: boolean;
  }): Promise<{ count: number }>;
  /** Pauses or resumes the background work; kept over restarts on this machine. */
  pausePictures(input: { readonly paused: boolean }): Promise<PictureProgress>;
  configurePictures(input: PictureOptions): Promise<PictureProgress>;
}
