import { isSidecarName, fileTypeOfName } from '../media/fileKinds.js';
import { sniffContent } from '../media/sniff.js';
import { openByteReader } from '../files/byteReader.js';
import type { FilePort } from '../files/filePort.js';
import { CatalogError, errorDetail } from '../model/errors.js';
import { absolutePath } from './pathNames.js';
import { assignSidecars } from './sidecars.js';
import { isSystemFolder } from './skipRules.js';
import { compareCodeUnits, isJsonName, sortedByFolder } from './walk.js';
import { EventLoopTurns } from './eventLoopTurns.js';

/** Everything a source holds, without any exclusion: what is erased is erased whole. Paths are relative to it. */
export interface EraseListing {
  /** Photos, videos and sidecars by name or by content, in path order. */
  readonly wanted: readonly string[];
  readonly others: readonly string[];
  /** Folders and files that could not be looked at, with what the system says. */
  readonly unreadable: readonly { readonly relativePath: string; readonly detail: string }[];
}

export interface EraseListingInput {
  readonly files: FilePort;
  /** Absolute. */
  readonly root: string;
  readonly signal?: AbortSignal | undefined;
}

const headBytes = 4096;

/**
 * Lists a source to its last file, hidden ones included. Links are not followed: erasing takes only the link.
 * @throws CatalogError SOURCE_PATH_NOT_FOUND, CANCELLED
 */
export async function listForErasing(input: EraseListingInput): Promise<EraseListing> {
  const lister = new Lister(input);
  await lister.walk();
  return lister.result();
}

class Lister {
  private readonly input: EraseListingInput;
  private readonly media: string[] = [];
  private readonly companions: string[] = [];
  private readonly others: string[] = [];
  private readonly unreadable: { relativePath: string; detail: string }[] = [];
  private readonly turns = new EventLoopTurns();

  constructor(input: EraseListingInput) {
    this.input = input;
  }

  async walk(): Promise<void> {
    const folders: { path: string; isSystem: boolean }[] = [{ path: '', isSystem: false }];
    for (let folder = folders.pop(); folder; folder = folders.pop()) {
      let entries;
      try {
        entries = this.input.files.readdir(this.absolute(folder.path));
      } catch (error) {
        if (folder.path === '') {
          const data = { path: this.input.root };
          throw new CatalogError('SOURCE_PATH_NOT_FOUND', data, { cause: error });
        }
        this.unreadable.push({ relativePath: folder.path, detail: errorDetail(error) });
        continue;
      }
      for (const { name, kind } of entries) {
        const path = folder.path === '' ? name : `${folder.path}/${name}`;
        const isSystem = folder.isSystem || isSystemFolder(name);
        if (kind === 'directory') folders.push({ path, isSystem });
        else if (kind !== 'file' || folder.isSystem) this.others.push(path);
        else await this.addFile(name, path);
      }
    }
  }

  private async addFile(name: string, path: string): Promise<void> {
    if (this.turns.isDue()) await this.turns.next();
    if (this.input.signal?.aborted) throw new CatalogError('CANCELLED');
    // AppleDouble: attributes of the file beside it.
    if (name.startsWith('._')) this.others.push(path);
    else if (fileTypeOfName(name) !== null) this.media.push(path);
    else if (isSidecarName(name) || isJsonName(name)) this.companions.push(path);
    else if (await this.isMediaByContent(name, path)) this.media.push(path);
    else this.others.push(path);
  }

  /** A photo under a name that a scan passes by would be lost all the same. */
  private async isMediaByContent(name: string, path: string): Promise<boolean> {
    try {
      const reader = openByteReader(this.input.files, this.absolute(path));
      try {
        const head = Buffer.from(reader.read(0, headBytes));
        return head.length > 0 && !('seems' in (await sniffContent(head, name)));
      } finally {
        reader.close();
      }
    } catch (error) {
      this.unreadable.push({ relativePath: path, detail: errorDetail(error) });
      return false;
    }
  }

  result(): EraseListing {
    const { sidecarsOf, orphans, unrelated } = assignSidecars(this.media, this.companions);
    const unreadable = new Set(this.unreadable.map((one) => one.relativePath));
    const others = this.others.filter((path) => !unreadable.has(path));
    return {
      wanted: sortedByFolder([...this.media, ...[...sidecarsOf.values()].flat(), ...orphans]),
      others: [...others, ...unrelated].sort(compareCodeUnits),
      unreadable: this.unreadable,
    };
  }

  private absolute(path: string): string {
    return absolutePath(this.input.root, path);
  }
}
