// mocha's spec reporter that also appends its figures, and what failed, to the file named by TEST_COUNTS, for the
// summary of `npm test`.
import fs from 'node:fs';
import Mocha from 'mocha';

export default class CountingReporter extends Mocha.reporters.Spec {
  /** @param {Mocha.Runner} runner @param {Mocha.MochaOptions} options */
  constructor(runner, options) {
    super(runner, options);
    /** @type {string[]} */
    const failed = [];
    runner.on('fail', (test, error) => {
      failed.push(`${test.fullTitle()}\n${String(error?.message ?? error).slice(0, 1500)}`);
    });
    runner.once('end', () => {
      const file = process.env['TEST_COUNTS'];
      const { passes, failures, pending } = runner.stats ?? { passes: 0, failures: 0, pending: 0 };
      if (file)
        fs.appendFileSync(file, `${JSON.stringify({ passes, failures, pending, failed })}\n`);
    });
  }
}
