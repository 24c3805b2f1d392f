import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createDecoder,
  type DecoderOptions,
} from '../../../../src/catalog/media/decode/createDecoder.js';
import type { Decoder, PictureRequest } from '../../../../src/catalog/model/picture.js';

/**
 * A decoding process that does what a file's name says. `wait` takes a moment, as any picture does; what
 * begins is written to a log.
 */
const program = `
const fs = require('node:fs');
const path = require('node:path');
process.once('disconnect', () => process.exit(0));
process.on('message', ({ id, request }) => {
  const name = path.basename(request.path);
  fs.appendFileSync(path.join(__dirname, 'log'), name + ' ' + process.pid + '\\n');
  if (name.startsWith('hang')) for (;;);
  if (name.startsWith('crash')) setTimeout(() => process.exit(3), 50);
  else if (name.startsWith('bloat')) setTimeout(() => process.kill(process.pid, 'SIGKILL'), 50);
  else setTimeout(() => {
    const memoryBytes = name.startsWith('large') ? 2 ** 31 : 1;
    process.send({ kind: 'done', id, result: { name }, memoryBytes });
  }, name.startsWith('wait') ? 300 : 1);
});
process.send({ kind: 'ready' });
`;

describe('DecoderPool', function () {
  this.timeout(60_000);
  let folder = '';
  let decoder: Decoder;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'image-catalog-pool-'));
    writeFileSync(join(folder, 'decodeProcess.js'), program);
  });

  afterEach(async () => {
    await decoder.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const open = (options: Partial<DecoderOptions> = {}): void => {
    decoder = createDecoder({ programFolder: folder, processes: 1, ...options });
  };
  const decode = (
    name: string,
    options?: { urgent?: boolean; mimeType?: string },
  ): Promise<string> => {
    const request: PictureRequest = {
      path: join(folder, name),
      mimeType: options?.mimeType ?? 'image/jpeg',
      orientation: null,
      thumbnails: [],
      hashes: false,
      pixelHash: false,
    };
    const result = decoder.process(request, { urgent: options?.urgent ?? false });
    return result.then(
      (found) => (found as unknown as { name: string }).name,
      (error: { code: string }) => error.code,
    );
  };
  const log = (): string[] =>
    existsSync(join(folder, 'log'))
      ? readFileSync(join(folder, 'log'), 'utf8').trim().split('\n')
      : [];
  const begun = (): string[] => log().map((line) => line.split(' ')[0] ?? '');
  const processes = (): number => new Set(log().map((line) => line.split(' ')[1])).size;

  it('gives an error to the file that makes its process end, and to no other', async () => {
    open();
    const names = ['a', 'crash', 'b', 'c'];
    assert.deepEqual(await Promise.all(names.map((name) => decode(name))), [
      'a',
      'PICTURE_DAMAGED',
      'b',
      'c',
    ]);
  });

  it('decodes a neighbour again when it is not known which of two ended the process', async () => {
    open();
    const results = Promise.all([decode('crash'), decode('wait')]);
    assert.deepEqual(await results, ['PICTURE_DAMAGED', 'wait']);
    assert.equal(begun().filter((name) => name === 'crash').length, 2);
  });

  it('takes a process that was killed for one that used too much memory', async () => {
    open();
    assert.equal(await decode('bloat'), 'PICTURE_OUT_OF_MEMORY');
    assert.equal(await decode('a'), 'a');
  });

  it('ends a process that does not answer in time', async () => {
    open({ timeLimitMs: 500 });
    assert.deepEqual(await Promise.all([decode('hang'), decode('a')]), ['PICTURE_TIMED_OUT', 'a']);
  });

  it('takes urgent files first, each lot in its order', async () => {
    open();
    const all = [decode('wait1'), decode('wait2'), decode('a'), decode('b')];
    all.push(decode('now1', { urgent: true }), decode('now2', { urgent: true }));
    await Promise.all(all);
    assert.deepEqual(begun(), ['wait1', 'wait2', 'now1', 'now2', 'a', 'b']);
  });

  it('leaves a decoder that blocks its process alone with its file', async () => {
    open();
    const heic = { mimeType: 'image/heic' };
    const all = [decode('wait1', heic), decode('wait2', heic), decode('wait3')];
    await all[0];
    assert.deepEqual(begun().slice(0, 1), ['wait1']);
    await Promise.all(all);
    assert.deepEqual(begun(), ['wait1', 'wait2', 'wait3']);
    assert.equal(processes(), 1);
  });

  it('replaces a process that holds much memory', async () => {
    open();
    for (const name of ['a', 'large', 'b']) assert.equal(await decode(name), name);
    assert.equal(processes(), 2);
  });

  it('ends idle processes and starts others when there is work again', async () => {
    open({ idleMs: 20 });
    assert.equal(await decode('a'), 'a');
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal(await decode('b'), 'b');
    assert.equal(processes(), 2);
  });

  it('says that the decoder does not start', async () => {
    rmSync(join(folder, 'decodeProcess.js'));
    open();
    assert.equal(await decode('a'), 'INTERNAL');
  });

  it('cancels everything when it is closed', async () => {
    open();
    const all = [decode('wait1'), decode('wait2'), decode('a')];
    await decoder.close();
    assert.deepEqual(await Promise.all(all), ['CANCELLED', 'CANCELLED', 'CANCELLED']);
    assert.equal(await decode('b'), 'CANCELLED');
  });
});
