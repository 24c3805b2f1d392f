import * as vscode from 'vscode';
import { commands } from '../contributions.js';
import type { EngineHost } from '../engine/engineHost.js';
import { showError } from '../messages.js';
import type { Services } from '../services.js';
import { isTreeNode } from './targets.js';

/** The commands that package.json disables where nothing can be written. */
export function writeCommands({ context }: Services): ReadonlySet<string> {
  const { contributes } = context.extension.packageJSON as {
    contributes: { commands: readonly { command: string; enablement?: string }[] };
  };
  const writes = contributes.commands.filter(({ enablement }) =>
    enablement?.includes('!imageCatalog.readOnly'),
  );
  return new Set(writes.map(({ command }) => command));
}

/**
 * Whether a person can change what the command is about. If its catalog is open elsewhere, says so, and by whom,
 * before anything is asked in vain.
 */
export async function mayWrite(services: Services, argument: unknown): Promise<boolean> {
  const engine = engineOf(services, argument);
  const folders = await services.overview.get();
  const concerned = folders.filter((folder) => engine === undefined || folder.engine === engine);
  const [locked] = concerned.filter(({ state }) => state?.readOnlyReason === 'locked');
  if (!locked || concerned.some(({ state }) => state?.readOnly !== true)) return true;
  const takeOver = vscode.l10n.t('Take Over');
  void vscode.window
    .showWarningMessage(
      vscode.l10n.t(
        'Nothing can be changed here while the catalog is open elsewhere ({0}). Close it there, then take over.',
        locked.state?.lockHolder ?? vscode.l10n.t('another window or program'),
      ),
      takeOver,
    )
    .then(async (answer) => {
      if (answer !== takeOver) return;
      const folder = locked.engine.folder.uri.fsPath;
      await vscode.commands.executeCommand(commands.takeOver, { folder });
    })
    .then(undefined, (error: unknown) => showError(error, services.log));
  return false;
}

function engineOf({ engines }: Services, argument: unknown): EngineHost | undefined {
  if (isTreeNode(argument)) return argument.engine;
  return argument instanceof vscode.Uri ? engines.forResource(argument) : undefined;
}
