import type { ImportJobStatus } from '../model/importJob.js';
import type { LegacyKind, LeftOutReason } from '../model/migration.js';
import type { LegacyRecordRow } from '../store/migrationRepository.js';
import type { ImageTag } from '../store/tagRepository.js';
import { compactVectors } from './compactVectors.js';
import { without, type JsonObject } from './json.js';
import type {
  LegacyBurstRecord,
  LegacyDecisionRecord,
  LegacyGroupRecord,
  LegacyImageTagRecord,
  LegacyImportJobRecord,
  LegacyRecord,
  LegacyTagRecord,
} from './legacyCatalog.js';
import type { PathMapper } from './legacyPaths.js';
import type { MigrationContext } from './migration.js';
import type { SourceWriter } from './sourceWriter.js';
import { legacyPathText, momentOf, Values } from './values.js';

/** Made by the old duplicate search, one for every group. */
const duplicateTag = /^dup-[0-9a-f]{8}$/;

/** What an old row becomes. */
interface Outcome {
  readonly entityId: string | null;
  readonly leftOut: LeftOutReason | null;
}

const kept: Outcome = { entityId: null, leftOut: null };

/** Brings along everything but images: it runs after them, so their new ids are known. */
export class RecordStep {
  private readonly context: MigrationContext;
  private readonly mapper: PathMapper;
  private readonly writer: SourceWriter;
  /** What old tags became. */
  private readonly tags: Map<string, string | null>;
  private readonly tagIds: Map<string, string>;
  private readonly unnamedTags = new Set<string>();
  private readonly parents: { readonly tagId: string; readonly parent: string }[] = [];

  constructor(context: MigrationContext, mapper: PathMapper, writer: SourceWriter) {
    this.context = context;
    this.mapper = mapper;
    this.writer = writer;
    const { target } = context;
    const migrationId = target?.migrationId ?? null;
    this.tags =
      target && migrationId !== null
        ? target.store.migrations.entities(migrationId, 'tag')
        : new Map<string, string | null>();
    this.tagIds = target
      ? target.store.tags.idsByName(target.catalog.id)
      : new Map<string, string>();
  }

  /** Records of any kinds, in the readers' order. */
  run(records: readonly LegacyRecord[]): void {
    for (let start = 0; start < records.length;) {
      const kind = records[start]?.kind;
      let end = start + 1;
      while (records[end]?.kind === kind) end++;
      const group = records.slice(start, end);
      if (kind === 'imageTag') this.imageTags(group as readonly LegacyImageTagRecord[]);
      else if (kind !== undefined) this.records(kind, group);
      start = end;
    }
  }

  /** What needs all records. */
  finish(): void {
    const { writing } = this.context;
    for (const { tagId, parent } of this.parents) {
      const parentId = this.tags.get(parent) ?? null;
      if (parentId !== null && parentId !== tagId) writing?.store.tags.setParent(tagId, parentId);
    }
  }

  private records(kind: LegacyKind, records: readonly LegacyRecord[]): void {
    const { target, writing, tallies } = this.context;
    const known =
      target && target.migrationId !== null
        ? target.store.migrations.known(
            target.migrationId,
            kind,
            records.map(({ id }) => id),
          )
        : new Map<string, unknown>();
    const rows: LegacyRecordRow[] = [];
    for (const record of records) {
      if (record.kind === 'other') {
        tallies.others.set(record.table, (tallies.others.get(record.table) ?? 0) + 1);
      }
      if (known.has(record.id)) {
        tallies.meet(kind, 'earlier');
        continue;
      }
      const outcome = this.bring(record);
      if (outcome.leftOut === null) tallies.meet(kind, 'migrated');
      else tallies.leaveOut(kind, outcome.leftOut, exampleOf(record));
      if (!writing) continue;
      rows.push({
        migrationId: writing.migrationId,
        kind,
        legacyId: record.id,
        ...outcome,
        data: JSON.stringify(compactVectors(record.row)),
      });
    }
    writing?.store.migrations.addRecords(rows);
  }

  private bring(record: LegacyRecord): Outcome {
    switch (record.kind) {
      case 'importJob':
        return this.importJob(record);
      case 'burst':
        return this.burst(record);
      case 'tag':
        return this.tag(record);
      case 'duplicateGroup':
        return this.group(record);
      case 'duplicateDecision':
        return this.decision(record);
      default:
        return kept;
    }
  }

  private tag(record: LegacyTagRecord): Outcome {
    const { writing, deps, tallies } = this.context;
    const row = new Values(record.row, tallies.values);
    const name = row.text('name')?.normalize('NFC').trim() ?? '';
    if (name === '' || duplicateTag.test(name)) {
      this.tags.set(record.id, null);
      if (name === '') this.unnamedTags.add(record.id);
      return { entityId: null, leftOut: name === '' ? 'NO_NAME' : 'DUPLICATE_TAG' };
    }
    let id = this.tagIds.get(name);
    if (id === undefined) {
      id = writing ? deps.newId() : record.id;
      this.tagIds.set(name, id);
      const parent = row.text('parent_id');
      if (parent !== null) this.parents.push({ tagId: id, parent });
      writing?.store.tags.insert({
        id,
        catalogId: writing.catalog.id,
        name,
        category: row.text('category'),
        synonyms: row.texts('synonyms'),
        description: row.text('description'),
        createdAt: momentOf(row.text('created_at')) ?? deps.now().toISOString(),
      });
    }
    this.tags.set(record.id, id);
    return { entityId: id, leftOut: null };
  }

  private imageTags(records: readonly LegacyImageTagRecord[]): void {
    const { target, writing, tallies, deps, images } = this.context;
    const wanted: ImageTag[] = [];
    for (const record of records) {
      const imageId = images.get(record.imageId) ?? null;
      const tagId = this.tags.get(record.tagId) ?? null;
      if (imageId === null || tagId === null) {
        this.leaveOutImageTag(record, tagId === null);
        continue;
      }
      const row = new Values(record.row, tallies.values);
      wanted.push({
        imageId,
        tagId,
        confidence: row.real('confidence'),
        origin: row.text('source') ?? 'manual',
        legacy: emptyToNull(without(record.row, knownImageTagKeys)),
        createdAt: momentOf(row.text('created_at')) ?? deps.now().toISOString(),
      });
    }
    const existing = target?.store.tags.existingPairs(wanted) ?? new Set();
    const added = wanted.filter(({ imageId, tagId }) => !existing.has(`${imageId}/${tagId}`));
    tallies.meet('imageTag', 'migrated', added.length);
    tallies.meet('imageTag', 'earlier', wanted.length - added.length);
    if (added.length > 0) writing?.store.tags.addToImages(added);
  }

  /** Tags of images that have no tag or image here. What left the tag out says why. */
  private leaveOutImageTag(record: LegacyImageTagRecord, isTag: boolean): void {
    const { tallies } = this.context;
    const reason = !isTag
      ? 'IMAGE_NOT_MIGRATED'
      : this.tags.has(record.tagId) && !this.unnamedTags.has(record.tagId)
        ? 'DUPLICATE_TAG'
        : 'TAG_NOT_MIGRATED';
    tallies.leaveOut('imageTag', reason, record.id);
    const { writing } = this.context;
    if (!writing || reason === 'DUPLICATE_TAG') return;
    const { migrationId } = writing;
    const data = JSON.stringify(record.row);
    writing.store.migrations.addRecords([
      { migrationId, kind: 'imageTag', legacyId: record.id, entityId: null, leftOut: reason, data },
    ]);
  }

  private burst(record: LegacyBurstRecord): Outcome {
    const { writing, deps, tallies } = this.context;
    const members = this.newImageIds(record.memberIds);
    if (members.length === 0) return { entityId: null, leftOut: 'TOO_FEW_IMAGES' };
    if (!writing) return kept;
    const row = new Values(record.row, tallies.values);
    const id = deps.newId();
    writing.store.bursts.insert(
      {
        id,
        catalogId: writing.catalog.id,
        startedAt: row.text('start_time'),
        endedAt: row.text('end_time'),
        durationSeconds: row.real('duration_seconds', 'time_span_seconds'),
        bestImageId:
          record.bestId === null ? null : (this.context.images.get(record.bestId) ?? null),
        selectionMethod: row.text('selection_method'),
        createdAt: momentOf(row.text('created_at')) ?? deps.now().toISOString(),
      },
      members,
    );
    return { entityId: id, leftOut: null };
  }

  /** Groups are found anew from the pictures; what a person decided about one is kept as decisions. */
  private group(record: LegacyGroupRecord): Outcome {
    const members = this.newImageIds(record.memberIds);
    const primary =
      record.primaryId === null ? null : (this.context.images.get(record.primaryId) ?? null);
    const others = members.filter((id) => id !== primary);
    if (primary === null ? members.length < 2 : others.length === 0) {
      return { entityId: null, leftOut: 'TOO_FEW_IMAGES' };
    }
    if (record.reviewed && primary !== null) {
      for (const other of others) this.decide([primary, other], 'keep-first', null);
    }
    return kept;
  }

  private decision(record: LegacyDecisionRecord): Outcome {
    const { tallies, images } = this.context;
    const [a, b] = record.imageIds.map((id) => images.get(id) ?? null);
    if (a === undefined || b === undefined || a === null || b === null) {
      return { entityId: null, leftOut: 'IMAGE_NOT_MIGRATED' };
    }
    if (record.decision === null) return { entityId: null, leftOut: 'NOT_DECIDED' };
    const primary = new Values(record.row, tallies.values).text('primary_id');
    const pair = primary === record.imageIds[1] ? ([b, a] as const) : ([a, b] as const);
    if (record.decision === 'not-duplicate') {
      this.decide(pair, 'not-duplicate', record.decidedAt);
    } else if (primary !== null) this.decide(pair, 'keep-first', record.decidedAt);
    return kept;
  }

  private decide(
    imageIds: readonly [string, string],
    decision: 'not-duplicate' | 'keep-first',
    decidedAt: string | null,
  ): void {
    const { writing, deps } = this.context;
    const at = decidedAt ?? deps.now().toISOString();
    writing?.store.migrations.addDecision(writing.migrationId, imageIds, decision, at);
  }

  private importJob(record: LegacyImportJobRecord): Outcome {
    const { writing, deps, tallies } = this.context;
    if (!writing) return kept;
    const row = new Values(record.row, tallies.values);
    const now = deps.now().toISOString();
    const stored = row.text('source_path');
    const sourcePath = stored === null ? '' : this.mapper.map(legacyPathText(stored));
    const { store, catalog } = writing;
    const source = store.sources.list(catalog.id).find((each) => each.sourcePath === sourcePath);
    const id = deps.newId();
    const status = jobStatuses[row.text('status') ?? ''];
    const startedAt = momentOf(row.text('started_at', 'created_at')) ?? now;
    store.importJobs.insert({
      id,
      catalogId: catalog.id,
      sourceId: source?.id ?? null,
      sourceName: source?.name ?? `Imported from ${sourcePath}`,
      sourcePath,
      scanId: null,
      importMode: row.text('operation') === 'move' ? 'move' : 'copy',
      organizationStrategy: catalog.defaultOrganizationStrategy,
      skipDuplicates: row.text('duplicate_handling') !== 'rename',
      undatedByModificationDate: false,
      filesDiscovered: row.whole('images_found') ?? 0,
      filesImported: row.whole('images_imported') ?? 0,
      filesSkipped: row.whole('images_skipped') ?? 0,
      filesFailed: row.whole('images_failed') ?? 0,
      bytesImported: row.whole('bytes_imported') ?? 0,
      startedAt,
      completedAt: momentOf(row.text('completed_at')) ?? startedAt,
      status: status ?? 'FAILURE',
      error:
        row.text('error') ?? (status === undefined ? 'It never ended in the old program.' : null),
    });
    store.migrations.setJobLegacy(id, JSON.stringify(record.row));
    this.writer.importJobs.set(record.id, id);
    return { entityId: id, leftOut: null };
  }

  private newImageIds(oldIds: readonly string[]): string[] {
    return [...new Set(oldIds.flatMap((id) => this.context.images.get(id) ?? []))];
  }
}

/** What ended. Anything else was cut off and cannot be resumed here. */
const jobStatuses: Readonly<Record<string, ImportJobStatus>> = {
  completed: 'SUCCESS',
  failed: 'FAILURE',
  cancelled: 'CANCELLED',
};

const knownImageTagKeys = new Set(['image_id', 'tag_id', 'confidence', 'source', 'created_at']);

function emptyToNull(row: JsonObject): JsonObject | null {
  const isEmpty = Object.values(row).every((value) => value === null);
  return isEmpty ? null : row;
}

function exampleOf(record: LegacyRecord): string {
  const name = record.row['name'];
  return typeof name === 'string' ? name : record.id;
}
