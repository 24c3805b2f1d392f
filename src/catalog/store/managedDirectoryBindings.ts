import fs from 'node:fs';
import { canonicalPath, readMachineState, writeMachineState } from './machineJson.js';

const fileName = 'managed-directories.json';
/** Catalogs whose directories carry a marker, by the directory: see managedMarker.ts. */
const markedFileName = 'marked-managed-directories.json';
/** The catalog file that has a catalog: a copied one has the same, and must not work in the same directory. */
const ownerFileName = 'managed-directory-owners.json';

/**
 * Which managed directories were chosen on this machine. A catalog file from elsewhere can name any folder;
 * only one that a person has picked here is written to.
 */
export class ManagedDirectoryBindings {
  private readonly directory: string;
  private readonly catalogFile: string | null;

  /**
   * @param machineStateDirectory a folder of this user outside any workspace; created on the first write
   * @param catalogFile the one that is open; without it the owners of directories are not looked at
   */
  constructor(machineStateDirectory: string, catalogFile: string | null = null) {
    this.directory = machineStateDirectory;
    this.catalogFile = catalogFile;
  }

  isBound(catalogId: string, managedDirectory: string): boolean {
    const bound = readMachineState(this.directory, fileName);
    const isChosen =
      Object.hasOwn(bound, catalogId) && bound[catalogId] === canonicalPath(managedDirectory);
    return isChosen && this.otherOwner(catalogId) === null;
  }

  /** The catalog file that has this catalog, if the open one is a copy of it; null if that is not there any more. */
  otherOwner(catalogId: string): string | null {
    const owners = readMachineState(this.directory, ownerFileName);
    const owner = Object.hasOwn(owners, catalogId) ? owners[catalogId] : null;
    if (typeof owner !== 'string' || this.catalogFile === null) return null;
    const own = canonicalPath(this.catalogFile);
    return owner === own || !isOtherFile(owner, own) ? null : owner;
  }

  /** The open catalog file has a bound catalog from now on: its folder was moved, or it is from before this was noted. */
  adopt(catalogId: string, managedDirectory: string): void {
    if (this.catalogFile === null || !this.isBound(catalogId, managedDirectory)) return;
    this.set(ownerFileName, catalogId, canonicalPath(this.catalogFile));
  }

  /** All directories that were chosen on this machine, for catalogs of any catalog file. */
  directories(): string[] {
    const bound = Object.values(readMachineState(this.directory, fileName));
    return bound.filter((directory) => typeof directory === 'string');
  }

  /** True if the directory that the catalog is bound to was marked as the catalog's. */
  isMarked(catalogId: string): boolean {
    const bound = readMachineState(this.directory, fileName);
    const marked = readMachineState(this.directory, markedFileName);
    return Object.hasOwn(marked, catalogId) && marked[catalogId] === bound[catalogId];
  }

  /** Binds the catalog to this directory, instead of an earlier one. */
  bind(catalogId: string, managedDirectory: string, options: { marked?: boolean } = {}): void {
    const directory = canonicalPath(managedDirectory);
    this.set(fileName, catalogId, directory);
    if (options.marked) this.set(markedFileName, catalogId, directory);
    if (this.catalogFile) this.set(ownerFileName, catalogId, canonicalPath(this.catalogFile));
  }

  unbind(catalogId: string): void {
    if (this.otherOwner(catalogId) !== null) return;
    for (const name of [fileName, markedFileName, ownerFileName]) this.set(name, catalogId, null);
  }

  private set(name: string, catalogId: string, directory: string | null): void {
    const { [catalogId]: before, ...others } = readMachineState(this.directory, name);
    if ((before ?? null) === directory) return;
    const own = directory === null ? {} : { [catalogId]: directory };
    writeMachineState(this.directory, name, { ...others, ...own });
  }
}

/** False if the file is gone, or is the same under another path (a mount, for one). */
function isOtherFile(file: string, own: string): boolean {
  const there = fs.statSync(file, { bigint: true, throwIfNoEntry: false });
  if (!there) return false;
  const here = fs.statSync(own, { bigint: true, throwIfNoEntry: false });
  return there.dev !== here?.dev || there.ino !== here.ino;
}
