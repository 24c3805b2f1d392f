import { canonicalPath, readMachineState, writeMachineState } from './machineJson.js';

const fileName = 'managed-directories.json';
/** Catalogs whose directories carry a marker, by the directory: see managedMarker.ts. */
const markedFileName = 'marked-managed-directories.json';

/**
 * Which managed directories were chosen on this machine. A catalog file from elsewhere can name any folder;
 * only one that a person has picked here is written to.
 */
export class ManagedDirectoryBindings {
  private readonly directory: string;

  /** @param machineStateDirectory a folder of this user outside any workspace; created on the first write */
  constructor(machineStateDirectory: string) {
    this.directory = machineStateDirectory;
  }

  isBound(catalogId: string, managedDirectory: string): boolean {
    const bound = readMachineState(this.directory, fileName);
    return Object.hasOwn(bound, catalogId) && bound[catalogId] === canonicalPath(managedDirectory);
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
  }

  unbind(catalogId: string): void {
    for (const name of [fileName, markedFileName]) this.set(name, catalogId, null);
  }

  private set(name: string, catalogId: string, directory: string | null): void {
    const { [catalogId]: before, ...others } = readMachineState(this.directory, name);
    if ((before ?? null) === directory) return;
    const own = directory === null ? {} : { [catalogId]: directory };
    writeMachineState(this.directory, name, { ...others, ...own });
  }
}
