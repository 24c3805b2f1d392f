import { posix } from 'node:path';
import { splitExtension } from '../files/safeNames.js';
import type { CatalogError } from '../model/errors.js';
import { foldPath } from '../model/foldPath.js';
import type { IsTaken, PlacedUnit, PlannableFile, Unit, UnitNames } from './plan.js';
import { maximumSuffix, namesExhausted, unitNames, unitsOf } from './plan.js';
import type { NamingSettings } from './strategy.js';

/** What is known of the managed directory. Paths are relative to it, `/` separated. */
export interface MoveSurroundings {
  /** Files there and rows of the catalog, those that are to move among them. */
  readonly isTaken: IsTaken;
  /** What stands at a path: nothing, the file that also stands at the other path, or another one. */
  readonly look: (path: string, other: string) => 'nothing' | 'same' | 'other';
}

/** A file and where it goes; `from` is `to` for one that stays while others of its unit move. */
export interface MovedFile {
  /** The id of the plannable file; that of its image for a sidecar. */
  readonly id: number;
  readonly role: 'primary' | 'sidecar';
  readonly from: string;
  readonly to: string;
}

export interface MovePlan {
  /** Files that move together, in the order of the work: a name is free before another file gets it. */
  readonly moves: readonly (readonly MovedFile[])[];
  /** Files that are where they belong. */
  readonly unchanged: readonly number[];
  readonly refused: readonly { readonly file: PlannableFile; readonly error: CatalogError }[];
}

/**
 * New places for files that stand in a managed directory. A file at its wanted name, or at that name with a suffix, is
 * in place, so a plan that was carried out plans nothing more. A name counts as free if its present file moves away in
 * the same plan, and that one goes first; if they want each other's, one of them gets a suffix. Goes on step by step,
 * as there may be many files to look at; a step gives how many of them are done with it.
 * @param groups files that belong together, with `present`
 * @param check throws a CatalogError for files that cannot move; asked only for those that would
 */
export function* planMoves(
  groups: readonly (readonly PlannableFile[])[],
  settings: NamingSettings,
  surroundings: MoveSurroundings,
  check: (files: readonly PlannableFile[]) => CatalogError | null,
): Generator<number, MovePlan> {
  const planner = new MovePlanner(surroundings);
  const unchanged: number[] = [];
  const refused: { file: PlannableFile; error: CatalogError }[] = [];
  const refuse = (unit: Unit, error: CatalogError): void => {
    refused.push(...unit.members.map((file) => ({ file, error })));
  };
  for (const group of groups) {
    for (const unit of unitsOf(group, settings)) {
      const names = unitNames(unit, settings);
      if (planner.keepInPlace(unit, names)) unchanged.push(...unit.members.map(({ id }) => id));
      else {
        const error = check(unit.members);
        if (error) refuse(unit, error);
        else planner.add(unit, names);
      }
    }
    yield group.length;
  }
  const { moves, exhausted } = yield* planner.plan();
  for (const unit of exhausted) refuse(unit, namesExhausted(unit, settings));
  return { moves, unchanged, refused };
}

interface Mover {
  readonly unit: Unit;
  readonly names: UnitNames;
  readonly own: ReadonlySet<string>;
  place: Place | null;
  state: 'open' | 'entered' | 'left';
}

interface Place {
  readonly files: readonly MovedFile[];
  /** Folded names that it gets. */
  readonly names: readonly string[];
  /** Whose names it gets. */
  readonly after: readonly Mover[];
}

class MovePlanner {
  private readonly surroundings: MoveSurroundings;
  /** Folded names that are given away, or kept. */
  private readonly used = new Set<string>();
  private readonly movers: Mover[] = [];
  /** Who stands at a folded name, and the name. */
  private readonly leaving = new Map<string, { readonly mover: Mover; readonly path: string }>();
  /** Of names that clashed. */
  private readonly nextSuffix = new Map<string, number>();

  constructor(surroundings: MoveSurroundings) {
    this.surroundings = surroundings;
  }

  keepInPlace(unit: Unit, names: UnitNames): boolean {
    for (const suffix of presentSuffixes(unit, names)) {
      const files = filesOf(unit, names.place(suffix));
      if (!files.every(({ from, to }) => this.isSamePlace(from, to))) continue;
      for (const { to } of files) this.used.add(foldPath(to));
      return true;
    }
    return false;
  }

  /** Also if they differ in case only, where the volume knows no difference. */
  private isSamePlace(from: string, to: string): boolean {
    if (from === to) return true;
    return foldPath(from) === foldPath(to) && this.surroundings.look(to, from) === 'same';
  }

  add(unit: Unit, names: UnitNames): void {
    const present = unit.members.flatMap((file) => [file.present ?? '', ...file.sidecars]);
    const own = new Set(present.map(foldPath));
    const mover: Mover = { unit, names, own, place: null, state: 'open' };
    this.movers.push(mover);
    for (const path of present) this.leaving.set(foldPath(path), { mover, path });
  }

  *plan(): Generator<number, { moves: (readonly MovedFile[])[]; exhausted: Unit[] }> {
    for (const mover of this.movers) {
      this.give(mover, this.find(mover, true));
      yield 0;
    }
    const moves: (readonly MovedFile[])[] = [];
    for (const mover of this.movers) {
      for (const { place } of this.inOrder(mover)) {
        if (place?.files.some(({ from, to }) => from !== to)) moves.push(place.files);
      }
    }
    const exhausted = this.movers.filter(({ place }) => place === null).map(({ unit }) => unit);
    return { moves, exhausted };
  }

  private give(mover: Mover, place: Place | null): void {
    for (const name of mover.place?.names ?? []) this.used.delete(name);
    mover.place = place;
    for (const name of place?.names ?? []) this.used.add(name);
  }

  private find(mover: Mover, mayFollow: boolean): Place | null {
    const { unit, names } = mover;
    const { key } = names;
    const first = mayFollow ? (this.nextSuffix.get(key) ?? 0) : 0;
    for (let suffix = first; suffix <= maximumSuffix; suffix += 1) {
      const found = this.tryPlace(mover, filesOf(unit, names.place(suffix)), mayFollow);
      if (!found) continue;
      if (suffix > 0) this.nextSuffix.set(key, suffix + 1);
      return found;
    }
    return null;
  }

  private tryPlace(mover: Mover, wanted: readonly MovedFile[], mayFollow: boolean): Place | null {
    const after = new Set<Mover>();
    const files: MovedFile[] = [];
    for (const file of wanted) {
      const { from, to } = file;
      const name = foldPath(to);
      if (this.used.has(name)) return null;
      const isOwn = name === foldPath(from);
      if (isOwn && this.isSamePlace(from, to)) {
        files.push({ ...file, to: from });
        continue;
      }
      files.push(file);
      if (isOwn) {
        // Another case of the same name: free, unless another file has it.
        if (this.surroundings.look(to, from) !== 'nothing') return null;
        continue;
      }
      if (mover.own.has(name)) return null;
      if (!this.surroundings.isTaken(name)) continue;
      const leaving = mayFollow ? this.leaving.get(name) : undefined;
      if (!leaving || this.surroundings.look(to, leaving.path) === 'other') return null;
      after.add(leaving.mover);
    }
    return { files, names: wanted.map(({ to }) => foldPath(to)), after: [...after] };
  }

  /** Those that have to go first, then the mover itself; nobody twice. */
  private *inOrder(first: Mover): Generator<Mover> {
    // Not by recursion: names may be handed on along a chain of any length.
    const way = [first];
    for (let mover = way.at(-1); mover; mover = way.at(-1)) {
      if (mover.state === 'left') {
        way.pop();
        continue;
      }
      mover.state = 'entered';
      const before = mover.place?.after ?? [];
      // Whoever finds no place does not make room either.
      if (before.some(({ state, place }) => state === 'entered' || place === null)) {
        this.give(mover, null);
        this.give(mover, this.find(mover, false));
        continue;
      }
      const next = before.find(({ state }) => state === 'open');
      if (next) {
        way.push(next);
        continue;
      }
      mover.state = 'left';
      way.pop();
      yield mover;
    }
  }
}

/** The suffix that the lead has now, if it has its wanted stem. */
function presentSuffixes({ lead }: Unit, { stem }: UnitNames): number[] {
  const present = splitExtension(posix.basename(lead.present ?? '')).stem;
  if (present.length === stem.length) return [0];
  const suffix = /^-([1-9]\d{0,3})$/.exec(present.slice(stem.length))?.[1];
  return suffix === undefined ? [] : [Number(suffix)];
}

/** Images first, each with its sidecars behind it. */
function filesOf(unit: Unit, placed: PlacedUnit): MovedFile[] {
  return unit.members.flatMap((file): MovedFile[] => {
    const planned = placed.files.get(file.id);
    if (!planned) return [];
    return [
      { id: file.id, role: 'primary', from: file.present ?? '', to: planned.destination },
      ...planned.sidecars.map(({ source, destination }): MovedFile => {
        return { id: file.id, role: 'sidecar', from: source, to: destination };
      }),
    ];
  });
}
