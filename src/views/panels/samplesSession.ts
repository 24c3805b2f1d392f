import path from 'node:path';
import {
  hashMethods,
  maximumThreshold,
  type DistanceSample,
  type HashMethod,
} from '../../catalog/model/duplicates.js';
import { CatalogError } from '../../catalog/model/errors.js';
import type { EngineClient } from '../../catalog/rpc/engineConnection.js';
import { formatCount } from '../format.js';
import {
  maximumSampleThumbnails,
  type AlikeChoice,
  type SamplePicture,
  type SampleRow,
  type SamplesIdentity,
  type SamplesReady,
  type SamplesRequests,
  type SamplesUnavailable,
  type SampleThumbnail,
} from '../samplesProtocol.js';
import { methodName } from './compareTexts.js';
import {
  readInteger,
  readRecord,
  readText,
  readTexts,
  readWord,
  titled,
  type PanelService,
} from './panelServer.js';
import type { Texts } from './previewRows.js';

const pairsOfDistance = 6;

/** What the sheet needs of the editor. */
export interface SamplesHost {
  /** The address under which the page finds a thumbnail. */
  addressOf(path: string): string;
  /** What searches use now. */
  current(): AlikeChoice;
  use(choice: AlikeChoice): Promise<void>;
  compare(imageIds: readonly string[]): Promise<void>;
}

/** One sheet of sample pairs: answers the webview's requests. Knows no `vscode`, so that tests can run it. */
export class SamplesSession {
  readonly identity: SamplesIdentity;
  readonly #engine: EngineClient;
  readonly #texts: Texts;
  readonly #host: SamplesHost;
  readonly #samples = new Map<HashMethod, readonly DistanceSample[]>();
  readonly #changes: { dispose(): void };
  #comparing: AbortController | null = null;

  constructor(props: {
    engine: EngineClient;
    identity: SamplesIdentity;
    texts: Texts;
    host: SamplesHost;
  }) {
    this.#engine = props.engine;
    this.identity = props.identity;
    this.#texts = props.texts;
    this.#host = props.host;
    this.#changes = props.engine.onChanged(({ entities }) => {
      if (entities.some((entity) => entity === 'images' || entity === 'state'))
        this.#samples.clear();
    });
  }

  async load(wanted: HashMethod | null): Promise<SamplesReady | SamplesUnavailable> {
    const { t } = this.#texts;
    const { catalogId } = this.identity;
    const current = this.#host.current();
    const method = wanted ?? current.method;
    try {
      const { name } = await this.#engine.getCatalog({ catalogId });
      const samples = await this.#samplesOf(method);
      let upTo = 0;
      return {
        status: 'ready',
        title: name,
        method,
        rows: samples.map((sample) => this.#row(sample, (upTo += sample.count))),
        current,
        currentText: t(
          'Searches for look-alikes use {0} up to a distance of {1}.',
          methodName(current.method),
          current.threshold,
        ),
        note:
          method === 'dhash'
            ? t(
                'A search with dHash asks pHash too, so of these pairs it finds the more alike ones.',
              )
            : null,
      };
    } catch (error) {
      if (!CatalogError.is(error, 'CATALOG_NOT_FOUND')) throw error;
      return { status: 'unavailable', message: t('The catalog is no longer there.') };
    }
  }

  /** Compares all pictures once, until they change. */
  async #samplesOf(method: HashMethod): Promise<readonly DistanceSample[]> {
    const known = this.#samples.get(method);
    if (known) return known;
    // Nobody waits for an earlier comparison any more.
    this.#comparing?.abort();
    const comparing = new AbortController();
    this.#comparing = comparing;
    const { catalogId } = this.identity;
    const samples = await this.#engine.distanceSamples(
      { catalogId, method, perDistance: pairsOfDistance },
      { signal: comparing.signal },
    );
    this.#samples.set(method, samples);
    return samples;
  }

  #row(sample: DistanceSample, upTo: number): SampleRow {
    const picture = (member: { imageId: string | null; path: string }): SamplePicture => ({
      imageId: member.imageId ?? '',
      name: path.basename(member.path),
    });
    return {
      distance: sample.distance,
      countText: this.#pairs(sample.count),
      upToText: this.#texts.t('{0} up to here', this.#pairs(upTo)),
      pairs: sample.pairs.map(({ a, b }) => ({ a: picture(a), b: picture(b) })),
    };
  }

  #pairs(count: number): string {
    const { t, locale } = this.#texts;
    return count === 1 ? t('1 pair') : t('{0} pairs', formatCount(count, locale));
  }

  async thumbnails(imageIds: readonly string[]): Promise<readonly SampleThumbnail[]> {
    const thumbnails = await this.#engine.requestThumbnails({ imageIds, size: 256 });
    return thumbnails.map(({ imageId, path: file }) => ({
      id: imageId,
      url: file === null ? null : this.#host.addressOf(file),
    }));
  }

  async use(choice: AlikeChoice): Promise<null> {
    await this.#host.use(choice);
    return null;
  }

  async compare(imageIds: readonly string[]): Promise<null> {
    await this.#host.compare(imageIds);
    return null;
  }

  dispose(): void {
    this.#comparing?.abort();
    this.#changes.dispose();
  }
}

/** The operations that the webview may ask for, and no others. */
export function samplesService(
  session: SamplesSession,
  onTitle: (title: string) => void,
): PanelService<SamplesRequests> {
  const readMethod = (value: unknown): HashMethod => readWord(value, 'method', hashMethods);
  const readIds = (value: unknown, maximum: number): { imageIds: readonly string[] } => ({
    imageIds: readTexts(readRecord(value)['imageIds'], 'imageIds', maximum),
  });
  return {
    load: {
      read: (value) => {
        const { method } = readRecord(value);
        return { method: method === null ? null : readMethod(method) };
      },
      handle: ({ method }) => titled(session.load(method), onTitle),
    },
    thumbnails: {
      read: (value) => readIds(value, maximumSampleThumbnails),
      handle: ({ imageIds }) => session.thumbnails(imageIds),
    },
    use: {
      read: (value) => {
        const { method, threshold } = readRecord(value);
        return {
          method: readMethod(method),
          threshold: readInteger(threshold, 'threshold', 0, maximumThreshold),
        };
      },
      handle: (choice) => session.use(choice),
    },
    compare: {
      read: (value) => readIds(value, 2),
      handle: ({ imageIds }) => session.compare(imageIds),
    },
  };
}

/** What the editor kept of a sheet over a reload. */
export function readSamplesIdentity(kept: Readonly<Record<string, unknown>>): SamplesIdentity {
  return {
    folder: readText(kept['folder'], 'folder'),
    catalogId: readText(kept['catalogId'], 'catalogId', 100),
  };
}
