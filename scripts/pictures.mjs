// Takes pictures of the running extension on a sample workspace, in a VS Code of its own.
//   npm run pictures              every view and panel in four themes -> .artifacts/pictures/
//   npm run pictures -- --readme  and the README's pictures -> media/readme/
//   --theme light, may be repeated: only these       --no-package: the packed extension is there already
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { artifactsFolder, root } from './lib/project.mjs';
import { packageExtension, vsixPath } from './package.mjs';
import { makeSample } from './sample/makeSample.mjs';
import {
  dropProfile,
  installVsix,
  makeProfile,
  startBrowser,
  startServer,
  stopOnSignals,
  workbenchUrl,
} from './vscode/server.mjs';

/** The keys are parts of the files' names. */
const themes = {
  light: 'Default Light Modern',
  dark: 'Default Dark Modern',
  hc: 'Default High Contrast',
  'hc-light': 'Default High Contrast Light',
};
/** Pictures that the README shows: the name in all themes, and its name there. */
const readmePictures = {
  '04-preview-copy': 'preview',
  '08-job': 'job',
  '09-views': 'views',
};

const { values: flags } = parseArgs({
  options: {
    readme: { type: 'boolean', default: false },
    'no-package': { type: 'boolean', default: false },
    theme: { type: 'string', multiple: true },
  },
});

/**
 * Goes through the extension as a person does and takes a picture of each state.
 * @param {import('playwright-core').Page} page
 * @param {string} workspace
 * @param {(name: string) => Promise<void>} shoot
 */
async function walkThrough(page, workspace, shoot) {
  const webview = page.frameLocator('iframe.webview.ready:visible').frameLocator('#active-frame');
  const input = page.locator('.quick-input-widget input').first();
  const choice = (/** @type {string} */ text) =>
    page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text }).first();
  const step = (/** @type {string} */ title) =>
    page.locator('.quick-input-title').filter({ hasText: title }).waitFor();
  const row = (/** @type {string | RegExp} */ text) =>
    page.locator('.sidebar .pane-body .monaco-list-row').filter({ hasText: text }).first();
  const type = async (/** @type {string} */ prompt, /** @type {string} */ text) => {
    await page.locator('.quick-input-message').filter({ hasText: prompt }).waitFor();
    await input.fill(text);
    await page.keyboard.press('Enter');
  };
  const command = async (/** @type {string} */ title) => {
    await page.keyboard.press('F1');
    await input.waitFor();
    await input.fill(`>${title}`);
    await choice(title).click();
  };

  await page.locator('.activitybar [aria-label^="Image Catalog"]').first().click();
  await page.getByRole('button', { name: 'Create Catalog' }).first().waitFor();
  await shoot('01-empty');

  await page.getByRole('button', { name: 'Create Catalog' }).first().click();
  await step('(1/4)');
  await type('Name of the catalog', 'Family');
  await step('(2/4)');
  await choice('Type a Path').click();
  await type('Where imports by copy or move go', path.join(workspace, 'Photos'));
  await step('(3/4)');
  await shoot('02-create-catalog');
  await page.keyboard.press('Enter');
  await step('(4/4)');
  await page.keyboard.press('Enter');
  await row(/^Family/).waitFor();

  const addSource = async (/** @type {string} */ folder, /** @type {string} */ mode) => {
    await command('Image Catalog: Add Source…');
    await choice('Type a Path').click();
    await type('The folder that images come from', path.join(workspace, folder));
    await step('(2/3)');
    await page.keyboard.press('Enter');
    await step('(3/3)');
    await choice(mode).click();
    await row(new RegExp(`^${folder}`)).waitFor();
    await page.waitForTimeout(1500); // the lists are loaded again
  };
  const scan = async (/** @type {string} */ folder) => {
    const tab = page.locator('.tab').filter({ hasText: `Import Preview: ${folder}` });
    // A row that is drawn anew under the pointer loses the click.
    for (let isOpen = false, attempt = 0; !isOpen && attempt < 4; attempt += 1) {
      await row(new RegExp(`^${folder}\\d`)).hover();
      await row(new RegExp(`^${folder}\\d`))
        .locator('[aria-label^="Scan Source"]')
        .click();
      isOpen = await tab.waitFor({ timeout: 10_000 }).then(
        () => true,
        () => false,
      );
    }
    await tab.waitFor();
    await webview.locator('.list-row.file').first().waitFor();
  };
  const start = async () => {
    await webview
      .locator('vscode-button.import')
      .filter({ hasText: /Import \d/ })
      .click();
    await webview.locator('.message.result').waitFor({ timeout: 60_000 });
  };

  await addSource('Camera card', 'Copy');
  await scan('Camera card');
  await start();
  await addSource('Old archive', 'Reference');
  await scan('Old archive');
  await command('View: Close Other Editors in Group');
  await shoot('03-preview-reference');
  await webview.locator('vscode-radio[value=copy]').click();
  await webview
    .locator('.detail')
    .filter({ hasText: /^\d{4}\// })
    .first()
    .waitFor();
  await shoot('04-preview-copy');
  for (const [tab, name] of [
    ['duplicate', '05-preview-duplicates'],
    ['error', '06-preview-errors'],
    ['passedBy', '07-preview-passed-by'],
  ]) {
    await webview.locator(`.tile.${tab}`).click();
    await webview.locator('.list-canvas > .list-row .detail').first().waitFor();
    await shoot(name ?? '');
  }
  await webview.locator('.tile.alike').click();
  await webview.getByRole('button', { name: 'Find Look-Alikes' }).click();
  await webview.locator('.alike-picture img').nth(1).waitFor({ timeout: 60_000 });
  await webview.getByRole('radio', { name: 'Skip' }).first().click();
  await shoot('07-preview-look-alikes');
  await webview.getByRole('radio', { name: 'Import as well' }).first().click();
  await webview.locator('.tile.new').click();
  await webview.locator('vscode-radio[value=move]').click();
  await webview.locator('.caution').waitFor();
  await webview
    .locator('.list-row.file')
    .first()
    .focus()
    .catch(() => undefined);
  await webview
    .locator('[role=treegrid]')
    .focus()
    .catch(() => undefined);
  await page.keyboard.press('ArrowDown');
  await shoot('07-preview-move-focus');
  await webview.locator('vscode-radio[value=copy]').click();
  await start();
  await shoot('07-preview-imported');
  await webview.getByRole('button', { name: 'Show Job' }).click();
  await webview.locator('.list-row.imported').first().waitFor();
  await shoot('08-job');

  await showGallery(page, command, shoot);
  await showComparison(page, command, shoot);
  await showDuplicates(page, command, shoot);

  await addSource('Phone backup', 'Reference');
  await row(/^Images/)
    .locator('.monaco-tl-twistie')
    .click();
  await row(/\.jpg\d{4}-/i).click();
  await page.locator('.tab.active').filter({ hasText: /\.jpg/i }).waitFor();
  await page
    .locator('.statusbar-item')
    .filter({ hasText: /^\d+x\d+$/ })
    .waitFor();
  await page.mouse.move(900, 850);
  // A smaller window: a photo makes a large file.
  const size = page.viewportSize();
  await page.setViewportSize({ width: 780, height: 560 });
  await shoot('09-views');
  if (size) await page.setViewportSize(size);
  await row(/^Family/).hover();
  await page.locator('.workbench-hover-container').filter({ hasText: 'Created' }).waitFor();
  await shoot('10-catalog-tooltip');
  await page.keyboard.press('Escape');
  await page.mouse.move(900, 850);
  await row(/^Images/)
    .locator('.monaco-tl-twistie')
    .click();
  await showCare(page, workspace, { command, row, scan, start, choice, shoot });
  fs.renameSync(path.join(workspace, 'Phone backup'), path.join(workspace, 'Phone away'));
  await command('Image Catalog: Refresh');
  await row(/^Phone backup.*offline/).waitFor();
  await command('Image Catalog: Show Storage');
  await webview.getByRole('table', { name: 'Years' }).waitFor();
  await shoot('11-offline-and-storage');
  await command('Image Catalog: Show Audit Log');
  await webview.locator('.list-row.added').first().waitFor();
  await webview.getByLabel('Action').selectOption({ label: 'Imported' });
  await webview.locator('.list-row.added').nth(5).waitFor();
  await shoot('22-audit-log');
  await row(/^Old archive/).click({ button: 'right' });
  await page.locator('.context-view .monaco-menu').waitFor();
  await page.waitForTimeout(300);
  await shoot('12-context-menu');
  await page.keyboard.press('Escape');
}

/**
 * What takes care of files: their conversion, a check, a verification, edited files, a deletion.
 * @param {import('playwright-core').Page} page
 * @param {string} workspace
 * @param {{
 *   command: (title: string) => Promise<void>,
 *   row: (text: string | RegExp) => import('playwright-core').Locator,
 *   scan: (folder: string) => Promise<void>,
 *   start: () => Promise<void>,
 *   choice: (text: string) => import('playwright-core').Locator,
 *   shoot: (name: string) => Promise<void>,
 * }} steps
 */
async function showCare(page, workspace, { command, row, scan, start, choice, shoot }) {
  const webview = page.frameLocator('iframe.webview.ready:visible').frameLocator('#active-frame');
  const dialog = page.locator('.monaco-dialog-box');
  const showReport = async (/** @type {string} */ text) => {
    const toast = page.locator('.notification-list-item').filter({ hasText: text });
    await toast.getByRole('button', { name: 'Show Report' }).click();
  };
  const ask = async (/** @type {string | RegExp} */ image, /** @type {string} */ label) => {
    await row(image).click({ button: 'right' });
    const item = page.locator('.context-view .action-item').filter({ hasText: label }).first();
    await item.waitFor();
    await page.waitForTimeout(300); // a menu ignores mouse-ups in its first 100 ms
    await item.click();
    await dialog.waitFor();
  };

  await scan('Phone backup');
  await start();
  await command('View: Close All Editors');
  await command('Image Catalog: Convert to Managed');
  await choice('Show What Would Be Done').waitFor();
  await shoot('23-convert');
  await choice('Show What Would Be Done').click();
  await webview.getByText('Nothing has been done yet').waitFor();
  await shoot('24-convert-list');
  await page.keyboard.press('Escape');

  const [lost = '', edited = ''] = filesBelow(path.join(workspace, 'Photos')).filter((name) =>
    /\.jpe?g$/i.test(name),
  );
  fs.rmSync(lost);
  fs.appendFileSync(edited, 'edited');
  await command('Image Catalog: Check Files');
  await showReport('1 missing, 1 changed');
  await webview.getByText('Missing (1)').waitFor();
  const changed = row(/^Changed or Damaged/);
  await changed.locator('.monaco-tl-twistie').click();
  await shoot('25-check-report');
  await ask(/· changed/, 'Accept Edited File');
  await shoot('26-accept-edited');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await ask(/· changed/, 'Delete with File');
  await shoot('27-delete');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await changed.locator('.monaco-tl-twistie').click();
  await command('Image Catalog: Verify Managed Files');
  await choice('A Sample of 10 %').waitFor();
  await shoot('28-verify');
  await choice('All Managed Files').click();
  await showReport('1 changed, 1 missing');
  await webview.getByText('Changed (1)').waitFor();
  await shoot('29-verify-report');
  await command('View: Close All Editors');
}

/** @param {string} folder */
function filesBelow(folder) {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

/**
 * The gallery of the catalog: grid, details, search, one image.
 * @param {import('playwright-core').Page} page
 * @param {(title: string) => Promise<void>} command
 * @param {(name: string) => Promise<void>} shoot
 */
async function showGallery(page, command, shoot) {
  const webview = page.frameLocator('iframe.webview.ready:visible').frameLocator('#active-frame');
  await command('Image Catalog: Open Gallery');
  await webview.locator('.photo img').first().waitFor();
  await webview.locator('.photo-none.pending').first().waitFor({ state: 'detached' });
  await webview.locator('#tile-1').click();
  await webview.locator('#tile-3').click({ modifiers: ['Control'] });
  await shoot('13-gallery');
  await webview.locator('#tile-3').click({ button: 'right' });
  await page.locator('.context-view .monaco-menu').waitFor();
  await page.waitForTimeout(300);
  await shoot('13-gallery-menu');
  await page.keyboard.press('Escape');
  await webview.getByRole('button', { name: 'Details', exact: true }).click();
  await webview.locator('details-panel dl').first().waitFor();
  await shoot('14-gallery-details');
  await webview.getByRole('combobox', { name: 'Search' }).pressSequentially('camera:');
  await webview.getByRole('option').first().waitFor();
  await shoot('15-gallery-search');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await webview.locator('#tile-1').dblclick();
  await webview.locator('.viewer-picture:not(.thumbnail):not(.waiting)').waitFor();
  await shoot('16-gallery-image');
  await page.keyboard.press('Escape');
  await webview.getByRole('button', { name: 'Close Details' }).click();
}

/**
 * The sheet of sample pairs, and one of them compared.
 * @param {import('playwright-core').Page} page
 * @param {(title: string) => Promise<void>} command
 * @param {(name: string) => Promise<void>} shoot
 */
async function showComparison(page, command, shoot) {
  const webview = page.frameLocator('iframe.webview.ready:visible').frameLocator('#active-frame');
  await command('Image Catalog: Choose the Threshold for Look-Alikes');
  await webview.locator('.pair img').first().waitFor();
  await shoot('17-threshold');
  await webview.locator('.pair').last().click();
  await webview.locator('.stages img.viewer-picture').nth(1).waitFor();
  await shoot('18-compare');
  await webview.getByRole('button', { name: 'Difference' }).click();
  await webview.locator('.figures-text').getByText('differ visibly').waitFor();
  await shoot('19-compare-difference');
  await webview.getByRole('button', { name: 'Blink' }).click();
  await shoot('19-compare-blink');
}

/**
 * The report of duplicates, and the dry run of resolving them.
 * @param {import('playwright-core').Page} page
 * @param {(title: string) => Promise<void>} command
 * @param {(name: string) => Promise<void>} shoot
 */
async function showDuplicates(page, command, shoot) {
  const webview = page.frameLocator('iframe.webview.ready:visible').frameLocator('#active-frame');
  await command('Image Catalog: Find Duplicates');
  await webview.locator('.group .member img').first().waitFor();
  await webview.locator('.group').first().focus();
  await page.keyboard.press('ArrowDown');
  await shoot('20-duplicates');
  await webview.getByRole('button', { name: 'Resolve These Groups' }).click();
  await webview.locator('plan-view .plan-actions').waitFor();
  await shoot('21-duplicates-plan');
  await webview.getByRole('button', { name: 'Back to the Report' }).click();
}

/** @param {keyof typeof themes} key */
async function takePictures(key) {
  // Its path is in the pictures. It fails if something of that name is there.
  const base = path.join(os.tmpdir(), 'image-catalog');
  fs.mkdirSync(base);
  const workspace = path.join(base, 'Pictures');
  makeSample(workspace);
  const profile = await makeProfile();
  /** @type {Awaited<ReturnType<typeof startServer>> | undefined} */
  let server;
  /** @type {Awaited<ReturnType<typeof startBrowser>> | undefined} */
  let browser;
  const clean = async () => {
    await browser?.browser.close().catch(() => undefined);
    await server?.stop();
    dropProfile(profile);
    fs.rmSync(base, { recursive: true, force: true, maxRetries: 5 });
  };
  const forgetSignals = stopOnSignals(clean);
  const folder = path.join(artifactsFolder, 'pictures');
  fs.mkdirSync(folder, { recursive: true });
  try {
    installVsix(profile, vsixPath());
    const settings = { 'workbench.colorTheme': themes[key] };
    server = await startServer(profile, { settings });
    browser = await startBrowser({ viewport: { width: 1200, height: 760 } });
    const page = await browser.context.newPage();
    page.setDefaultTimeout(90_000);
    await page.goto(workbenchUrl(server, workspace), { waitUntil: 'domcontentloaded' });
    try {
      await walkThrough(page, workspace, async (name) => {
        await page.waitForTimeout(400); // what fades in
        await page.screenshot({ path: path.join(folder, `${name}-${key}.png`) });
      });
    } catch (error) {
      await page.screenshot({ path: path.join(folder, `failed-${key}.png`) });
      throw error;
    }
  } finally {
    forgetSignals();
    await clean();
  }
}

function copyReadmePictures() {
  const target = path.join(root, 'media', 'readme');
  fs.mkdirSync(target, { recursive: true });
  for (const [picture, name] of Object.entries(readmePictures)) {
    for (const key of ['light', 'dark']) {
      const file = path.join(target, `${name}-${key}.png`);
      fs.copyFileSync(path.join(artifactsFolder, 'pictures', `${picture}-${key}.png`), file);
      console.log(`${path.relative(root, file)}: ${Math.round(fs.statSync(file).size / 1000)} kB`);
    }
  }
}

process.chdir(root);
if (!flags['no-package']) await packageExtension();
for (const key of /** @type {(keyof typeof themes)[]} */ (Object.keys(themes))) {
  if (flags.theme && !flags.theme.includes(key)) continue;
  console.log(themes[key]);
  await takePictures(key);
}
if (flags.readme) copyReadmePictures();
