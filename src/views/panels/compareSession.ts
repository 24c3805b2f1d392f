import { CatalogError } from '../../catalog/model/errors.js';
import type { EngineClient } from '../../catalog/rpc/engineConnection.js';
import {
  compareCommands,
  fewestCompared,
  mostCompared,
  type CompareCommand,
  type CompareIdentity,
  type ComparePicture,
  type CompareReady,
  type CompareRequests,
  type CompareUnavailable,
} from '../compareProtocol.js';
import { comparedImage, compareSections, differenceSummary, shortName } from './compareTexts.js';
import { errorText, shortError } from './fileTexts.js';
import {
  loadRequest,
  readRecord,
  readText,
  readTexts,
  readWord,
  type PanelService,
} from './panelServer.js';
import { pictureOfImage, plainBytes, type PictureHost } from './pictureOfImage.js';
import type { Texts } from './previewRows.js';

/** Renderings of formats that browsers do not show. */
const renderingEdge = 4096;
const renderingType = 'image/webp';

/** What a comparison needs of the editor. */
export interface CompareHost extends PictureHost {
  run(command: CompareCommand, imageId: string): Promise<void>;
}

/** One comparison: answers the webview's requests from the engine. Knows no `vscode`, so that tests can run it. */
export class CompareSession {
  readonly identity: CompareIdentity;
  readonly #engine: EngineClient;
  readonly #texts: Texts;
  readonly #host: CompareHost;

  constructor(props: {
    engine: EngineClient;
    identity: CompareIdentity;
    texts: Texts;
    host: CompareHost;
  }) {
    this.#engine = props.engine;
    this.identity = props.identity;
    this.#texts = props.texts;
    this.#host = props.host;
  }

  /** Images that left the catalog are left out. */
  async load(): Promise<CompareReady | CompareUnavailable> {
    const { t } = this.#texts;
    const { imageIds, catalogId } = this.identity;
    const looked = await Promise.allSettled(
      imageIds.map((imageId) => this.#engine.getImageDetails({ imageId })),
    );
    const images = looked.flatMap((result) => {
      if (result.status === 'fulfilled') return result.value;
      if (CatalogError.is(result.reason, 'IMAGE_NOT_FOUND')) return [];
      if (CatalogError.is(result.reason, 'CATALOG_NOT_FOUND')) return [];
      throw result.reason;
    });
    const shown = images.filter(({ catalog }) => catalog.id === catalogId);
    if (shown.length < fewestCompared) {
      const message = t('The images that were compared here are no longer in the catalog.');
      return { status: 'unavailable', message };
    }
    const pairs = await this.#engine.compareImages({
      imageIds: shown.map(({ image }) => image.id),
    });
    const sections = compareSections(this.#texts, shown, pairs);
    const compared = shown.map((details) => comparedImage(this.#texts, details));
    return {
      status: 'ready',
      title: compared.map(({ name }) => shortName(name)).join(', '),
      images: compared,
      sections,
      summary: differenceSummary(this.#texts, sections),
    };
  }

  async picture(imageId: string): Promise<ComparePicture> {
    const { t } = this.#texts;
    const picture = await pictureOfImage(this.#engine, this.#host, imageId, renderingEdge);
    switch (picture.kind) {
      case 'file':
        return { ...picture, kind: 'picture', warning: null };
      case 'rendering':
        return {
          kind: 'picture',
          mimeType: renderingType,
          bytes: plainBytes(await this.#host.readFile(picture.path)),
          warning: picture.damage && errorText(t, shortError(picture.damage)),
        };
      case 'none':
        return {
          kind: 'none',
          message: picture.error
            ? errorText(t, shortError(picture.error))
            : t('This is a video. Only pictures can be compared.'),
        };
    }
  }

  async run(command: CompareCommand, imageId: string): Promise<null> {
    await this.#host.run(command, imageId);
    return null;
  }
}

/** The operations that the webview may ask for, and no others. */
export function compareService(
  session: CompareSession,
  onTitle: (title: string) => void,
): PanelService<CompareRequests> {
  const readImageId = (value: unknown): string => {
    const id = readText(readRecord(value)['imageId'], 'imageId', 100);
    // Only of what is compared here.
    return readWord(id, 'imageId', session.identity.imageIds);
  };
  return {
    load: loadRequest(() => session.load(), onTitle),
    picture: {
      read: (value) => ({ imageId: readImageId(value) }),
      handle: ({ imageId }) => session.picture(imageId),
    },
    run: {
      read: (value) => ({
        command: readWord(readRecord(value)['command'], 'command', compareCommands),
        imageId: readImageId(value),
      }),
      handle: ({ command, imageId }) => session.run(command, imageId),
    },
  };
}

/** What the editor kept of a comparison over a reload. */
export function readCompareIdentity(kept: Readonly<Record<string, unknown>>): CompareIdentity {
  return {
    folder: readText(kept['folder'], 'folder'),
    catalogId: readText(kept['catalogId'], 'catalogId', 100),
    imageIds: readTexts(kept['imageIds'], 'imageIds', mostCompared),
  };
}
