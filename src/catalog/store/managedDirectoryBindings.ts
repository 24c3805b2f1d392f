import { canonicalPath, readMachineState, writeMachineState } from './machineJson.js';

const fileName = 'managed-directories.json';

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

  /** Binds the catalog to this directory, instead of an earlier one. */
  bind(catalogId: string, managedDirectory: string): void {
    const bound = readMachineState(this.directory, fileName);
    writeMachineState(this.directory, fileName, {
      ...bound,
      [catalogId]: canonicalPath(managedDirectory),
    });
  }

  unbind(catalogId: string): void {
    const { [catalogId]: removed, ...others } = readMachineState(this.directory, fileName);
    if (removed !== undefined) writeMachineState(this.directory, fileName, others);
  }
}
