import path from 'node:path';
import type {
  DuplicateDecision,
  DuplicateFilter,
  DuplicateGroup,
  DuplicateQuery,
  HashMethod,
  KeepOrder,
  ResolvePlan,
} from '../../catalog/model/duplicates.js';
import { defaultThresholds } from '../../catalog/model/duplicates.js';
import { CatalogError } from '../../catalog/model/errors.js';
import type { FileOperationReport } from '../../catalog/model/fileOperation.js';
import type { OperationControl } from '../../catalog/model/progress.js';
import type { EngineClient } from '../../catalog/rpc/engineConnection.js';
import {
  groupsPerPage,
  type DoneModel,
  type DuplicatesIdentity,
  type DuplicatesNotifications,
  type DuplicatesReady,
  type DuplicatesStopped,
  type DuplicatesView,
  type ImageThumbnailRow,
  type PlanModel,
  type PlanParams,
  type PlanRow,
} from '../duplicatesProtocol.js';
import { formatBytes, formatCount, progressPercent } from '../format.js';
import {
  burstRow,
  groupRow,
  planRow,
  planSummary,
  progressText,
  refusedTexts,
  reportTexts,
} from './duplicatesTexts.js';
import { errorText } from './fileTexts.js';
import type { Texts } from './previewRows.js';

/** What the report needs of the editor. */
export interface DuplicatesHost {
  /** The address under which the page finds a thumbnail. */
  addressOf(path: string): string;
  settings(): {
    readonly method: HashMethod;
    readonly threshold: number;
    readonly keepOrder: KeepOrder;
  };
  progress(report: DuplicatesNotifications['progress']): void;
  /** A modal that says what is to go. */
  confirm(title: string, detail: string, action: string): Promise<boolean>;
  chooseOutput(format: 'csv' | 'json'): Promise<string | undefined>;
  compare(imageIds: readonly string[]): Promise<void>;
  show(imageId: string): Promise<void>;
}

/** One duplicates report: answers the webview's requests. Knows no `vscode`, so that tests can run it. */
export class DuplicatesSession {
  readonly identity: DuplicatesIdentity;
  readonly #engine: EngineClient;
  readonly #texts: Texts;
  readonly #host: DuplicatesHost;
  readonly #onChanged: () => void;
  readonly #changes: { dispose(): void };
  /** By what was compared and how. */
  readonly #reportIds = new Map<string, string>();
  /** Groups that the page was told of. */
  readonly #groups = new Map<string, DuplicateGroup>();
  readonly #plans = new Map<string, ResolvePlan>();
  #working = 0;
  #stale = false;
  #done: DoneModel | null = null;
  /** Ends when nothing leaves or comes back any more. */
  #changing: Promise<unknown> = Promise.resolve();
  #running: AbortController | null = null;

  constructor(props: {
    engine: EngineClient;
    identity: DuplicatesIdentity;
    texts: Texts;
    host: DuplicatesHost;
    /** Called when the page is to fetch anew. */
    onChanged: () => void;
  }) {
    this.#engine = props.engine;
    this.identity = props.identity;
    this.#texts = props.texts;
    this.#host = props.host;
    this.#onChanged = props.onChanged;
    this.#changes = props.engine.onChanged(({ entities }) => {
      // What the search itself makes changes images as well.
      if (this.#working > 0 || this.#stale || this.#reportIds.size === 0) return;
      if (!entities.some((entity) => entity === 'images' || entity === 'sources')) return;
      this.#stale = true;
      props.onChanged();
    });
  }

  async load(view: DuplicatesView): Promise<DuplicatesReady | DuplicatesStopped> {
    const { t } = this.#texts;
    const { catalogId } = this.identity;
    await this.#changing;
    try {
      const [{ name }, sources, state] = await Promise.all([
        this.#engine.getCatalog({ catalogId }),
        this.#engine.listSources({ catalogId }),
        this.#engine.getState({}),
      ]);
      const offset = view.page * groupsPerPage;
      const showsBursts = view.section === 'bursts';
      const page = await this.#work((control) =>
        this.#engine.findDuplicates(
          { ...this.#input(view), offset: showsBursts ? 0 : offset, limit: groupsPerPage },
          control,
        ),
      );
      this.#reportIds.set(this.#key(view), page.reportId);
      for (const group of page.groups) this.#groups.set(group.id, group);
      const range = { offset, limit: groupsPerPage };
      const { bursts } = showsBursts
        ? await this.#engine.listBursts({ catalogId, reportId: page.reportId, ...range })
        : { bursts: [] };
      const total = showsBursts ? page.burstCount : page.total;
      const counts = page.countsByLevel;
      const { method, threshold } = this.#query(view);
      return {
        status: 'ready',
        title: name,
        counts: {
          ...counts,
          all: counts.bytes + counts.data + counts.pixels + counts.similar,
          bursts: page.burstCount,
        },
        sources: sources.map(({ id, name: sourceName }) => ({ id, name: sourceName })),
        method,
        threshold,
        ...reportTexts(this.#texts, page, showsBursts),
        done: this.#done,
        stale: this.#stale,
        readOnly: state.readOnly,
        total,
        pageCount: Math.max(1, Math.ceil(total / groupsPerPage)),
        groups: showsBursts ? [] : page.groups.map((group) => groupRow(this.#texts, group)),
        bursts: bursts.map((burst) => burstRow(this.#texts, burst)),
      };
    } catch (error) {
      if (CatalogError.is(error, 'CANCELLED')) {
        return { status: 'cancelled', message: t('The search was cancelled.') };
      }
      if (!CatalogError.is(error, 'CATALOG_NOT_FOUND')) throw error;
      return { status: 'unavailable', message: t('The catalog is no longer there.') };
    }
  }

  #query(view: DuplicatesView): DuplicateQuery & { method: HashMethod; threshold: number } {
    const settings = this.#host.settings();
    const method = view.method ?? settings.method;
    const byDefault = method === settings.method ? settings.threshold : defaultThresholds[method];
    return {
      catalogId: this.identity.catalogId,
      method,
      threshold: view.threshold ?? byDefault,
      keepOrder: settings.keepOrder,
    };
  }

  #key(view: DuplicatesView): string {
    return JSON.stringify(this.#query(view));
  }

  #input(view: DuplicatesView): DuplicateQuery & DuplicateFilter & { reportId?: string } {
    const { section, scope, sourceA, sourceB, place, review, folder, sort } = view;
    const reportId = this.#reportIds.get(this.#key(view));
    const pair = sourceA ?? sourceB;
    return {
      ...this.#query(view),
      ...(reportId !== undefined && { reportId }),
      ...(section !== 'all' && section !== 'bursts' && { listedLevel: section }),
      scope,
      ...(pair !== null && { sourcePair: [sourceA ?? pair, sourceB ?? pair] as const }),
      ...(place !== 'any' && { managed: place === 'managed' }),
      ...(review !== 'any' && { reviewed: review === 'reviewed' }),
      ...(folder !== '' && { folder: path.resolve(folder) }),
      sort,
    };
  }

  /** Long work, one at a time from a person's view: what runs before it is cancelled by `cancel` as well. */
  async #work<T>(run: (control: OperationControl) => Promise<T>): Promise<T> {
    const controller = this.#running ?? new AbortController();
    this.#running = controller;
    this.#working += 1;
    try {
      return await run({
        signal: controller.signal,
        onProgress: (report) =>
          this.#host.progress({
            text: progressText(this.#texts, report),
            percent: progressPercent(report),
          }),
      });
    } finally {
      this.#working -= 1;
      if (this.#working === 0) this.#running = null;
    }
  }

  forget(): null {
    this.#reportIds.clear();
    this.#groups.clear();
    this.#stale = false;
    return null;
  }

  cancel(): null {
    this.#running?.abort();
    return null;
  }

  async thumbnails(imageIds: readonly string[]): Promise<readonly ImageThumbnailRow[]> {
    const thumbnails = await this.#engine.requestThumbnails({ imageIds, size: 256 });
    return thumbnails.map(({ imageId, path: file }) => ({
      id: imageId,
      url: file === null ? null : this.#host.addressOf(file),
    }));
  }

  async decide(groupId: string, decision: DuplicateDecision): Promise<DoneModel> {
    const { t } = this.#texts;
    const group = this.#groups.get(groupId);
    if (!group) throw new CatalogError('DUPLICATE_GROUP_GONE');
    const checksums = [...new Set(group.members.map(({ checksum }) => checksum))];
    const { decisionId } = await this.#engine.decideDuplicates({
      catalogId: this.identity.catalogId,
      groups: [{ checksums, decision }],
    });
    return this.#finish({
      text:
        decision === 'not-duplicate'
          ? t('Remembered: they are not duplicates of each other.')
          : t('Remembered: all of them are kept.'),
      kept: [],
      undo: { kind: 'decision', id: decisionId },
    });
  }

  #finish(done: DoneModel): DoneModel {
    this.#done = done;
    return done;
  }

  /** Takes images out or brings them back. A page that was loaded meanwhile waits, and fetches anew afterwards. */
  async #change<T>(run: (control: OperationControl) => Promise<T>): Promise<T> {
    const work = this.#work(run);
    this.#changing = work.catch(() => undefined);
    try {
      return await work;
    } finally {
      this.forget();
      this.#onChanged();
    }
  }

  async plan(params: PlanParams): Promise<PlanModel> {
    const { view, groupId, keepImageId, mergeMetadata, mergeSidecars } = params;
    const plan = await this.#work((control) =>
      this.#engine.planResolve(
        {
          ...this.#input(view),
          ...(groupId !== null && {
            groups: [{ groupId, ...(keepImageId !== null && { keepImageId }) }],
          }),
          merge: { metadata: mergeMetadata, sidecars: mergeSidecars },
          limit: 0,
        },
        control,
      ),
    );
    this.#plans.set(plan.planId, plan);
    return {
      planId: plan.planId,
      total: plan.total,
      summary: planSummary(this.#texts, plan),
      refused: refusedTexts(this.#texts, plan.refused),
    };
  }

  async planRows(
    planId: string,
    range: { readonly offset: number; readonly limit: number },
  ): Promise<{ total: number; rows: readonly PlanRow[] }> {
    const { total, entries } = await this.#engine.listResolveEntries({ planId, ...range });
    return { total, rows: entries.map((entry) => planRow(this.#texts, entry)) };
  }

  /** Null if a person said no. */
  async apply(planId: string): Promise<DoneModel | null> {
    const { t, locale } = this.#texts;
    const plan = this.#plans.get(planId);
    if (!plan) throw new CatalogError('RESOLVE_PLAN_GONE');
    const isSure = await this.#host.confirm(
      plan.total === 1
        ? t('Take 1 picture out of the catalog?')
        : t('Take {0} pictures out of the catalog?', formatCount(plan.total, locale)),
      [
        planSummary(this.#texts, plan),
        t(
          'Every file that stays is read and verified first. This can be undone until the trash is emptied.',
        ),
      ].join('\n'),
      t('Take Out'),
    );
    if (!isSure) return null;
    const report = await this.#change((control) => this.#engine.applyResolve({ planId }, control));
    this.#plans.delete(planId);
    return this.#finish({
      text: t(
        'Pictures that left the catalog: {0}. Files that went to the trash: {1} ({2}).',
        formatCount(report.imagesRemoved, locale),
        formatCount(report.filesTrashed, locale),
        formatBytes(report.bytes, locale),
      ),
      kept: [
        ...refusedTexts(this.#texts, report.refused),
        ...report.kept.map(({ error }) => errorText(t, error)),
      ],
      undo: report.imagesRemoved > 0 ? { kind: 'resolution', id: report.resolutionId } : null,
    });
  }

  async undo(kind: 'decision' | 'resolution', id: string): Promise<DoneModel> {
    const { t, locale } = this.#texts;
    if (kind === 'decision') {
      await this.#engine.undoDuplicateDecision({ decisionId: id });
      return this.#finish({ text: t('The decision was taken back.'), kept: [], undo: null });
    }
    const report: FileOperationReport = await this.#change((control) =>
      this.#engine.undoResolve({ resolutionId: id }, control),
    );
    const back = report.operation.imagesDone;
    return this.#finish({
      text:
        report.keptCount === 0
          ? t('All pictures are back in the catalog.')
          : t(
              'Not all pictures could come back: {0} did not.',
              formatCount(report.keptCount, locale),
            ),
      kept: report.kept.map((file) => errorText(t, file)),
      undo: report.keptCount > 0 && back > 0 ? { kind, id } : null,
    });
  }

  async export(view: DuplicatesView, format: 'csv' | 'json'): Promise<DoneModel | null> {
    const { t, locale } = this.#texts;
    const output = await this.#host.chooseOutput(format);
    if (output === undefined) return null;
    // The editor has asked before it gives the path of a file that is there.
    const { groups } = await this.#work((control) =>
      this.#engine.exportDuplicates(
        { ...this.#input(view), format, path: output, overwrite: true },
        control,
      ),
    );
    return this.#finish({
      text: t('{0} groups were written to {1}.', formatCount(groups, locale), output),
      kept: [],
      undo: null,
    });
  }

  async compare(imageIds: readonly string[]): Promise<null> {
    await this.#host.compare(imageIds);
    return null;
  }

  async show(imageId: string): Promise<null> {
    await this.#host.show(imageId);
    return null;
  }

  dispose(): void {
    this.#running?.abort();
    this.#changes.dispose();
  }
}
