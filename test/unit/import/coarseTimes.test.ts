import assert from 'node:assert/strict';
import fs from 'node:fs';
import { sampleJpeg } from '../../../bench/lib/sampleFiles.js';
import type { FilePort, FileStats } from '../../../src/catalog/files/filePort.js';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import type { ImportMode } from '../../../src/catalog/model/importJob.js';
import { errorsOf, ImportFixture, statesOf } from './importFixture.js';

const name = 'IMG_20230615_143045.jpg';
const fat = 0x4d44;
const ext4 = 0xef53;

describe('a card that tells rounded times after it was taken out', function () {
  let fixture: ImportFixture;

  before(function () {
    if (process.platform !== 'linux') {
      console.warn('      NOT RUN HERE: types of volumes are told on Linux only');
      this.skip();
    }
  });
  beforeEach(async () => {
    fixture = await ImportFixture.create();
    fixture.put(name, sampleJpeg('one', 3000), new Date('2023-06-15T12:34:57.500Z'));
  });
  afterEach(async () => {
    fixture?.check();
    await fixture?.remove();
  });

  /** The volume of the card, whose times are all earlier than the scan saw them. */
  function card(type: number, earlierMilliseconds: number): FilePort {
    const own = fs.statSync(fixture.scans.path(name)).ino;
    const shifted = (stats: FileStats): FileStats => {
      if (Number(stats.ino) === own) stats.mtimeNs -= BigInt(earlierMilliseconds) * 1_000_000n;
      return stats;
    };
    return {
      ...nodeFilePort,
      lstat: (file) => shifted(nodeFilePort.lstat(file)),
      fstat: (descriptor) => shifted(nodeFilePort.fstat(descriptor)),
      statfs: (folder) => ({ ...nodeFilePort.statfs(folder), type }),
      link: () => {
        throw Object.assign(new Error('EPERM'), { code: 'EPERM' });
      },
    };
  }

  const imported = async (importMode: ImportMode, files: FilePort): Promise<unknown> => {
    const result = await fixture.import({ importMode, files });
    return { ...statesOf(result), ...errorsOf(result) };
  };

  for (const [importMode, state] of [
    ['copy', 'DONE'],
    ['move', 'RELEASED'],
    ['reference', 'DONE'],
  ] as const) {
    it(`is imported by ${importMode}`, async () => {
      assert.deepEqual(await imported(importMode, card(fat, 1500)), { [name]: state });
    });

    it(`is read before it is believed, by ${importMode}`, async () => {
      const scanId = await fixture.scanId();
      const { mtime } = fs.statSync(fixture.scans.path(name));
      fixture.put(name, sampleJpeg('two', 3000), mtime);
      const result = await fixture.import({ scanId, importMode, files: card(fat, 1500) });
      assert.deepEqual(errorsOf(result), { [name]: 'FILE_CHANGED' });
    });

    it(`has changed when the difference is larger, by ${importMode}`, async () => {
      assert.deepEqual(await imported(importMode, card(fat, 2000)), { [name]: 'FILE_CHANGED' });
    });

    it(`has changed on a volume that keeps times exactly, by ${importMode}`, async () => {
      assert.deepEqual(await imported(importMode, card(ext4, 1500)), { [name]: 'FILE_CHANGED' });
    });
  }
});
