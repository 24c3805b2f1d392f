import {
  fileTypeOfName,
  isRawName,
  sidecarKindOfName,
  takeoutMediaName,
} from '../media/fileKinds.js';
import type { SidecarKind } from '../media/fileKinds.js';
import { splitPath } from './pathNames.js';

/** Which image or video each sidecar travels with. All paths are relative to the source. */
export interface SidecarAssignment {
  /** By media path; a path that has none is not in it. Exact matches (`IMG.jpg.xmp`) first. */
  readonly sidecarsOf: ReadonlyMap<string, readonly string[]>;
  /** Sidecars by their names whose image is not there. */
  readonly orphans: readonly string[];
  /** JSON files that belong to no image. */
  readonly unrelated: readonly string[];
}

/** Takeout cuts the names of its JSON files to this many characters, `.json` not counted. */
const takeoutStemLength = 46;

/**
 * Finds the media file of each sidecar in the same folder. A name that carries the whole media name wins
 * (`IMG.CR2.xmp`, and darktable's `IMG_01.CR2.xmp` for a duplicate edit); else the stem decides, compared
 * without case. A sidecar has one owner: the raw file of a RAW+JPEG pair, except that a THM prefers a video.
 */
export function assignSidecars(
  mediaPaths: readonly string[],
  companionPaths: readonly string[],
): SidecarAssignment {
  const folders =
    companionPaths.length === 0
      ? new Map<string, Folder>()
      : indexFolders(mediaPaths, companionPaths);
  const exact = new Map<string, string[]>();
  const byStem = new Map<string, string[]>();
  const orphans: string[] = [];
  const unrelated: string[] = [];
  for (const path of companionPaths) {
    const { folder, name } = splitPath(path);
    const kind = sidecarKindOfName(name);
    const owner = folders.get(folder)?.ownerOf(name, kind) ?? null;
    if (owner !== null) append(owner.isExact ? exact : byStem, owner.path, path);
    else if (kind === null) unrelated.push(path);
    else orphans.push(path);
  }
  for (const [path, sidecars] of byStem) {
    for (const sidecar of sidecars) append(exact, path, sidecar);
  }
  return { sidecarsOf: exact, orphans, unrelated };
}

interface Owner {
  readonly path: string;
  readonly isExact: boolean;
}

function indexFolders(
  mediaPaths: readonly string[],
  companionPaths: readonly string[],
): Map<string, Folder> {
  const folders = new Map<string, Folder>();
  for (const path of companionPaths) {
    const { folder } = splitPath(path);
    if (!folders.has(folder)) folders.set(folder, new Folder());
  }
  for (const path of mediaPaths) folders.get(splitPath(path).folder)?.add(path);
  return folders;
}

/** The media files of one folder by name and by stem. */
class Folder {
  private readonly byName = new Map<string, string>();
  private readonly byLowerName = new Map<string, string>();
  private readonly byStem = new Map<string, string[]>();

  add(path: string): void {
    const { name, stem } = splitPath(path);
    this.byName.set(name, path);
    if (!this.byLowerName.has(name.toLowerCase())) this.byLowerName.set(name.toLowerCase(), path);
    append(this.byStem, stem.toLowerCase(), path);
  }

  ownerOf(name: string, kind: SidecarKind | null): Owner | null {
    if (kind === 'json' || kind === null) return this.ownerOfJson(name);
    const described = splitPath(name).stem;
    const named = this.named(described) ?? this.named(withoutDarktableNumber(described));
    if (named !== undefined) return { path: named, isExact: true };
    for (const stem of stemsOf(described, kind)) {
      const path = preferred(this.byStem.get(stem.toLowerCase()) ?? [], kind);
      if (path !== undefined) return { path, isExact: false };
    }
    return null;
  }

  private ownerOfJson(name: string): Owner | null {
    const described = takeoutMediaName(name);
    const path = (described === null ? undefined : this.named(described)) ?? this.cutOff(name);
    return path === undefined ? null : { path, isExact: true };
  }

  private named(name: string | null): string | undefined {
    if (name === null) return undefined;
    return this.byName.get(name) ?? this.byLowerName.get(name.toLowerCase());
  }

  /** The only media file whose long name a Takeout JSON's name is the cut-off beginning of. */
  private cutOff(jsonName: string): string | undefined {
    const whole = jsonName.slice(0, -'.json'.length);
    const copy = /\(\d{1,4}\)$/.exec(whole)?.[0] ?? '';
    const beginning = whole.slice(0, whole.length - copy.length);
    if (beginning.length < takeoutStemLength - 1) return undefined;
    let found: string | undefined;
    for (const [name, path] of this.byName) {
      if (!name.startsWith(beginning) || !splitPath(name).stem.endsWith(copy)) continue;
      if (found !== undefined) return undefined;
      found = path;
    }
    return found;
  }
}

function withoutDarktableNumber(name: string): string | null {
  const match = /^(.+)_\d{2}(\.[^.]+)$/.exec(name);
  return match ? `${match[1]}${match[2]}` : null;
}

/**
 * Stems under which the media file of a sidecar may stand, best first. Apple writes `IMG_O1234.AAE` beside
 * `IMG_1234.HEIC`, and where only the edited picture was taken along it is `IMG_E1234.HEIC`.
 */
function stemsOf(stem: string, kind: SidecarKind): readonly string[] {
  if (kind !== 'aae') return [stem];
  const match = /^(IMG_)([OE]?)(\d+)$/i.exec(stem);
  if (!match) return [stem];
  return [stem, `${match[1]}${match[3]}`, `${match[1]}E${match[3]}`];
}

function preferred(paths: readonly string[], kind: SidecarKind): string | undefined {
  const isVideo = (path: string): boolean => fileTypeOfName(path) === 'video';
  const raw = paths.find((path) => isRawName(path));
  const image = paths.find((path) => !isVideo(path));
  const video = paths.find(isVideo);
  return kind === 'thm' ? (video ?? raw ?? image) : (raw ?? image ?? video);
}

function append(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
