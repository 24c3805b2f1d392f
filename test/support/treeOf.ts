import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** What is below a folder, by relative path: the checksum of a file, its mode and its time of change in nanoseconds. */
export function treeOf(folder: string): Record<string, string> {
  const names = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    names.map((name) => {
      const file = path.join(folder, name);
      const { mode, mtimeNs } = fs.lstatSync(file, { bigint: true });
      const isFile = fs.lstatSync(file).isFile();
      const content = isFile
        ? createHash('sha256').update(fs.readFileSync(file)).digest('hex')
        : '';
      return [name, `${mode.toString(8)} ${mtimeNs} ${content}`];
    }),
  );
}
