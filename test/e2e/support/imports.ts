/** What tests of whole imports need: files to import, the files on the disk, the rows of the catalog. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { root } from '../../../scripts/lib/project.mjs';
import { markerName } from '../../../src/catalog/files/managedMarker.js';

/** Runs the command line, which uses the same engine, and returns its JSON document. */
export function runCli(workspace: string, ...args: readonly string[]): unknown {
  const cli = path.join(root, 'dist/cli.js');
  const run = spawnSync(process.execPath, [cli, '--workspace', workspace, '--json', ...args], {
    encoding: 'utf8',
    maxBuffer: 64 * 2 ** 20,
  });
  assert.equal(run.status, 0, run.stderr + run.stdout);
  return JSON.parse(run.stdout);
}

/** The rows of a catalog's images. */
export function imagesOf(
  workspace: string,
  catalog: string,
): readonly { readonly checksum: string; readonly currentPath: string }[] {
  return runCli(workspace, 'images', catalog, '--limit', '100000') as {
    checksum: string;
    currentPath: string;
  }[];
}

/** The files below a folder by their path relative to it, in order; without a managed directory's marker. */
export function filesIn(folder: string): readonly string[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== markerName)
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

export function sha256(file: string): string {
  return createHash('sha256').update(fs.readFileSync(file)).digest('hex');
}

/** The SHA-256 of every file below a folder, in order; `leaveOut` by base name. */
export function contentsOf(folder: string, ...leaveOut: readonly string[]): readonly string[] {
  return filesIn(folder)
    .filter((name) => !leaveOut.includes(path.basename(name)))
    .map((name) => sha256(path.join(folder, name)))
    .sort();
}

/** A picture like another one, with bytes of its own: what follows a JPEG's end belongs to no picture. */
export function varyPicture(picture: string, target: string, mark: string): void {
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(target, Buffer.concat([fs.readFileSync(picture), Buffer.from(mark)]));
}

/** Notes every script dialog, which a hostile name would open, and closes it. */
export function watchDialogs(page: Page): readonly string[] {
  const seen: string[] = [];
  page.on('dialog', (dialog) => {
    seen.push(dialog.message());
    void dialog.dismiss();
  });
  return seen;
}
