import path from 'node:path';
import type { PathMapping } from '../model/migration.js';

const isWindowsLike = (text: string): boolean => /^(?:[A-Za-z]:[\\/]|\\\\)/.test(text);

/** The folders of a path and its last part; both separators count in a Windows path. */
export function pathParts(text: string): readonly string[] {
  return (isWindowsLike(text) ? text.split(/[\\/]+/) : text.split('/')).filter(
    (part) => part !== '' && part !== '.',
  );
}

/** An absolute path without doubled or trailing separators and without `..`. */
export function tidyPath(text: string, baseDirectory: string | null): string {
  if (isWindowsLike(text)) return path.win32.normalize(text).replace(/(?<=[^:])\\$/, '');
  const absolute = text.startsWith('/') ? text : path.posix.join(baseDirectory ?? '/', text);
  const tidy = path.posix.normalize(absolute.replace(/^\/+/, '/'));
  return tidy.length > 1 && tidy.endsWith('/') ? tidy.slice(0, -1) : tidy;
}

/** True if all parts of the folder begin the path. */
export function startsWith(parts: readonly string[], folder: readonly string[]): boolean {
  return folder.length <= parts.length && folder.every((part, index) => part === parts[index]);
}

/** Brings paths of the old machine to this one: the longest mapping that fits wins, by path component. */
export class PathMapper {
  readonly used = new Set<PathMapping>();
  private readonly mappings: readonly {
    readonly mapping: PathMapping;
    readonly from: readonly string[];
  }[];
  private readonly baseDirectory: string | null;

  constructor(mappings: readonly PathMapping[], baseDirectory: string | null) {
    this.baseDirectory = baseDirectory;
    this.mappings = mappings
      .map((mapping) => ({ mapping, from: pathParts(tidyPath(mapping.from, baseDirectory)) }))
      .sort((a, b) => b.from.length - a.from.length);
  }

  map(stored: string): string {
    const tidy = tidyPath(stored, this.baseDirectory);
    if (this.mappings.length === 0) return tidy;
    const parts = pathParts(tidy);
    const fitting = this.mappings.find(({ from }) => startsWith(parts, from));
    if (!fitting) return tidy;
    this.used.add(fitting.mapping);
    const rest = parts.slice(fitting.from.length);
    const separator = isWindowsLike(fitting.mapping.to) ? '\\' : '/';
    const target = tidyPath(fitting.mapping.to, null);
    return rest.length === 0 ? target : [target.replace(/[\\/]$/, ''), ...rest].join(separator);
  }
}

/** A folder that may hold images. */
export interface Folder<T> {
  readonly parts: readonly string[];
  readonly value: T;
}

/** The folders that hold a path, the longest first. */
export function foldersOf<T>(parts: readonly string[], folders: readonly Folder<T>[]): Folder<T>[] {
  return folders
    .filter((folder) => startsWith(parts, folder.parts) && parts.length > folder.parts.length)
    .sort((a, b) => b.parts.length - a.parts.length);
}
