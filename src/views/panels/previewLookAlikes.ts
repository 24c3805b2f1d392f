import path from 'node:path';
import type {
  DecidedLookAlike,
  KeepReason,
  LookAlikePage,
  NearImage,
} from '../../catalog/model/duplicates.js';
import { CatalogError } from '../../catalog/model/errors.js';
import type { ScanSummary } from '../../catalog/model/scan.js';
import type { EngineClient } from '../../catalog/rpc/engineConnection.js';
import { formatBytes, formatCount, formatProgress, progressPercent } from '../format.js';
import type {
  AlikeMatch,
  AlikeOverview,
  AlikeProgress,
  AlikeRow,
  ImageThumbnail,
  PageRange,
  PreviewRequests,
  RowPage,
} from '../panelProtocol.js';
import { errorText } from './fileTexts.js';
import type { Texts } from './previewRows.js';

/** What looking for look-alikes needs of the settings and the page. */
export interface AlikeHost {
  /** Differing bits at most; undefined: the default. */
  threshold(): number | undefined;
  /** They are looked for without being asked. */
  always(): boolean;
  sendProgress(progress: AlikeProgress): void;
  /** The page is to fetch everything again. */
  changed(): void;
}

export const quietAlikeHost: AlikeHost = {
  threshold: () => undefined,
  always: () => false,
  sendProgress: () => undefined,
  changed: () => undefined,
};

const progressIntervalMs = 100;

/** The new files of a preview that look like images of the catalog: found, shown and decided. */
export class PreviewLookAlikes {
  readonly #engine: EngineClient;
  readonly #texts: Texts;
  readonly #scanId: () => string;
  readonly #addressOf: (file: string) => string;
  readonly #remember: (fileId: number, file: string) => void;
  readonly #host: AlikeHost;
  #search: AbortController | null = null;
  #progress: AlikeProgress | null = null;
  #problem: string | null = null;
  /** The scan that was looked through without being asked, or was not to be. */
  #askedFor: string | null = null;

  constructor(props: {
    engine: EngineClient;
    texts: Texts;
    scanId: () => string;
    addressOf: (file: string) => string;
    /** Notes the file that an id stands for. */
    remember: (fileId: number, file: string) => void;
    host: AlikeHost;
  }) {
    this.#engine = props.engine;
    this.#texts = props.texts;
    this.#scanId = props.scanId;
    this.#addressOf = props.addressOf;
    this.#remember = props.remember;
    this.#host = props.host;
  }

  /** @param importing the files are being imported: nothing is looked for meanwhile */
  async overview(scan: ScanSummary, importing: boolean): Promise<AlikeOverview> {
    const { t, locale } = this.#texts;
    const { scanId } = scan;
    const [found, { readOnly }] = await Promise.all([
      this.#engine.listLookAlikes({ scanId, limit: 0 }),
      this.#engine.getState({}),
    ]);
    const canFind = !readOnly && !importing && scan.status === 'READY' && scan.counts.new > 0;
    const isNew = found.summary === null && this.#askedFor !== scanId;
    if (canFind && isNew && this.#host.always()) {
      this.#askedFor = scanId;
      this.find();
    }
    const { replace } = found.counts;
    return {
      total: found.summary && found.total,
      summary: this.#summaryText(found),
      decided: this.#decidedText(found),
      replaced:
        replace === 0
          ? null
          : replace === 1
            ? t('1 image of the catalog is replaced')
            : t('{0} images of the catalog are replaced', formatCount(replace, locale)),
      progress: this.#progress,
      canFind,
    };
  }

  #summaryText({ summary, total }: LookAlikePage): string {
    const { t, locale } = this.#texts;
    if (this.#problem !== null) return this.#problem;
    if (!summary) {
      return t(
        'New files can be compared with the images of the catalog: smaller copies, edited ones, other formats. Every new file is decoded for it.',
      );
    }
    const { filesCompared, failedCount } = summary;
    const text = t(
      '{0} of {1} new files look like images of the catalog.',
      formatCount(total, locale),
      formatCount(filesCompared, locale),
    );
    if (failedCount === 0) return text;
    const failed = t('{0} could not be compared.', formatCount(failedCount, locale));
    return `${text} ${failed}`;
  }

  #decidedText({ total, counts }: LookAlikePage): string | null {
    const { t, locale } = this.#texts;
    if (total === 0) return null;
    const { open, skip, replace } = counts;
    const texts = [
      open > 0 ? t('{0} to decide', formatCount(open, locale)) : null,
      skip > 0 ? t('{0} skipped', formatCount(skip, locale)) : null,
      replace > 0 ? t('{0} replace', formatCount(replace, locale)) : null,
      counts.import > 0 ? t('{0} as well', formatCount(counts.import, locale)) : null,
    ];
    return texts.filter((text) => text !== null).join(', ');
  }

  /** Starts and returns; the course is told by notifications. */
  find(): null {
    if (this.#search) return null;
    const search = new AbortController();
    this.#search = search;
    this.#problem = null;
    const { t, locale } = this.#texts;
    const scanId = this.#scanId();
    const threshold = this.#host.threshold();
    this.#tell({ percent: null, text: t('Comparing…') });
    let lastReport = 0;
    const request = { scanId, ...(threshold !== undefined && { threshold }) };
    this.#engine
      .nearDuplicatesOfScan(request, {
        signal: search.signal,
        onProgress: (progress) => {
          if (search.signal.aborted || Date.now() - lastReport < progressIntervalMs) return;
          lastReport = Date.now();
          const text = formatProgress(progress, t, locale);
          this.#tell({ percent: progressPercent(progress), text });
        },
      })
      .catch((error: unknown) => {
        if (search.signal.aborted) return;
        this.#problem =
          error instanceof CatalogError ? errorText(t, error) : t('The files were not compared.');
      })
      .finally(() => {
        if (this.#search !== search) return;
        this.#search = null;
        this.#progress = null;
        this.#host.changed();
      });
    return null;
  }

  #tell(progress: AlikeProgress): void {
    this.#progress = progress;
    this.#host.sendProgress(progress);
  }

  cancel(): null {
    if (!this.#search) return null;
    this.#askedFor = this.#scanId();
    this.#search.abort();
    this.#search = null;
    this.#progress = null;
    this.#host.changed();
    return null;
  }

  async page(range: PageRange): Promise<RowPage<AlikeRow>> {
    const { total, files } = await this.#engine.listLookAlikes({
      scanId: this.#scanId(),
      ...range,
    });
    for (const { fileId, path: file } of files) this.#remember(fileId, file);
    return { total, rows: files.map((file) => this.#row(file)) };
  }

  #row(file: DecidedLookAlike): AlikeRow {
    const { t } = this.#texts;
    return {
      id: file.fileId,
      name: path.posix.basename(file.relativePath),
      folder: path.posix.dirname(file.relativePath).replace(/^\.$/, ''),
      detail: this.#detail(file.sizeBytes, file),
      matches: file.matches.map((match) => this.#match(match)),
      decision: file.decision,
      replaces: file.replaces,
      suggestion: file.suggestion,
      reason: t(
        file.suggestion === 'replace' ? 'Suggested: replace. {0}' : 'Suggested: skip. {0}',
        file.reasons.map((reason) => this.#reason(reason)).join('; '),
      ).trim(),
    };
  }

  #detail(
    bytes: number,
    { width, height }: { width: number | null; height: number | null },
  ): string {
    const size = formatBytes(bytes, this.#texts.locale);
    return width === null || height === null ? size : `${width} × ${height} · ${size}`;
  }

  #match(match: NearImage): AlikeMatch {
    const { t } = this.#texts;
    const levels = {
      data: t('Same picture data'),
      pixels: t('Same pixels'),
      similar: t('Looks alike, distance {0}', match.distance),
    };
    const date = match.capturedAt?.replace('T', ' ').slice(0, 16);
    const detail = this.#detail(match.size, match);
    return {
      imageId: match.imageId,
      name: path.basename(match.path),
      path: match.path,
      detail: date === undefined ? detail : `${detail} · ${date}`,
      likeness: levels[match.level],
    };
  }

  /** `More pixels: 400 x 300, the other 40 x 30`. */
  #reason({ criterion, kept, next }: KeepReason): string {
    const { t } = this.#texts;
    const names: Record<KeepReason['criterion'], string> = {
      format: t('better format'),
      resolution: t('more pixels'),
      size: t('larger file'),
      metadata: t('more metadata'),
      quality: t('better quality'),
      oldest: t('older'),
      source: t('preferred source'),
      catalog: t('in the catalog already'),
      path: t('shorter path'),
    };
    if (criterion === 'catalog' || criterion === 'path') return names[criterion];
    return t('{0} ({1}, the other {2})', names[criterion], kept, next);
  }

  async decide({
    fileIds,
    decision,
    imageId,
  }: PreviewRequests['decideAlikes']['params']): Promise<null> {
    await this.#engine.decideLookAlikes({
      scanId: this.#scanId(),
      decision,
      ...(fileIds && { fileIds }),
      ...(imageId !== null && { imageId }),
    });
    return null;
  }

  /** Of images of the catalog. */
  async thumbnails(imageIds: readonly string[]): Promise<readonly ImageThumbnail[]> {
    const thumbnails = await this.#engine.requestThumbnails({ imageIds, size: 256 });
    return thumbnails.map(({ imageId, path: file }) => ({
      id: imageId,
      url: file === null ? null : this.#addressOf(file),
    }));
  }
}
