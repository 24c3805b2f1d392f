// Packs the extension: image-catalog-<version>.vsix in the project's folder.
//   node scripts/package.mjs [--no-build]     --no-build: dist/ already holds a production build
import fs from 'node:fs';
import path from 'node:path';
import { root, run, runTool } from './lib/project.mjs';

const maximumMegabytes = 15;

/** The path of the packed extension. */
export function vsixPath() {
  const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  return path.join(root, `${manifest.name}-${manifest.version}.vsix`);
}

/** @param {string} folder @returns {string[]} */
function sourceMapsIn(folder) {
  const names = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.map'));
}

/** @param {{build?: boolean}} [options] @returns {Promise<string>} the path of the packed extension */
export async function packageExtension({ build = true } = {}) {
  if (build && (await run(process.execPath, ['scripts/build.mjs', '--production'])) !== 0)
    throw new Error('The build failed.');
  const maps = sourceMapsIn(path.join(root, 'dist'));
  if (maps.length > 0)
    throw new Error(`dist/${maps[0]} is no part of a package: build with --production.`);
  const file = vsixPath();
  const code = await runTool('@vscode/vsce/vsce', [
    'package',
    '--no-dependencies',
    '--no-rewrite-relative-links',
    '--out',
    file,
  ]);
  if (code !== 0) throw new Error('vsce failed: see its message above.');
  const megabytes = fs.statSync(file).size / 1024 ** 2;
  console.log(`${path.basename(file)}: ${megabytes.toFixed(2)} MB`);
  if (megabytes > maximumMegabytes)
    throw new Error(`The package is larger than ${maximumMegabytes} MB.`);
  return file;
}

if (process.argv[1] === import.meta.filename) {
  try {
    await packageExtension({ build: !process.argv.includes('--no-build') });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
