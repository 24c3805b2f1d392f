import type { Decoder, PictureResult, ThumbnailSize } from '../model/picture.js';
import { SharedTasks } from './sharedTasks.js';
import type { ThumbnailFiles } from './thumbnailFiles.js';

/** A file whose picture is wanted. */
export interface PictureInput {
  readonly checksum: string;
  readonly mimeType: string;
  readonly orientation: number | null;
  /** The absolute path, checked. @throws CatalogError */
  readonly locate: () => string;
}

export interface MakeOptions {
  readonly urgent: boolean;
  readonly signal: AbortSignal | undefined;
}

/** Has pictures made by the decoder; one that several want at once is made once. */
export class PictureMaker {
  readonly #decoder: () => Decoder;
  readonly #files: ThumbnailFiles;
  readonly #thumbnails = new SharedTasks<PictureResult>();
  readonly #renderings = new SharedTasks<{ path: string; result: PictureResult }>();

  constructor(decoder: () => Decoder, files: ThumbnailFiles) {
    this.#decoder = decoder;
    this.#files = files;
  }

  /** Writes the thumbnails up to the size and computes the hashes. @throws CatalogError as locate and Decoder */
  thumbnail(
    input: PictureInput,
    size: ThumbnailSize,
    options: MakeOptions,
  ): Promise<PictureResult> {
    const { checksum, mimeType, orientation } = input;
    return this.#thumbnails.run(`${checksum} ${size}`, options.signal, async (signal) => {
      const path = input.locate();
      const sizes: readonly ThumbnailSize[] = size === 256 ? [256] : [256, 512];
      const thumbnails: { size: ThumbnailSize; path: string }[] = [];
      for (const each of sizes) {
        thumbnails.push({ size: each, path: await this.#files.prepare(checksum, each) });
      }
      return this.#decoder().process(
        { path, mimeType, orientation, thumbnails, hashes: true, pixelHash: false },
        { urgent: options.urgent, signal },
      );
    });
  }

  /** Decodes without writing anything. @throws CatalogError as locate and Decoder */
  async examine(
    input: PictureInput,
    want: { readonly hashes: boolean; readonly pixelHash: boolean },
    signal: AbortSignal,
  ): Promise<PictureResult> {
    const { mimeType, orientation } = input;
    return this.#decoder().process(
      { path: input.locate(), mimeType, orientation, thumbnails: [], ...want },
      { urgent: false, signal },
    );
  }

  /** Writes a picture of up to `longEdge` pixels. @throws CatalogError as locate and Decoder */
  rendering(
    input: PictureInput,
    longEdge: number,
    signal: AbortSignal | undefined,
  ): Promise<{ path: string; result: PictureResult }> {
    const { checksum, mimeType, orientation } = input;
    return this.#renderings.run(`${checksum} ${longEdge}`, signal, async (own) => {
      const source = input.locate();
      const target = await this.#files.prepareRendering(checksum, longEdge);
      const thumbnails = [{ size: longEdge, path: target }];
      const result = await this.#decoder().process(
        { path: source, mimeType, orientation, thumbnails, hashes: false, pixelHash: false },
        { urgent: true, signal: own },
      );
      return { path: target, result };
    });
  }
}
