import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { decodeBundles } from '../../scripts/lib/decodeProgram.mjs';

let built: Promise<string> | null = null;

/**
 * A folder with the decoding process as it is now, for `createDecoder({ programFolder })` and for engines in
 * tests. Made once per run; it lies in the project, where the decoders' packages are found.
 */
export function decodeProgramFolder(): Promise<string> {
  built ??= buildProgram();
  return built;
}

async function buildProgram(): Promise<string> {
  const artifacts = resolve(import.meta.dirname, '../../.artifacts');
  mkdirSync(artifacts, { recursive: true });
  const fresh = mkdtempSync(join(artifacts, 'decode-program-'));
  for (const options of decodeBundles(fresh)) await build({ ...options, logLevel: 'error' });
  writeFileSync(join(fresh, 'package.json'), '{ "type": "commonjs" }\n');
  process.once('exit', () => rmSync(fresh, { recursive: true, force: true }));
  return fresh;
}
