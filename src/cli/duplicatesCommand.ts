import { CatalogError } from '../catalog/model/errors.js';
import {
  duplicateLevels,
  hashMethods,
  type BurstGroup,
  type DuplicateGroup,
  type DuplicateMember,
  type DuplicateScope,
  type FindDuplicatesInput,
  type KeepReason,
} from '../catalog/model/duplicates.js';
import type { CommandContext } from './commands.js';
import { choice, printable, result, type CommandResult } from './output.js';
import { resolveCatalog } from './resolve.js';

export interface DuplicatesOptions {
  readonly level?: string;
  readonly method?: string;
  readonly threshold?: number;
  readonly acrossSources?: boolean;
  readonly withinSource?: boolean;
}

const pageSize = 2000;

/** Lists the groups of duplicates of a catalog. */
export async function duplicates(
  { engine, control }: CommandContext,
  catalogName: string,
  options: DuplicatesOptions,
): Promise<CommandResult> {
  const { id: catalogId } = await resolveCatalog(engine, catalogName);
  const input = duplicatesInput(catalogId, options);
  const first = await engine.findDuplicates({ ...input, limit: pageSize }, control);
  const { reportId, total } = first;
  const groups = [...first.groups];
  while (groups.length < total) {
    const page = { offset: groups.length, limit: pageSize };
    const next = await engine.findDuplicates({ ...input, reportId, ...page }, control);
    if (next.groups.length === 0) break;
    groups.push(...next.groups);
  }
  const bursts =
    first.burstCount === 0
      ? []
      : (await engine.listBursts({ catalogId, reportId, limit: 10_000 }, control)).bursts;
  const json = {
    level: options.level ?? 'all',
    groups: groups.map(groupObject),
    bursts: bursts.map(burstObject),
    bytesToWin: first.bytesToWin,
    notCompared: first.notCompared,
  };
  return result(json, text(groups, bursts, first.bytesToWin, first.notCompared));
}

function duplicatesInput(catalogId: string, options: DuplicatesOptions): FindDuplicatesInput {
  const level = choice('level', duplicateLevels, options.level);
  const method = choice('method', hashMethods, options.method);
  if (options.acrossSources && options.withinSource) {
    const detail = '--across-sources and --within-source exclude each other';
    throw new CatalogError('INVALID_ARGUMENT', { name: 'scope', detail });
  }
  const scope: DuplicateScope = options.acrossSources
    ? 'across-sources'
    : options.withinSource
      ? 'within-source'
      : 'all';
  return {
    catalogId,
    scope,
    ...(level && { level }),
    ...(method && { method }),
    ...(options.threshold !== undefined && { threshold: options.threshold }),
  };
}

function groupObject(group: DuplicateGroup) {
  return {
    id: group.id,
    level: group.level,
    distance: group.distance,
    members: group.members.map(memberObject),
    suggestedKeep: group.suggestedKeep,
    suggestedKeepImageId: group.suggestedKeepImageId,
    reason: reasonText(group.reasons),
    reasons: group.reasons,
    differences: group.differences,
    bytesToWin: group.bytesToWin,
    decision: group.decision,
  };
}

function memberObject(member: DuplicateMember) {
  const { sourceName, ...rest } = member;
  return { ...rest, source: sourceName };
}

function burstObject({ members, ...burst }: BurstGroup) {
  return { ...burst, members: members.map(memberObject) };
}

/** Why the suggested picture is the one to keep. */
function reasonText(reasons: readonly KeepReason[]): string {
  if (reasons.length === 0) return 'all are equally good';
  return reasons
    .map(({ criterion, kept, next }) => `${criterion}: ${kept} rather than ${next}`)
    .join('; ');
}

const levelTexts = {
  bytes: 'Same bytes',
  data: 'Same picture data',
  pixels: 'Same pixels',
  similar: 'Looks alike',
} as const;

function text(
  groups: readonly DuplicateGroup[],
  bursts: readonly BurstGroup[],
  bytesToWin: number,
  notCompared: { readonly flat: number; readonly withoutPicture: number },
): string {
  const blocks = groups.map((group) => {
    const head = `${levelTexts[group.level]} (${group.members.length} files, distance ${group.distance}, ${group.bytesToWin} bytes to win)`;
    const members = group.members.map((member) => {
      const mark = member.path === group.suggestedKeep ? '*' : ' ';
      const about = [member.sourceName, `distance ${member.distance}`, `${member.size} bytes`];
      return printable(`${mark} ${member.path} (${about.filter(Boolean).join(', ')})`);
    });
    return [head, ...members, printable(`  keep *: ${reasonText(group.reasons)}`)].join('\n');
  });
  const burstLines = bursts.map((burst) => {
    const names = burst.members.map(({ path }) => printable(`  ${path}`));
    return [
      `Burst, no duplicates (${burst.members.length} shots in ${burst.seconds} s)`,
      ...names,
    ].join('\n');
  });
  const left = [
    ...(notCompared.flat > 0 ? [`${notCompared.flat} flat pictures not compared by looks.`] : []),
    ...(notCompared.withoutPicture > 0
      ? [`${notCompared.withoutPicture} files without a picture not compared by looks.`]
      : []),
  ];
  const summary = `${groups.length} groups of duplicates, ${bytesToWin} bytes to win.`;
  return [...blocks, ...burstLines, [summary, ...left].join(' ')].join('\n\n');
}
