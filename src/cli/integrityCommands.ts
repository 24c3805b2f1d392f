import type {
  AcceptReport,
  CheckReport,
  RelocateReport,
  VerifyReport,
} from '../catalog/model/integrity.js';
import type { CommandContext } from './commands.js';
import { absolute } from './fileCommands.js';
import { codeFor, keptLines, keptObject } from './operationResult.js';
import { exitCodes, firstLines, printable, result, type CommandResult } from './output.js';
import { resolveCatalog, resolveSource } from './resolve.js';

export interface CheckOptions {
  readonly source?: string;
  readonly dryRun?: boolean;
  readonly acceptMissing?: boolean;
}

/** Looks up the files of a catalog: missing, out of reach, changed. */
export async function check(
  { engine, control }: CommandContext,
  catalog: string,
  options: CheckOptions,
): Promise<CommandResult> {
  const { id: catalogId } = await resolveCatalog(engine, catalog);
  const source = options.source === undefined ? null : await resolveSource(engine, options.source);
  const report = await engine.checkFiles(
    {
      catalogId,
      ...(source && { sourceId: source.id }),
      dryRun: options.dryRun === true,
      acceptMissing: options.acceptMissing === true,
    },
    control,
  );
  const { missing, changed, refused, unreadable, unreadableCount, needsConfirmation } = report;
  const bad = missing + changed + refused + unreadableCount;
  const code = needsConfirmation.length > 0 ? exitCodes.failed : codeFor(bad);
  return result({ ...report, unreadable: unreadable.map(keptObject) }, checkText(report), code);
}

function checkText(report: CheckReport): string {
  const { images, present, missing, changed, found, offline, needsConfirmation } = report;
  const lines = [
    `${images} images: ${present} there, ${missing} missing, ${changed} changed, ${found} found again, ${offline} out of reach.`,
    ...report.findings.map(({ state, path }) => `${state}: ${path}`),
    ...report.offlineFolders.map(
      ({ path, reason, images: count, seenAt }) =>
        `out of reach (${reason}): ${path} (${count} images)${seenAt === null ? '' : `, its volume is at ${seenAt}`}`,
    ),
    ...keptLines(report.unreadable),
    ...needsConfirmation.map(
      ({ path, missing: gone, images: count }) =>
        `${gone} of ${count} images are missing in ${path}.`,
    ),
    ...(needsConfirmation.length > 0
      ? ['Nothing was marked. If they are really gone: --accept-missing.']
      : []),
  ];
  return lines.map(printable).join('\n');
}

export interface RelocateOptions {
  readonly catalog?: string;
  readonly dryRun?: boolean;
  readonly acceptDiffering?: boolean;
  readonly readAll?: boolean;
}

/** Tells the catalog that a file or folder is at another place now. */
export async function relocate(
  { engine, control }: CommandContext,
  from: string,
  to: string,
  options: RelocateOptions,
): Promise<CommandResult> {
  const catalog =
    options.catalog === undefined ? null : await resolveCatalog(engine, options.catalog);
  const report = await engine.relocateFiles(
    {
      from: absolute(from),
      to: absolute(to),
      ...(catalog && { catalogId: catalog.id }),
      dryRun: options.dryRun === true,
      acceptDiffering: options.acceptDiffering === true,
      readAll: options.readAll === true,
    },
    control,
  );
  return result(report, relocateText(report), codeFor(report.images - report.counts.found));
}

function relocateText({
  dryRun,
  images,
  relocated,
  counts,
  findings,
  sources,
}: RelocateReport): string {
  const lines = [
    `${dryRun ? 'Would relocate' : 'Relocated'} ${relocated} of ${images} images: ${counts.differing} differ, ${counts.absent} are not there, ${counts.kept} are still at the old place, ${counts.taken} are another image's, ${counts.refused} refused.`,
    ...sources.map((source) => `source ${source.name}: ${source.to}`),
    ...findings.map(({ state, from, to }) => `${state}: ${from} -> ${to}`),
  ];
  return lines.map(printable).join('\n');
}

export interface VerifyOptions {
  readonly image?: readonly string[];
  readonly sample?: number;
  readonly percent?: number;
  readonly notFor?: number;
  readonly dryRun?: boolean;
}

/** Reads managed files and compares them with their checksums. */
export async function verify(
  { engine, control }: CommandContext,
  catalog: string,
  options: VerifyOptions,
): Promise<CommandResult> {
  const { id: catalogId } = await resolveCatalog(engine, catalog);
  const report = await engine.verifyFiles(
    {
      catalogId,
      ...(options.image && { imageIds: options.image }),
      ...(options.sample !== undefined && { sampleCount: options.sample }),
      ...(options.percent !== undefined && { samplePercent: options.percent }),
      ...(options.notFor !== undefined && { notVerifiedForDays: options.notFor }),
      dryRun: options.dryRun === true,
      listFiles: options.dryRun === true,
    },
    control,
  );
  const code = report.cancelled ? exitCodes.failed : codeFor(report.findings.length);
  return result(report, verifyText(report), code);
}

function verifyText(report: VerifyReport): string {
  const { dryRun, images, bytes, filesRead, bytesRead, intact, damaged, changed, missing } = report;
  const lines = [
    ...(report.cancelled ? ['CANCELLED: what was read until then is noted.'] : []),
    ...firstLines(report.files ?? []),
    dryRun
      ? `Would read ${images} images (${bytes} bytes).`
      : `${filesRead} files read (${bytesRead} bytes): ${intact} intact, ${damaged} damaged, ${changed} changed, ${missing} missing.`,
    ...report.findings.flatMap(({ state, path, goodCopies }) => [
      `${state}: ${path}`,
      ...goodCopies.map((copy) => `  a good copy: ${copy}`),
    ]),
  ];
  return lines.map(printable).join('\n');
}

/** Takes the present content of edited files for theirs. */
export async function acceptEdited(
  { engine, control }: CommandContext,
  imageIds: readonly string[],
  options: { readonly dryRun?: boolean; readonly damaged?: boolean },
): Promise<CommandResult> {
  const report = await engine.acceptEdited(
    { imageIds, dryRun: options.dryRun === true, acceptDamaged: options.damaged === true },
    control,
  );
  const json = { ...report, kept: report.kept.map(keptObject) };
  return result(json, acceptText(report), codeFor(report.keptCount));
}

function acceptText({ dryRun, accepted, unchanged, kept }: AcceptReport): string {
  const lines = [
    `${dryRun ? 'Would accept' : 'Accepted'} ${accepted.length} edited files, ${unchanged} are unchanged.`,
    ...accepted.map(({ path, checksum }) => `${checksum}  ${path}`),
    ...keptLines(kept),
  ];
  return lines.map(printable).join('\n');
}
