/**
 * Entry of the thread that watches a decoding process from inside: kills it when it uses too much memory,
 * or when the process that started it is gone.
 */
import process from 'node:process';
import { workerData } from 'node:worker_threads';

const { parent, memoryLimit } = workerData as {
  readonly parent: number;
  readonly memoryLimit: number;
};
const intervalMs = 50;

/** An orphan gets another parent on POSIX; on Windows its parent's id is free. */
function isOrphan(): boolean {
  if (process.ppid !== parent) return true;
  try {
    process.kill(parent, 0);
    return false;
  } catch {
    return true;
  }
}

setInterval(() => {
  if (process.memoryUsage.rss() > memoryLimit || isOrphan()) process.kill(process.pid, 'SIGKILL');
}, intervalMs);
