/** A real VS Code in a browser for the tests of one file: server, packed extension, sample workspace, page. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { root, artifactsFolder } from '../../../scripts/lib/project.mjs';
import { vsixPath } from '../../../scripts/package.mjs';
import { makeSample } from '../../../scripts/sample/makeSample.mjs';
import { copyLogs } from '../../../scripts/vscode/run-in-code-server.mjs';
import {
  dropProfile,
  installVsix,
  makeProfile,
  startBrowser,
  startServer,
  workbenchUrl,
} from '../../../scripts/vscode/server.mjs';
import { Workbench } from './workbench.js';

export interface SessionOptions {
  /** True: workspace trust as a user has it; the workbench opens in Restricted Mode. Default: trust is off. */
  readonly trust?: boolean;
  /** User settings on top of the quiet ones. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Fills the workspace. Default: the sample. */
  readonly fill?: (workspace: string, outside: string) => void | Promise<void>;
  /** Environment of the server and so of the extension host. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Session {
  readonly workbench: Workbench;
  readonly page: Page;
  /** Absolute path of the folder that is open. A fresh one for every test file. */
  readonly workspace: string;
  /** A second folder outside the workspace, empty, for sources and managed directories. */
  readonly outside: string;
  /** Loads the workbench again: the extension host starts anew, the files stay. */
  readonly reload: () => Promise<void>;
  /** Opens the folder in the page, which may be elsewhere. */
  readonly open: () => Promise<void>;
  /** Keeps a picture of a page in the folder that E2E_SHOTS names; nothing without it. */
  readonly shotOf: (page: Page, name: string) => Promise<void>;
  readonly shot: (name: string) => Promise<void>;
}

interface Parts {
  readonly profile: Awaited<ReturnType<typeof makeProfile>>;
  readonly server: Awaited<ReturnType<typeof startServer>>;
  readonly browser: Awaited<ReturnType<typeof startBrowser>>;
  readonly session: Session;
}

/**
 * Registers mocha hooks in the suite that calls it: one VS Code for all tests of the suite. Use the returned
 * function inside tests. A failed test leaves a screenshot and the logs in .artifacts/e2e.
 */
export function useSession(options: SessionOptions = {}): () => Session {
  let parts: Parts | undefined;
  const strangers = new Set<string>();
  const folders: string[] = [];
  const stateBefore = process.env['IMAGE_CATALOG_STATE_DIR'];

  before(async function () {
    this.timeout(180_000);
    // The command line and the editor share it, and nothing is left in the user's own.
    const state = fs.mkdtempSync(path.join(os.tmpdir(), 'ic-e2e-state-'));
    folders.push(state);
    process.env['IMAGE_CATALOG_STATE_DIR'] = state;
    parts = await startSession(options, folders, strangers);
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed' && parts)
      await keepArtifacts(parts, this.currentTest.fullTitle());
  });

  after(async function () {
    this.timeout(60_000);
    await parts?.browser.browser.close().catch(() => undefined);
    await parts?.server.stop();
    if (parts) dropProfile(parts.profile);
    for (const folder of folders)
      fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    if (stateBefore === undefined) delete process.env['IMAGE_CATALOG_STATE_DIR'];
    else process.env['IMAGE_CATALOG_STATE_DIR'] = stateBefore;
    assert.deepEqual([...strangers], [], 'no request leaves the machine');
  });

  return () => {
    assert.ok(parts, 'the session has started');
    return parts.session;
  };
}

async function startSession(
  options: SessionOptions,
  folders: string[],
  strangers: Set<string>,
): Promise<Parts> {
  const workspace = fs.mkdtempSync(path.join(os.tmpdir(), 'ic-e2e-'));
  const outside = fs.mkdtempSync(path.join(os.tmpdir(), 'ic-e2e-outside-'));
  folders.push(workspace, outside);
  if (options.fill) await options.fill(workspace, outside);
  else makeSample(workspace);
  const profile = await makeProfile();
  installVsix(profile, vsixPath());
  const server = await startServer(profile, {
    trust: options.trust ?? false,
    settings: {
      ...(process.env['E2E_THEME'] && { 'workbench.colorTheme': process.env['E2E_THEME'] }),
      ...options.settings,
    },
    env: { ...options.env },
  });
  const browser = await startBrowser();
  browser.context.on('request', (request) => {
    const url = new URL(request.url());
    const known = url.host === server.host || url.host.endsWith('.vscode-resource.vscode-cdn.net');
    if (/^https?:$/.test(url.protocol) && !known) strangers.add(url.origin);
  });
  const page = await browser.context.newPage();
  page.setDefaultTimeout(60_000);
  const workbench = new Workbench(page);
  const open = async (): Promise<void> => {
    await page.goto(workbenchUrl(server, workspace), { waitUntil: 'domcontentloaded' });
    await workbench.ready();
  };
  // The editor's own command: leaving the page would lose what the editor has not saved yet.
  const reload = async (): Promise<void> => {
    const loaded = page.waitForEvent('domcontentloaded');
    await workbench.command('Developer: Reload Window');
    await loaded;
    await workbench.ready();
  };
  const shotOf = async (shown: Page, name: string): Promise<void> => {
    const folder = process.env['E2E_SHOTS'];
    if (folder) await shown.screenshot({ path: path.join(folder, `${name}.png`) });
  };
  const shot = (name: string): Promise<void> => shotOf(page, name);
  const session = { workbench, page, workspace, outside, reload, open, shot, shotOf };
  try {
    await open();
  } catch (error) {
    await keepArtifacts({ profile, server, browser, session }, 'start');
    await browser.browser.close();
    await server.stop();
    dropProfile(profile);
    throw error;
  }
  return { profile, server, browser, session };
}

async function keepArtifacts({ profile, server, session }: Parts, title: string): Promise<void> {
  const name = title.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 80);
  const folder = path.join(artifactsFolder, 'e2e', name);
  fs.mkdirSync(folder, { recursive: true });
  await session.page.screenshot({ path: path.join(folder, 'screen.png') }).catch(() => undefined);
  fs.writeFileSync(path.join(folder, 'server.log'), server.log());
  copyLogs(profile.user, folder);
  console.log(`      screenshot and logs: ${path.relative(root, folder)}`);
}
