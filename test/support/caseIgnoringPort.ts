import path from 'node:path';
import { nodeFilePort } from '../../src/catalog/files/filePort.js';
import { mappedPort } from './mappedPort.js';

/** The path as its entries are spelled on the disk, as far as they are there. */
function spelled(file: string): string {
  const folder = path.dirname(file);
  if (folder === file) return file;
  const parent = spelled(folder);
  const name = path.basename(file);
  let names: string[] = [];
  try {
    names = nodeFilePort.readdir(parent).map((entry) => entry.name);
  } catch {
    // Not there, or no folder: the call itself says it.
  }
  const alike = names.find((other) => other.toLowerCase() === name.toLowerCase());
  return path.join(parent, names.includes(name) ? name : (alike ?? name));
}

/** A volume on which names keep their case and are found in any. */
export const caseIgnoringPort = mappedPort(spelled);
