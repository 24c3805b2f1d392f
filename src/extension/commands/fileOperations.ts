import * as vscode from 'vscode';
import type {
  EmptiedTrash,
  FileOperation,
  FileOperationReport,
} from '../../catalog/model/fileOperation.js';
import { isResumable } from '../../catalog/model/fileOperation.js';
import type { OperationControl } from '../../catalog/model/progress.js';
import type { KeptFile } from '../../catalog/model/safety.js';
import { formatAgo, formatBytes, formatCount } from '../../views/format.js';
import { fileCountText, imageCountText } from '../../views/trees/texts.js';
import { commands, views } from '../contributions.js';
import type { EngineHost } from '../engine/engineHost.js';
import { errorText } from '../messages.js';
import { withOperationProgress } from '../progress.js';
import type { Handler, Services } from '../services.js';
import { argumentsOf, booleanOf, stringOf } from './commandArguments.js';
import { findCatalog, findEngine, isTreeNode, type CatalogTarget } from './targets.js';

const listedOperations = 1000;
const listedFiles = 5;

/** What was done to files of a catalog, taken back, taken up again or made final. Arguments: operationId, catalogId, confirmed. */
export function fileOperationCommands(services: Services) {
  return {
    [commands.undoFileOperation]: (argument) => act(services, argument, undoAction()),
    [commands.resumeFileOperation]: (argument) => act(services, argument, resumeAction()),
    [commands.emptyTrash]: (argument) => emptyTrash(services, argument),
  } satisfies Record<string, Handler>;
}

/** The first files that were kept, each with its reason. */
export function keptLines(kept: readonly KeptFile[], count: number): string[] {
  const more = count - Math.min(kept.length, listedFiles);
  return [
    ...kept.slice(0, listedFiles).map(({ code, data }) => errorText(code, data)),
    ...(more > 0 ? [vscode.l10n.t('… and {0} more', formatCount(more))] : []),
  ];
}

/** Whether an undo can bring something back. */
function canBeUndone({ status, imagesDone }: FileOperation): boolean {
  return imagesDone > 0 && !['RUNNING', 'UNDONE', 'EMPTIED'].includes(status);
}

/** What can be asked of an operation from the past. */
interface OperationAction {
  readonly isOffered: (operation: FileOperation) => boolean;
  readonly nothing: string;
  readonly question: string;
  readonly progress: string;
  readonly run: (
    engine: EngineHost,
    operationId: string,
    control: OperationControl,
  ) => Promise<FileOperationReport>;
  /** @param imagesBefore whose change was done */
  readonly tell: (report: FileOperationReport, imagesBefore: number) => void;
}

const undoAction = (): OperationAction => ({
  isOffered: canBeUndone,
  nothing: vscode.l10n.t('There is nothing to undo.'),
  question: vscode.l10n.t('What is to be undone?'),
  progress: vscode.l10n.t('Undoing the file operation'),
  run: ({ client }, operationId, control) => client.undoFileOperation({ operationId }, control),
  tell: tellUndone,
});

const resumeAction = (): OperationAction => ({
  isOffered: ({ status }) => isResumable(status),
  nothing: vscode.l10n.t('There is nothing to resume.'),
  question: vscode.l10n.t('What is to be resumed?'),
  progress: vscode.l10n.t('Resuming the file operation'),
  run: ({ client }, operationId, control) => client.resumeFileOperation({ operationId }, control),
  tell: tellResumed,
});

async function act(
  services: Services,
  argument: unknown,
  action: OperationAction,
): Promise<FileOperationReport | undefined> {
  const engine = await findEngine(services, argument);
  if (!engine) return undefined;
  const args = argumentsOf(argument);
  const given = stringOf(args, 'operationId');
  const operationId = given ?? (await askOperation(services, engine, argument, action));
  if (operationId === undefined) return undefined;
  const { operations } = await engine.client.listFileOperations({ limit: listedOperations });
  const before = operations.find(({ id }) => id === operationId)?.imagesDone ?? 0;
  const report = await withOperationProgress(views.catalogs, action.progress, (control) =>
    action.run(engine, operationId, control),
  );
  if (given === undefined || booleanOf(args, 'tell')) action.tell(report, before);
  return report;
}

async function askOperation(
  services: Services,
  engine: EngineHost,
  argument: unknown,
  { isOffered, nothing, question }: OperationAction,
): Promise<string | undefined> {
  const target = isTreeNode(argument) ? await findCatalog(services, argument) : undefined;
  const catalogId = target?.catalog.id ?? stringOf(argumentsOf(argument), 'catalogId');
  const { operations } = await engine.client.listFileOperations({
    ...(catalogId !== undefined && { catalogId }),
    limit: listedOperations,
  });
  const choices = operations.filter(isOffered);
  if (choices.length === 0) {
    void vscode.window.showInformationMessage(nothing);
    return undefined;
  }
  const picked = await vscode.window.showQuickPick(
    choices.map((operation) => ({
      label: operationText(operation),
      description: formatAgo(operation.startedAt),
      detail: [
        operation.catalogName,
        ...(operation.filesMoved > 0
          ? [`${fileCountText(operation.filesMoved)} · ${formatBytes(operation.bytesMoved)}`]
          : []),
        ...(isResumable(operation.status) ? [leftText(operation)] : []),
      ].join(' · '),
      operation,
    })),
    { placeHolder: question },
  );
  return picked?.operation.id;
}

/** What an operation that was cut off has left. */
const leftText = ({ imagesTotal, imagesDone }: FileOperation): string =>
  vscode.l10n.t('{0} left', imageCountText(Math.max(0, imagesTotal - imagesDone)));

function operationText({ kind, imagesDone }: FileOperation): string {
  const images = imageCountText(imagesDone);
  switch (kind) {
    case 'delete':
      return vscode.l10n.t('Deleted {0}', images);
    case 'delete-catalog':
      return vscode.l10n.t('Deleted a catalog with {0}', images);
    case 'convert':
      return vscode.l10n.t('Converted {0} to managed', images);
    case 'reorganize':
      return vscode.l10n.t('Reorganized {0}', images);
  }
}

function tellUndone(
  { operation, keptCount, kept, stoppedBy }: FileOperationReport,
  imagesBefore: number,
): void {
  if (keptCount === 0 && !stoppedBy) {
    const undone = { ...operation, imagesDone: imagesBefore - operation.imagesDone };
    void vscode.window.showInformationMessage(vscode.l10n.t('Undone: {0}.', operationText(undone)));
    return;
  }
  const why = stoppedBy ? [errorText(stoppedBy.code, stoppedBy.data)] : keptLines(kept, keptCount);
  const text = vscode.l10n.t('{0} could not be brought back.', imageCountText(keptCount));
  void vscode.window.showWarningMessage([text, ...why].join(' '));
}

function tellResumed({ operation, keptCount, kept, stoppedBy }: FileOperationReport): void {
  const text = `${operationText(operation)}.`;
  if (keptCount === 0 && !stoppedBy) {
    void vscode.window.showInformationMessage(text);
    return;
  }
  const why = stoppedBy ? [errorText(stoppedBy.code, stoppedBy.data)] : keptLines(kept, keptCount);
  const stayed = vscode.l10n.t('{0} stay as they are.', imageCountText(keptCount));
  void vscode.window.showWarningMessage([text, stayed, ...why].join(' '));
}

async function emptyTrash(
  services: Services,
  argument: unknown,
): Promise<EmptiedTrash | undefined> {
  const target = await findCatalog(services, argument);
  if (!target) return undefined;
  const args = argumentsOf(argument);
  const confirmed = booleanOf(args, 'confirmed');
  if (!confirmed && !(await confirmEmptying(target))) return undefined;
  const { engine, catalog } = target;
  const operationId = stringOf(args, 'operationId');
  const emptied = await withOperationProgress(
    views.catalogs,
    vscode.l10n.t('Emptying the trash of {0}', catalog.name),
    (control) =>
      engine.client.emptyTrash(
        { catalogId: catalog.id, ...(operationId !== undefined && { operationId }) },
        control,
      ),
  );
  if (!confirmed) tellEmptied(emptied);
  return emptied;
}

async function confirmEmptying({ engine, catalog }: CatalogTarget): Promise<boolean> {
  const { trash } = await engine.client.getStorageReport({ catalogId: catalog.id });
  if (trash.count === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('The trash of {0} is empty.', catalog.name),
    );
    return false;
  }
  const action = vscode.l10n.t('Delete for Good');
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('Empty the trash of the catalog "{0}"?', catalog.name),
    {
      modal: true,
      detail: [
        vscode.l10n.t(
          '{0} ({1}) are deleted for good, in {2}.',
          fileCountText(trash.count),
          formatBytes(trash.bytes),
          catalog.managedDirectory ?? '',
        ),
        vscode.l10n.t('This cannot be undone.'),
      ].join('\n\n'),
    },
    action,
  );
  return answer === action;
}

function tellEmptied({ files, bytes, keptCount }: EmptiedTrash): void {
  const text = vscode.l10n.t(
    '{0} ({1}) deleted for good.',
    fileCountText(files),
    formatBytes(bytes),
  );
  if (keptCount === 0) {
    void vscode.window.showInformationMessage(text);
    return;
  }
  const kept = vscode.l10n.t(
    '{0} kept: they are not what was put there.',
    fileCountText(keptCount),
  );
  void vscode.window.showWarningMessage(`${text} ${kept}`);
}
