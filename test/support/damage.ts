import fs from 'node:fs';
import { nodeFilePort } from '../../src/catalog/files/filePort.js';

/** Turns one bit of a file and leaves its time as it was, as a failing disk does. */
export function damage(file: string, at = 500): void {
  const { mtimeNs } = fs.statSync(file, { bigint: true });
  const bytes = fs.readFileSync(file);
  bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ 1;
  fs.writeFileSync(file, bytes);
  const descriptor = fs.openSync(file, 'r+');
  nodeFilePort.setModifiedTime(descriptor, mtimeNs);
  fs.closeSync(descriptor);
}
