import { canonicalPath, readMachineState, writeMachineState } from './machineJson.js';

const fileName = 'pictures.json';
const remembered = 100;

/** What this machine remembers about the picture work on one catalog file. */
export interface PictureNotes {
  /** The user has paused the background work. */
  readonly paused: boolean;
  /** All pictures were brought to this version of the hashes, or marked for it. */
  readonly hashVersion: number | null;
  /** Day (UTC) of the last search for thumbnails that belong to nothing. */
  readonly cleanedOn: string | null;
}

export function readPictureNotes(machineStateDirectory: string, catalogFile: string): PictureNotes {
  const value = readMachineState(machineStateDirectory, fileName)[canonicalPath(catalogFile)];
  const notes = (typeof value === 'object' && value !== null ? value : {}) as Record<
    keyof PictureNotes,
    unknown
  >;
  return {
    paused: notes.paused === true,
    hashVersion: typeof notes.hashVersion === 'number' ? notes.hashVersion : null,
    cleanedOn: typeof notes.cleanedOn === 'string' ? notes.cleanedOn : null,
  };
}

export function updatePictureNotes(
  machineStateDirectory: string,
  catalogFile: string,
  change: Partial<PictureNotes>,
): PictureNotes {
  const key = canonicalPath(catalogFile);
  const notes = { ...readPictureNotes(machineStateDirectory, catalogFile), ...change };
  const { [key]: _earlier, ...others } = readMachineState(machineStateDirectory, fileName);
  writeMachineState(machineStateDirectory, fileName, {
    ...Object.fromEntries(Object.entries(others).slice(1 - remembered)),
    [key]: notes,
  });
  return notes;
}
