import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import { isSameEntry } from '../../../src/catalog/files/sameEntry.js';
import { caseIgnoringPort } from '../../support/caseIgnoringPort.js';

describe('one name on the disk', () => {
  let folder: string;
  const at = (name: string): string => path.join(folder, name);
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'imgcat-entry-'));
    fs.mkdirSync(at('sub'));
    fs.writeFileSync(at('sub/a.jpg'), 'a');
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  it('is told by any case where case is ignored, also when the file has another name', () => {
    for (const other of ['sub/A.JPG', 'SUB/a.jpg', 'Sub/A.jpg']) {
      assert.ok(isSameEntry(caseIgnoringPort, at('sub/a.jpg'), at(other)), other);
      assert.equal(isSameEntry(nodeFilePort, at('sub/a.jpg'), at(other)), false, other);
    }
    fs.linkSync(at('sub/a.jpg'), at('sub/other.jpg'));
    for (const other of ['sub/A.JPG', 'SUB/a.jpg', 'Sub/A.jpg']) {
      assert.ok(isSameEntry(caseIgnoringPort, at('sub/a.jpg'), at(other)), other);
    }
  });

  it('is not a second name of the file, nor an equal file', () => {
    fs.mkdirSync(at('SUB'));
    for (const other of ['sub/A.JPG', 'SUB/a.jpg']) {
      fs.linkSync(at('sub/a.jpg'), at(other));
      assert.equal(isSameEntry(nodeFilePort, at('sub/a.jpg'), at(other)), false, other);
    }
    fs.writeFileSync(at('b.jpg'), 'a');
    assert.equal(isSameEntry(nodeFilePort, at('sub/a.jpg'), at('b.jpg')), false);
  });
});
