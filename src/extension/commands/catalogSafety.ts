import path from 'node:path';
import * as vscode from 'vscode';
import { CatalogError } from '../../catalog/model/errors.js';
import type { BackupInfo, RestoredBackup } from '../../catalog/model/safety.js';
import type { EngineState } from '../../catalog/protocol/shared.js';
import { formatBytes, formatDateTime } from '../../views/format.js';
import { revealFile } from '../../views/panels/openFile.js';
import { imageCountText } from '../../views/trees/texts.js';
import { commands, views } from '../contributions.js';
import type { EngineHost } from '../engine/engineHost.js';
import type { Handler, Services } from '../services.js';
import { argumentsOf, booleanOf, stringOf, type CommandArguments } from './commandArguments.js';
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
    [commands.backUpCatalog]: async (argument) => {
      const engine = await findEngine(services, argument);
      return engine && backUp(engine, argumentsOf(argument));
    },
    [commands.restoreBackup]: async (argument) => {
      const engine = await findEngine(services, argument);
      return engine && restoreBackup(engine, argumentsOf(argument));
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

/** Arguments: file, confirmed. The catalog is replaced by the backup only after a yes. */
async function restoreBackup(
  { client }: EngineHost,
  args: CommandArguments | undefined,
): Promise<RestoredBackup | undefined> {
  const wanted = stringOf(args, 'file');
  const confirmed = wanted !== undefined && booleanOf(args, 'confirmed');
  const backup = confirmed
    ? { file: wanted }
    : wanted === undefined
      ? await askBackup(client)
      : await client.inspectBackup({ file: wanted });
  if (!backup) return undefined;
  if ('createdAt' in backup && !(await confirmRestore(backup))) return undefined;
  const { file } = backup;
  const restored = await vscode.window.withProgress(
    { location: { viewId: views.catalogs }, title: vscode.l10n.t('Restoring the backup') },
    () => client.restoreBackup({ file }),
  );
  const { keptAs } = restored;
  const text =
    keptAs === null
      ? vscode.l10n.t('The backup was restored.')
      : vscode.l10n.t(
          'The backup was restored. The earlier file is kept as {0}.',
          path.basename(keptAs),
        );
  void vscode.window.showInformationMessage([text, ...moreOf(restored)].join(' '));
  return restored;
}

function moreOf({ imagesReturned, notLookedAt, carriedOver }: RestoredBackup): string[] {
  const returned =
    imagesReturned === 0
      ? []
      : [vscode.l10n.t('Brought back from the trash: {0}.', imageCountText(imagesReturned))];
  const away = notLookedAt.map((name) =>
    vscode.l10n.t(
      'The managed directory of {0} cannot be reached. What was deleted since the backup lies in its trash: undo the deletions when it is there.',
      name,
    ),
  );
  const lost =
    carriedOver.failure === null
      ? []
      : [vscode.l10n.t('The audit log of the earlier file could not be read.')];
  return [...returned, ...away, ...lost];
}

/** Arguments: path, overwrite. Without a path the copy goes to the catalog's own backups. */
async function backUp(
  { client }: EngineHost,
  args: CommandArguments | undefined,
): Promise<BackupInfo> {
  const file = stringOf(args, 'path');
  const backup = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Backing up') },
    () =>
      client.backUpCatalog(
        file === undefined ? {} : { path: file, overwrite: booleanOf(args, 'overwrite') },
      ),
  );
  if (args !== undefined) return backup;
  const show = vscode.l10n.t('Show File');
  void vscode.window
    .showInformationMessage(
      vscode.l10n.t(
        'The catalog was backed up and the copy checked: {0}, {1}.',
        imageCountText(backup.imageCount ?? 0),
        formatBytes(backup.sizeBytes),
      ),
      show,
    )
    .then((answer) => {
      if (answer === show) void revealFile(backup.file);
    });
  return backup;
}

async function askBackup(client: EngineHost['client']): Promise<BackupInfo | undefined> {
  const backups = await client.listBackups({});
  const other = { label: vscode.l10n.t('$(folder-opened) Choose a File…') };
  const picked = await vscode.window.showQuickPick<vscode.QuickPickItem & { backup?: BackupInfo }>(
    [
      ...backups.map((backup) => ({
        label: formatDateTime(backup.createdAt),
        description: `${contentText(backup)} · ${formatBytes(backup.sizeBytes)}`,
        detail: backup.file,
        backup,
      })),
      other,
    ],
    { placeHolder: vscode.l10n.t('Which backup? The catalog file that is there now is kept.') },
  );
  if (!picked) return undefined;
  return picked.backup ?? chooseBackup(client);
}

/** A file from anywhere; looked through before anything is asked. */
async function chooseBackup(client: EngineHost['client']): Promise<BackupInfo | undefined> {
  const [file] =
    (await vscode.window.showOpenDialog({
      openLabel: vscode.l10n.t('Use as Backup'),
      filters: { [vscode.l10n.t('Catalog files')]: ['sqlite'] },
    })) ?? [];
  return file && client.inspectBackup({ file: file.fsPath });
}

function contentText({ imageCount, catalogNames }: BackupInfo): string {
  if (imageCount === null) return vscode.l10n.t('damaged');
  return [imageCountText(imageCount), ...catalogNames].join(' · ');
}

async function confirmRestore(backup: BackupInfo): Promise<boolean> {
  const restore = vscode.l10n.t('Restore Backup');
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('Restore the backup of {0}?', formatDateTime(backup.createdAt)),
    {
      modal: true,
      detail: [
        contentText(backup),
        vscode.l10n.t(
          'What was imported after it is then not in the catalog; the photos themselves stay where they are. The catalog file that is there now is kept beside it.',
        ),
      ].join('\n\n'),
    },
    restore,
  );
  return answer === restore;
}
