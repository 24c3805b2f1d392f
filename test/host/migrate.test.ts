import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { MigrationReport } from '../../src/catalog/model/migration.js';
import { commands } from '../../src/extension/contributions.js';
import { deleteAllCatalogs, engine, run, temporaryFolder } from './support.js';

describe('migration of an old catalog through its command', () => {
  let folder: string;

  beforeEach(async () => {
    await deleteAllCatalogs();
    folder = temporaryFolder();
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await deleteAllCatalogs();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it('makes a dry run, then brings the images along, and nothing twice', async () => {
    const checksum = 'ab'.repeat(32);
    const images = {
      [checksum]: { id: checksum, source_path: '/app/photos/a.jpg', checksum, metadata: {} },
    };
    const configuration = { source_directories: ['/app/photos'] };
    const catalog = { version: '2.0.0', catalog_id: 'host-test', configuration, images };
    fs.writeFileSync(path.join(folder, 'catalog.json'), JSON.stringify(catalog));
    const request = { from: folder, into: 'Old Family' };
    const [plan] = await run<MigrationReport[]>(commands.migrateLegacyCatalog, {
      ...request,
      dryRun: true,
    });
    assert.deepEqual(plan?.absentPrefixes, [{ prefix: '/app/photos', images: 1 }]);
    const { client } = await engine();
    assert.deepEqual(await client.listCatalogs({}), []);

    await run(commands.migrateLegacyCatalog, request);
    await run(commands.migrateLegacyCatalog, request);
    const [found] = await client.listCatalogs({});
    assert.deepEqual([found?.name, found?.imageCount, found?.sourceCount], ['Old Family', 1, 1]);
    const migrations = await client.listMigrations({});
    assert.deepEqual(
      migrations.map(({ status }) => status),
      ['DONE'],
    );
    await assert.rejects(run(commands.migrateLegacyCatalog, { from: path.join(folder, 'none') }));
  });
});
