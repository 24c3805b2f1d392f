import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { FilePort } from '../../../src/catalog/files/filePort.js';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import { syncRemovals } from '../../../src/catalog/files/folders.js';
import { systemError } from '../../safety/support/faultyPort.js';

describe('making removals durable', () => {
  let root: string;
  beforeEach(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), 'imgcat-sync-'));
    fs.mkdirSync(path.join(root, 'there'));
  });
  afterEach(() => fs.rmSync(root, { recursive: true }));

  const at = (...parts: readonly string[]): string => path.join(root, ...parts);

  it('synchronizes each folder once, and of one that is gone the one that it lay in', async () => {
    const opened: string[] = [];
    const port: FilePort = {
      ...nodeFilePort,
      openDirectory: (folder) => {
        opened.push(folder);
        return nodeFilePort.openDirectory(folder);
      },
    };
    const paths = [at('there/a'), at('there/b'), at('gone/further/c')];
    assert.ok(await syncRemovals(port, paths, () => undefined));
    assert.deepEqual(opened, [at('there'), root]);
  });

  it('says that a folder could not be synchronized', async () => {
    const port: FilePort = {
      ...nodeFilePort,
      fsync: () => Promise.reject(systemError('EIO', 'fsync')),
    };
    const logged: string[] = [];
    const log = (_level: string, message: string): void => void logged.push(message);
    assert.equal(await syncRemovals(port, [at('there/a')], log), false);
    assert.equal(logged.length, 1);
  });
});
