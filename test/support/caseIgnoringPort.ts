import path from 'node:path';
import type { FilePort } from '../../src/catalog/files/filePort.js';
import { nodeFilePort } from '../../src/catalog/files/filePort.js';

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
export const caseIgnoringPort: FilePort = {
  ...nodeFilePort,
  openRead: (file) => nodeFilePort.openRead(spelled(file)),
  openNew: (file) => nodeFilePort.openNew(spelled(file)),
  copyNew: (source, target) => nodeFilePort.copyNew(spelled(source), spelled(target)),
  openDirectory: (file) => nodeFilePort.openDirectory(spelled(file)),
  lstat: (file) => nodeFilePort.lstat(spelled(file)),
  stat: (file) => nodeFilePort.stat(spelled(file)),
  mkdir: (file) => nodeFilePort.mkdir(spelled(file)),
  rmdir: (file) => nodeFilePort.rmdir(spelled(file)),
  readdir: (file) => nodeFilePort.readdir(spelled(file)),
  link: (existing, file) => nodeFilePort.link(spelled(existing), spelled(file)),
  unlink: (file) => nodeFilePort.unlink(spelled(file)),
  rename: (file, other) => nodeFilePort.rename(spelled(file), spelled(other)),
  realpath: (file) => nodeFilePort.realpath(spelled(file)),
  statfs: (file) => nodeFilePort.statfs(spelled(file)),
};
