import assert from 'node:assert/strict';
import fs from 'node:fs';
import { sampleJpeg } from '../../../bench/lib/sampleFiles.js';
import type { FilePort } from '../../../src/catalog/files/filePort.js';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import { resumeJob } from '../../../src/catalog/import/execute.js';
import { errorsOf, ImportFixture, statesOf } from './importFixture.js';
import { allImages } from '../store/support.js';

const name = 'IMG_20230615_143045.jpg';
const other = 'IMG_20230616_143045.jpg';

describe('a file that is written to in place while it is moved on one volume', () => {
  let fixture: ImportFixture;

  beforeEach(async () => {
    fixture = await ImportFixture.create();
    fixture.put(name, sampleJpeg('one', 3000));
    fixture.put(other, sampleJpeg('other', 3000));
  });

  afterEach(async () => {
    fixture.check();
    await fixture.remove();
  });

  const write = (): void => fs.appendFileSync(fixture.scans.path(name), 'written meanwhile');

  /** Runs the change once, when the two names have been made and before the rows are written. */
  const afterPlacing = (change: () => void): FilePort => {
    let left = 1;
    return {
      ...nodeFilePort,
      openDirectory: (folder) => {
        const isThere = fixture.managedFiles().some((file) => file.endsWith(name));
        if (isThere && left-- > 0) change();
        return nodeFilePort.openDirectory(folder);
      },
    };
  };

  /** Runs the change at the very call that removes the source. */
  const atRelease = (change: () => void): FilePort => ({
    ...nodeFilePort,
    unlink: (file) => {
      if (file === fixture.scans.path(name)) change();
      nodeFilePort.unlink(file);
    },
  });

  for (const [when, port] of [
    ['before its row is written', afterPlacing],
    ['at its release', atRelease],
  ] as const) {
    it(`stays at the source and fails, ${when}`, async () => {
      const imported = await fixture.import({ importMode: 'move', files: port(write) });
      assert.deepEqual(statesOf(imported), { [name]: 'FAILED', [other]: 'RELEASED' });
      assert.deepEqual(errorsOf(imported), { [name]: 'FILE_CHANGED' });
      assert.deepEqual(fixture.managedFiles(), [`2023/06-16/${other}`]);
      assert.match(fs.readFileSync(fixture.scans.path(name), 'latin1'), /written meanwhile$/);
      const { filesImported, filesFailed, bytesImported, status } = imported.job;
      assert.deepEqual(
        { filesImported, filesFailed, bytesImported, status },
        { filesImported: 1, filesFailed: 1, bytesImported: 3000, status: 'PARTIAL' },
      );
      const again = await fixture.import({ importMode: 'move' });
      assert.deepEqual(statesOf(again), { [name]: 'RELEASED' });
    });
  }

  it('takes what belongs to it back with it', async () => {
    fixture.put(`${name}.xmp`, '<x:xmpmeta xmlns:x="adobe:ns:meta/">one</x:xmpmeta>');
    const imported = await fixture.import({ importMode: 'move', files: afterPlacing(write) });
    assert.deepEqual(errorsOf(imported), {
      [name]: 'FILE_CHANGED',
      [`${name}.xmp`]: 'COMPANION_FAILED',
    });
    assert.deepEqual(fixture.managedFiles(), [`2023/06-16/${other}`]);
    assert.ok(fs.existsSync(fixture.scans.path(`${name}.xmp`)));
  });

  it('comes in when only its time was changed, and keeps its source', async () => {
    const touch = (): void => fs.utimesSync(fixture.scans.path(name), 1_700_000_000, 1_700_000_000);
    const imported = await fixture.import({ importMode: 'move', files: afterPlacing(touch) });
    assert.deepEqual(statesOf(imported), { [name]: 'SOURCE_KEPT', [other]: 'RELEASED' });
    assert.deepEqual(errorsOf(imported), { [name]: 'FILE_CHANGED' });
    assert.ok(fs.existsSync(fixture.scans.path(name)));
  });

  it('is found by recovery when the program ended before its release', async () => {
    let ended = false;
    const imported = fixture.import({
      importMode: 'move',
      files: {
        ...nodeFilePort,
        lstat: (file) => {
          if (allImages(fixture.scans.store, fixture.scans.catalog.id).length > 0) ended = true;
          if (ended) throw Object.assign(new Error('ended'), { code: 'ECRASHED' });
          return nodeFilePort.lstat(file);
        },
      },
    });
    const { job } = await imported;
    assert.ok(ended);
    // As the end of the program would have left it.
    const { store } = fixture.scans;
    store.importJobs.update(job.id, { status: 'RUNNING' });
    store.importItems.setStates(job.id, 'SOURCE_KEPT', 'DONE');
    write();
    await fixture.recover();
    fixture.check();
    assert.deepEqual(statesOf(fixture.imported(job.id)), { [name]: 'FAILED', [other]: 'DONE' });
    await resumeJob(fixture.deps(), job.id);
    assert.deepEqual(statesOf(fixture.imported(job.id)), { [name]: 'FAILED', [other]: 'RELEASED' });
  });
});
