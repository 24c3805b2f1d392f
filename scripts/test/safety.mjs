// The proofs that no photo is lost: `npm run test:safety [-- --short] [-- <test files and mocha arguments>]`.
//
// The long form takes an hour or so on a quiet machine with two processors. It covers, for every operation:
// - faults at the files: at every place of the program that makes a call, every kind of fault, once and for ever, in
//   turns at the calls made there; every single call with two of them at least; the end of the program at every
//   state of the disk (large files: every place and kind, not every call);
// - faults at the catalog file: the same for its writes, syncs and truncations;
// - kill -9 in a process of its own after every step that changes the disk, before some others, and by strace in the
//   middle of system calls;
// and the random sequences, several processes, power loss, crash images, real volumes and changing sources of the
// other files. With --short samples of all that are tried.
// A failure prints its seed; IMAGE_CATALOG_SAFETY_SEED repeats it. IMAGE_CATALOG_SAFETY_VOLUME names a folder on a
// second file system; where this may mount one it uses memory.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root, runTool } from '../lib/project.mjs';

process.chdir(root);
const given = process.argv.slice(2);
const isShort = given.includes('--short');
const others = given.filter((argument) => argument !== '--short');
const files = others.filter((argument) => argument.endsWith('.test.ts'));
const reporter = process.env['TEST_COUNTS']
  ? ['--reporter', path.join(root, 'scripts/test/countingReporter.mjs')]
  : [];

/** A second file system in memory, or null where that may not be mounted. */
function mountVolume() {
  if (process.env['IMAGE_CATALOG_SAFETY_VOLUME'] || process.platform !== 'linux') return null;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'imgcat-safety-volume-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1g', 'tmpfs', folder]);
  if (status === 0) return folder;
  fs.rmdirSync(folder);
  return null;
}

const volume = mountVolume();
const env = {
  ...process.env,
  IMAGE_CATALOG_SAFETY: isShort ? 'short' : 'long',
  ...(volume && { IMAGE_CATALOG_SAFETY_VOLUME: volume }),
  IMAGE_CATALOG_SAFETY_SEED:
    process.env['IMAGE_CATALOG_SAFETY_SEED'] ?? String(Date.now() % 1_000_000_000),
};
let code = 1;
try {
  code = await runTool(
    'mocha/bin/mocha.js',
    [
      ...reporter,
      // Files side by side; what they print comes when they end.
      ...(isShort ? [] : ['--parallel', '--jobs', String(os.availableParallelism())]),
      ...others.filter((argument) => !files.includes(argument)),
      ...(files.length > 0 ? files : ['test/safety/**/*.test.ts']),
    ],
    { env },
  );
} finally {
  if (volume) {
    spawnSync('umount', [volume]);
    fs.rmdirSync(volume);
  }
}
process.exit(code);
