// Where Debian's PostgreSQL is. Node built-ins only.
import fs from 'node:fs';
import path from 'node:path';
import { aptInstall } from '../vscode/system.mjs';

/**
 * The folder of initdb and postgres, installed first if need and right be, or undefined.
 * POSTGRES_BIN names another.
 */
export function postgresPrograms() {
  const given = process.env['POSTGRES_BIN'];
  if (given) return given;
  return installed() ?? (aptInstall(['postgresql']) ? installed() : undefined);
}

function installed() {
  const root = '/usr/lib/postgresql';
  if (!fs.existsSync(root)) return undefined;
  return fs
    .readdirSync(root)
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => path.join(root, version, 'bin'))
    .find((folder) => fs.existsSync(path.join(folder, 'initdb')));
}
