// `npm test`: everything, in order. Runs all steps even when one fails; the last line is "N passed, N failed".
//   node scripts/test/all.mjs [step name...]      e.g. `npm test -- unit host`
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensure } from '../ensure.mjs';
import { postgresPrograms } from '../lib/postgres.mjs';
import { root, run, runTool, seconds } from '../lib/project.mjs';

process.chdir(root);
const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'ic-test-'));
const countsFile = path.join(temporary, 'counts.jsonl');
const env = { ...process.env, TEST_COUNTS: countsFile };
const reporter = ['--reporter', path.join(root, 'scripts/test/countingReporter.mjs')];

/** @param {string} script @param {...string} args */
const node = (script, ...args) => run(process.execPath, [script, ...args], { env });
/** @param {string} script @param {...string} args */
const tool = (script, ...args) => runTool(script, args, { env });

/** @param {string} folder @param {string} pattern */
function hasFiles(folder, pattern) {
  if (!fs.existsSync(folder)) return false;
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .some((f) => f.endsWith(pattern));
}

async function typecheck() {
  const product = await tool('typescript/bin/tsc', '--noEmit', '-p', '.');
  const webviews = await tool(
    'typescript/bin/tsc',
    '--noEmit',
    '-p',
    'src/views/tsconfig.webview.json',
  );
  return product || webviews;
}

/**
 * `tests`: the step runs tests, so its figures count; a failure without a failed test counts as one.
 * A step that returns null was skipped.
 * @type {readonly {name: string, tests?: boolean, run: () => Promise<number | null>}[]}
 */
const steps = [
  { name: 'typecheck', run: typecheck },
  { name: 'lint', run: () => tool('eslint/bin/eslint.js', '.', '--max-warnings', '0') },
  {
    name: 'format',
    run: () => tool('prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'),
  },
  { name: 'build', run: () => node('scripts/build.mjs', '--production') },
  {
    name: 'unit',
    tests: true,
    // Files side by side: what a test file prints comes when it ends. Each takes longer for it.
    run: () =>
      tool(
        'mocha/bin/mocha.js',
        ...reporter,
        ...['--parallel', '--jobs', String(os.availableParallelism()), '--timeout', '60000'],
        'test/unit/**/*.test.ts',
      ),
  },
  { name: 'corpus', tests: true, run: corpus },
  { name: 'postgres', tests: true, run: postgres },
  { name: 'safety', tests: true, run: safety },
  { name: 'package', run: () => node('scripts/package.mjs', '--no-build') },
  { name: 'host', tests: true, run: () => node('scripts/test/host.mjs') },
  { name: 'e2e', tests: true, run: () => node('scripts/test/e2e.mjs', '--no-package') },
];

async function corpus() {
  if (!hasFiles('test/corpus', '.test.ts')) return null;
  const folder = process.env['IMAGE_CATALOG_CORPUS'] ?? path.join(root, '../shared/corpus');
  if (!fs.existsSync(folder)) {
    console.warn(
      `SKIPPED: there is no test corpus in ${folder} (IMAGE_CATALOG_CORPUS names another).`,
    );
    return null;
  }
  return tool('mocha/bin/mocha.js', '--config', '.mocharc.corpus.json', ...reporter);
}

async function postgres() {
  const programs = postgresPrograms();
  if (!programs) {
    console.warn(
      'SKIPPED: there is no PostgreSQL (apt-get install postgresql, or set POSTGRES_BIN).',
    );
    return null;
  }
  return runTool('mocha/bin/mocha.js', ['--config', '.mocharc.postgres.json', ...reporter], {
    env: { ...env, POSTGRES_BIN: programs },
  });
}

async function safety() {
  const scripts = JSON.parse(fs.readFileSync('package.json', 'utf8')).scripts;
  if (!scripts['test:safety'] || !fs.existsSync('test/safety')) return null;
  const { runNpm } = await import('../lib/project.mjs');
  // The same samples each time, so that a failure can be repeated; run by itself it draws new ones.
  const seed = process.env['IMAGE_CATALOG_SAFETY_SEED'] ?? '20230615';
  return runNpm(['run', '--silent', 'test:safety', '--', '--short'], {
    env: { ...env, IMAGE_CATALOG_SAFETY_SEED: seed },
  });
}

function countsSoFar() {
  const sum = { passes: 0, failures: 0, pending: 0, failed: /** @type {string[]} */ ([]) };
  if (!fs.existsSync(countsFile)) return sum;
  for (const line of fs.readFileSync(countsFile, 'utf8').split('\n').filter(Boolean)) {
    const counts = JSON.parse(line);
    for (const key of /** @type {const} */ (['passes', 'failures', 'pending']))
      sum[key] += counts[key] ?? 0;
    sum.failed.push(...(counts.failed ?? []));
  }
  return sum;
}

await ensure();
const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(`Unknown step ${unknown[0]}: use ${steps.map((step) => step.name).join(', ')}.`);
  process.exit(2);
}
const started = Date.now();
/** @type {string[]} */
const summary = [];
let failedWithoutTest = 0;
let skippedSteps = 0;
for (const step of steps) {
  if (chosen.length > 0 && !chosen.includes(step.name)) continue;
  console.log(`\n=== ${step.name}`);
  const stepStarted = Date.now();
  const before = countsSoFar();
  let code;
  try {
    code = await step.run();
  } catch (error) {
    console.error(error);
    code = 1;
  }
  const after = countsSoFar();
  const passes = after.passes - before.passes;
  const failures = after.failures - before.failures;
  if (step.tests && code === 0 && passes === 0) {
    console.error('No test ran.');
    code = 1;
  }
  if (code === null) skippedSteps++;
  if (code !== null && code !== 0 && failures === 0) failedWithoutTest++;
  const verdict = code === null ? 'skipped' : code === 0 ? 'ok' : `FAILED (exit code ${code})`;
  const figures = step.tests && code !== null ? `  ${passes} passed, ${failures} failed` : '';
  summary.push(`${step.name.padEnd(10)} ${verdict.padEnd(10)} ${seconds(stepStarted)}${figures}`);
  console.log(`--- ${summary.at(-1)}`);
}
const total = countsSoFar();
fs.rmSync(temporary, { recursive: true, force: true });
const failed = total.failures + failedWithoutTest;
const skipped = total.pending + skippedSteps;
// Once more at the end, where a log that was cut off still has it.
for (const failure of total.failed) console.log(`\nFAILED: ${failure}`);
console.log(`\n${summary.join('\n')}\nin ${seconds(started)}`);
if (failedWithoutTest > 0)
  console.log('A step that failed without a failed test counts as one failed.');
console.log(`${total.passes} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(failed > 0 ? 1 : 0);
