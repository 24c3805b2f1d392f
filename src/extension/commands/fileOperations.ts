import * as vscode from 'vscode';
import type {
  EmptiedTrash,
  FileOperation,
  FileOperationReport,
} from '../../catalog/model/fileOperation.js';
import { isResumable } from '../../catalog/model/fileOperation.js';
import type { OperationControl } from '../../catalog/model/progress.js';
import { formatAgo, formatBytes } from '../../views/format.js';
import { fileCountText, imageCountText } from '../../views/trees/texts.js';
import { commands, views } from '../contributions.js';
import type { EngineHost } from '../engine/engineHost.js';
import { errorText } from '../messages.js';
import { withOperationProgress } from '../progress.js';
import type { Handler, Services } from '../services.js';
import { tellDeleted } from './catalogs.js';
import { argumentsOf, booleanOf, stringOf } from './commandArguments.js';
import {
  canBeUndone,
  imagesLeft,
  keptLines,
  operationText,
  tellOutcome,
} from './operationOutcome.js';
import { findCatalog, findEngine, isTreeNode, type CatalogTarget } from './targets.js';

const listedOperations = 1000;

/** What was done to files of a catalog, taken back, taken up again or made final. Arguments: operationId, catalogId, confirmed. */
export function fileOperationCommands(services: Services) {
  return {
    [commands.undoFileOperation]: (argument) => act(services, argument, undoAction()),
    [commands.resumeFileOperation]: (argument) => act(services, argument, resumeAction()),
    [commands.emptyTrash]: (argument) => emptyTrash(services, argument),
  } satisfies Record<string, Handler>;
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
  readonly tell: (outcome: Outcome) => void;
}

interface Outcome {
  readonly services: Services;
  readonly engine: EngineHost;
  readonly report: FileOperationReport;
  /** Whose change was done before. */
  readonly imagesBefore: number;
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
  const imagesBefore = operations.find(({ id }) => id === operationId)?.imagesDone ?? 0;
  const report = await withOperationProgress(views.catalogs, action.progress, (control) =>
    action.run(engine, operationId, control),
  );
  const isTold = given === undefined || booleanOf(args, 'tell');
  if (isTold) action.tell({ services, engine, report, imagesBefore });
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
  // What belonged to a catalog that is gone can neither come back nor go on.
  const there = new Set((await engine.client.listCatalogs({})).map(({ id }) => id));
  const choices = operations.filter(
    (operation) => there.has(operation.catalogId) && isOffered(operation),
  );
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
const leftText = (operation: FileOperation): string =>
  vscode.l10n.t('{0} left', imageCountText(imagesLeft(operation)));

function tellUndone({ report, imagesBefore }: Outcome): void {
  const { operation, keptCount, kept, stoppedBy } = report;
  const left = operation.imagesDone;
  const taken = imagesBefore - left;
  const undone = vscode.l10n.t('Undone: {0}.', operationText({ ...operation, imagesDone: taken }));
  if (left === 0 && keptCount === 0 && !stoppedBy) {
    void vscode.window.showInformationMessage(undone);
    return;
  }
  const parts = [
    ...(taken > 0 ? [undone] : []),
    keptCount > 0 && !stoppedBy
      ? vscode.l10n.t('{0} could not be brought back.', imageCountText(keptCount))
      : vscode.l10n.t('{0} left; Undo goes on with them.', imageCountText(left)),
    ...(stoppedBy ? [errorText(stoppedBy.code, stoppedBy.data)] : keptLines(kept, keptCount)),
  ];
  void vscode.window.showWarningMessage(parts.join(' '));
}

function tellResumed({ services, engine, report }: Outcome): void {
  if (report.operation.kind === 'delete-catalog') {
    tellDeleted(services, engine, report);
    return;
  }
  const stayed = vscode.l10n.t('Left as before: {0}.', imageCountText(report.keptCount));
  tellOutcome(services, engine, report, {
    done: `${operationText(report.operation)}.`,
    kept: stayed,
  });
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
          'In {2}, {0} ({1}) will be deleted for good.',
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
  const kept = vscode.l10n.t('Not what was put there, and kept: {0}.', fileCountText(keptCount));
  void vscode.window.showWarningMessage(`${text} ${kept}`);
}
