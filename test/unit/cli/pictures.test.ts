import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { makeSample } from '../../../scripts/sample/makeSample.mjs';
import { CommandLine } from '../../support/commandLine.js';

interface Answer {
  readonly done: number;
  readonly failed: number;
  readonly pending: number;
  readonly none: number;
  readonly failures: readonly {
    readonly path: string;
    readonly error: { readonly code: string };
  }[];
}

describe('command line: pictures', function () {
  this.timeout(180_000);
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'image-catalog-cli-'));
  const workspace = path.join(root, 'workspace');
  const card = path.join(workspace, 'Camera card');
  let line: CommandLine;

  const run = async (...words: string[]): Promise<{ code: number; answer: Answer }> => {
    const { code, stdout } = await line.run(workspace, '--json', ...words);
    return { code, answer: JSON.parse(stdout) as Answer };
  };

  before(async () => {
    makeSample(workspace);
    line = await CommandLine.build(path.join(root, 'state'));
  });
  after(() => fs.rmSync(root, { recursive: true, force: true }));

  it('makes what is pending, tells what failed, and tries it again when asked', async () => {
    const damaged = path.join(card, 'IMG_9999.png');
    const head = '89504e470d0a1a0a0000000d4948445200000258000001900802000000';
    fs.writeFileSync(damaged, Buffer.from(`${head}c4eef0af0000000049454e44ae426082`, 'hex'));
    await run('create', 'Photos');
    await run('add-source', 'Photos', card);
    await run('import', 'Camera card');
    const first = await run('pictures', 'Photos');
    assert.equal(first.code, 3);
    assert.deepEqual([first.answer.failed, first.answer.pending, first.answer.none], [1, 0, 1]);
    assert.ok(first.answer.done >= 10, String(first.answer.done));
    assert.deepEqual(
      first.answer.failures.map(({ path: file, error }) => [path.basename(file), error.code]),
      [['IMG_9999.png', 'PICTURE_DAMAGED']],
    );
    const thumbnails = path.join(workspace, '.image-catalog', 'thumbnails');
    const files = fs.readdirSync(thumbnails, { recursive: true, encoding: 'utf8' });
    assert.equal(files.filter((name) => name.endsWith('.webp')).length, first.answer.done);

    fs.rmSync(thumbnails, { recursive: true });
    const again = await run('pictures', 'Photos', '--failed');
    assert.equal(again.answer.failed, 1);
    assert.equal(fs.existsSync(thumbnails) && fs.readdirSync(thumbnails).length > 1, false);
    const all = await run('pictures', 'Photos', '--rebuild');
    assert.equal(all.answer.done, first.answer.done);
    assert.ok(fs.readdirSync(thumbnails).length > 1);
  });
});
