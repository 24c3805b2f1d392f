import type { AuditEntry, AuditFilter } from '../../catalog/model/audit.js';
import type { EngineClient } from '../../catalog/rpc/engineConnection.js';
import type {
  AuditChoice,
  AuditIdentity,
  AuditReady,
  AuditRequests,
  AuditRow,
} from '../auditProtocol.js';
import { formatDateTime } from '../format.js';
import type { PageRange, RowPage } from '../panelProtocol.js';
import { deedKind, deedText, detailText, fileNameOf } from './auditTexts.js';
import {
  loadRequest,
  readInteger,
  readMaybeText,
  readPageRange,
  readRecord,
  readText,
  type PanelService,
} from './panelServer.js';
import type { Texts } from './previewRows.js';
import { ServedPaths } from './servedPaths.js';

type Target = Pick<AuditEntry, 'imageId' | 'importJobId'>;

/** What the log needs of the editor. */
export interface AuditHost {
  showImage(imageId: string): Promise<void>;
  showJob(jobId: string): Promise<void>;
  exportLog(filter: AuditFilter): Promise<void>;
}

/** One view of the audit log: answers the webview's requests. Knows no `vscode`, so that tests can run it. */
export class AuditSession {
  readonly identity: AuditIdentity;
  readonly #engine: EngineClient;
  readonly #texts: Texts;
  readonly #host: AuditHost;
  readonly #targets = new ServedPaths<Target>();

  constructor(props: {
    engine: EngineClient;
    identity: AuditIdentity;
    texts: Texts;
    host: AuditHost;
  }) {
    this.#engine = props.engine;
    this.identity = props.identity;
    this.#texts = props.texts;
    this.#host = props.host;
  }

  async load(): Promise<AuditReady> {
    const { t } = this.#texts;
    const { operations, catalogs } = await this.#engine.getAuditFacets({});
    return {
      status: 'ready',
      title: t('Audit Log'),
      operations: operations
        .map(({ operation }) => ({ value: operation, label: deedText(t, operation) }))
        .sort((a, b) => a.label.localeCompare(b.label)),
      catalogs: catalogs.map(({ id, name }) => ({ value: id, label: name })),
    };
  }

  async rows(params: PageRange & { readonly choice: AuditChoice }): Promise<RowPage<AuditRow>> {
    const { choice, offset, limit } = params;
    const page = await this.#engine.listAudit({ ...filterOf(choice), offset, limit });
    return { total: page.total, rows: page.entries.map((entry) => this.#row(entry)) };
  }

  #row(entry: AuditEntry): AuditRow {
    const { t, locale } = this.#texts;
    const { id, imageId, importJobId, operation } = entry;
    this.#targets.remember(id, { imageId, importJobId });
    return {
      id,
      at: formatDateTime(entry.at, locale),
      who: whoText(this.#texts, entry),
      deed: deedText(t, operation),
      kind: deedKind(operation),
      name: fileNameOf(entry),
      path: entry.path ?? '',
      detail: detailText(t, entry),
      hasImage: imageId !== null,
      hasJob: importJobId !== null,
    };
  }

  async showImage(entryId: number): Promise<null> {
    const imageId = this.#targets.get(entryId)?.imageId;
    if (imageId) await this.#host.showImage(imageId);
    return null;
  }

  async showJob(entryId: number): Promise<null> {
    const jobId = this.#targets.get(entryId)?.importJobId;
    if (jobId) await this.#host.showJob(jobId);
    return null;
  }

  async export(choice: AuditChoice): Promise<null> {
    await this.#host.exportLog(filterOf(choice));
    return null;
  }
}

function whoText({ t }: Texts, { user, program }: AuditEntry): string {
  if (user === null) return program ?? '';
  return program === 'command-line' ? t('{0}, command line', user) : user;
}

function filterOf({ operation, catalogId, text, since, until }: AuditChoice): AuditFilter {
  return {
    ...(operation !== '' && { operation }),
    ...(catalogId !== '' && { catalogId }),
    ...(text.trim() !== '' && { text: text.trim() }),
    ...(since !== '' && { since }),
    ...(until !== '' && { until }),
  };
}

/** The operations that the webview may ask for, and no others. */
export function auditService(session: AuditSession): PanelService<AuditRequests> {
  const readEntry = (value: unknown): { entryId: number } => ({
    entryId: readInteger(readRecord(value)['entryId'], 'entryId'),
  });
  return {
    load: loadRequest(
      () => session.load(),
      () => undefined,
    ),
    rows: {
      read: (value) => ({ ...readPageRange(value), choice: readChoice(value) }),
      handle: (params) => session.rows(params),
    },
    showImage: { read: readEntry, handle: ({ entryId }) => session.showImage(entryId) },
    showJob: { read: readEntry, handle: ({ entryId }) => session.showJob(entryId) },
    export: {
      read: (value) => ({ choice: readChoice(value) }),
      handle: ({ choice }) => session.export(choice),
    },
  };
}

function readChoice(value: unknown): AuditChoice {
  const choice = readRecord(readRecord(value)['choice'], 'choice');
  const text = (name: keyof AuditChoice, maximum = 100): string =>
    readMaybeText(choice[name], name, maximum);
  return {
    operation: text('operation'),
    catalogId: text('catalogId'),
    text: text('text', 1000),
    since: text('since'),
    until: text('until'),
  };
}

/** What the editor kept of a log over a reload. */
export function readAuditIdentity(kept: Readonly<Record<string, unknown>>): AuditIdentity {
  const { folder, catalogId } = kept;
  return {
    folder: readText(folder, 'folder'),
    catalogId: catalogId === null ? null : readText(catalogId, 'catalogId', 100),
  };
}
