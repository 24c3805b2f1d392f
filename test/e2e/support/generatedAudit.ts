import type { AuditEntry, AuditFilter } from '../../../src/catalog/model/audit.js';
import type { Page } from '../../../src/catalog/protocol/shared.js';
import type { EngineClient } from '../../../src/catalog/rpc/engineConnection.js';

export interface GeneratedAudit extends EngineClient {
  /** How many pages were asked for. */
  readonly pages: number;
  grow(): void;
}

/** A log of imports, every hundredth entry a deletion from a catalog that is gone. Ids and names count up. */
export function generatedAudit(count: number): GeneratedAudit {
  let [total, pages] = [count, 0];
  const passes = (entry: AuditEntry, { operation, catalogId, text }: AuditFilter): boolean =>
    (operation === undefined || entry.operation === operation) &&
    (catalogId === undefined || entry.catalogId === catalogId) &&
    (text === undefined || entry.path?.endsWith(text) === true);
  const engine = {
    get pages() {
      return pages;
    },
    grow: () => {
      total += 1;
    },
    getAuditFacets: () =>
      Promise.resolve({
        operations: [
          { operation: 'import-image', count: total },
          { operation: 'delete-image', count: 1 },
        ],
        catalogs: [
          { id: 'catalog-1', name: 'Family' },
          { id: 'old', name: 'Old <i>one</i>' },
        ],
      }),
    listAudit: ({ offset = 0, limit = 200, ...filter }: AuditFilter & Page) => {
      pages += 1;
      if (Object.keys(filter).length === 0) {
        const length = Math.min(limit, total - offset);
        const entries = Array.from({ length }, (_, index) => entryOf(total - offset - index));
        return Promise.resolve({ total, entries });
      }
      const all: AuditEntry[] = [];
      for (let id = total; id > 0; id -= 1) {
        const entry = entryOf(id);
        if (passes(entry, filter)) all.push(entry);
      }
      return Promise.resolve({ total: all.length, entries: all.slice(offset, offset + limit) });
    },
  };
  return engine as unknown as GeneratedAudit;
}

function entryOf(id: number): AuditEntry {
  const isDeletion = id % 100 === 1;
  return {
    id,
    at: new Date(Date.UTC(2024, 0, 1) + id * 60_000).toISOString(),
    operation: isDeletion ? 'delete-image' : 'import-image',
    catalogId: isDeletion ? 'old' : 'catalog-1',
    catalogName: isDeletion ? 'Old <i>one</i>' : null,
    sourceId: null,
    importJobId: isDeletion ? null : 'job-1',
    imageId: `image-${id}`,
    path: `/pictures/managed/2024/<img src=x>/IMG_${id - 1}.jpg`,
    detail: isDeletion ? { size: 12_345 } : { from: `/media/card/IMG_${id - 1}.jpg`, mode: 'copy' },
    user: 'alice',
    program: id % 2 === 0 ? 'command-line' : 'editor',
  };
}
