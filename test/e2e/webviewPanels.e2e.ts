import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { root } from '../../scripts/lib/project.mjs';
import { makeSample } from '../../scripts/sample/makeSample.mjs';
import { useSession } from './support/session.js';
import { poll } from './support/workbench.js';

const hostileName = '<img src=x onerror=alert(1)>.jpg';

/** Runs the command line; it uses the same engine. */
function cli(workspace: string, ...args: readonly string[]): void {
  const run = spawnSync(
    process.execPath,
    [path.join(root, 'dist/cli.js'), '--workspace', workspace, ...args],
    { encoding: 'utf8' },
  );
  assert.equal(run.status, 0, run.stderr);
}

describe('the import preview and the job report in VS Code', () => {
  const session = useSession({
    fill: (workspace) => {
      makeSample(workspace);
      const archive = path.join(workspace, 'Old archive');
      fs.copyFileSync(
        path.join(archive, 'Misc/scan0001.jpg'),
        path.join(archive, 'Misc', hostileName),
      );
      fs.mkdirSync(path.join(workspace, 'managed'));
      cli(workspace, 'create', 'Family');
      cli(workspace, 'add-source', 'Family', archive);
    },
  });
  const webview = (): FrameLocator => session().workbench.webview();
  const shot = (name: string): Promise<void> => session().shot(name);

  it('opens after a scan and says why an import by copy cannot start', async () => {
    const { workbench } = session();
    await workbench.openContainer('Image Catalog');
    await workbench.expandView('Sources');
    const row = workbench.treeRow('Old archive', 'Sources');
    await row.waitFor();
    await workbench.inlineAction(row, 'Scan');
    await workbench.tab('Import Preview: Old archive').waitFor();
    await webview().locator('.list-row.file').first().waitFor();
    await shot('preview-reference');
    await webview().locator('vscode-radio[value=copy]').click();
    await webview().getByText('has no managed directory').waitFor();
    await shot('preview-blocked');
  });

  it('takes a managed directory and shows where every file goes', async () => {
    const { workbench, workspace } = session();
    await webview().getByRole('button', { name: 'Choose Managed Directory…' }).click();
    await workbench.pickFolder(workspace, path.join(workspace, 'managed'), 'Use as Managed');
    const detail = webview().locator('.list-row.file .detail');
    await detail
      .filter({ hasText: /^\d{4}\/\d\d-\d\d\/\d{6}_[0-9a-f]{8}\./ })
      .first()
      .waitFor();
    await shot('preview-copy');
    for (const tab of ['Duplicates', 'Errors', 'Passed by'] as const) {
      await webview()
        .getByRole('tab', { name: new RegExp(tab) })
        .click();
      await session().page.waitForTimeout(400);
      await shot(`preview-${tab}`);
    }
    await webview().getByRole('tab', { name: /New/ }).click();
  });

  it('keeps the selection and the settings over a window reload', async () => {
    await webview().locator('.list-row.file .row-check').first().click();
    const selection = webview().locator('.selection');
    await selection.filter({ hasText: /^(\d+) of (?!\1 )\d+/ }).waitFor();
    const before = await selection.innerText();
    await session().page.waitForTimeout(500);
    await session().reload();
    await webview().getByRole('tab', { name: /New/ }).click();
    await webview().locator('.list-row.file').first().waitFor();
    await selection.filter({ hasText: before }).waitFor();
    const copy = webview().locator('vscode-radio[value=copy]');
    assert.equal(
      await copy.evaluate((radio) => (radio as unknown as { checked: boolean }).checked),
      true,
    );
  });

  it('imports, tells the result and leads to the report of every file', async () => {
    const { workbench } = session();
    const button = webview().locator('vscode-button.import');
    await button.filter({ hasText: /^\s*Import \d+ files/ }).click();
    await webview().locator('.message.result').waitFor({ timeout: 60_000 });
    await shot('preview-imported');
    await webview().getByRole('button', { name: 'Show Job' }).click();
    await workbench.tab(/Import Job: Old archive/).waitFor();
    await webview().locator('.list-row.imported').first().waitFor();
    await shot('job');
    assert.match(await webview().locator('.badge').innerText(), /Succeeded|Finished with errors/);
    const copied = fs
      .readdirSync(path.join(session().workspace, 'managed'), { recursive: true })
      .filter((name) => /\.(jpe?g|bmp)$/i.test(String(name)));
    const imported = webview()
      .getByRole('tab', { name: /^Imported/ })
      .locator('.tile-count');
    assert.equal(copied.length, Number(await imported.innerText()));
  });

  it('opens a picture from the report', async () => {
    const { workbench } = session();
    const row = webview().locator('.list-row.imported').first();
    await row.hover();
    await row.getByRole('button', { name: 'Open Picture' }).click();
    await workbench.tab(/^\d{6}_[0-9a-f]{8}\./).waitFor();
    await shot('job-picture');
  });

  it('restores the report over a window reload', async () => {
    const { workbench } = session();
    await session().page.waitForTimeout(300);
    await session().reload();
    await workbench.tab(/Import Job: Old archive/).click();
    // The picture beside the report is a webview too.
    const webviews = session().page.locator('iframe.webview.ready:visible');
    await poll(async () => {
      for (const one of await webviews.all()) {
        const rows = one.contentFrame().frameLocator('#active-frame').locator('.list-row.imported');
        if ((await rows.count()) > 0) return true;
      }
      return false;
    }, 'the restored report');
  });
});
