import path from 'node:path';
import * as vscode from 'vscode';
import { CatalogError } from '../../catalog/model/errors.js';
import type { RestoredBackup } from '../../catalog/model/safety.js';
import type { EngineState } from '../../catalog/protocol/shared.js';
import { formatBytes, formatDateTime } from '../../views/format.js';
import { commands } from '../contributions.js';
import type { EngineHost } from '../engine/engineHost.js';
import type { Handler, Services } from '../services.js';
import { argumentsOf, booleanOf, stringOf } from './commandArguments.js';
import { findEngine } from './targets.js';

/** What concerns the catalog file itself. Arguments: folder, confirmed; a backup's file. */
export function catalogSafetyCommands(services: Services) {
  return {
    [commands.takeOver]: async (argument) => {
      const engine = await findEngine(services, argument);
      if (!engine) return undefined;
      const state = await takeOver(engine, booleanOf(argumentsOf(argument), 'confirmed'));
      if (state?.readOnly === false) {
        const text = vscode.l10n.t('The catalog can be changed in this window now.');
        void vscode.window.showInformationMessage(text);
      }
      return state;
    },
    [commands.restoreBackup]: async (argument) => {
      const engine = await findEngine(services, argument);
      return engine && restoreBackup(engine, stringOf(argumentsOf(argument), 'file'));
    },
  } satisfies Record<string, Handler>;
}

async function takeOver(
  { client }: EngineHost,
  confirmed: boolean,
): Promise<EngineState | undefined> {
  try {
    return await client.takeOver({ confirmed });
  } catch (error) {
    const isForeign =
      CatalogError.is(error, 'CATALOG_FILE_LOCKED') && error.data['foreign'] === true;
    if (!isForeign || confirmed) throw error;
    const take = vscode.l10n.t('Take Over');
    const answer = await vscode.window.showWarningMessage(
      vscode.l10n.t('Take over the catalog from {0}?', String(error.data['holder'])),
      {
        modal: true,
        detail: vscode.l10n.t(
          'Another computer wrote the lock. Whether it still uses the catalog cannot be seen from here. Take over only if you are sure that the catalog is closed there.',
        ),
      },
      take,
    );
    return answer === take ? client.takeOver({ confirmed: true }) : undefined;
  }
}

async function restoreBackup(
  { client }: EngineHost,
  wanted: string | undefined,
): Promise<RestoredBackup | undefined> {
  const file = wanted ?? (await askBackup(client));
  if (file === undefined) return undefined;
  const restored = await client.restoreBackup({ file });
  const kept = restored.keptAs === null ? '' : path.basename(restored.keptAs);
  void vscode.window.showInformationMessage(
    vscode.l10n.t('The backup was restored. The earlier file is kept as {0}.', kept),
  );
  return restored;
}

async function askBackup(client: EngineHost['client']): Promise<string | undefined> {
  const backups = await client.listBackups({});
  if (backups.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('There is no backup of this catalog.'));
    return undefined;
  }
  const picked = await vscode.window.showQuickPick(
    backups.map(({ file, createdAt, sizeBytes }) => ({
      label: formatDateTime(createdAt),
      description: formatBytes(sizeBytes),
      detail: file,
      file,
    })),
    { placeHolder: vscode.l10n.t('Which backup? The catalog file that is there now is kept.') },
  );
  if (!picked) return undefined;
  const restore = vscode.l10n.t('Restore Backup');
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('Restore the backup of {0}?', picked.label),
    {
      modal: true,
      detail: vscode.l10n.t(
        'What was imported after it is then not in the catalog; the photos themselves stay where they are. The catalog file that is there now is kept beside it.',
      ),
    },
    restore,
  );
  return answer === restore ? picked.file : undefined;
}
