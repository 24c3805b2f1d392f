import { canonicalPath, readMachineState, writeMachineState } from './machineJson.js';

const fileName = 'checked-catalogs.json';
const remembered = 100;

/**
 * True if this machine has not checked the file's integrity on this day (UTC). The memory lies outside the
 * workspace: what comes with a cloned folder cannot vouch for itself.
 */
export function isIntegrityCheckDue(
  machineStateDirectory: string,
  catalogFile: string,
  now: Date,
): boolean {
  const checked = readMachineState(machineStateDirectory, fileName);
  return checked[canonicalPath(catalogFile)] !== dayOf(now);
}

export function noteIntegrityCheck(
  machineStateDirectory: string,
  catalogFile: string,
  now: Date,
): void {
  const { [canonicalPath(catalogFile)]: _earlier, ...others } = readMachineState(
    machineStateDirectory,
    fileName,
  );
  const newest = Object.entries(others).slice(1 - remembered);
  writeMachineState(machineStateDirectory, fileName, {
    ...Object.fromEntries(newest),
    [canonicalPath(catalogFile)]: dayOf(now),
  });
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
