import fs from 'node:fs';
import path from 'node:path';

/**
 * What else packages say about the libraries compiled into them. libvips and libheif (LGPL) ship as WebAssembly
 * files of their own, so that they can be replaced.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const furtherTexts = {
  '@img/sharp-wasm32': ['README.md'],
  'libheif-js': ['libheif-wasm/LICENSE'],
};

/**
 * The licences of everything that was bundled, as their authors ask to be shipped with it.
 * @param {Iterable<string>} inputs paths below the project, as a bundler's metafile lists them
 * @returns {string}
 */
export function thirdPartyNotices(inputs) {
  const folders = new Set();
  for (const input of inputs) {
    const at = input.lastIndexOf('node_modules/');
    if (at < 0) continue;
    const [first = '', second = ''] = input.slice(at + 'node_modules/'.length).split('/');
    const name = first.startsWith('@') ? `${first}/${second}` : first;
    folders.add(input.slice(0, at) + `node_modules/${name}`);
  }
  const notices = [...folders].sort().map((folder) => {
    const about = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
    const file = fs.readdirSync(folder).find((name) => /^(licen[cs]e|copying)/i.test(name));
    const text = file
      ? fs.readFileSync(path.join(folder, file), 'utf8').trim()
      : `Licence: ${about.license}`;
    const parts = (furtherTexts[about.name] ?? []).map((name) =>
      fs.readFileSync(path.join(folder, name), 'utf8').trim(),
    );
    const whole = [text, ...parts].join('\n\n');
    return `${about.name} ${about.version} (${about.license})\n\n${whole}\n`;
  });
  const line = `\n${'-'.repeat(78)}\n\n`;
  return `Image Catalog contains the following third-party software.\n${line}${notices.join(line)}`;
}
