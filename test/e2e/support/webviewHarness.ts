/** A webview's page in a plain browser: the real page, policy and bundle, and the host's real end of the channel. */
import assert from 'node:assert/strict';
import http from 'node:http';
import path from 'node:path';
import type { AddressInfo } from 'node:net';
import esbuild from 'esbuild';
import { chromium, type Browser, type Page } from 'playwright-core';
import type { MessageConnection } from 'vscode-jsonrpc';
import { findBrowser } from '../../../scripts/vscode/find-browser.mjs';
import { root } from '../../../scripts/lib/project.mjs';
import type { WebviewBundle } from '../../../src/views/panels/panelPage.js';
import { connectWebview } from '../../../src/views/panels/webviewConnection.js';
import { bundlesWithFiles, webviewHtml } from '../../../src/views/panels/webviewHtml.js';

export interface WebviewPage {
  readonly page: Page;
  readonly connection: MessageConnection;
  /** What the page reported: policy violations, script errors, dialogs. Empty if all is well. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

export interface WebviewPageOptions {
  readonly bundle: WebviewBundle;
  readonly pageData: unknown;
  readonly serve: (connection: MessageConnection) => void;
  readonly width?: number;
  readonly height?: number;
  /** Answers requests for other addresses of the page's origin. */
  readonly file?: (path: string) => PageFile | undefined;
  /** What `getState` returns at the start. */
  readonly state?: unknown;
}

let browser: Browser | undefined;

/** Ends the browser that openWebview started. */
export async function closeBrowser(): Promise<void> {
  await browser?.close();
  browser = undefined;
}

/** Bundles the webview and opens its page. */
export async function openWebview(options: WebviewPageOptions): Promise<WebviewPage> {
  const files = await bundleWebview(options.bundle);
  const server = http.createServer((request, response) => {
    const address = (request.url ?? '').replace(/\?.*/, '');
    const file = files.get(address) ?? options.file?.(address);
    response.writeHead(file ? 200 : 204, { 'content-type': file?.type ?? 'text/plain' });
    response.end(file?.content ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  files.set('/', {
    type: 'text/html; charset=utf-8',
    content: webviewHtml({
      cspSource: origin,
      nonce: 'bm9uY2U=',
      language: 'en',
      title: 'Test',
      scriptUri: `${origin}/main.js`,
      styleUri: `${origin}/main.css`,
      codiconsUri: `${origin}/codicon.css`,
      showsFiles: bundlesWithFiles.includes(options.bundle),
      pageData: options.pageData,
    }),
  });

  const executablePath = findBrowser();
  assert.ok(executablePath, 'a browser is installed');
  browser ??= await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  const page = await browser.newPage({
    viewport: { width: options.width ?? 1100, height: options.height ?? 800 },
  });
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });

  const listeners = new Set<(message: unknown) => void>();
  await page.exposeFunction('toHost', (message: unknown) => {
    for (const listener of listeners) listener(message);
  });
  // As text, because a compiled function may lean on helpers that the page does not have.
  await page.addInitScript({
    content: `{
      let kept = ${JSON.stringify(options.state) ?? 'undefined'};
      globalThis.acquireVsCodeApi = () => ({
        postMessage: (message) => void toHost(message),
        getState: () => kept,
        setState: (next) => { kept = next; },
      });
      globalThis.keptState = () => kept;
      globalThis.reviveBytes = (text) => JSON.parse(text, (key, value) =>
        typeof value?.bytesInBase64 === 'string'
          ? Uint8Array.from(atob(value.bytesInBase64), (character) => character.charCodeAt(0))
          : value);
    }`,
  });
  const connection = connectWebview({
    postMessage: async (message) => {
      await page
        .evaluate(`window.postMessage(reviveBytes(${JSON.stringify(messageText(message))}), '*')`)
        .catch(() => undefined);
      return true;
    },
    onDidReceiveMessage: (listener) => {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
  });
  options.serve(connection);
  connection.listen();
  await page.goto(origin);
  return {
    page,
    connection,
    complaints,
    close: async () => {
      connection.dispose();
      await page.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Scrolls the windowed list to a height in pixels. */
export async function scrollList(page: Page, top: number): Promise<void> {
  await page.evaluate(`document.querySelector('.list-viewport').scrollTop = ${top}`);
}

export interface PageFile {
  readonly type: string;
  readonly content: string | Uint8Array;
}
type PageFiles = Map<string, PageFile>;

/** A message as text; the editor passes bytes as they are. */
function messageText(message: unknown): string {
  return JSON.stringify(message, function (this: Record<string, unknown>, key, value: unknown) {
    const original = this[key];
    return original instanceof Uint8Array
      ? { bytesInBase64: Buffer.from(original).toString('base64') }
      : value;
  });
}

async function bundleWebview(name: string): Promise<PageFiles> {
  const built = await esbuild.build({
    entryPoints: [path.join(root, `src/views/webview/${name}/main.ts`)],
    bundle: true,
    write: false,
    outdir: '/',
    platform: 'browser',
    format: 'iife',
    conditions: ['browser', 'production'],
    logLevel: 'error',
  });
  const icons = await esbuild.build({
    entryPoints: [path.join(root, 'node_modules/@vscode/codicons/dist/codicon.css')],
    bundle: true,
    write: false,
    outdir: '/',
    loader: { '.ttf': 'file' },
    assetNames: '[name]',
    logLevel: 'error',
  });
  const types: Record<string, string> = {
    '.js': 'text/javascript',
    '.css': 'text/css',
    '.ttf': 'font/ttf',
  };
  return new Map(
    [...built.outputFiles, ...icons.outputFiles].map((file) => [
      `/${path.basename(file.path)}`,
      { type: types[path.extname(file.path)] ?? 'text/plain', content: file.contents },
    ]),
  );
}
