import fs from 'node:fs';
import path from 'node:path';
import { writeTextAtomically } from './durableFile.js';

/** A small JSON object kept outside any workspace. Unreadable content counts as none. */
export function readMachineState(directory: string, name: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(fs.readFileSync(path.join(directory, name), 'utf8'));
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

export function writeMachineState(
  directory: string,
  name: string,
  value: Readonly<Record<string, unknown>>,
): void {
  fs.mkdirSync(directory, { recursive: true });
  writeTextAtomically(path.join(directory, name), `${JSON.stringify(value, null, 2)}\n`);
}

/** The real path as far as it exists, so that one folder has one name. */
export function canonicalPath(file: string): string {
  try {
    return fs.realpathSync(file);
  } catch {
    return path.resolve(file);
  }
}
