import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { sampleJpeg } from '../../../bench/lib/sampleFiles.js';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import type { EraseCheck } from '../../../src/catalog/model/safety.js';
import { checkSafeToErase } from '../../../src/catalog/scan/eraseCheck.js';
import { ImportFixture } from '../import/importFixture.js';

describe('is it safe to erase a source', function () {
  this.timeout(60_000);
  let fixture: ImportFixture;
  const one = sampleJpeg('one');
  beforeEach(async () => {
    fixture = await ImportFixture.create();
    fixture.put('DCIM/IMG_1.jpg', one);
    fixture.put('DCIM/IMG_1.jpg.xmp', '<x:xmpmeta/>');
    fixture.put('DCIM/again.jpg', one);
    fixture.put('DCIM/._IMG_1.jpg', 'attributes');
    fixture.put('notes.txt', 'about the trip');
  });
  afterEach(() => fixture.remove());

  const check = (): Promise<EraseCheck> =>
    checkSafeToErase(fixture.deps(nodeFilePort), fixture.scans.source);
  const problems = async (): Promise<string[]> => {
    const { safe, problems: found } = await check();
    assert.equal(safe, found.length === 0);
    return found.map(({ reason, relativePath }) => `${reason} ${relativePath}`);
  };
  const managed = (name: string): string => {
    const found = fixture.managedFiles().find((file) => file.endsWith(name));
    return path.join(fixture.managed, found ?? assert.fail(`no ${name}`));
  };

  it('says yes when all photos and sidecars have verified copies, and names what is no photo', async () => {
    await fixture.import();
    const answer = await check();
    assert.deepEqual(answer.problems, []);
    assert.equal(answer.safe, true);
    assert.equal(answer.filesChecked, 3);
    assert.deepEqual(answer.others, ['DCIM/._IMG_1.jpg', 'notes.txt']);
  });

  it('names what was never imported, also under hidden and odd names', async () => {
    await fixture.import();
    fixture.put('new.jpg', sampleJpeg('new'));
    fixture.put('.private/hidden.jpg', sampleJpeg('hidden'));
    fixture.put('IMG_0001', sampleJpeg('no extension'));
    assert.deepEqual(await problems(), [
      'NOT_IN_CATALOG .private/hidden.jpg',
      'NOT_IN_CATALOG IMG_0001',
      'NOT_IN_CATALOG new.jpg',
    ]);
  });

  it('names what changed since, and what has a damaged or missing copy', async () => {
    await fixture.import();
    fixture.put('DCIM/IMG_1.jpg.xmp', '<edited/>');
    const stats = fs.statSync(managed('IMG_1.jpg'));
    const bytes = fs.readFileSync(managed('IMG_1.jpg'));
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
    fs.writeFileSync(managed('IMG_1.jpg'), bytes);
    // A copy that went bad on the disk keeps its size and time.
    fs.utimesSync(managed('IMG_1.jpg'), stats.atime, stats.mtime);
    assert.deepEqual(await problems(), [
      'COPY_DAMAGED DCIM/IMG_1.jpg',
      'NOT_IN_CATALOG DCIM/IMG_1.jpg.xmp',
      'COPY_DAMAGED DCIM/again.jpg',
    ]);
    fs.rmSync(managed('IMG_1.jpg'));
    fixture.put('DCIM/again.jpg', sampleJpeg('edited'));
    assert.deepEqual(await problems(), [
      'COPY_DAMAGED DCIM/IMG_1.jpg',
      'NOT_IN_CATALOG DCIM/IMG_1.jpg.xmp',
      'NOT_IN_CATALOG DCIM/again.jpg',
    ]);
    fixture.put('DCIM/IMG_1.jpg', sampleJpeg('edited as well'));
    assert.equal((await problems())[0], 'CHANGED DCIM/IMG_1.jpg');
  });

  it('does not take a referenced file for a copy', async () => {
    await fixture.import({ importMode: 'reference' });
    assert.deepEqual(await problems(), [
      'ONLY_REFERENCED DCIM/IMG_1.jpg',
      'NOT_IN_CATALOG DCIM/IMG_1.jpg.xmp',
      'ONLY_REFERENCED DCIM/again.jpg',
    ]);
  });

  it('does not count a copy that lies in the source itself', async () => {
    await fixture.import();
    const inside = fixture.scans.path('managed');
    fs.renameSync(fixture.managed, inside);
    fixture.setManaged(inside);
    const reasons = new Set((await problems()).map((text) => text.split(' ')[0]));
    assert.deepEqual(reasons, new Set(['COPY_IN_SOURCE']));
  });

  it('is not safe if something cannot be read', async function () {
    if (process.getuid?.() === 0 || process.platform === 'win32') {
      console.warn('permissions do not bind this user: unreadable folders are not tested');
      return this.skip();
    }
    await fixture.import();
    fs.mkdirSync(fixture.scans.path('locked'), { mode: 0 });
    assert.deepEqual(await problems(), ['UNREADABLE locked']);
    fs.chmodSync(fixture.scans.path('locked'), 0o700);
  });
});
