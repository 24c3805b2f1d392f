import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import { boundRenderings, removeOrphans } from '../../../src/catalog/pictures/derivedFiles.js';

const checksum = (digit: string): string => digit.repeat(64);

describe('derived files', () => {
  let root: string;
  let folder: string;
  const { signal } = new AbortController();

  beforeEach(() => {
    root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'imgcat-derived-')));
    folder = path.join(root, 'thumbnails');
    fs.mkdirSync(folder);
  });
  afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

  const put = (...parts: string[]): string => {
    const file = path.join(root, ...parts);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, 'x'.repeat(100));
    return file;
  };
  const left = (): string[] =>
    fs
      .readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
      .sort();

  it('without an owner are removed, in both sizes, and nothing else is', async () => {
    put('thumbnails', 'aa', `${checksum('a')}.webp`);
    put('thumbnails', 'bb', `${checksum('b')}.webp`);
    put('thumbnails', 'bb', `${checksum('b')}.512.webp`);
    // Not a thumbnail's name, not its folder, not in a folder of two digits, not a file.
    const kept = [
      put('thumbnails', 'bb', 'holiday.webp'),
      put('thumbnails', 'bb', `${checksum('b')}.jpg`),
      put('thumbnails', 'cc', `${checksum('b')}.webp`),
      put('thumbnails', `${checksum('b')}.webp`),
      put('thumbnails', 'photos', `${checksum('b')}.webp`),
      put('outside', 'bb', `${checksum('b')}.webp`),
    ];
    fs.mkdirSync(path.join(folder, 'dd'));
    fs.mkdirSync(path.join(folder, 'dd', `${checksum('d')}.webp`));
    fs.symlinkSync(path.join(root, 'outside'), path.join(folder, 'ee'));
    const asked: string[] = [];
    const removed = await removeOrphans(
      nodeFilePort,
      folder,
      (checksums) => {
        asked.push(...checksums);
        return new Set(checksums.filter((each) => each !== checksum('a')));
      },
      signal,
    );
    assert.equal(removed, 2);
    assert.deepEqual(asked.sort(), [checksum('a'), checksum('b')]);
    const own = path.join('thumbnails', 'aa', `${checksum('a')}.webp`);
    assert.deepEqual(left(), [own, ...kept.map((file) => path.relative(root, file))].sort());
  });

  it('are not looked for through a link', async () => {
    put('outside', 'bb', `${checksum('b')}.webp`);
    fs.rmdirSync(folder);
    fs.symlinkSync(path.join(root, 'outside'), folder);
    const all = (checksums: readonly string[]): Set<string> => new Set(checksums);
    assert.equal(await removeOrphans(nodeFilePort, folder, all, signal), 0);
    assert.equal(left().length, 1);
  });

  it('that were rendered are bounded, the oldest going first', async () => {
    const files = ['a', 'b', 'c', 'd'].map((digit, index) => {
      const file = put('renderings', `${checksum(digit)}.2048.webp`);
      fs.utimesSync(file, 1000 + index, 1000 + index);
      return file;
    });
    const other = put('renderings', 'notes.txt');
    const [oldest = ''] = files;
    await boundRenderings(nodeFilePort, path.join(root, 'renderings'), 250, oldest);
    const expected = [oldest, files[3] ?? '', other].map((file) => path.relative(root, file));
    assert.deepEqual(left(), expected.sort());
  });
});
