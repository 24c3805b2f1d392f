import { CatalogError } from '../../catalog/model/errors.js';
import type { EngineClient } from '../../catalog/rpc/engineConnection.js';
import { formatBytes, formatCount } from '../format.js';
import type {
  StorageIdentity,
  StorageReady,
  StorageRequests,
  StorageUnavailable,
} from '../storageProtocol.js';
import { loadRequest, readRecord, readText, type PanelService } from './panelServer.js';
import type { Texts } from './previewRows.js';
import { storageSections, type GalleryLink } from './storageSections.js';

/** One storage page: answers the webview's requests from the engine. Knows no `vscode`, so that tests can run it. */
export class StorageSession {
  readonly identity: StorageIdentity;
  readonly #engine: EngineClient;
  readonly #texts: Texts;
  readonly #showImages: (link: GalleryLink) => Promise<void>;
  #links = new Map<string, GalleryLink>();

  constructor(props: {
    engine: EngineClient;
    identity: StorageIdentity;
    texts: Texts;
    showImages: (link: GalleryLink) => Promise<void>;
  }) {
    this.#engine = props.engine;
    this.identity = props.identity;
    this.#texts = props.texts;
    this.#showImages = props.showImages;
  }

  async load(): Promise<StorageReady | StorageUnavailable> {
    const { t, locale } = this.#texts;
    const { catalogId } = this.identity;
    try {
      const catalog = await this.#engine.getCatalog({ catalogId });
      const report = await this.#engine.getStorageReport({ catalogId });
      const linked = storageSections(report, this.#texts);
      this.#links = new Map(linked.flatMap(({ links }) => [...links]));
      return {
        status: 'ready',
        title: catalog.name,
        figures: [
          { label: t('Images'), value: formatCount(report.totalCount, locale) },
          { label: t('Size'), value: formatBytes(report.totalBytes, locale) },
          { label: t('Sources'), value: formatCount(catalog.sourceCount, locale) },
        ],
        facts: [
          {
            label: t('Managed directory'),
            value: report.managedDirectory ?? t('not set: imports only reference files'),
          },
        ],
        sections: linked.map(({ section }) => section),
      };
    } catch (error) {
      if (!CatalogError.is(error, 'CATALOG_NOT_FOUND')) throw error;
      return { status: 'unavailable', message: t('The catalog is no longer there.') };
    }
  }

  async show(rowId: string): Promise<null> {
    const link = this.#links.get(rowId);
    if (link) await this.#showImages(link);
    return null;
  }
}

/** The operations that the webview may ask for, and no others. */
export function storageService(
  session: StorageSession,
  onTitle: (title: string) => void,
): PanelService<StorageRequests> {
  return {
    load: loadRequest(() => session.load(), onTitle),
    show: {
      read: (value) => ({ rowId: readText(readRecord(value)['rowId'], 'rowId', 100) }),
      handle: ({ rowId }) => session.show(rowId),
    },
  };
}

/** What the editor kept of a page over a reload. */
export function readStorageIdentity(kept: Readonly<Record<string, unknown>>): StorageIdentity {
  return {
    folder: readText(kept['folder'], 'folder'),
    catalogId: readText(kept['catalogId'], 'catalogId', 100),
  };
}
