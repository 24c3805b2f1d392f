import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { CatalogSummary } from '../../src/catalog/model/catalog.js';
import type { WrittenExport } from '../../src/catalog/model/exports.js';
import type { ImportJobReport } from '../../src/catalog/model/importJob.js';
import type { BackupInfo, RestoredBackup } from '../../src/catalog/model/safety.js';
import type { SourceSummary } from '../../src/catalog/model/source.js';
import type { StorageReport } from '../../src/catalog/model/storage.js';
import { commands } from '../../src/extension/contributions.js';
import {
  deleteAllCatalogs,
  engine,
  eventually,
  run,
  temporaryFolder,
  writePicture,
} from './support.js';
import { answerMessages } from './messages.js';

describe('storage, exports, backups and the audit log through the commands', () => {
  let folder: string;
  let catalogId: string;
  let sourceId: string;

  beforeEach(async () => {
    await deleteAllCatalogs();
    folder = temporaryFolder();
    const photos = path.join(folder, 'photos');
    writePicture(path.join(photos, 'IMG_20230615_143052.png'), 11);
    writePicture(path.join(photos, 'IMG_20240616_090000.png'), 12);
    const catalog = await run<CatalogSummary>(commands.createCatalog, { name: 'Family' });
    catalogId = catalog.id;
    const source = await run<SourceSummary>(commands.addSource, {
      catalogId,
      sourcePath: photos,
      defaultImportMode: 'reference',
    });
    sourceId = source.id;
    const job = await run<ImportJobReport>(commands.importSource, { sourceId, confirmed: true });
    assert.equal(job.filesImported, 2);
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await deleteAllCatalogs();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const tabs = (): string[] =>
    vscode.window.tabGroups.all.flatMap((group) => group.tabs.map(({ label }) => label));

  it('opens the pages', async () => {
    const report = await run<StorageReport>(commands.showStorageInfo, { catalogId });
    assert.deepEqual([report.referencedCount, report.byYear.length], [2, 2]);
    await run(commands.showAuditLog, {});
    await eventually('both have a tab', () =>
      ['Storage', 'Audit Log'].every((title) => tabs().some((label) => label.startsWith(title))),
    );
    // The same again comes to the front.
    await run(commands.showStorageInfo, { catalogId });
    assert.equal(tabs().filter((label) => label.startsWith('Storage')).length, 1);
  });

  it('exports images, a manifest and the log, over no file', async () => {
    const file = path.join(folder, 'images.json');
    const args = { catalogId, format: 'json', path: file };
    const written = await run<WrittenExport>(commands.exportCatalog, args);
    assert.equal(written.count, 2);
    assert.equal((JSON.parse(fs.readFileSync(file, 'utf8')) as unknown[]).length, 2);
    await assert.rejects(run(commands.exportCatalog, args));
    await run(commands.exportCatalog, { ...args, query: 'taken:2023', overwrite: true });
    assert.equal((JSON.parse(fs.readFileSync(file, 'utf8')) as unknown[]).length, 1);
    const { client } = await engine();
    const [image] = (await client.listImages({ catalogId })).images;
    const manifest = path.join(folder, 'one.sha256');
    await run(commands.saveManifest, { imageIds: [image?.id], path: manifest });
    assert.equal(fs.readFileSync(manifest, 'utf8'), `${image?.checksum}  ${image?.currentPath}\n`);
    const log = path.join(folder, 'log.csv');
    const filter = { operation: 'import-image', catalogId };
    await run(commands.exportAuditLog, { ...filter, format: 'csv', path: log });
    assert.match(fs.readFileSync(log, 'utf8'), /^\ufeffid,at,operation,/);
    const { entries } = await client.listAudit(filter);
    assert.deepEqual(
      entries.map(({ program }) => program),
      ['editor', 'editor'],
    );
  });

  it('backs up and restores', async () => {
    const backup = await run<BackupInfo>(commands.backUpCatalog, {});
    assert.equal(backup.imageCount, 2);
    await deleteAllCatalogs();
    const { client } = await engine();
    const restore = (more: object): Promise<RestoredBackup> =>
      run<RestoredBackup>(commands.restoreBackup, { file: backup.file, ...more });
    // Not without a yes, which a program may give beforehand.
    let answer: string | undefined;
    const messages = answerMessages(({ isModal }) => (isModal ? answer : undefined));
    try {
      assert.equal(await restore({}), undefined);
      assert.match(messages.shown[0]?.text ?? '', /^Restore the backup of /);
      assert.match(messages.shown[0]?.detail ?? '', /^2 images · Family/);
      assert.deepEqual(await client.listCatalogs({}), []);
      answer = 'Restore Backup';
      fs.rmSync((await restore({})).keptAs ?? '');
      await deleteAllCatalogs();
      messages.dispose();
    } finally {
      messages.dispose();
    }
    const restored = await restore({ confirmed: true });
    assert.ok(restored.keptAs && fs.existsSync(restored.keptAs));
    assert.equal((await client.getCatalog({ catalogId })).imageCount, 2);
    fs.rmSync(restored.keptAs);
  });
});
