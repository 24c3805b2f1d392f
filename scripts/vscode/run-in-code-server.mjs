// Runs a test suite INSIDE the extension host of code-server and resolves to an exit code.
import fs from 'node:fs';
import path from 'node:path';
import {
  dropProfile,
  makeProfile,
  startBrowser,
  startServer,
  stopOnSignals,
  workbenchUrl,
} from './server.mjs';

/** Invisible. The test entry puts it before each of its lines, which tells them from the workbench's own log. */
const lineMark = '\u2063';

/** Exit codes of our own: the browser crashed, the server ended, nothing ran, the time was up. */
const exitCodes = { browserCrashed: 70, serverEnded: 71, nothingRan: 65, timeout: 124 };

/**
 * @param {object} options
 * @param {string} options.extensionFolder the extension under development
 * @param {string} options.testsFile module that exports run()
 * @param {string} options.workspace
 * @param {string} options.artifacts folder for the screenshot and logs of a failed run
 * @param {number} [options.limitMs]
 * @returns {Promise<number>}
 */
export async function runInCodeServer(options) {
  const { extensionFolder, testsFile, workspace, artifacts, limitMs = 240_000 } = options;
  const profile = await makeProfile();
  const report = path.join(profile.root, 'report.json');
  /** @type {import('./server.mjs').Server | undefined} */
  let server;
  /** @type {Awaited<ReturnType<typeof startBrowser>> | undefined} */
  let browser;
  const clean = async () => {
    await browser?.browser.close().catch(() => {});
    await server?.stop();
    dropProfile(profile);
  };
  const forgetSignals = stopOnSignals(clean);
  try {
    const env = { ...testEnvironment(), TEST_LINE_MARK: lineMark, TEST_REPORT: report };
    server = await startServer(profile, { testDriver: true, env });
    browser = await startBrowser();
    const page = await browser.context.newPage();
    /** @type {string[]} */
    const workbenchLog = [];
    await page.exposeFunction(
      'codeAutomationLog',
      (/** @type {string} */ type, /** @type {unknown[]} */ args) => {
        const text = args.map((a) => (typeof a === 'string' ? a : JSON.stringify(a))).join(' ');
        if (text.startsWith(lineMark)) console.log(text.slice(lineMark.length));
        else workbenchLog.push(`[workbench ${type}] ${text}`);
      },
    );
    /** @type {(code: number) => void} */
    let end = () => {};
    /** @type {Promise<number>} */
    const ended = new Promise((resolve) => (end = resolve));
    await page.exposeFunction('codeAutomationExit', (/** @type {number} */ code) => end(code));
    page.on('crash', () => end(exitCodes.browserCrashed));
    void server.exited.then(() => end(exitCodes.serverEnded));
    const timer = setTimeout(() => end(exitCodes.timeout), limitMs);
    const uri = (/** @type {string} */ file) => `vscode-remote://${server?.host}${file}`;
    await page.goto(
      workbenchUrl(server, workspace, [
        ['extensionDevelopmentPath', uri(extensionFolder)],
        ['extensionTestsPath', uri(testsFile)],
      ]),
      { timeout: 90_000 },
    );
    let code = await ended;
    clearTimeout(timer);
    // A suite that calls process.exit() comes back as 0 too: only a report with passed tests counts.
    const stats = fs.existsSync(report) ? JSON.parse(fs.readFileSync(report, 'utf8')) : undefined;
    if (!stats) console.log('No report: the tests did not run to their end.');
    if (code === 0 && !(stats?.passes > 0)) code = exitCodes.nothingRan;
    if (code !== 0) {
      if (!stats)
        console.log(
          workbenchLog
            .filter((l) => /^\[workbench (err|warn)/.test(l))
            .slice(-10)
            .join('\n'),
        );
      fs.mkdirSync(artifacts, { recursive: true });
      await page.screenshot({ path: path.join(artifacts, 'workbench.png') }).catch(() => {});
      fs.writeFileSync(path.join(artifacts, 'workbench.log'), workbenchLog.join('\n'));
      fs.writeFileSync(path.join(artifacts, 'server.log'), server.log());
      copyLogs(profile.user, artifacts);
      console.log(`Logs: ${artifacts}`);
    }
    return code;
  } finally {
    forgetSignals();
    await clean();
  }
}

/** @param {string} userFolder @param {string} artifacts */
export function copyLogs(userFolder, artifacts) {
  const logs = path.join(userFolder, 'logs');
  if (fs.existsSync(logs))
    fs.cpSync(logs, path.join(artifacts, 'server-logs'), { recursive: true });
}

function testEnvironment() {
  const names = ['MOCHA_GREP', 'TEST_COUNTS', 'IMAGE_CATALOG_CORPUS'];
  return Object.fromEntries(
    names.filter((name) => process.env[name]).map((name) => [name, process.env[name]]),
  );
}
