import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { createDecoder } from '../../../../src/catalog/media/decode/createDecoder.js';
import type { Decoder, PictureResult } from '../../../../src/catalog/model/picture.js';
import { decodeProgramFolder } from '../../../support/decodeProgram.js';

const pngChunk = (type: string, content: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
};

/** A grey PNG of one bit a pixel that says it is so large; all black and a few kilobytes long. */
function pngOf(width: number, height: number, rows = height): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([1, 0, 0, 0, 0], 8);
  const data = deflateSync(Buffer.alloc((1 + Math.ceil(width / 8)) * rows));
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', data),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

function bitmapOf(width: number, height: number): Buffer {
  const bytes = Buffer.alloc(70);
  bytes.write('BM', 'latin1');
  bytes.writeUInt32LE(54, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(width, 18);
  bytes.writeInt32LE(height, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  return bytes;
}

/** A TIFF whose only strip is shorter than its size asks for; its directory may link to itself. */
function tiffOf(width: number, height: number, isLoop: boolean): Buffer {
  const entries = [
    [256, width], [257, height], [258, 8], [259, 1], [262, 1], [273, 8], [277, 1], [278, height], [279, 4],
  ] as const; // prettier-ignore
  const bytes = Buffer.alloc(8 + 2 + entries.length * 12 + 4 + 16);
  bytes.write('II*\0', 'latin1');
  bytes.writeUInt32LE(8, 4);
  bytes.writeUInt16LE(entries.length, 8);
  entries.forEach(([tag, value], index) => {
    const at = 10 + index * 12;
    bytes.writeUInt16LE(tag, at);
    bytes.writeUInt16LE(4, at + 2);
    bytes.writeUInt32LE(1, at + 4);
    bytes.writeUInt32LE(value, at + 8);
  });
  bytes.writeUInt32LE(isLoop ? 8 : 0, 10 + entries.length * 12);
  return bytes;
}

describe('decoding of hostile files', function () {
  this.timeout(120_000);
  let folder: string;
  let program: string;
  let decoder: Decoder;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'image-catalog-hostile-'));
    program = await decodeProgramFolder();
    decoder = createDecoder({ programFolder: program, processes: 1 });
  });

  after(async () => {
    await decoder.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const decode = (name: string, bytes: Buffer): Promise<PictureResult> => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return decoder.process({
      path,
      mimeType: 'image/png',
      orientation: null,
      thumbnails: [{ size: 256, path: `${path}.webp` }],
      hashes: true,
      pixelHash: false,
    });
  };

  const tooLarge: readonly (readonly [string, Buffer])[] = [
    ['20,000 pixels a side.png', pngOf(20_000, 20_000)],
    ['as large as PNG can say.png', pngOf(2_147_483_647, 2_147_483_647, 1)],
    ['60,000 pixels a side.bmp', bitmapOf(60_000, 60_000)],
    ['60,000 pixels a side.tif', tiffOf(60_000, 60_000, false)],
    ['65,535 pixels a side.gif', Buffer.from('474946383961ffffffff800000000000ffffff2c00000000ffffffff000202440100 3b'.replaceAll(' ', ''), 'hex')],
  ]; // prettier-ignore
  for (const [name, bytes] of tooLarge) {
    it(`refuses by its header: ${name}`, async () => {
      await assert.rejects(decode(name, bytes), { code: 'PICTURE_TOO_LARGE' });
    });
  }

  it('ends with a TIFF whose directory links to itself', async () => {
    const error = await decode('loop.tif', tiffOf(4, 4, true)).then(
      () => null,
      (reason: { code: string }) => reason,
    );
    assert.ok(error === null || error.code === 'PICTURE_DAMAGED');
  });

  it('shows what is there of a file that is cut off, and says that it is damaged', async () => {
    const pixels = Buffer.alloc(800 * 600 * 3, 90);
    const whole = await sharp(pixels, { raw: { width: 800, height: 600, channels: 3 } })
      .jpeg()
      .toBuffer();
    const result = await decode('cut.jpg', whole.subarray(0, whole.length - 200));
    assert.deepEqual([result.width, result.height], [800, 600]);
    assert.equal(result.damage?.code, 'PICTURE_DAMAGED');
  });

  it('still shows other files after all that', async () => {
    const result = await decode('good.png', pngOf(300, 200));
    assert.deepEqual([result.width, result.height], [300, 200]);
  });

  it('ends its process when the one that started it is killed', async () => {
    // The parent starts a decoding process, tells its id, and is killed.
    const parent = join(folder, 'parent.cjs');
    writeFileSync(
      parent,
      `const { fork } = require('node:child_process');
      const child = fork(process.argv[2], [], { execArgv: [] });
      child.on('message', () => process.send(child.pid));`,
    );
    const process_ = fork(parent, [join(program, 'decodeProcess.js')], { execArgv: [] });
    const pid = await new Promise<number>((resolve) =>
      process_.once('message', (id) => resolve(id as number)),
    );
    process_.kill('SIGKILL');
    const isAlive = (): boolean => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    };
    while (isAlive()) await new Promise((resolve) => setTimeout(resolve, 20));
  });
});
