import { relative, sep } from 'node:path';
import { isInside } from './folders.js';

/** Path of a file in a manifest that is checked in a folder: relative to it with `/`, or absolute outside. */
export function manifestPath(directory: string | null, file: string): string {
  if (directory === null || !isInside(file, directory)) return file;
  return relative(directory, file).split(sep).join('/');
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r' };

/** A line as GNU sha256sum writes it: names with a backslash or a line break are escaped and marked. */
export function manifestLine(checksum: string, path: string): string {
  const escaped = path.replace(/[\\\n\r]/g, (character) => escapes[character] ?? character);
  return `${escaped === path ? '' : '\\'}${checksum}  ${escaped}\n`;
}
