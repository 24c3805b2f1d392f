import type { Separations } from './alikeGroups.js';
import type { Bursts } from './bursts.js';
import type { ComparedImages } from './comparedImages.js';

/** Pairs by index that a person has said are not duplicates. */
export class DistinctPairs {
  private readonly partners = new Map<number, Set<number>>();

  constructor(pairs: Iterable<readonly [number, number]>) {
    for (const [a, b] of pairs) {
      this.partnersOf(a).add(b);
      this.partnersOf(b).add(a);
    }
  }

  has(index: number): boolean {
    return this.partners.has(index);
  }

  includes(a: number, b: number): boolean {
    return this.partners.get(a)?.has(b) ?? false;
  }

  private partnersOf(index: number): Set<number> {
    const known = this.partners.get(index) ?? new Set();
    this.partners.set(index, known);
    return known;
  }
}

/**
 * What never makes duplicates: the files of one shot, pairs that a person told apart and, where looks alone
 * count, the shots of a burst.
 * @param equal pictures that are equal by more than their looks, burst or not
 */
export function separationsOf(
  images: ComparedImages,
  distinct: DistinctPairs,
  bursts: Bursts | null,
  equal: (a: number, b: number) => boolean = () => false,
): Separations {
  return {
    concerns: (index) =>
      (images.unit[index] ?? -1) >= 0 || distinct.has(index) || (bursts?.has(index) ?? false),
    separates: (a, b) =>
      isOneThing(images, a, b) ||
      distinct.includes(a, b) ||
      ((bursts?.areSiblings(a, b) ?? false) && !equal(a, b)),
  };
}

function isOneThing({ unit }: ComparedImages, a: number, b: number): boolean {
  return (unit[a] ?? -1) >= 0 && unit[a] === unit[b];
}

/** Splits pictures into groups without a separated pair, each picture going to the first group that takes it. */
export function splitApart(members: readonly number[], separations: Separations): number[][] {
  const groups: number[][] = [];
  for (const member of members) {
    const group = groups.find(
      (each) => !each.some((other) => separations.separates(member, other)),
    );
    if (group) group.push(member);
    else groups.push([member]);
  }
  return groups.filter((group) => group.length > 1);
}
