/** Page object of the VS Code workbench. Selectors checked against VS Code 1.139. */
import type { FrameLocator, Locator, Page } from 'playwright-core';

export class Workbench {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async ready(): Promise<void> {
    const item = this.page.locator('.monaco-workbench .activitybar .action-item').first();
    await item.waitFor({ timeout: 90_000 });
  }

  // ---- activity bar, side bar, trees

  async openContainer(title: string): Promise<void> {
    const item = this.page.locator(`.activitybar [aria-label^="${title}"]`).first();
    await item.waitFor({ timeout: 60_000 });
    const heading = this.page
      .locator('.sidebar .composite.title')
      .getByText(title, { exact: false });
    const shows = (timeout: number): Promise<boolean> =>
      heading
        .first()
        .waitFor({ timeout })
        .then(
          () => true,
          () => false,
        );
    // A reloaded window comes back with the container that was open, and a click on that would close it.
    if (await shows(2000)) return;
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await item.click();
      if (await shows(10_000)) return;
    }
    await heading.first().waitFor();
  }

  /** A view of the open container, by its name. */
  view(name: string): Locator {
    const header = this.page.locator('.pane-header').filter({ hasText: name });
    return this.page.locator('.sidebar .pane').filter({ has: header }).first();
  }

  /** Unfolds a view of the open container. */
  async expandView(name: string): Promise<Locator> {
    const view = this.view(name);
    const header = view.locator('.pane-header');
    await header.waitFor();
    if ((await header.getAttribute('aria-expanded')) !== 'true') await header.click();
    return view;
  }

  /** The row of a tree, by a part of its text; in one view if `view` names one. */
  treeRow(text: string | RegExp, view?: string): Locator {
    const scope = view === undefined ? this.page.locator('.sidebar') : this.view(view);
    return scope.locator('.pane-body .monaco-list-row').filter({ hasText: text }).first();
  }

  async expandRow(row: Locator): Promise<void> {
    if ((await row.getAttribute('aria-expanded')) !== 'false') return;
    await row.locator('.monaco-tl-twistie').click();
    await row.and(this.page.locator('[aria-expanded="true"]')).waitFor();
  }

  /** A row that is drawn anew under the pointer loses its tooltip until the pointer comes again. */
  async hoverUntil(row: Locator, tooltip: Locator): Promise<void> {
    await poll(
      async () => {
        await this.page.mouse.move(700, 600);
        await row.hover();
        return tooltip.waitFor({ timeout: 5000 }).then(
          () => true,
          () => false,
        );
      },
      'the tooltip',
      60_000,
    );
  }

  /** Clicks an icon button that a row shows when the mouse is over it. */
  async inlineAction(row: Locator, label: string): Promise<void> {
    await row.hover();
    await row.locator(`.actions [aria-label^="${label}"]`).first().click();
  }

  /** Clicks an icon button in the title of a view. */
  async viewAction(view: string, label: string): Promise<void> {
    const pane = this.view(view);
    await pane.locator('.pane-header').hover();
    await pane.locator(`.pane-header .actions [aria-label^="${label}"]`).first().click();
  }

  /** A link or button in the welcome text of an empty view. */
  welcomeButton(label: string | RegExp): Locator {
    return this.page
      .locator('.sidebar .welcome-view-content')
      .getByRole('button', { name: label })
      .first();
  }

  // ---- command palette, quick picks, input boxes

  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget input').first();
  }

  quickRow(text: string | RegExp): Locator {
    return this.page
      .locator('.quick-input-list .monaco-list-row')
      .filter({ hasText: text })
      .first();
  }

  async command(title: string): Promise<void> {
    await this.openCommandPalette();
    await this.quickInput.fill(`>${title}`);
    await this.quickRow(title).click();
  }

  /** A key that comes while the previous quick pick still closes is lost: it is pressed again. */
  private async openCommandPalette(): Promise<void> {
    for (let attempt = 1; attempt < 6; attempt += 1) {
      await this.page.keyboard.press('F1');
      try {
        await this.quickInput.waitFor({ state: 'visible', timeout: 5_000 });
        return;
      } catch {
        // Pressed again.
      }
    }
    await this.page.keyboard.press('F1');
    await this.quickInput.waitFor({ state: 'visible' });
  }

  /** Waits for the quick pick or input box with this title. */
  async quickTitle(title: string | RegExp): Promise<void> {
    await this.page.locator('.quick-input-title').filter({ hasText: title }).waitFor();
  }

  /** Chooses one item of a quick pick. Its title or placeholder is not checked: use quickTitle. */
  async pickOne(item: string | RegExp): Promise<void> {
    await this.quickRow(item).click();
  }

  /** Ticks items of a quick pick for many, then OK. */
  async pickMany(...items: readonly (string | RegExp)[]): Promise<void> {
    for (const item of items) await this.quickRow(item).click();
    await this.page.locator('.quick-input-widget').getByRole('button', { name: 'OK' }).click();
  }

  /** Fills the input box that shows `prompt` in its message, title or placeholder. */
  async input(prompt: string | RegExp, text: string): Promise<void> {
    const widget = this.page.locator('.quick-input-widget');
    const inText = widget.filter({ hasText: prompt });
    const inPlaceholder = widget.filter({ has: this.page.getByPlaceholder(prompt) });
    await inText.or(inPlaceholder).first().waitFor({ state: 'visible' });
    await this.quickInput.fill(text);
    await this.page.keyboard.press('Enter');
  }

  /**
   * Answers showOpenDialog, which is VS Code's own simple dialog in a browser.
   * @param start the folder that it opens with, usually the workspace
   * @param openLabel the label of its button
   */
  async pickFolder(start: string, folder: string, openLabel: string | RegExp): Promise<void> {
    const withSlash = (path: string): string => path.replace(/\/?$/, '/');
    await this.quickRow('..').waitFor();
    // It first writes the start folder into the box by itself; only then is the box ours.
    await this.waitForInputValue(withSlash(start));
    const list = this.page.locator('.quick-input-list');
    const before = await list.innerText();
    // With the slash it is the folder itself, not a choice in its parent.
    await this.quickInput.fill(withSlash(folder));
    if (withSlash(folder) !== withSlash(start))
      await poll(async () => (await list.innerText()) !== before, 'the list of the folder');
    await this.page.locator('.quick-input-widget').getByRole('button', { name: openLabel }).click();
  }

  /** Answers showSaveDialog. @param suggested the base name that it offers */
  async saveAs(file: string, suggested: RegExp): Promise<void> {
    await poll(
      async () => suggested.test(await this.quickInput.inputValue()),
      'the suggested name',
    );
    await this.quickInput.fill(file);
    await this.page.locator('.quick-input-widget').getByRole('button', { name: 'OK' }).click();
    await this.quickInput.waitFor({ state: 'hidden' });
  }

  private async waitForInputValue(value: string): Promise<void> {
    await poll(
      async () => (await this.quickInput.inputValue()) === value,
      `the box to show ${value}`,
    );
  }

  // ---- explorer

  async openExplorer(): Promise<void> {
    await this.page.keyboard.press('Control+Shift+E');
    await this.page.locator('.explorer-folders-view').waitFor();
  }

  explorerRow(name: string): Locator {
    const rows = this.page.locator('.explorer-folders-view .monaco-list-row');
    return rows.filter({ hasText: name }).first();
  }

  /** Selects several files. */
  async selectInExplorer(...names: readonly string[]): Promise<void> {
    const [first, ...others] = names;
    if (first === undefined) return;
    await this.explorerRow(first).click();
    // The click opens the file; going on earlier, that takes the selection back.
    await this.page.locator('.tab.active').filter({ hasText: first }).waitFor();
    for (const name of others) await this.explorerRow(name).click({ modifiers: ['Control'] });
    const selected = this.page.locator('.explorer-folders-view .monaco-list-row.selected');
    await poll(async () => (await selected.count()) === names.length, 'the selection');
  }

  async contextMenu(row: Locator, label: string | RegExp): Promise<void> {
    await row.click({ button: 'right' });
    const items = this.page.locator('.context-view .monaco-menu .action-item');
    const item = items.filter({ hasText: label }).first();
    await item.waitFor();
    await this.page.waitForTimeout(300); // a menu ignores mouse-ups in its first 100 ms
    await item.click();
  }

  // ---- modal dialogs

  /** Clicks a button of the modal dialog and returns the dialog's message and detail. */
  async modal(button: string | RegExp): Promise<string> {
    const dialog = this.page.locator('.monaco-dialog-box');
    await dialog.waitFor();
    const text = (await dialog.locator('.dialog-message-container').innerText()).trim();
    await dialog.getByRole('button', { name: button, exact: typeof button === 'string' }).click();
    await dialog.waitFor({ state: 'hidden' });
    return text;
  }

  // ---- notifications

  /**
   * Waits for a notification, clicks one of its buttons if one is named, and returns its text. VS Code drops the
   * toast, not the notification, when several come at once: so this looks in the notification centre too.
   */
  async notification(text: string | RegExp, button?: string | RegExp): Promise<string> {
    const find = (box: string): Locator =>
      this.page.locator(box).locator('.notification-list-item').filter({ hasText: text }).first();
    const bell = this.page.locator('[id="status.notifications"]');
    const centre = this.page.locator('.notifications-center.visible');
    let item = find('.notifications-toasts');
    const toast = await item.waitFor({ state: 'visible', timeout: 5000 }).then(
      () => true,
      () => false,
    );
    if (!toast) {
      if ((await centre.count()) === 0) {
        await bell.click();
        // The bell's tooltip would lie on the notification's buttons.
        await this.page.mouse.move(700, 300);
      }
      item = find('.notifications-center.visible');
      await item.waitFor({ state: 'visible', timeout: 60_000 });
    }
    const message = (await item.locator('.notification-list-item-message').innerText()).trim();
    if (button !== undefined) {
      // A toast may hide while the pointer is on its way; the notification itself stays in the centre.
      await item
        .getByRole('button', { name: button })
        .click(toast ? { timeout: 5000 } : {})
        .catch(async (error: unknown) => {
          if (!toast || (await item.isVisible())) throw error;
          await bell.click();
          await this.page.mouse.move(700, 300);
          const kept = find('.notifications-center.visible');
          await kept.getByRole('button', { name: button }).click();
        });
    }
    if ((await centre.count()) > 0) {
      await bell.click();
      await centre.waitFor({ state: 'hidden' });
    }
    return message;
  }

  async clearNotifications(): Promise<void> {
    await this.command('Notifications: Clear All Notifications');
  }

  // ---- editors and webviews

  tab(title: string | RegExp): Locator {
    return this.page.locator('.tabs-container .tab').filter({ hasText: title }).first();
  }

  async closeAllEditors(): Promise<void> {
    await this.command('View: Close All Editors');
    await this.page.locator('.tabs-container .tab').first().waitFor({ state: 'hidden' });
  }

  /** The page of the webview that is showing. */
  webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready:visible').frameLocator('#active-frame');
  }

  // ---- workspace trust

  /** Leaves Restricted Mode through the banner's "Manage". */
  async trustThroughBanner(): Promise<void> {
    const banner = this.page.locator('.part.banner');
    await banner.getByText('Restricted Mode').waitFor();
    await banner.getByText('Manage').click();
    const editor = this.page.locator('.workspace-trust-editor');
    await editor.getByRole('button', { name: 'Trust', exact: true }).first().click();
    await banner.getByText('Restricted Mode').waitFor({ state: 'hidden' });
  }
}

/** Asks every 100 ms until it is so; throws after 30 s. */
export async function poll(
  isSo: () => Promise<boolean> | boolean,
  what: string,
  limitMs = 30_000,
): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`Waited ${String(limitMs / 1000)} s for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
