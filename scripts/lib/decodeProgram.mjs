// The decoding process and what stands beside it: libvips and libheif as WebAssembly files of their own, which
// may be replaced (LGPL), never the native builds that sharp would prefer.
import fs from 'node:fs';
import path from 'node:path';
import { nodeBundle } from './nodeBundle.mjs';
import { root } from './project.mjs';

const sharpFile = /^\.\/sharp\.mjs$/;

/** @type {import('esbuild').Plugin} */
const sharpOnWebAssembly = {
  name: 'sharp-on-webassembly',
  setup(build) {
    // sharp's only module that chooses a binary.
    build.onResolve({ filter: sharpFile }, ({ importer, path: name }) =>
      importer.replaceAll('\\', '/').includes('/node_modules/sharp/')
        ? { path: name, namespace: 'sharp-on-webassembly' }
        : null,
    );
    build.onLoad({ filter: sharpFile, namespace: 'sharp-on-webassembly' }, () => ({
      contents: "export { default } from '@img/sharp-wasm32/sharp.node';",
      resolveDir: root,
    }));
  },
};

/** @type {import('esbuild').BuildOptions} */
const options = {
  ...nodeBundle,
  external: ['@img/sharp-wasm32', 'libheif-js'],
  plugins: [sharpOnWebAssembly],
};

/**
 * The bundles of a decoding process.
 * @param {string} folder where they go
 * @returns {import('esbuild').BuildOptions[]}
 */
export function decodeBundles(folder) {
  return ['decodeProcess', 'decodeWatch'].map((name) => ({
    ...options,
    entryPoints: [path.join(root, `src/catalog/media/decode/${name}.ts`)],
    outfile: path.join(folder, `${name}.js`),
  }));
}

/** What is shipped of the packages that stay outside the bundle. */
const shippedFiles = {
  '@img/sharp-wasm32': ['package.json', 'index.cjs', 'versions.json', 'LICENSE', 'README.md', 'lib/'],
  '@emnapi/runtime': ['package.json', 'index.js', 'LICENSE', 'dist/emnapi.cjs.js', 'dist/emnapi.cjs.min.js'],
  '@jsquash/jxl': ['package.json', 'LICENSE', 'codec/dec/jxl_dec.wasm'],
  'libheif-js': ['package.json', 'LICENSE', 'libheif-wasm/LICENSE', 'libheif-wasm/libheif.js', 'libheif-wasm/libheif.wasm'],
}; // prettier-ignore

/** The packages that stay outside the bundle, as a bundler's metafile would name a file of each. */
export const decoderInputs = Object.keys(shippedFiles).map(
  (name) => `node_modules/${name}/package.json`,
);

/** Copies the decoders to where the decoding process finds them. @param {string} folder */
export function copyDecoders(folder) {
  for (const [name, files] of Object.entries(shippedFiles)) {
    for (const file of files) {
      const target = path.join(folder, 'node_modules', name, file);
      fs.mkdirSync(path.dirname(target), { recursive: true });
      fs.cpSync(path.join(root, 'node_modules', name, file), target, { recursive: true });
    }
  }
}

/**
 * The product must run everywhere: no library of one platform may be in it.
 * @param {string} folder @returns {string[]} what has no place there
 */
export function nativeParts(folder) {
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(node|so|dylib|dll)$|sharp-(libvips|linux|darwin|win32)/.test(name));
}
