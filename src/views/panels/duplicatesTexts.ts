/** The groups of the duplicates report as text. */
import path from 'node:path';
import type {
  BurstGroup,
  DuplicateGroup,
  DuplicateLevel,
  DuplicateMember,
  DuplicateReportPage,
  KeepReason,
  MemberDifference,
  ResolveEntry,
  ResolvePlan,
  ResolveRefusal,
} from '../../catalog/model/duplicates.js';
import type { ProgressReport } from '../../catalog/model/progress.js';
import type { BurstRow, GroupRow, MemberRow, PlanRow } from '../duplicatesProtocol.js';
import { formatBytes, formatCaptureTime, formatCount, formatProgress } from '../format.js';
import { errorText } from './fileTexts.js';
import type { Texts } from './previewRows.js';

export function levelName({ t }: Texts, level: DuplicateLevel): string {
  const names = {
    bytes: t('Same bytes'),
    data: t('Same picture data'),
    pixels: t('Same pixels'),
    similar: t('Looks alike'),
  };
  return names[level];
}

export function groupRow(texts: Texts, group: DuplicateGroup): GroupRow {
  const { t, locale } = texts;
  const { level, distance, members, bytesToWin, reasons } = group;
  const parts = [
    t('{0} files', formatCount(members.length, locale)),
    ...(level === 'similar' ? [t('at most {0} of 64 bits differ', distance)] : []),
    t('{0} to win', formatBytes(bytesToWin, locale)),
  ];
  const differences = group.differences.map((difference) => differenceName(texts, difference));
  return {
    id: group.id,
    level,
    levelText: levelName(texts, level),
    summary: parts.join(' · '),
    differences: differences.length === 0 ? '' : t('They differ in: {0}', differences.join(', ')),
    reason:
      reasons.length === 0
        ? t('All are equally good.')
        : reasons.map((reason) => reasonText(texts, reason)).join('; '),
    decision: decisionText(texts, group),
    members: members.map((member) => memberRow(texts, member, member.path === group.suggestedKeep)),
  };
}

export function burstRow(texts: Texts, burst: BurstGroup): BurstRow {
  const { t, locale } = texts;
  return {
    id: burst.id,
    summary: t(
      '{0} · {1} shots in {2} s',
      formatCaptureTime(burst.startedAt),
      formatCount(burst.members.length, locale),
      formatCount(burst.seconds, locale),
    ),
    bestImageId: burst.bestImageId,
    members: burst.members.map((member) => memberRow(texts, member, true)),
  };
}

function memberRow(texts: Texts, member: DuplicateMember, isKeep: boolean): MemberRow {
  const { t, locale } = texts;
  const { width, height, capturedAt, cameraMake, cameraModel } = member;
  const camera = cameraModel ?? cameraMake;
  const state =
    member.imageId === null || !member.isImageFile
      ? 'place'
      : member.fileMissing
        ? 'missing'
        : member.isManaged
          ? 'managed'
          : 'referenced';
  const states = {
    place: t('Only seen at its source'),
    missing: t('Missing'),
    managed: t('Managed'),
    referenced: t('Referenced'),
  };
  return {
    imageId: member.isImageFile ? member.imageId : null,
    pictureId: member.imageId,
    name: path.basename(member.path),
    folder: path.dirname(member.path),
    source: member.sourceName ?? '',
    facts: [
      formatBytes(member.size, locale),
      ...(width === null || height === null ? [] : [`${width} × ${height}`]),
      ...(capturedAt === null ? [] : [formatCaptureTime(capturedAt)]),
      ...(camera === null ? [] : [camera]),
    ],
    likeness: isKeep
      ? ''
      : member.level === 'similar'
        ? t('{0} of 64 bits differ', member.distance)
        : levelName(texts, member.level),
    state,
    stateText: states[state],
  };
}

function differenceName({ t }: Texts, difference: MemberDifference): string {
  const names: Readonly<Record<MemberDifference, string>> = {
    size: t('size of the file'),
    date: t('date'),
    camera: t('camera'),
    path: t('path'),
    dimensions: t('dimensions'),
    format: t('format'),
    orientation: t('orientation'),
  };
  return names[difference];
}

/** Why one picture is suggested before the next best. */
export function reasonText({ t }: Texts, { criterion, kept, next }: KeepReason): string {
  const names: Readonly<Record<KeepReason['criterion'], string>> = {
    format: t('format'),
    resolution: t('resolution'),
    size: t('size'),
    metadata: t('metadata'),
    quality: t('quality'),
    oldest: t('date'),
    source: t('source'),
    catalog: t('catalog'),
    path: t('path'),
  };
  return t('{0}: {1} rather than {2}', names[criterion], kept, next);
}

function decisionText({ t }: Texts, group: DuplicateGroup): string | null {
  if (group.decision === null) return null;
  if (group.decision === 'keep-all') return t('Reviewed: all are kept');
  const kept = group.members.find(({ imageId }) => imageId === group.keptImageId);
  return kept ? t('Reviewed: {0} is kept', path.basename(kept.path)) : t('Reviewed');
}

/** How many groups, and which pictures took no part. */
export function reportTexts(
  { t, locale }: Texts,
  page: DuplicateReportPage,
  showsBursts: boolean,
): { summary: string; note: string | null } {
  const { total, bytesToWin, burstCount, notCompared } = page;
  const groups = total === 1 ? t('1 group') : t('{0} groups', formatCount(total, locale));
  const notes = [
    ...(notCompared.flat > 0
      ? [
          notCompared.flat === 1
            ? t('1 flat picture is not compared by looks.')
            : t(
                '{0} flat pictures are not compared by looks.',
                formatCount(notCompared.flat, locale),
              ),
        ]
      : []),
    ...(notCompared.withoutPicture > 0
      ? [
          notCompared.withoutPicture === 1
            ? t('1 file without a picture is not compared by looks.')
            : t(
                '{0} files without a picture are not compared by looks.',
                formatCount(notCompared.withoutPicture, locale),
              ),
        ]
      : []),
  ];
  return {
    summary: !showsBursts
      ? t('{0}, {1} to win', groups, formatBytes(bytesToWin, locale))
      : burstCount === 1
        ? t('1 burst')
        : t('{0} bursts', formatCount(burstCount, locale)),
    note: notes.length === 0 ? null : notes.join(' '),
  };
}

export function progressText({ t, locale }: Texts, report: ProgressReport): string {
  return report.phase === 'compare'
    ? t('Comparing: {0} %', formatCount(report.filesDone, locale))
    : formatProgress(report, t, locale);
}

/** What a dry run comes to. */
export function planSummary({ t, locale }: Texts, plan: ResolvePlan): string {
  const { groups, trashCount, entryCount, bytes } = plan;
  const lines = [t('Groups: {0}.', formatCount(groups, locale))];
  if (trashCount > 0) {
    lines.push(
      t(
        'Managed files that go to the trash of the managed directory: {0} ({1}).',
        formatCount(trashCount, locale),
        formatBytes(bytes, locale),
      ),
    );
  }
  if (entryCount > 0) {
    lines.push(
      t(
        'Referenced files of which only the entry goes, the file stays: {0}.',
        formatCount(entryCount, locale),
      ),
    );
  }
  return lines.join(' ');
}

export function planRow({ t, locale }: Texts, entry: ResolveEntry): PlanRow {
  return {
    name: path.basename(entry.path),
    folder: path.dirname(entry.path),
    action: entry.action,
    actionText:
      entry.action === 'trash' ? t('To the trash') : t('Only the entry goes, the file stays'),
    size: formatBytes(entry.size, locale),
    keeps: entry.keepPath,
  };
}

/** Groups where nothing is done, and why. */
export function refusedTexts({ t }: Texts, refused: ResolvePlan['refused']): readonly string[] {
  const reasons: Readonly<Record<ResolveRefusal, string>> = {
    'only-places': t('only places at sources, which are never touched'),
    'keeper-leaves': t('the picture to keep leaves the catalog by another group'),
    'keeper-not-verified': t('the file to keep could not be verified'),
  };
  return refused.map(({ path: file, reason, error }) =>
    error === null
      ? t('{0}: {1}', file, reasons[reason])
      : t('{0}: {1}. {2}', file, reasons[reason], errorText(t, error)),
  );
}
