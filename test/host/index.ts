/** The entry that VS Code's extensionTestsPath names: runs mocha inside the extension host. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { format } from 'node:util';

export async function run(): Promise<void> {
  markOurLines(process.env['TEST_LINE_MARK']);
  // Only now: mocha keeps the console.log that it finds when it loads.
  const { default: Mocha } = await import('mocha');
  const grep = process.env['MOCHA_GREP'];
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, color: false, reporter: 'spec' });
  if (grep) mocha.grep(grep);
  const files = fs.readdirSync(__dirname, { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((name) => name.endsWith('.test.js')).sort())
    mocha.addFile(path.join(__dirname, file));
  await new Promise<void>((resolve, reject) => {
    const runner = mocha.run((failures) => {
      report(runner.stats);
      if (failures > 0) reject(new Error(`${String(failures)} tests failed.`));
      else resolve();
    });
  });
}

/** The extension host's console has setters that do nothing, so a marked copy takes its place. */
function markOurLines(mark: string | undefined): void {
  if (!mark) return;
  const real = console;
  const marked = Object.create(real) as Console;
  for (const level of ['log', 'info', 'warn', 'error'] as const) {
    const value = (...args: unknown[]): void => {
      real[level](mark + format(...args));
    };
    Object.defineProperty(marked, level, { value });
  }
  globalThis.console = marked;
}

function report(stats: Mocha.Stats | undefined): void {
  if (!stats) return;
  const { TEST_REPORT: reportFile, TEST_COUNTS: countsFile } = process.env;
  if (reportFile) fs.writeFileSync(reportFile, JSON.stringify(stats));
  if (countsFile) {
    const { passes, failures, pending } = stats;
    fs.appendFileSync(countsFile, `${JSON.stringify({ passes, failures, pending })}\n`);
  }
}
