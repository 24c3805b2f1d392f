import {
  dateOutcomes,
  legacyKinds,
  type DateOutcome,
  type KindCounts,
  type LeftOutGroup,
  type LeftOutReason,
  type LegacyKind,
} from '../model/migration.js';
import type { ValueTally } from './values.js';

const examplesPerGroup = 10;

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Counts everything that a migration meets. Every record is counted exactly once by `meet`. */
export class Tallies {
  readonly values: ValueTally = { ignored: 0 };
  readonly dates: Record<DateOutcome, number>;
  readonly others = new Map<string, number>();
  zonesIgnored = 0;
  suspiciousDates = 0;
  hashesToRecompute = 0;
  sizesChanged = 0;
  private readonly kinds: Record<LegacyKind, Writable<KindCounts>>;
  private readonly groups = new Map<string, Writable<LeftOutGroup> & { examples: string[] }>();

  constructor() {
    this.dates = Object.fromEntries(dateOutcomes.map((outcome) => [outcome, 0])) as Record<
      DateOutcome,
      number
    >;
    this.kinds = Object.fromEntries(
      legacyKinds.map((kind) => [kind, { kind, total: 0, migrated: 0, earlier: 0, leftOut: 0 }]),
    ) as Record<LegacyKind, Writable<KindCounts>>;
  }

  meet(kind: LegacyKind, outcome: 'migrated' | 'earlier', count = 1): void {
    this.kinds[kind].total += count;
    this.kinds[kind][outcome] += count;
  }

  leaveOut(kind: LegacyKind, reason: LeftOutReason, example: string, count = 1): void {
    this.kinds[kind].total += count;
    this.kinds[kind].leftOut += count;
    const key = `${kind} ${reason}`;
    const group = this.groups.get(key) ?? { kind, reason, count: 0, examples: [] };
    group.count += count;
    if (group.examples.length < examplesPerGroup) group.examples.push(example);
    this.groups.set(key, group);
  }

  counts(): KindCounts[] {
    return legacyKinds.map((kind) => ({ ...this.kinds[kind] }));
  }

  leftOut(): LeftOutGroup[] {
    return [...this.groups.values()];
  }
}
