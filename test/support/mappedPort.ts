import type { FilePort } from '../../src/catalog/files/filePort.js';
import { nodeFilePort } from '../../src/catalog/files/filePort.js';

/** A port on which every path is that of another place. */
export const mappedPort = (map: (file: string) => string): FilePort => ({
  ...nodeFilePort,
  openRead: (file) => nodeFilePort.openRead(map(file)),
  openNew: (file) => nodeFilePort.openNew(map(file)),
  copyNew: (source, target) => nodeFilePort.copyNew(map(source), map(target)),
  openDirectory: (file) => nodeFilePort.openDirectory(map(file)),
  lstat: (file) => nodeFilePort.lstat(map(file)),
  stat: (file) => nodeFilePort.stat(map(file)),
  mkdir: (file) => nodeFilePort.mkdir(map(file)),
  rmdir: (file) => nodeFilePort.rmdir(map(file)),
  readdir: (file) => nodeFilePort.readdir(map(file)),
  link: (existing, file) => nodeFilePort.link(map(existing), map(file)),
  unlink: (file) => nodeFilePort.unlink(map(file)),
  rename: (file, other) => nodeFilePort.rename(map(file), map(other)),
  realpath: (file) => nodeFilePort.realpath(map(file)),
  statfs: (file) => nodeFilePort.statfs(map(file)),
});
