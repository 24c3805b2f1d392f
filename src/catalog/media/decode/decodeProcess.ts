/**
 * Entry of a decoding process: decodes one file per message. It ends with the process that started it, and
 * by force when it uses too much memory, because files from anywhere are decoded here.
 */
import { join } from 'node:path';
import process from 'node:process';
import { Worker } from 'node:worker_threads';
import { nodeFilePort } from '../../files/filePort.js';
import { toCatalogError } from '../../model/errors.js';
import { memoryLimitVariable, type DecodeAnswer, type DecodeCommand } from './decodeMessages.js';
import { decodePicture } from './decodePicture.js';

function answer(message: DecodeAnswer): void {
  if (process.connected) process.send?.(message);
}

async function decode({ id, request, limits }: DecodeCommand): Promise<void> {
  try {
    const result = await decodePicture(nodeFilePort, request, limits);
    answer({ kind: 'done', id, result, memoryBytes: process.memoryUsage.rss() });
  } catch (error) {
    const { code, data } = toCatalogError(error);
    answer({ kind: 'failed', id, code, data, memoryBytes: process.memoryUsage.rss() });
  }
}

// On a thread of its own, since a decoder may hold this one for ever.
const watch = new Worker(join(import.meta.dirname, 'decodeWatch.js'), {
  workerData: {
    parent: process.ppid,
    memoryLimit: Number(process.env[memoryLimitVariable]) || Infinity,
  },
});
watch.unref();
process.once('disconnect', () => process.exit(0));
process.on('message', (command) => void decode(command as DecodeCommand));
answer({ kind: 'ready' });
