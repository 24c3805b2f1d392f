import type { FilePort } from '../files/filePort.js';
import { systemErrorCode } from '../files/filePort.js';
import type { SourceFileRow } from '../store/rows.js';
import type { EventLoopTurns } from './eventLoopTurns.js';
import { foldersAbove } from './pathScope.js';
import { absolutePath, splitPath } from './pathNames.js';

export interface GoneFilesInput {
  readonly files: Pick<FilePort, 'lstat'>;
  readonly root: string;
  readonly known: ReadonlyMap<string, SourceFileRow>;
  /** Paths that this walk found. */
  readonly found: ReadonlySet<string>;
  readonly completeFolders: ReadonlySet<string>;
  readonly turns: EventLoopTurns;
}

/**
 * Which files seen before are no longer at the source. Only a folder that was read to its end tells that a
 * file is gone. If not one of the known files is left, the drive is absent, or another one has its place,
 * and nothing is called gone.
 */
export async function findGoneFiles(input: GoneFilesInput): Promise<string[]> {
  const { known, found, completeFolders } = input;
  const gone: string[] = [];
  let isAnyLeft = false;
  const absent = new Map<string, boolean>();
  const isAbsent = (relativePath: string): boolean => {
    let answer = absent.get(relativePath);
    if (answer === undefined) {
      answer = isMissing(input.files, absolutePath(input.root, relativePath));
      absent.set(relativePath, answer);
    }
    return answer;
  };
  for (const [relativePath, row] of known) {
    if (found.has(relativePath)) {
      isAnyLeft = true;
    } else if (row.state !== 'gone') {
      const topmost = topmostUnread(relativePath, completeFolders);
      if (topmost !== null && isAbsent(topmost)) gone.push(relativePath);
      else isAnyLeft = true;
      if (input.turns.isDue()) await input.turns.next();
    }
  }
  return isAnyLeft ? gone : [];
}

/** The path, or the folder above it, that lies directly in a folder that was read to its end. */
function topmostUnread(relativePath: string, completeFolders: ReadonlySet<string>): string | null {
  if (completeFolders.has(splitPath(relativePath).folder)) return relativePath;
  for (const folder of foldersAbove(relativePath)) {
    if (completeFolders.has(splitPath(folder).folder)) return folder;
  }
  return null;
}

function isMissing(files: Pick<FilePort, 'lstat'>, absolutePath: string): boolean {
  try {
    files.lstat(absolutePath);
    return false;
  } catch (error) {
    const code = systemErrorCode(error);
    return code === 'ENOENT' || code === 'ENOTDIR';
  }
}
