import path from 'node:path';
import { canonicalPath, readMachineState, writeMachineState } from './machineJson.js';

const fileName = 'source-folders.json';

/**
 * Source folders that a person has used on this machine. A catalog file from elsewhere can name any folder as the one
 * that a job's files came from; only one of these is moved from or put back into.
 */
export class ChosenSources {
  private readonly directory: string;

  /** @param machineStateDirectory a folder of this user outside any workspace; created on the first write */
  constructor(machineStateDirectory: string) {
    this.directory = machineStateDirectory;
  }

  isChosen(folder: string): boolean {
    return Object.hasOwn(readMachineState(this.directory, fileName), path.resolve(folder));
  }

  choose(folder: string): void {
    const chosen = readMachineState(this.directory, fileName);
    const name = path.resolve(folder);
    if (Object.hasOwn(chosen, name)) return;
    writeMachineState(this.directory, fileName, { ...chosen, [name]: canonicalPath(folder) });
  }
}
