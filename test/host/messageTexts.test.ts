import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { CatalogSummary } from '../../src/catalog/model/catalog.js';
import type { SourceSummary } from '../../src/catalog/model/source.js';
import { commands } from '../../src/extension/contributions.js';
import { answerMessages, type ShownMessage } from './messages.js';
import { deleteAllCatalogs, engine, run, temporaryFolder, writePicture } from './support.js';

describe('messages about one file, or none', () => {
  let folder: string;
  let catalogId: string;

  /** What a command says until everything is dismissed. */
  const said = async (command: string, more: object = {}): Promise<ShownMessage | undefined> => {
    const messages = answerMessages(() => undefined);
    try {
      await run(command, { catalogId, ...more });
      return messages.shown[0];
    } finally {
      messages.dispose();
    }
  };

  beforeEach(async () => {
    await deleteAllCatalogs();
    folder = temporaryFolder();
    ({ id: catalogId } = await run<CatalogSummary>(commands.createCatalog, {
      name: 'Family',
      managedDirectory: path.join(folder, 'managed'),
    }));
  });
  afterEach(async () => {
    await deleteAllCatalogs();
    fs.rmSync(folder, { recursive: true, force: true });
  });
  const importOne = async (): Promise<void> => {
    writePicture(path.join(folder, 'photos', 'IMG_0001.png'), 1);
    const { id: sourceId } = await run<SourceSummary>(commands.addSource, {
      catalogId,
      sourcePath: path.join(folder, 'photos'),
      defaultImportMode: 'copy',
    });
    await run(commands.importSource, { sourceId, confirmed: true });
  };

  it('say that there is nothing to do', async () => {
    const strategy = { organizationStrategy: 'FLAT/ORIGINAL' };
    assert.equal(
      (await said(commands.reorganize, strategy))?.text,
      'There is nothing to move: no managed image is chosen.',
    );
    assert.equal(
      (await said(commands.checkFiles, { tell: true }))?.text,
      'There was nothing to check: no file.',
    );
    assert.equal((await said(commands.deleteCatalog))?.detail.includes('0 files'), false);
  });

  it('are right for a single file', async () => {
    await importOne();
    const question = await said(commands.deleteCatalog);
    assert.equal(question?.isModal, true);
    assert.match(question.detail, /it has 1 file \(.*\): to be left there, or moved/);
    const { client } = await engine();
    const imageIds = (await client.imageIds({ catalogId })).ids;
    await run(commands.deleteImagesWithFiles, { imageIds, confirmed: true });
    const emptying = await said(commands.emptyTrash);
    assert.match(emptying?.detail ?? '', /1 file \(.*\) will be deleted for good/);
  });
});
