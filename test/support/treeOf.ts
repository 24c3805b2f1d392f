import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/**
 * What is below a folder, by relative path: the mode, the time of change in nanoseconds, and of a file the checksum.
 * @param options.times false: bytes only, for folders in which a lock comes and goes
 */
export function treeOf(folder: string, { times = true } = {}): Record<string, string> {
  const names = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    names.map((name) => {
      const file = path.join(folder, name);
      const { mode, mtimeNs } = fs.lstatSync(file, { bigint: true });
      const isFile = fs.lstatSync(file).isFile();
      const content = isFile
        ? createHash('sha256').update(fs.readFileSync(file)).digest('hex')
        : '';
      return [name, `${mode.toString(8)} ${times ? mtimeNs : ''} ${content}`];
    }),
  );
}
