// Bundles the product into dist/ and, with --tests, the tests that run inside VS Code into dist-test/.
//   node scripts/build.mjs [--production] [--watch] [--tests]
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import esbuild from 'esbuild';
import { copyDecoders, decodeBundles, decoderInputs, nativeParts } from './lib/decodeProgram.mjs';
import { nodeBundle } from './lib/nodeBundle.mjs';
import { thirdPartyNotices } from './lib/notices.mjs';
import { root, seconds } from './lib/project.mjs';

const { values: flags } = parseArgs({
  options: {
    production: { type: 'boolean', default: false },
    watch: { type: 'boolean', default: false },
    tests: { type: 'boolean', default: false },
  },
});
const { production, watch } = flags;
process.chdir(root);

/** @type {esbuild.BuildOptions} */
const common = {
  bundle: true,
  sourcemap: production ? false : 'linked',
  minify: production,
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
};

/** @type {esbuild.BuildOptions} */
const node = { ...common, ...nodeBundle };

/** @type {esbuild.BuildOptions} */
const browser = {
  ...common,
  platform: 'browser',
  target: ['chrome120', 'safari17', 'firefox120'],
  format: 'iife',
  conditions: ['browser', ...(production ? ['production'] : [])],
  loader: { '.ttf': 'file', '.svg': 'dataurl' },
};

/** @type {esbuild.BuildOptions[]} */
const bundles = [];
/** @param {string} entry @param {esbuild.BuildOptions} options */
function bundle(entry, options) {
  if (fs.existsSync(entry)) bundles.push({ ...options, entryPoints: [entry] });
  else if (production) throw new Error(`Entry point ${entry} is missing.`);
  else console.warn(`skipped: entry point ${entry} is missing`);
}

const assets = {
  'node_modules/node-sqlite3-wasm/dist/node-sqlite3-wasm.wasm': 'dist/node-sqlite3-wasm.wasm',
  'node_modules/sql.js/dist/sql-wasm.wasm': 'dist/sql-wasm.wasm',
  'node_modules/@vscode/codicons/dist/codicon.css': 'dist/webview/codicons/codicon.css',
  'node_modules/@vscode/codicons/dist/codicon.ttf': 'dist/webview/codicons/codicon.ttf',
};
const assetSources = Object.keys(assets);

function copyAssets() {
  for (const [from, to] of Object.entries(assets)) {
    fs.mkdirSync(path.dirname(to), { recursive: true });
    fs.copyFileSync(from, to);
  }
  copyDecoders('dist');
  // The project itself is "type": "module".
  fs.writeFileSync('dist/package.json', '{ "type": "commonjs" }\n');
}

function webviewNames() {
  const folder = 'src/views/webview';
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && fs.existsSync(`${folder}/${entry.name}/main.ts`))
    .map((entry) => entry.name)
    .sort();
}

function productBundles() {
  if (!watch) fs.rmSync('dist', { recursive: true, force: true });
  copyAssets();
  bundle('src/extension/extension.ts', {
    ...node,
    outfile: 'dist/extension.js',
    external: ['vscode'],
  });
  bundle('src/catalog/worker.ts', { ...node, outfile: 'dist/worker.js' });
  bundles.push(...decodeBundles('dist').map((options) => ({ ...common, ...options })));
  bundle('src/cli/main.ts', {
    ...node,
    outfile: 'dist/cli.js',
    banner: { js: `#!/usr/bin/env node\n${node.banner?.['js']}` },
  });
  const names = webviewNames();
  if (names.length === 0 && production) throw new Error('No webview entry point was found.');
  for (const name of names) {
    const folder = `src/views/webview/${name}`;
    bundle(`${folder}/main.ts`, { ...browser, outfile: `dist/webview/${name}.js` });
    // A style sheet that main.ts imports comes out beside it by itself; one that it does not import, here.
    const importsCss = /import\s+['"][^'"]+\.css['"]/.test(
      fs.readFileSync(`${folder}/main.ts`, 'utf8'),
    );
    if (!importsCss && fs.existsSync(`${folder}/main.css`))
      bundle(`${folder}/main.css`, { ...browser, outfile: `dist/webview/${name}.css` });
  }
}

function testBundles() {
  fs.rmSync('dist-test', { recursive: true, force: true });
  fs.mkdirSync('dist-test/host', { recursive: true });
  fs.writeFileSync('dist-test/package.json', '{ "type": "commonjs" }\n');
  const tests = fs
    .readdirSync('test/host', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `test/host/${name.replaceAll('\\', '/')}`);
  bundles.push({
    ...node,
    minify: false,
    sourcemap: 'inline',
    entryPoints: ['test/host/index.ts', ...tests.sort()],
    outbase: 'test/host',
    outdir: 'dist-test/host',
    external: ['vscode', 'mocha'],
  });
}

/**
 * The extension starts with every window, so nothing heavy may be in its bundle: the databases belong to the
 * worker, which starts on first use.
 * @param {esbuild.Metafile} metafile
 */
function checkExtensionIsLight(metafile) {
  const heavy = /node_modules\/(node-sqlite3-wasm|sql\.js|exifr|fast-glob|sharp|jimp|@jimp)\//;
  const found = Object.keys(metafile.inputs).filter((input) => heavy.test(input));
  if (found.length > 0)
    throw new Error(`dist/extension.js contains ${found[0]}: only the worker may.`);
}

const started = Date.now();
if (flags.tests) testBundles();
else productBundles();

if (watch) {
  for (const options of bundles) {
    const context = await esbuild.context({ ...options, logLevel: 'info' });
    await context.watch();
  }
  console.log('watching');
} else {
  /** @type {Set<string>} */
  const bundledInputs = new Set();
  for (const options of bundles) {
    const { metafile } = await esbuild.build(options).catch((error) => {
      if (!Array.isArray(error.errors)) throw error;
      process.exitCode = 1; // esbuild has printed the errors; the other bundles are built all the same
      return { metafile: undefined };
    });
    for (const [file, output] of Object.entries(metafile?.outputs ?? {})) {
      if (/\.(js|css)$/.test(file)) console.log(`${file}  ${(output.bytes / 1024).toFixed(1)} kB`);
    }
    if (metafile && options.outfile === 'dist/extension.js') checkExtensionIsLight(metafile);
    for (const input of Object.keys(metafile?.inputs ?? {})) bundledInputs.add(input);
  }
  if (!flags.tests) {
    const notices = thirdPartyNotices([...bundledInputs, ...assetSources, ...decoderInputs]);
    fs.writeFileSync('dist/THIRD-PARTY-NOTICES.txt', notices);
  }
  const [native] = flags.tests ? [] : nativeParts('dist');
  if (native !== undefined) throw new Error(`dist/${native} is made for one platform only.`);
  if (fs.existsSync('dist/cli.js')) fs.chmodSync('dist/cli.js', 0o755);
  console.log(`${process.exitCode ? 'The build failed' : 'built'} in ${seconds(started)}`);
}
