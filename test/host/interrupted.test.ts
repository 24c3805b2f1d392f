import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { Worker } from 'node:worker_threads';
import * as vscode from 'vscode';
import type { CatalogSummary } from '../../src/catalog/model/catalog.js';
import type { FileOperation } from '../../src/catalog/model/fileOperation.js';
import type { SourceSummary } from '../../src/catalog/model/source.js';
import { commands } from '../../src/extension/contributions.js';
import { answerMessages, type Messages } from './messages.js';
import {
  api,
  deleteAllCatalogs,
  engine,
  eventually,
  rows,
  run,
  temporaryFolder,
  writePicture,
} from './support.js';

describe('work on files that was cut off', () => {
  let folder: string;
  let catalogId: string;
  let messages: Messages | undefined;
  let telling: vscode.Disposable | undefined;

  const operations = async (): Promise<readonly FileOperation[]> => {
    const { client } = await engine();
    return (await client.listFileOperations({ catalogId })).operations;
  };
  /** The engine ends as in a crash, in the middle of a conversion. */
  const cutOff = async (): Promise<void> => {
    const host = await engine();
    const { worker } = (host as unknown as { running: { worker: Worker } }).running;
    let ended = false;
    await assert.rejects(
      host.client.convertToManaged(
        { catalogId },
        {
          onProgress: ({ filesDone }) => {
            if (ended || filesDone === 0) return;
            ended = true;
            void worker.terminate();
          },
        },
      ),
    );
    await host.client.recover({});
  };
  /** What a window says at its start. */
  const tell = async (answer: string | undefined): Promise<Messages> => {
    messages?.dispose();
    telling?.dispose();
    const told = answerMessages(() => answer);
    messages = told;
    telling = (await api()).tellInterrupted();
    await vscode.commands.executeCommand(commands.refresh);
    await rows((await api()).trees.catalogs);
    return told;
  };

  beforeEach(async () => {
    await deleteAllCatalogs();
    folder = temporaryFolder();
    for (let number = 0; number < 150; number += 1)
      writePicture(path.join(folder, 'photos', `IMG_${1000 + number}.png`), number);
    ({ id: catalogId } = await run<CatalogSummary>(commands.createCatalog, {
      name: 'Family',
      managedDirectory: path.join(folder, 'managed'),
    }));
    const { id: sourceId } = await run<SourceSummary>(commands.addSource, {
      catalogId,
      sourcePath: path.join(folder, 'photos'),
      defaultImportMode: 'reference',
    });
    await run(commands.importSource, { sourceId, confirmed: true });
  });
  afterEach(async () => {
    messages?.dispose();
    telling?.dispose();
    await deleteAllCatalogs();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it('is told at the start, and goes on as told', async () => {
    await cutOff();
    const [before] = await operations();
    assert.equal(before?.status, 'INTERRUPTED');
    const { shown } = await tell('Resume');
    await eventually('the rest', async () => (await operations())[0]?.status === 'SUCCESS');
    await eventually('what came of it', () => shown.length === 2);
    assert.match(
      shown[0]?.text ?? '',
      new RegExp(`"Family" to managed was interrupted after ${before.imagesDone} of 150 images`),
    );
    assert.match(shown[1]?.text ?? '', /Converted 150 images to managed/);
    assert.equal((await operations()).length, 1);
    assert.deepEqual((await tell(undefined)).shown, []);
  });

  it('is told in each window, in one message, until it is not to be', async () => {
    await cutOff();
    const first = await tell(undefined);
    await eventually('the message', () => first.shown.length === 1);
    await cutOff();
    const second = await tell("Don't Show Again");
    await eventually('the message', () => second.shown.length === 1);
    assert.equal(
      second.shown[0]?.text,
      '2 operations on files were interrupted. No file was lost.',
    );
    const third = await tell(undefined);
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.deepEqual(third.shown, []);
  });
});
