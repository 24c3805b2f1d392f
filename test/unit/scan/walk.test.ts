import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import { encodePath } from '../../../src/catalog/files/pathBytes.js';
import { CatalogError } from '../../../src/catalog/model/errors.js';
import { createPathScope } from '../../../src/catalog/scan/pathScope.js';
import type { PathScopeInput } from '../../../src/catalog/scan/pathScope.js';
import { walk } from '../../../src/catalog/scan/walk.js';
import type { WalkInput, WalkResult } from '../../../src/catalog/scan/walk.js';

describe('walk', () => {
  let root: string;
  beforeEach(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), 'imgcat-walk-'));
  });
  afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

  function put(...relativePaths: string[]): void {
    for (const relativePath of relativePaths) {
      const file = path.join(root, relativePath);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, relativePath);
    }
  }

  function run(scope: PathScopeInput = {}, rest: Partial<WalkInput> = {}): Promise<WalkResult> {
    return walk({ files: nodeFilePort, root, scope: createPathScope(scope), ...rest });
  }

  function skips(result: WalkResult): string[] {
    return result.skipped.entries.map((entry) => `${entry.reason} ${entry.relativePath}`).sort();
  }

  it('finds images and videos folder by folder in code unit order, in any case', async () => {
    put('b.jpg', 'a/c.JPG', 'a/b.HeIc', 'Z.mov', 'ä.png', 'a.cr2', 'a/bb/1.MP4', 'a-b/x.jpg');
    const result = await run();
    assert.deepEqual(result.mediaPaths, [
      'Z.mov',
      'a.cr2',
      'b.jpg',
      'ä.png',
      'a-b/x.jpg',
      'a/b.HeIc',
      'a/c.JPG',
      'a/bb/1.MP4',
    ]);
    assert.deepEqual(result.skipped.counts, {});
    assert.deepEqual([...result.completeFolders].sort(), ['', 'a', 'a-b', 'a/bb']);
  });

  it('finds files in folders with every awkward name', async () => {
    const folders = [
      '(x)',
      '[y]{z}',
      '!n',
      ' s ',
      '-',
      '+',
      '@(q)',
      'ü',
      'x.jpg',
      '**',
      '..a',
      '$&',
    ];
    if (process.platform !== 'win32') folders.push('a\nb', 'c\\d', 'e\tf', '*', '?');
    for (const folder of folders.filter((f) => process.platform !== 'win32' || !/[*]/.test(f))) {
      put(`k/${folder}/f.jpg`, `k/${folder}/sub/f g.jpg`);
    }
    const result = await run();
    const visible = folders.filter((folder) => !folder.startsWith('.'));
    assert.equal(result.mediaPaths.length, 2 * visible.length);
    for (const folder of visible)
      assert.ok(result.mediaPaths.includes(`k/${folder}/f.jpg`), folder);
    assert.deepEqual(skips(result), ['hidden k/..a']);
  });

  it('passes by hidden, system and unsupported names, and lists a system folder once', async () => {
    put('a.jpg', '.hidden.jpg', '._a.jpg', '.cache/x.jpg', 'notes.txt', 'noextension', 'a.jpg.bak');
    put(
      '@eaDir/a.jpg/SYNOPHOTO_THUMB.jpg',
      'd/@eaDir/x.jpg',
      '#recycle/x.jpg',
      'd/$RECYCLE.BIN/x.jpg',
    );
    put(
      '.Trash-1000/x.jpg',
      '.trashes/x.jpg',
      'Lib.photoslibrary/m/x.jpg',
      'C Previews.LRDATA/x.jpg',
    );
    put(
      'node_modules/p/x.png',
      'System Volume Information/x.jpg',
      '.imgcat-trash/x.jpg',
      'd/.git/x.jpg',
    );
    const result = await run();
    assert.deepEqual(result.mediaPaths, ['a.jpg']);
    assert.deepEqual(skips(result), [
      'hidden ._a.jpg',
      'hidden .cache',
      'hidden .hidden.jpg',
      'system-folder #recycle',
      'system-folder .Trash-1000',
      'system-folder .imgcat-trash',
      'system-folder .trashes',
      'system-folder @eaDir',
      'system-folder C Previews.LRDATA',
      'system-folder Lib.photoslibrary',
      'system-folder System Volume Information',
      'system-folder d/$RECYCLE.BIN',
      'system-folder d/.git',
      'system-folder d/@eaDir',
      'system-folder node_modules',
      'unsupported-extension a.jpg.bak',
      'unsupported-extension noextension',
      'unsupported-extension notes.txt',
    ]);
    assert.deepEqual(result.skipped.counts, {
      hidden: 3,
      'system-folder': 12,
      'unsupported-extension': 3,
    });
  });

  it('scans a root whose own name is one of a system folder', async () => {
    put('Lib.photoslibrary/originals/a.jpg');
    const result = await run({}, { root: path.join(root, 'Lib.photoslibrary') });
    assert.deepEqual(result.mediaPaths, ['originals/a.jpg']);
  });

  it('lists links and loops and never follows them', async () => {
    put('a/x.jpg');
    fs.symlinkSync(path.join(root, 'a/x.jpg'), path.join(root, 'link.jpg'));
    fs.symlinkSync(root, path.join(root, 'a/loop'));
    fs.symlinkSync('nowhere', path.join(root, 'a/broken.jpg'));
    const result = await run();
    assert.deepEqual(result.mediaPaths, ['a/x.jpg']);
    assert.deepEqual(skips(result), ['symlink a/broken.jpg', 'symlink a/loop', 'symlink link.jpg']);
  });

  it('passes by what is not a regular file', async function () {
    if (process.platform === 'win32') this.skip();
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(path.join(root, 'socket.jpg'), resolve));
    try {
      assert.deepEqual(skips(await run()), ['not-a-file socket.jpg']);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it('finds names that are not UTF-8, each its own, and they lead back to the file', async function () {
    if (process.platform !== 'linux') this.skip();
    const bytes = (...values: number[]): Buffer => Buffer.from(values);
    const folder = Buffer.concat([Buffer.from(root), bytes(0x2f, 0xe4, 0x6f)]);
    fs.mkdirSync(folder);
    for (const letter of [0xfc, 0xfd]) {
      fs.writeFileSync(
        Buffer.concat([folder, bytes(0x2f, letter), Buffer.from('.jpg')]),
        String(letter),
      );
    }
    const result = await run();
    assert.equal(result.mediaPaths.length, 2);
    const contents = result.mediaPaths.map((relativePath) =>
      fs.readFileSync(encodePath(path.join(root, relativePath)), 'utf8'),
    );
    assert.deepEqual(contents, ['252', '253']);
  });

  it('reports a folder that cannot be read and goes on', async () => {
    put('a/x.jpg', 'b/x.jpg', 'b/deep/x.jpg', 'c/x.jpg', 'c/y/x.jpg');
    const failing = {
      readdir: (folder: string) => {
        if (folder === path.join(root, 'b')) throw systemError('EACCES');
        if (folder === path.join(root, 'c/y')) throw systemError('ENOENT');
        return nodeFilePort.readdir(folder);
      },
    };
    const result = await run({}, { files: failing });
    assert.deepEqual(result.mediaPaths, ['a/x.jpg', 'c/x.jpg']);
    assert.deepEqual(skips(result), ['folder-unreadable b', 'folder-vanished c/y']);
    assert.match(result.skipped.entries[0]?.detail ?? '', /EACCES|ENOENT/);
    assert.deepEqual([...result.completeFolders].sort(), ['', 'a', 'c']);
  });

  it('rejects if the root itself cannot be read', async () => {
    const unreadable = {
      readdir: () => {
        throw systemError('EACCES');
      },
    };
    await assert.rejects(run({}, { files: unreadable }), isError('FOLDER_UNREADABLE'));
    fs.rmSync(root, { recursive: true });
    await assert.rejects(run(), isError('SOURCE_PATH_NOT_FOUND'));
  });

  it('stops when it is cancelled', async () => {
    put('a/x.jpg', 'b/x.jpg', 'c/x.jpg');
    const controller = new AbortController();
    let folders = 0;
    await assert.rejects(
      run({}, { signal: controller.signal, onFolder: () => void (folders++, controller.abort()) }),
      isError('CANCELLED'),
    );
    assert.equal(folders, 1);
  });

  it('applies include and exclude patterns and says what they left out', async () => {
    put(
      '2023/a.jpg',
      '2023/a.png',
      '2023/raw/b.CR2',
      '2024/c.JPG',
      'private/d.jpg',
      'x/private/e.jpg',
    );
    const result = await run({ include: ['**/*.jpg'], exclude: ['private/**', '2023/raw'] });
    assert.deepEqual(result.mediaPaths, ['2023/a.jpg', '2024/c.JPG', 'x/private/e.jpg']);
    assert.deepEqual(skips(result), [
      'excluded 2023/a.png',
      'excluded 2023/raw',
      'excluded private',
    ]);
  });

  it('has the glob semantics of picomatch', async () => {
    put('a.jpg', 'd/a.jpg', 'd/e/a.jpg', 'd/e/b.PNG', 'D/f/a.jpg');
    const found = async (scope: PathScopeInput): Promise<readonly string[]> =>
      (await run(scope)).mediaPaths;
    assert.deepEqual(await found({ include: ['*.jpg'] }), ['a.jpg']);
    assert.deepEqual(await found({ include: ['d/*/*.jpg'] }), ['d/e/a.jpg']);
    assert.deepEqual(await found({ include: ['d/**/*.{png,gif}'] }), ['d/e/b.PNG']);
    assert.deepEqual(await found({ exclude: ['d/**'] }), ['a.jpg', 'D/f/a.jpg']);
    assert.deepEqual(await found({ exclude: ['**/e/', '!(d)/**', 'a.JPG'] }), ['d/a.jpg']);
  });

  it('passes by all of a folder that an exclude pattern names, as files.exclude does', async () => {
    put('Private 2023/a.jpg', 'd/Private/e/b.jpg', 'd/c.jpg', 'Private.jpg');
    const result = await run({ exclude: ['**/Private*'] });
    assert.deepEqual(result.mediaPaths, ['d/c.jpg']);
    assert.deepEqual(skips(result), [
      'excluded Private 2023',
      'excluded Private.jpg',
      'excluded d/Private',
    ]);
  });

  it('looks only at picked files and folders, and at the sidecars beside them', async () => {
    put(
      'a/1.jpg',
      'a/2.jpg',
      'a/1.xmp',
      'a/n.txt',
      'b/c/3.jpg',
      'b/c/d/4.jpg',
      'b/5.jpg',
      'e/6.jpg',
    );
    const read: string[] = [];
    const result = await run(
      { onlyPaths: ['a/1.jpg', 'b/c'] },
      { onFolder: (_count, folder) => void read.push(folder) },
    );
    assert.deepEqual(result.mediaPaths, ['a/1.jpg', 'b/c/3.jpg', 'b/c/d/4.jpg']);
    assert.deepEqual(result.companionPaths, ['a/1.xmp']);
    assert.deepEqual(result.skipped.counts, {});
    assert.deepEqual(read.sort(), ['', 'a', 'b', 'b/c', 'b/c/d']);
  });
});

function systemError(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: injected`), { code });
}

function isError(code: CatalogError['code']): (error: unknown) => boolean {
  return (error) => CatalogError.is(error, code);
}
