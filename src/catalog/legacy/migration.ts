import type { FilePort } from '../files/filePort.js';
import { Turns } from '../files/turns.js';
import type { Catalog } from '../model/catalog.js';
import { CatalogError } from '../model/errors.js';
import type { MigrationReport, PathMapping } from '../model/migration.js';
import type { OperationControl } from '../model/progress.js';
import { ProgressMeter } from '../model/progressMeter.js';
import type { CatalogStore } from '../store/catalogStore.js';
import { DiskLook } from './diskLook.js';
import { ImageStep } from './imageStep.js';
import type {
  LegacyCatalog,
  LegacyReader,
  LegacyRecord,
  LegacyImageRecord,
} from './legacyCatalog.js';
import { PathMapper, pathParts } from './legacyPaths.js';
import { Locator } from './locator.js';
import { RecordStep } from './recordStep.js';
import { SourceTable } from './sourceTable.js';
import { SourceWriter } from './sourceWriter.js';
import { Tallies } from './tallies.js';

export interface MigrationDeps {
  readonly files: FilePort;
  readonly now: () => Date;
  readonly newId: () => string;
}

/** The catalog that gets everything, and the migration's row in it. */
export interface MigrationTarget {
  readonly store: CatalogStore;
  readonly catalog: Catalog;
  /** Null in a dry run into a catalog that this old one has not been brought into yet. */
  readonly migrationId: string | null;
}

export interface MigrationInput {
  readonly reader: LegacyReader;
  readonly legacy: LegacyCatalog;
  readonly mappings: readonly PathMapping[];
  /** Null in a dry run that would make the catalog. */
  readonly target: MigrationTarget | null;
  /** The name of the catalog to be made. */
  readonly catalogName: string;
  readonly write: boolean;
  /** What a dry run just before has told: a run that writes needs it. */
  readonly foretold?: MigrationReport;
  readonly notes?: readonly string[];
}

/** Where everything of one run comes together. */
export interface MigrationContext {
  readonly deps: MigrationDeps;
  readonly legacy: LegacyCatalog;
  readonly target: MigrationTarget | null;
  /** The target with its migration if rows are to be written. */
  readonly writing: (MigrationTarget & { readonly migrationId: string }) | null;
  readonly tallies: Tallies;
  /** What old images became: the new id (in a dry run the old one), or null. */
  readonly images: Map<string, string | null>;
  readonly managedDirectory: string | null;
}

/**
 * Brings one old catalog into a catalog, or foretells it: the same steps without a pen. Rows are written in
 * one transaction per batch, each with its mark in `legacy_records`, so a run that was cut off goes on where
 * it was and a second one finds nothing to do. Photos are looked up, never opened.
 * @throws CatalogError LEGACY_* of the reader, CANCELLED
 */
export async function runMigration(
  deps: MigrationDeps,
  input: MigrationInput,
  control: OperationControl = {},
): Promise<MigrationReport> {
  const { reader, legacy, target } = input;
  const startedAt = deps.now().toISOString();
  const tallies = new Tallies();
  const disk = new DiskLook(deps.files);
  const mapper = new PathMapper(input.mappings, legacy.baseDirectory);
  const sources = new SourceTable(legacy, mapper, (folder) => disk.isFolder(folder));
  const notes = [...(input.notes ?? [])];
  const managedDirectory = managedDirectoryOf(legacy, mapper, sources, target, notes);
  const migrationId = target?.migrationId ?? null;
  const writing = input.write && target && migrationId !== null ? { ...target, migrationId } : null;
  const images =
    target && migrationId !== null
      ? target.store.migrations.entities(migrationId, 'image')
      : new Map<string, string | null>();
  const context = { deps, legacy, target, writing, tallies, images, managedDirectory };
  const locator = new Locator(mapper, sources, disk, managedDirectory);
  const writer = new SourceWriter(context, sources);
  writer.prepare();
  const imageStep = new ImageStep(context, sources, locator, disk, writer, input.foretold);
  const recordStep = new RecordStep(context, mapper, writer);
  const meter = new ProgressMeter({
    phase: input.write ? 'import' : 'plan',
    filesTotal: input.foretold ? totalOf(input.foretold) : legacy.imageCount,
    bytesTotal: null,
    now: () => performance.now(),
    report: control.onProgress,
  });
  const turns = new Turns();
  const steps = (records: readonly LegacyRecord[]): void => {
    // The readers' order holds inside a batch too.
    recordStep.run(records.filter(({ kind }) => kind === 'importJob'));
    imageStep.run(records.filter((each): each is LegacyImageRecord => each.kind === 'image'));
    recordStep.run(records.filter(({ kind }) => kind !== 'image' && kind !== 'importJob'));
  };
  for await (const records of reader.records(legacy)) {
    if (control.signal?.aborted) throw new CatalogError('CANCELLED');
    if (writing) {
      writing.store.transaction(() => {
        steps(records);
      });
    } else steps(records);
    meter.advance(records.length, 0, legacy.name);
    await turns.maybe();
  }
  for (const { table, count } of await reader.derived(legacy)) {
    tallies.leaveOut('other', 'DERIVED_DATA', table, count);
  }
  writing?.store.transaction(() => {
    recordStep.finish();
  });
  meter.flush();
  notes.push(...unusedMappings(input.mappings, mapper), ...closingNotes(tallies, sources));
  return {
    migrationId,
    dryRun: !input.write,
    startedAt,
    completedAt: deps.now().toISOString(),
    format: legacy.format,
    location: legacy.location,
    originId: legacy.id,
    originName: legacy.name,
    catalogId: target?.catalog.id ?? null,
    catalogName: target?.catalog.name ?? input.catalogName,
    managedDirectory,
    mappings: input.mappings,
    counts: tallies.counts(),
    leftOut: tallies.leftOut(),
    sources: [...sources.entries, ...(sources.unknown.images > 0 ? [sources.unknown] : [])].map(
      (source) => source.toReport(),
    ),
    sourceChoices: sources.sourceChoices(),
    absentPrefixes: disk.absentPrefixes(),
    files: imageStep.files,
    dates: tallies.dates,
    zonesIgnored: tallies.zonesIgnored,
    suspiciousDates: tallies.suspiciousDates,
    hashesToRecompute: tallies.hashesToRecompute,
    valuesIgnored: tallies.values.ignored,
    others: Object.fromEntries(tallies.others),
    notes,
  };
}

/**
 * The organized directory, if it can be one: a folder that is or holds a source was scanned in place, and
 * what lies there is not the catalog's to manage. A hand-made upgrade of the old database had set it so.
 */
function managedDirectoryOf(
  legacy: LegacyCatalog,
  mapper: PathMapper,
  sources: SourceTable,
  target: MigrationTarget | null,
  notes: string[],
): string | null {
  if (legacy.organizedDirectory === null) return null;
  const organized = mapper.map(legacy.organizedDirectory);
  const parts = pathParts(organized);
  if (parts.length === 0 || sources.isOrHoldsSource(parts)) {
    notes.push(
      `The organized directory ${organized} is, or holds, a source. It does not become the managed directory; its images are referenced.`,
    );
    return null;
  }
  const existing = target?.catalog.managedDirectory ?? null;
  if (existing !== null && existing !== organized) {
    notes.push(
      `The catalog has another managed directory (${existing}), so images in ${organized} are referenced.`,
    );
    return null;
  }
  return organized;
}

function totalOf(report: MigrationReport): number {
  return report.counts.reduce((sum, { total }) => sum + total, 0);
}

function unusedMappings(mappings: readonly PathMapping[], mapper: PathMapper): string[] {
  return mappings
    .filter((mapping) => !mapper.used.has(mapping))
    .map(({ from, to }) => `The mapping ${from}=${to} fits no path of the old catalog.`);
}

function closingNotes(tallies: Tallies, sources: SourceTable): string[] {
  const notes: string[] = [];
  if (tallies.sizesChanged > 0) {
    notes.push(
      `${tallies.sizesChanged} files have another size than the old catalog says. Verify the catalog to find out.`,
    );
  }
  for (const source of sources.entries) {
    if (source.missing > 0 && !source.marksMissing) {
      notes.push(
        `Most files of ${source.path} are not there (${source.missing} of ${source.images}). They are not marked as missing: it may be the wrong folder, or a drive that is not connected.`,
      );
    }
  }
  return notes;
}
