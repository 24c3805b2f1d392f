import type { ComparePicture } from '../../compareProtocol.js';
import { messageOf } from '../shared/hostConnection.js';
import type { Size } from '../shared/viewerTransform.js';
import type { CompareConnection } from './compareConnection.js';

/** A picture as the page shows it. */
export interface LoadedPicture {
  readonly url: string | null;
  /** As it is seen; null until it is decoded. */
  readonly size: Size | null;
  /** Decoded, to draw from; null until then. */
  readonly element: HTMLImageElement | null;
  /** What is wrong with it, or null. */
  readonly message: string | null;
}

const nothingYet: LoadedPicture = { url: null, size: null, element: null, message: null };

/** The pictures that are compared, each fetched once. */
export class ComparedPictures {
  private readonly connection: CompareConnection;
  private readonly cannotShow: string;
  private readonly onChange: () => void;
  private readonly pictures = new Map<string, LoadedPicture>();

  /** @param cannotShow told of a picture that the browser does not show */
  constructor(connection: CompareConnection, cannotShow: string, onChange: () => void) {
    this.connection = connection;
    this.cannotShow = cannotShow;
    this.onChange = onChange;
  }

  get(imageId: string): LoadedPicture {
    return this.pictures.get(imageId) ?? nothingYet;
  }

  /** Fetches what was not fetched yet, or could not be. */
  load(imageIds: readonly string[]): void {
    for (const id of imageIds) {
      const known = this.pictures.get(id);
      if (known && (known.url !== null || known.message === null)) continue;
      this.pictures.set(id, nothingYet);
      void this.fetch(id);
    }
  }

  private async fetch(imageId: string): Promise<void> {
    try {
      this.show(imageId, await this.connection.request('picture', { imageId }));
    } catch (error) {
      this.keep(imageId, { ...nothingYet, message: messageOf(error) });
    }
  }

  private show(imageId: string, picture: ComparePicture): void {
    if (picture.kind === 'none') {
      this.keep(imageId, { ...nothingYet, message: picture.message });
      return;
    }
    const { mimeType, warning } = picture;
    const url = URL.createObjectURL(new Blob([picture.bytes], { type: mimeType }));
    const element = new Image();
    this.keep(imageId, { ...nothingYet, url, message: warning });
    element.onload = () => {
      const size = { width: element.naturalWidth, height: element.naturalHeight };
      this.keep(imageId, { url, size, element, message: warning });
    };
    element.onerror = () => this.keep(imageId, { ...nothingYet, message: this.cannotShow });
    element.src = url;
  }

  private keep(imageId: string, picture: LoadedPicture): void {
    this.pictures.set(imageId, picture);
    this.onChange();
  }
}
