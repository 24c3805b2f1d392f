import { posix } from 'node:path';
import { safeName, splitExtension, truncateBytes } from '../files/safeNames.js';
import { CatalogError } from '../model/errors.js';
import { foldPath } from '../model/foldPath.js';
import type { FileType } from '../model/media.js';
import type { NamedFile, NamingSettings } from './strategy.js';
import { destinationExtension, destinationFolder, destinationStem, isUndated } from './strategy.js';

/** A file to be placed, as the scan describes it. */
export interface PlannableFile extends Pick<NamedFile, 'checksum' | 'captureTime'> {
  readonly id: number;
  /** Relative to the source, `/` separated. */
  readonly relativePath: string;
  readonly fileType: FileType;
  readonly groupKey: string | null;
  /** Relative to the source; beside `present` if that is given. */
  readonly sidecars: readonly string[];
  /** Where a managed file stands now: its sidecars have got their names after that one. */
  readonly present?: string;
}

/** Destinations are relative to the managed directory, `/` separated. */
export interface PlannedFile {
  readonly destination: string;
  readonly sidecars: readonly PlannedSidecar[];
}

export interface PlannedSidecar {
  readonly source: string;
  readonly destination: string;
}

/** Which relative paths already stand in the managed directory or belong to a row. Given folded paths. */
export type IsTaken = (foldedPath: string) => boolean;

export const maximumSuffix = 9999;

/** Orders texts by their UTF-16 code units: the same in every locale. */
export const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The destination of every file, a pure function of its input. Files of a group (RAW+JPEG, live photo) share
 * folder and stem, those of their lead; sidecars follow with their convention (`IMG.xmp`, `IMG.JPG.xmp`).
 * Where a name is taken, the whole group gets the suffix `-1`, `-2`, ... The order of the input does not matter.
 * @throws CatalogError DESTINATION_NAMES_EXHAUSTED
 */
export function planDestinations(
  files: readonly PlannableFile[],
  settings: NamingSettings,
  isTaken: IsTaken = () => false,
): Map<number, PlannedFile> {
  const planner = new DestinationPlanner(settings, isTaken);
  const plan = new Map<number, PlannedFile>();
  for (const group of groupsOf(files)) {
    for (const [id, file] of planner.plan(group)) plan.set(id, file);
  }
  return plan;
}

/** As planDestinations, group by group: whoever has more files than memory holds keeps the order. */
export class DestinationPlanner {
  private readonly settings: NamingSettings;
  private readonly isTaken: IsTaken;
  /** Hashes of the folded paths: a large job has many. Two with one hash cost a suffix that was not needed. */
  private readonly used = new Set<number>();
  /** Of names that clashed: saves the next file of that name a try of every suffix before. */
  private readonly nextSuffix = new Map<string, number>();

  constructor(settings: NamingSettings, isTaken: IsTaken = () => false) {
    this.settings = settings;
    this.isTaken = isTaken;
  }

  /**
   * @param group files with one group key, or one file; groups come in the order of their first members
   * @throws CatalogError DESTINATION_NAMES_EXHAUSTED
   */
  plan(group: readonly PlannableFile[]): Map<number, PlannedFile> {
    const plan = new Map<number, PlannedFile>();
    for (const unit of unitsOf(group, this.settings)) {
      for (const [id, file] of this.planUnit(unit)) plan.set(id, file);
    }
    return plan;
  }

  private planUnit(unit: Unit): ReadonlyMap<number, PlannedFile> {
    const { key, place } = unitNames(unit, this.settings);
    for (let suffix = this.nextSuffix.get(key) ?? 0; suffix <= maximumSuffix; suffix += 1) {
      const placed = place(suffix);
      const folded = placed.paths.map(foldPath);
      if (folded.some((path) => this.used.has(hashOf(path)) || this.isTaken(path))) continue;
      for (const path of folded) this.used.add(hashOf(path));
      if (suffix > 0) this.nextSuffix.set(key, suffix + 1);
      return placed.files;
    }
    throw namesExhausted(unit, this.settings);
  }
}

export const namesExhausted = ({ lead }: Unit, settings: NamingSettings): CatalogError =>
  new CatalogError('DESTINATION_NAMES_EXHAUSTED', {
    path: lead.relativePath,
    directory: destinationFolder(named(lead), settings),
  });

export interface UnitNames {
  /** Units with one key want the same name. */
  readonly key: string;
  /** The wanted stem, without a suffix. */
  readonly stem: string;
  /** @param suffix 0 for none */
  readonly place: (suffix: number) => PlacedUnit;
}

/** The names that a unit may get, one after the other. */
export function unitNames(unit: Unit, settings: NamingSettings): UnitNames {
  const folder = destinationFolder(named(unit.lead), settings);
  const stem = destinationStem(named(unit.lead), settings);
  return {
    key: foldPath(posix.join(folder, stem + extensionOf(unit.lead))),
    stem,
    place: (suffix) => placeUnit(unit, folder, suffix === 0 ? stem : `${stem}-${suffix}`),
  };
}

/** The file's own, which a managed file has kept from its source or got since. */
const extensionOf = (file: PlannableFile): string =>
  destinationExtension(posix.basename(file.present ?? file.relativePath));

const named = (file: PlannableFile): NamedFile => ({
  originalName: posix.basename(file.relativePath),
  checksum: file.checksum,
  captureTime: file.captureTime,
});

/** 53 bits: FNV-1a with the usual prime and, for the upper bits, another one. */
function hashOf(text: string): number {
  let low = 0x811c9dc5;
  let high = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x01000253);
  }
  return (high & 0x1fffff) * 2 ** 32 + (low >>> 0);
}

/** Files that get one stem. */
export interface Unit {
  readonly lead: PlannableFile;
  readonly members: readonly PlannableFile[];
}

/** In the order of their first members; members in path order. */
function groupsOf(files: readonly PlannableFile[]): PlannableFile[][] {
  const sorted = [...files].sort((a, b) => byCodeUnits(a.relativePath, b.relativePath));
  const groups = new Map<string, PlannableFile[]>();
  const ordered: PlannableFile[][] = [];
  for (const file of sorted) {
    const group = file.groupKey === null ? undefined : groups.get(file.groupKey);
    if (group) {
      group.push(file);
      continue;
    }
    const first = [file];
    ordered.push(first);
    if (file.groupKey !== null) groups.set(file.groupKey, first);
  }
  return ordered;
}

/** Members with one extension (`.JPG`, `.jpg`) cannot share a stem: the later ones are named alone. */
export function unitsOf(group: readonly PlannableFile[], settings: NamingSettings): Unit[] {
  const [only] = group;
  if (only && group.length === 1) return [{ lead: only, members: [only] }];
  const extensions = new Set<string>();
  const members: PlannableFile[] = [];
  const alone: Unit[] = [];
  for (const file of group) {
    const extension = foldPath(extensionOf(file));
    if (extensions.has(extension)) alone.push({ lead: file, members: [file] });
    else members.push(file);
    extensions.add(extension);
  }
  const lead = leadOf(members, settings);
  return lead ? [{ lead, members }, ...alone] : alone;
}

/** The lead gives the group its date and stem: a dated file before an undated, a still before its movie. */
function leadOf(
  members: readonly PlannableFile[],
  settings: NamingSettings,
): PlannableFile | undefined {
  const rank = (file: PlannableFile): number =>
    (isUndated(named(file), settings) ? 2 : 0) + (file.fileType === 'image' ? 0 : 1);
  return [...members].sort(
    (a, b) => rank(a) - rank(b) || byCodeUnits(a.relativePath, b.relativePath),
  )[0];
}

/** Names for all files of a unit. */
export interface PlacedUnit {
  readonly files: ReadonlyMap<number, PlannedFile>;
  readonly paths: readonly string[];
}

function placeUnit(unit: Unit, folder: string, stem: string): PlacedUnit {
  const files = new Map<number, PlannedFile>();
  const paths: string[] = [];
  const folded = new Set<string>();
  const add = (name: string): string => {
    const path = posix.join(folder, name);
    paths.push(path);
    folded.add(foldPath(path));
    return path;
  };
  const destinations = unit.members.map((member) => add(stem + extensionOf(member)));
  const seen = new Set<string>();
  unit.members.forEach((member, index) => {
    const sidecars: PlannedSidecar[] = [];
    for (const source of [...member.sidecars].sort(byCodeUnits)) {
      // A sidecar named by two members of a group travels once.
      if (seen.has(source)) continue;
      seen.add(source);
      const isFree = (name: string): boolean => !folded.has(foldPath(posix.join(folder, name)));
      const name = sidecarName(source, member, stem, isFree);
      sidecars.push({ source, destination: add(name) });
    }
    files.set(member.id, { destination: destinations[index] ?? '', sidecars });
  });
  return { files, paths };
}

/**
 * A sidecar's name beside the image's new one: what followed the image's name (`IMG.JPG.xmp`) or its stem
 * (`IMG.xmp`) follows the new one. A sidecar that begins with neither keeps its own name behind the stem.
 */
function sidecarName(
  source: string,
  image: PlannableFile,
  stem: string,
  isFree: (name: string) => boolean,
): string {
  const own = posix.basename(source);
  const imageName = posix.basename(image.present ?? image.relativePath);
  const { stem: imageStem } = splitExtension(imageName);
  // A managed file's sidecar may stand behind its stem by the rule below: then it is not put there twice.
  const tails = image.present === undefined ? /^(?:_\d\d)?\./ : /^[._]/;
  const follows = (start: string, newStart: string): string | null => {
    const tail = own.slice(start.length);
    // darktable puts a counter in between: `IMG_1_01.CR2.xmp`.
    const fits = foldPath(own).startsWith(foldPath(start)) && tails.test(tail);
    return fits ? newStart + safeName(`x${tail}`).slice(1) : null;
  };
  const first = follows(imageName, stem + extensionOf(image)) ?? follows(imageStem, stem);
  if (first !== null && isFree(first)) return first;
  const parts = splitExtension(safeName(own));
  for (let count = 0; ; count += 1) {
    const tail = count === 0 ? '' : `-${count}`;
    const name = `${stem}_${truncateBytes(parts.stem, 60)}${tail}${parts.extension}`;
    if (isFree(name)) return name;
  }
}
