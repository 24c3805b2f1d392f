import { Turns } from '../files/turns.js';
import { CatalogError } from '../model/errors.js';
import { distanceAt, isSimpleHash, type HashColumns } from './hamming.js';
import { findPairs, type PairSearchControl } from './multiIndex.js';
import { PairList } from './pairList.js';
import { equalRuns, sortedRuns } from './equalRuns.js';

/** Another hash that has to agree. */
export interface Check {
  readonly hashes: HashColumns;
  /** Differing bits at most. */
  readonly limit: number;
}

/** Pictures that may not share a group however alike they look: shots of a burst, parts of one thing, decided pairs. */
export interface Separations {
  /** True if there is anything the picture must be kept apart from. */
  concerns(index: number): boolean;
  separates(a: number, b: number): boolean;
}

/** Pictures by index; the indices must not depend on how the pictures came in. */
export interface AlikeInput {
  readonly primary: HashColumns;
  readonly distance: number;
  /** All must agree for two pictures to be alike. */
  readonly checks?: readonly Check[];
  /**
   * Must agree too if one of the two has a simple primary hash. The first is searched by, so it must tell
   * pictures apart. Absent: pictures with simple hashes are not matched at all.
   */
  readonly simpleChecks?: readonly [Check, ...Check[]];
  readonly separations?: Separations;
}

/** A variant of a simple hash has at most so many more odd bits. */
const maximumSlack = 8;

/** So many different pictures with one primary hash are not compared one by one. */
const crowd = 256;

/** Indices of pictures that are all alike, ascending. */
export type AlikeGroup = readonly number[];

/**
 * Groups in which every picture is alike every other one (complete linkage): A~B and B~C do not bring A and C
 * together. Closest pairs are joined first, ties by index, so the result depends on nothing else.
 * @throws CatalogError CANCELLED
 */
export async function findAlikeGroups(
  input: AlikeInput,
  control: PairSearchControl = {},
): Promise<AlikeGroup[]> {
  const classes = new Classes(input);
  const edges = await findEdges(input, classes, control);
  const linkage = new Linkage(input, classes);
  const order = edges.sorted();
  const turns = new Turns();
  for (let at = 0; at < order.length; at++) {
    const edge = order[at] ?? 0;
    linkage.join(edges.first(edge), edges.second(edge));
    if (at % 256 === 0) {
      if (control.signal?.aborted) throw new CatalogError('CANCELLED');
      await turns.maybe();
    }
  }
  return linkage.groups();
}

/** Pictures whose hashes are all equal: compared once for all of them. Numbered by their hashes. */
class Classes {
  readonly count: number;
  /** The first picture of each class stands for it. */
  readonly first: Uint32Array;
  /** All pictures by class, ascending within one. */
  readonly members: Uint32Array;
  readonly start: Uint32Array;

  constructor(input: AlikeInput) {
    const columns = [
      input.primary,
      ...(input.checks ?? []).map(({ hashes }) => hashes),
      ...(input.simpleChecks ?? []).map(({ hashes }) => hashes),
    ];
    const { order, start } = equalRuns([...new Set(columns)]);
    this.members = order;
    this.start = start;
    this.count = start.length - 1;
    this.first = start.slice(0, -1).map((at) => order[at] ?? 0);
  }

  size(number: number): number {
    return (this.start[number + 1] ?? 0) - (this.start[number] ?? 0);
  }

  membersOf(number: number): Uint32Array {
    return this.members.subarray(this.start[number], this.start[number + 1]);
  }
}

const isSimpleClass = (input: AlikeInput, classes: Classes, number: number, slack = 0): boolean =>
  isSimpleHash(input.primary, classes.first[number] ?? 0, slack);

/** The sum of differing bits over the hashes that were looked at, or -1 if the pictures are not alike. */
function differingBits(input: AlikeInput, a: number, b: number): number {
  let sum = distanceAt(input.primary, a, b);
  if (sum > input.distance) return -1;
  for (const { hashes, limit } of input.checks ?? []) {
    const apart = distanceAt(hashes, a, b);
    if (apart > limit) return -1;
    sum += apart;
  }
  if (isSimpleHash(input.primary, a) || isSimpleHash(input.primary, b)) {
    if (!input.simpleChecks) return -1;
    for (const { hashes, limit } of input.simpleChecks) {
      const apart = distanceAt(hashes, a, b);
      if (apart > limit) return -1;
      sum += apart;
    }
  }
  return sum;
}

/** Pairs of classes that are alike, with the sum of differing bits as distance. */
async function findEdges(
  input: AlikeInput,
  classes: Classes,
  control: PairSearchControl,
): Promise<PairList> {
  const edges = new PairList();
  const addIfAlike = (a: number, b: number): void => {
    const bits = differingBits(input, classes.first[a] ?? 0, classes.first[b] ?? 0);
    if (bits >= 0) edges.push(Math.min(a, b), Math.max(a, b), Math.min(bits, 255));
  };
  const numbers = new Uint32Array(classes.count).map((_, number) => number);
  const usual = numbers.filter((number) => !isSimpleClass(input, classes, number));
  await searchUsual(input, classes, usual, addIfAlike, control);
  if (!input.simpleChecks) return edges;
  // Simple hashes first by another hash: their own bucket would hold thousands of unrelated pictures.
  const [{ hashes, limit }] = input.simpleChecks;
  const slack = Math.min(input.distance, maximumSlack);
  const around = numbers.filter((number) => isSimpleClass(input, classes, number, slack));
  await searchBy(hashes, limit, classes, around, control, (a, b) => {
    if (isSimpleClass(input, classes, a) || isSimpleClass(input, classes, b)) addIfAlike(a, b);
  });
  return edges;
}

/** Classes with one primary hash lie next to each other, because classes are numbered by it. */
async function searchUsual(
  input: AlikeInput,
  classes: Classes,
  usual: Uint32Array,
  addIfAlike: (a: number, b: number) => void,
  control: PairSearchControl,
): Promise<void> {
  const columns = pick(input.primary, usual, classes);
  const start = sortedRuns(columns);
  const runOf = (run: number): Uint32Array => usual.subarray(start[run], start[run + 1]);
  const check = input.checks?.[0];
  for (let number = 0; number + 1 < start.length; number++) {
    if (isSingle(start, number)) continue;
    const run = runOf(number);
    if (run.length > crowd && check) {
      const quiet = { signal: control.signal };
      await searchBy(check.hashes, check.limit, classes, run, quiet, addIfAlike);
    } else {
      forEachPair(run, addIfAlike);
    }
  }
  await searchRuns(columns, start, runOf, input.distance, control, addIfAlike);
}

/** Candidates among some classes by any hash: equal ones, and those within the limit. */
async function searchBy(
  hashes: HashColumns,
  limit: number,
  classes: Classes,
  numbers: Uint32Array,
  control: PairSearchControl,
  found: (a: number, b: number) => void,
): Promise<void> {
  const columns = pick(hashes, numbers, classes);
  const { order, start } = equalRuns([columns]);
  const sorted = order.map((index) => numbers[index] ?? 0);
  const runOf = (run: number): Uint32Array => sorted.subarray(start[run], start[run + 1]);
  const turns = new Turns();
  for (let run = 0; run + 1 < start.length; run++) {
    if (isSingle(start, run)) continue;
    forEachPair(runOf(run), found);
    if (control.signal?.aborted) throw new CatalogError('CANCELLED');
    await turns.maybe();
  }
  const inOrder = pick(hashes, sorted, classes);
  await searchRuns(inOrder, start, runOf, limit, control, found);
}

/** Candidates of different runs of equal hashes. */
async function searchRuns(
  columns: HashColumns,
  start: Uint32Array,
  runOf: (run: number) => Uint32Array,
  limit: number,
  control: PairSearchControl,
  found: (a: number, b: number) => void,
): Promise<void> {
  const firsts = start.subarray(0, -1);
  const unique = {
    high: firsts.map((at) => columns.high[at] ?? 0),
    low: firsts.map((at) => columns.low[at] ?? 0),
  };
  const pairs = await findPairs(unique, limit, control);
  const turns = new Turns();
  for (let at = 0; at < pairs.length; at++) {
    for (const a of runOf(pairs.first(at))) {
      for (const b of runOf(pairs.second(at))) found(a, b);
    }
    if (at % 1024 === 0) {
      if (control.signal?.aborted) throw new CatalogError('CANCELLED');
      await turns.maybe();
    }
  }
}

const isSingle = (start: Uint32Array, run: number): boolean =>
  (start[run + 1] ?? 0) - (start[run] ?? 0) === 1;

function forEachPair(run: Uint32Array, found: (a: number, b: number) => void): void {
  for (let i = 0; i < run.length; i++) {
    for (let j = i + 1; j < run.length; j++) found(run[i] ?? 0, run[j] ?? 0);
  }
}

/** The hashes of some classes, in their order. */
function pick({ high, low }: HashColumns, numbers: Uint32Array, classes: Classes): HashColumns {
  return {
    high: numbers.map((number) => high[classes.first[number] ?? 0] ?? 0),
    low: numbers.map((number) => low[classes.first[number] ?? 0] ?? 0),
  };
}

interface Cluster {
  /** Classes of which it holds members; one of each is compared. */
  readonly classes: Set<number>;
  members: number[];
}

/** Complete linkage over classes; a class is split where its members must be kept apart. */
class Linkage {
  private readonly input: AlikeInput;
  private readonly classes: Classes;
  private readonly clusters = new Map<number, Cluster[]>();

  constructor(input: AlikeInput, classes: Classes) {
    this.input = input;
    this.classes = classes;
    for (let number = 0; number < classes.count; number++) {
      if (classes.size(number) > 1) this.clustersOf(number);
    }
  }

  join(a: number, b: number): void {
    for (const first of [...this.clustersOf(a)]) {
      for (const second of [...this.clustersOf(b)]) {
        if (first !== second && this.mayJoin(first, second)) this.merge(first, second);
      }
    }
  }

  groups(): AlikeGroup[] {
    const found = new Set<Cluster>();
    for (const clusters of this.clusters.values())
      for (const cluster of clusters) found.add(cluster);
    return [...found]
      .filter(({ members }) => members.length > 1)
      .map(({ members }) => members.sort((a, b) => a - b))
      .sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
  }

  private clustersOf(number: number): Cluster[] {
    const known = this.clusters.get(number);
    if (known) return known;
    const created = this.split(number);
    this.clusters.set(number, created);
    return created;
  }

  /** Pictures with equal hashes are alike, unless the hashes are simple and nothing else may be asked. */
  private split(number: number): Cluster[] {
    const members = [...this.classes.membersOf(number)];
    const create = (...indices: number[]): Cluster => ({
      classes: new Set([number]),
      members: indices,
    });
    if (!this.input.simpleChecks && isSimpleClass(this.input, this.classes, number)) {
      return members.map((member) => create(member));
    }
    const { separations } = this.input;
    if (!separations || !members.some((member) => separations.concerns(member))) {
      return [create(...members)];
    }
    const clusters: Cluster[] = [];
    for (const member of members) {
      const free = clusters.find((cluster) => !this.separated([member], cluster.members));
      if (free) free.members.push(member);
      else clusters.push(create(member));
    }
    return clusters;
  }

  private mayJoin(a: Cluster, b: Cluster): boolean {
    const { input, classes } = this;
    for (const first of a.classes) {
      for (const second of b.classes) {
        if (first === second) continue;
        if (differingBits(input, classes.first[first] ?? 0, classes.first[second] ?? 0) < 0) {
          return false;
        }
      }
    }
    return !this.separated(a.members, b.members);
  }

  private separated(a: readonly number[], b: readonly number[]): boolean {
    const { separations } = this.input;
    if (!separations) return false;
    const concerned = b.filter((index) => separations.concerns(index));
    if (concerned.length === 0) return false;
    return a.some(
      (first) =>
        separations.concerns(first) &&
        concerned.some((second) => separations.separates(first, second)),
    );
  }

  /** The second's members go to the first, in all classes that it stands in. */
  private merge(into: Cluster, from: Cluster): void {
    into.members = into.members.concat(from.members);
    for (const number of from.classes) {
      into.classes.add(number);
      const clusters = this.clusters.get(number) ?? [];
      const kept = clusters.filter((cluster) => cluster !== from && cluster !== into);
      this.clusters.set(number, [...kept, into]);
    }
    from.members = [];
  }
}
