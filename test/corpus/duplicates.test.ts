import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import type { CatalogEngine } from '../../src/catalog/engine.js';
import { openCatalogEngine } from '../../src/catalog/engine.js';
import { createDecoder } from '../../src/catalog/media/decode/createDecoder.js';
import type { DuplicateGroup, DuplicateLevel } from '../../src/catalog/model/duplicates.js';
import { decodeProgramFolder } from '../support/decodeProgram.js';
import { corpusDirectory, describeCorpus } from './corpus.js';

const readJson = <T>(name: string): T =>
  JSON.parse(readFileSync(path.join(corpusDirectory, name), 'utf8')) as T;

/** Made by hand: what was done to a picture. */
interface Labelled {
  readonly group: string;
  readonly relation: string;
  readonly file: string;
}

/** True if the pixels are known: damaged files have none that all decoders agree on. */
const hasPixels = (file: object | undefined): boolean => file !== undefined && 'px_sha256' in file;

/** Variants that keep orientation and frame: what plain hashes are for. */
const otherwise =
  /not a near duplicate|unreadable|camera moved|tiny|crop|padded|threshold|similar frame/;

/** The oracle tells opaque pixels with transparency from those without; who looks at them does not. */
async function differInOpacityOnly(a: string, b: string): Promise<boolean> {
  const [first, second] = await Promise.all(
    [a, b].map((file) =>
      sharp(path.join(corpusDirectory, file)).ensureAlpha().toColourspace('srgb').raw().toBuffer(),
    ),
  );
  return first !== undefined && second !== undefined && first.equals(second);
}

describeCorpus('corpus: duplicates', function (corpus) {
  this.timeout(600_000);
  const files = [...corpus.keys()].sort();
  let folder: string;
  let engine: CatalogEngine;
  let catalogId: string;
  /** Files that came into the catalog or are equal to one that did. */
  let known: Set<string>;

  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'image-catalog-corpus-'));
    const workspaceDirectory = path.join(folder, 'workspace');
    mkdirSync(workspaceDirectory);
    const programFolder = await decodeProgramFolder();
    engine = openCatalogEngine(
      { workspaceDirectory, trusted: true, machineStateDirectory: path.join(folder, 'state') },
      {},
      (limits) => createDecoder({ programFolder, ...limits }),
    );
    ({ id: catalogId } = await engine.createCatalog({ name: 'Corpus' }));
    const { id: sourceId } = await engine.createSource({
      catalogId,
      sourcePath: corpusDirectory,
      defaultImportMode: 'reference',
    });
    const { scanId } = await engine.scanSource({ sourceId });
    await engine.importSource({ sourceId, scanId });
    known = new Set();
    for (const state of ['new', 'duplicate'] as const) {
      const page = await engine.listScanFiles({ scanId, state, limit: 10_000 });
      for (const { relativePath } of page.files) known.add(relativePath);
    }
  });

  after(async () => {
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function groupsOf(level: DuplicateLevel): Promise<string[][]> {
    const { groups, total } = await engine.findDuplicates({ catalogId, level, limit: 10_000 });
    assert.equal(groups.length, total);
    return groups.map(pathsOf);
  }

  const pathsOf = ({ members }: DuplicateGroup): string[] =>
    members.map((member) => path.relative(corpusDirectory, member.path).split(path.sep).join('/'));

  const pairsOf = (groups: readonly (readonly string[])[]): Set<string> =>
    new Set(
      groups.flatMap((group) => {
        const sorted = [...group].sort();
        return sorted.flatMap((a, at) => sorted.slice(at + 1).map((b) => `${a} | ${b}`));
      }),
    );

  it('of the same bytes are exactly those of the checksums', async () => {
    const { groups } = readJson<{ groups: string[][] }>('exact-duplicates.json');
    const expected = groups
      .map((group) => group.filter((file) => known.has(file)).sort())
      .filter((group) => group.length > 1);
    const found = (await groupsOf('bytes')).map((group) => group.sort());
    assert.ok(expected.length >= 10);
    assert.deepEqual(found.sort(), expected.sort());
  });

  it('of the same pixels are found and none is wrong; equal MD5 sums are nothing', async () => {
    const truth = readJson<{ groups: string[][]; md5_collisions: string[][] }>(
      'pixel-duplicates.json',
    );
    const groups = await groupsOf('pixels');
    const found = pairsOf(groups);
    const decoded = new Set(
      files.filter((file) => known.has(file) && hasPixels(corpus?.get(file))),
    );
    const expected = pairsOf(
      truth.groups.map((group) => group.filter((file) => decoded.has(file))),
    );
    const exact = pairsOf(readJson<{ groups: string[][] }>('exact-duplicates.json').groups);
    const missed = [...expected].filter((pair) => !found.has(pair) && !exact.has(pair));
    const all = [...expected].filter((pair) => !exact.has(pair)).length;
    const doubtful = [...found].filter((pair) => {
      const [a = '', b = ''] = pair.split(' | ');
      return decoded.has(a) && decoded.has(b) && !expected.has(pair) && !exact.has(pair);
    });
    const wrong: string[] = [];
    for (const pair of doubtful) {
      const [a = '', b = ''] = pair.split(' | ');
      if (!(await differInOpacityOnly(a, b))) wrong.push(pair);
    }
    console.log(`      pixels: ${all - missed.length} of ${all} pairs, ${wrong.length} wrong`);
    if (process.env['DUPLICATES_VERBOSE']) console.log(missed, wrong);
    for (const collision of truth.md5_collisions) {
      for (const pair of pairsOf([collision])) assert.ok(!found.has(pair), pair);
    }
    assert.ok(all - missed.length >= 0.95 * all, missed.join('\n'));
    assert.deepEqual(wrong, []);
  });

  it('that look alike are found by the labels, and distinct pictures are kept apart', async () => {
    const labels = readFileSync(path.join(corpusDirectory, 'near-truth.tsv'), 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line): Labelled => {
        const [group = '', relation = '', file = ''] = line.split('\t');
        return { group, relation, file };
      });
    const together = new Map<string, Set<string>>();
    for (const group of [...(await groupsOf('similar')), ...(await groupsOf('bytes'))]) {
      for (const file of group) {
        const others = together.get(file) ?? new Set();
        for (const other of group) others.add(other);
        together.set(file, others);
      }
    }
    const isDistinct = ({ group, relation }: Labelled): boolean =>
      relation === 'distinct' || group.startsWith('distinct');
    const references = new Map<string, string>();
    const wanted: Labelled[] = [];
    for (const label of labels) {
      if (isDistinct(label) || otherwise.test(label.relation)) continue;
      if (!references.has(label.group)) references.set(label.group, label.file);
      else wanted.push(label);
    }
    const missed = wanted.filter(
      ({ group, file }) => !together.get(references.get(group) ?? '')?.has(file),
    );
    console.log(`      labelled: ${wanted.length - missed.length} of ${wanted.length}`);
    if (process.env['DUPLICATES_VERBOSE']) console.log(missed);
    assert.ok(wanted.length > 90);
    assert.ok(wanted.length - missed.length >= 0.95 * wanted.length, JSON.stringify(missed));
    const distinct = labels.filter(isDistinct);
    const names = new Set(distinct.map(({ group }) => group));
    assert.ok(names.size >= 4);
    for (const name of names) {
      const members = distinct.filter(({ group }) => group === name);
      for (const { file } of members) {
        for (const other of members) {
          if (other.file !== file) assert.ok(!together.get(file)?.has(other.file), file);
        }
      }
    }
  });

  it('that look alike are found by the pixels', async () => {
    const { clusters } = readJson<{ clusters: string[][] }>('near-duplicate-clusters.json');
    const found = pairsOf([...(await groupsOf('similar')), ...(await groupsOf('bytes'))]);
    const expected = pairsOf(clusters.map((group) => group.filter((file) => known.has(file))));
    const missed = [...expected].filter((pair) => !found.has(pair));
    console.log(`      clusters: ${expected.size - missed.length} of ${expected.size} pairs`);
    if (process.env['DUPLICATES_VERBOSE']) console.log(missed);
    assert.ok(expected.size > 800);
    assert.ok(expected.size - missed.length >= 0.95 * expected.size, missed.join('\n'));
  });

  it('shows shots taken within seconds as a burst, not as duplicates', async () => {
    const { bursts } = await engine.listBursts({ catalogId, limit: 10_000 });
    const names = bursts.map(({ members }) =>
      members.map((member) => path.basename(member.path)).join(' '),
    );
    assert.ok(names.includes('DSC_0423.JPG DSC_0424.JPG DSC_0425.JPG'), names.join('\n'));
  });

  it('of the same picture data are the same pixels, whatever the metadata say', async () => {
    const data = await groupsOf('data');
    const pixels = pairsOf(await groupsOf('pixels'));
    const elodie = data.find((group) => group.includes('exif-dates/elodie/plain.jpg'));
    assert.ok((elodie?.length ?? 0) > 8);
    const other = [...pairsOf(data)].filter((pair) => !pixels.has(pair));
    if (process.env['DUPLICATES_VERBOSE']) console.log(other);
    assert.ok(existsSync(folder));
  });
});
