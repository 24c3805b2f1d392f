import * as vscode from 'vscode';
import { galleryMenus } from '../views/panels/galleryPanel.js';
import { registerPanelSerializers } from '../views/panels/panelSerializers.js';
import { Trees } from '../views/trees/trees.js';
import { ReportDocuments } from './reportDocument.js';
import { registerCommands } from './commands/registerCommands.js';
import { BackgroundCheck } from './backgroundCheck.js';
import { ContextKeys } from './contextKeys.js';
import { Engines } from './engine/engines.js';
import { FileMarks } from './fileMarks.js';
import { InterruptedJobs } from './interruptedJobs.js';
import { Overview } from './overview.js';
import { PictureStatus } from './pictureStatus.js';
import type { TestApi } from './testApi.js';

let engines: Engines | undefined;

/** Composes the extension. Starts no engine: that happens when a view or command first needs one. */
export function activate(context: vscode.ExtensionContext): TestApi {
  const log = vscode.window.createOutputChannel('Image Catalog', { log: true });
  context.subscriptions.push(log);
  try {
    return compose(context, log);
  } catch (error) {
    // VS Code shows nothing when an extension fails to activate.
    log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    void vscode.window.showErrorMessage(
      vscode.l10n.t('Image Catalog could not start: {0}', String(error)),
    );
    throw error;
  }
}

/** Waits until every catalog file is closed. */
export async function deactivate(): Promise<void> {
  await engines?.stop();
  engines = undefined;
}

function compose(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): TestApi {
  const keys = new ContextKeys();
  const hosts = new Engines(context.extensionPath, log);
  engines = hosts;
  const overview = new Overview(hosts, keys, log);
  const trees = new Trees(hosts, overview);
  const documents = new ReportDocuments();
  const services = { context, log, engines: hosts, keys, overview, trees, documents };
  const fileMarks = new FileMarks(services);
  context.subscriptions.push(
    hosts,
    overview,
    trees,
    documents,
    fileMarks,
    registerCommands(services),
    new InterruptedJobs(services),
    new BackgroundCheck(services),
    new PictureStatus(hosts, keys, log),
    registerPanelSerializers(context, (folder) => hosts.forResource(folder)?.client),
  );
  return {
    engineFor: (folder) => hosts.forResource(folder),
    trees,
    keys,
    startBackgroundCheck: (delays) => new BackgroundCheck(services, delays),
    tellInterrupted: () => new InterruptedJobs(services),
    fileMarks,
    galleryMenus,
  };
}
