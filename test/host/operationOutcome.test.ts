import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { CatalogSummary } from '../../src/catalog/model/catalog.js';
import type { FileOperation, FileOperationReport } from '../../src/catalog/model/fileOperation.js';
import type { SourceSummary } from '../../src/catalog/model/source.js';
import { tellDeleted } from '../../src/extension/commands/catalogs.js';
import { tellOutcome } from '../../src/extension/commands/operationOutcome.js';
import { commands } from '../../src/extension/contributions.js';
import { answerMessages, type Messages } from './messages.js';
import {
  deleteAllCatalogs,
  engine,
  eventually,
  run,
  temporaryFolder,
  workspaceFolder,
  writePicture,
} from './support.js';

describe('what is said of an operation on files', () => {
  const log = vscode.window.createOutputChannel('Image Catalog outcome test', { log: true });
  const texts = { done: 'Done so far.', kept: 'Some stay.' };
  const cancelled = { signal: AbortSignal.abort() };
  let folder: string;
  let catalogId: string;
  let messages: Messages;
  let answer: string | undefined;

  const imported = async (mode: 'copy' | 'reference'): Promise<void> => {
    ({ id: catalogId } = await run<CatalogSummary>(commands.createCatalog, {
      name: 'Family',
      managedDirectory: path.join(folder, 'managed'),
    }));
    const { id: sourceId } = await run<SourceSummary>(commands.addSource, {
      catalogId,
      sourcePath: path.join(folder, 'photos'),
      defaultImportMode: mode,
    });
    await run(commands.importSource, { sourceId, confirmed: true });
    messages = answerMessages(() => answer);
  };
  const newest = async (): Promise<FileOperation | undefined> => {
    const { client } = await engine();
    return (await client.listFileOperations({ limit: 1 })).operations[0];
  };

  beforeEach(async () => {
    await deleteAllCatalogs();
    folder = temporaryFolder();
    for (const number of [1, 2, 3])
      writePicture(path.join(folder, 'photos', `IMG_000${number}.png`), number);
    answer = undefined;
  });
  afterEach(async () => {
    messages.dispose();
    await deleteAllCatalogs();
    fs.rmSync(folder, { recursive: true, force: true });
  });
  after(() => log.dispose());

  it('a cancelled one: what is left, and Resume goes on with it', async () => {
    for (let number = 1000; number < 1147; number += 1)
      writePicture(path.join(folder, 'photos', `IMG_${number}.png`), number);
    await imported('reference');
    const host = await engine();
    const abort = new AbortController();
    const report = await host.client.convertToManaged(
      { catalogId },
      { signal: abort.signal, onProgress: ({ filesDone }) => filesDone > 0 && abort.abort() },
    );
    const left = 150 - report.operation.imagesDone;
    assert.ok(left > 0);
    answer = 'Resume';
    tellOutcome({ log }, host, report, texts);
    await eventually('the rest', async () => (await newest())?.status === 'SUCCESS');
    await eventually('what came of it', () => messages.shown.length === 2);
    const [first, second] = messages.shown;
    assert.equal(first?.text, `Done so far. Cancelled. ${left} images left; it can be resumed.`);
    assert.deepEqual(first.buttons, ['Resume', 'Undo']);
    assert.equal(second?.text, 'Converted 150 images to managed.');
    assert.deepEqual(second.buttons, ['Undo']);
  });

  it('one that a full volume stopped: why, and what is left', async () => {
    await imported('reference');
    const host = await engine();
    const { operation } = await host.client.convertToManaged({ catalogId }, cancelled);
    const volume = { volume: '/card', needed: 3000, free: 1000 };
    const report: FileOperationReport = {
      operation: { ...operation, status: 'INTERRUPTED', imagesDone: 1 },
      stoppedBy: { code: 'DISK_FULL', data: volume },
      keptCount: 1,
      kept: [{ path: '/card/1.jpg', code: 'DISK_FULL', data: volume }],
    };
    tellOutcome({ log }, host, report, texts);
    const [shown] = messages.shown;
    assert.match(
      shown?.text ?? '',
      /^Done so far\. .*\/card.* 2 images left; it can be resumed\.$/,
    );
    assert.deepEqual(shown?.buttons, ['Resume', 'Undo']);
  });

  it('a deletion of a catalog that was cancelled: not that nothing could go', async () => {
    await imported('copy');
    const host = await engine();
    const report = await host.client.deleteCatalogWithFiles({ catalogId }, cancelled);
    const some = { ...report.operation, imagesDone: 2, filesMoved: 2 };
    const none = { ...some, imagesDone: 0, filesMoved: 0 };
    tellDeleted({ log }, host, { ...report, operation: none });
    tellDeleted({ log }, host, { ...report, operation: { ...some, imagesDone: 3 } });
    answer = 'Undo';
    const ran: unknown[] = [];
    const { executeCommand } = vscode.commands;
    const api = vscode.commands as unknown as Record<string, unknown>;
    api['executeCommand'] = (...args: readonly unknown[]) => {
      ran.push(args);
      return Promise.resolve();
    };
    try {
      tellDeleted({ log }, host, { ...report, operation: some });
      await eventually('the undo', () => ran.length === 1);
    } finally {
      api['executeCommand'] = executeCommand;
    }
    const [nothing, all, partly] = messages.shown;
    assert.equal(
      nothing?.text,
      'The catalog "Family" was not deleted. Cancelled. 3 images left; it can be resumed.',
    );
    assert.deepEqual(nothing.buttons, ['Resume']);
    assert.match(
      partly?.text ?? '',
      /2 files in the trash can be brought back\. Cancelled\. 1 image/,
    );
    assert.match(all?.text ?? '', /brought back\. Cancelled\. It can be resumed\.$/);
    const taken = {
      folder: workspaceFolder().uri.fsPath,
      operationId: report.operation.id,
      tell: true,
    };
    assert.deepEqual(ran, [[commands.undoFileOperation, taken]]);
  });

  it('a catalog deleted with its files: a backup brings it back, and no undo is offered', async () => {
    await imported('copy');
    const host = await engine();
    const report = await host.client.deleteCatalogWithFiles({ catalogId });
    tellDeleted({ log }, host, report);
    const [deleted] = messages.shown;
    assert.match(deleted?.text ?? '', /3 files .*restore the backup that was made before/);
    assert.deepEqual(deleted?.buttons, []);
    tellOutcome({ log }, host, report, { done: 'Deleted.', kept: null });
    assert.deepEqual(messages.shown[1]?.buttons, []);
    // Asked for by hand, it has nothing to choose from.
    await run(commands.undoFileOperation, {});
    assert.equal(messages.shown[2]?.text, 'There is nothing to undo.');
  });
});
