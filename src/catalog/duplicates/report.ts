import path from 'node:path';
import { isInside } from '../files/folders.js';
import type {
  BurstGroup,
  DuplicateFilter,
  DuplicateGroup,
  DuplicateLevel,
  DuplicateSort,
} from '../model/duplicates.js';
import { duplicateLevels } from '../model/duplicates.js';
import type { DuplicatePairDecision } from '../store/duplicateDecisionRepository.js';
import type { LeftOut } from './lookAlikes.js';

/** One computed report. It is paged as it is, whatever happens to the catalog meanwhile. */
export interface DuplicateReport {
  readonly id: string;
  readonly groups: readonly DuplicateGroup[];
  readonly bursts: readonly BurstGroup[];
  readonly leftOut: LeftOut;
}

export function countByLevel(groups: readonly DuplicateGroup[]): Record<DuplicateLevel, number> {
  const counts = { bytes: 0, data: 0, pixels: 0, similar: 0 };
  for (const { level } of groups) counts[level] += 1;
  return counts;
}

/** The groups that pass the filter, sorted, with what was decided about them. */
export function selectGroups(
  groups: readonly DuplicateGroup[],
  filter: DuplicateFilter,
  decisions: Decisions,
): DuplicateGroup[] {
  const scoped =
    filter.scope === 'within-source'
      ? groups.flatMap(withinSources)
      : filter.scope === 'across-sources'
        ? groups.filter((group) => sourcesOf(group).size > 1)
        : groups;
  return scoped
    .filter((group) => passes(group, filter) && !decisions.tellsApart(group))
    .map((group) => decisions.applyTo(group))
    .filter(
      ({ decision }) => filter.reviewed === undefined || (decision !== null) === filter.reviewed,
    )
    .sort(comparison(filter.sort ?? 'bytes'));
}

const sourcesOf = ({ members }: DuplicateGroup): Set<string | null> =>
  new Set(members.map(({ sourceId }) => sourceId));

/** The parts of a group that lie within one source each. */
function withinSources(group: DuplicateGroup): DuplicateGroup[] {
  const sources = sourcesOf(group);
  if (sources.size === 1) return [group];
  return [...sources].flatMap((source) => {
    const members = group.members.filter(({ sourceId }) => sourceId === source);
    const [keep] = members;
    if (!keep || members.length < 2) return [];
    return [
      {
        ...group,
        id: `${group.id}:${source ?? ''}`,
        members,
        bytesToWin: members.reduce((sum, { size }) => sum + size, -keep.size),
        suggestedKeep: keep.path,
        suggestedKeepImageId: keep.imageId,
        reasons: keep.path === group.suggestedKeep ? group.reasons : [],
      },
    ];
  });
}

function passes(group: DuplicateGroup, filter: DuplicateFilter): boolean {
  const { listedLevel, sourcePair, managed, folder } = filter;
  if (listedLevel !== undefined && group.level !== listedLevel) return false;
  const sources = sourcesOf(group);
  if (sourcePair && !sourcePair.every((source) => sources.has(source))) return false;
  if (managed !== undefined && !group.members.some(({ isManaged }) => isManaged === managed)) {
    return false;
  }
  if (folder === undefined) return true;
  const root = path.resolve(folder);
  return group.members.some((member) => isInside(member.path, root));
}

function comparison(sort: DuplicateSort): (a: DuplicateGroup, b: DuplicateGroup) => number {
  const oldest = ({ members }: DuplicateGroup): string =>
    members.reduce(
      (date, { capturedAt }) => (capturedAt && capturedAt < date ? capturedAt : date),
      '~',
    );
  const strictness = ({ level }: DuplicateGroup): number => duplicateLevels.indexOf(level);
  const by: Record<DuplicateSort, (a: DuplicateGroup, b: DuplicateGroup) => number> = {
    bytes: (a, b) => b.bytesToWin - a.bytesToWin,
    members: (a, b) => b.members.length - a.members.length,
    date: (a, b) => compareText(oldest(a), oldest(b)),
    path: () => 0,
    distance: (a, b) => strictness(a) - strictness(b) || a.distance - b.distance,
  };
  return (a, b) =>
    by[sort](a, b) || compareText(a.suggestedKeep, b.suggestedKeep) || compareText(a.id, b.id);
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Decisions by pair of contents. */
export class Decisions {
  private readonly byPair = new Map<string, DuplicatePairDecision>();

  constructor(decisions: readonly DuplicatePairDecision[]) {
    for (const decision of decisions) {
      this.byPair.set(`${decision.checksumA} ${decision.checksumB}`, decision);
    }
  }

  /** The group with what was decided about exactly its contents; a new content opens it again. */
  applyTo(group: DuplicateGroup): DuplicateGroup {
    if (this.byPair.size === 0) return group;
    const checksums = [...new Set(group.members.map(({ checksum }) => checksum))].sort();
    const [only] = checksums;
    const keepsAll =
      checksums.length === 1
        ? this.find(only ?? '', only ?? '')?.decision === 'keep-all'
        : checksums.every((a, at) =>
            checksums.slice(at + 1).every((b) => this.find(a, b)?.decision === 'keep-all'),
          );
    if (keepsAll) return { ...group, decision: 'keep-all' };
    if (checksums.length === 1) return group;
    const keeper = checksums.find((keep) =>
      checksums.every((other) => other === keep || this.keeps(keep, other)),
    );
    if (keeper === undefined) return group;
    const kept = group.members.find(({ checksum }) => checksum === keeper);
    return { ...group, decision: 'keep', keptImageId: kept?.imageId ?? null };
  }

  /** True if a person has said meanwhile that two of the contents are not duplicates. */
  tellsApart(group: DuplicateGroup): boolean {
    if (this.byPair.size === 0) return false;
    const checksums = [...new Set(group.members.map(({ checksum }) => checksum))];
    return checksums.some((a, at) =>
      checksums.slice(at + 1).some((b) => this.find(a, b)?.decision === 'not-duplicate'),
    );
  }

  private keeps(keep: string, other: string): boolean {
    const decision = this.find(keep, other)?.decision;
    return decision === (keep < other ? 'keep-a' : 'keep-b');
  }

  private find(a: string, b: string): DuplicatePairDecision | undefined {
    return this.byPair.get(a < b ? `${a} ${b}` : `${b} ${a}`);
  }
}
