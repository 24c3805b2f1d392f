// The proofs that no photo is lost: `npm run test:safety [-- --short] [-- <mocha arguments>]`.
// Without --short every step of every operation is tried: that takes an hour or so.
// A failure prints its seed; IMAGE_CATALOG_SAFETY_SEED repeats it.
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
process.exit(
  await runTool(
    'mocha/bin/mocha.js',
    [
      ...reporter,
      ...others.filter((argument) => !files.includes(argument)),
      ...(files.length > 0 ? files : ['test/safety/**/*.test.ts']),
    ],
    { env: { ...process.env, IMAGE_CATALOG_SAFETY: isShort ? 'short' : 'long' } },
  ),
);
