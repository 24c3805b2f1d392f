import path from 'node:path';
import * as vscode from 'vscode';
import type {
  AcceptReport,
  CheckFilesRequest,
  CheckReport,
  RelocateReport,
  RelocateRequest,
  VerifyReport,
} from '../../catalog/model/integrity.js';
import { formatCount } from '../../views/format.js';
import { SourceNode } from '../../views/trees/sourceNodes.js';
import { fileCountText } from '../../views/trees/texts.js';
import { commands, views } from '../contributions.js';
import type { EngineHost } from '../engine/engineHost.js';
import { withOperationProgress } from '../progress.js';
import type { Handler, Services } from '../services.js';
import { argumentsOf, booleanOf, stringOf } from './commandArguments.js';
import { keptLines } from './fileOperations.js';
import { findImages, imagesOf } from './imageTargets.js';
import { findCatalog, findSource } from './targets.js';

/** Names that a question lists. */
const namesShown = 5;

/** Whether files are there and what they were. Arguments: catalogId, sourceId, imageIds, from, to, confirmed. */
export function integrityCommands(services: Services) {
  return {
    [commands.checkFiles]: (argument) => check(services, argument),
    [commands.verifyFiles]: (argument) => verify(services, argument),
    [commands.relocateImage]: (argument) => relocateImage(services, argument),
    [commands.relocateFolder]: (argument) => relocateFolder(services, argument),
    [commands.acceptEdited]: (argument) => accept(services, argument),
  } satisfies Record<string, Handler>;
}

async function check(services: Services, argument: unknown): Promise<CheckReport | undefined> {
  const target = await checkTarget(services, argument);
  if (!target) return undefined;
  const { engine, request } = target;
  const run = (more: Partial<CheckFilesRequest>): Promise<CheckReport> =>
    withOperationProgress(views.catalogs, vscode.l10n.t('Checking files'), (control) =>
      engine.client.checkFiles({ ...request, ...more }, control),
    );
  let report = await run({});
  services.trees.showNewlyMissing(0);
  const [suspect] = report.needsConfirmation;
  if (suspect) {
    const confirmed =
      booleanOf(argumentsOf(argument), 'confirmed') || (await confirmMissing(report));
    if (!confirmed) return report;
    report = await run({ acceptMissing: true });
  }
  void vscode.window.showInformationMessage(checkText(report));
  return report;
}

async function checkTarget(
  services: Services,
  argument: unknown,
): Promise<{ engine: EngineHost; request: CheckFilesRequest } | undefined> {
  const images = findImages(services, argument);
  if (images) {
    const [first] = await imagesOf({ ...images, imageIds: images.imageIds.slice(0, 1) });
    const { engine, imageIds } = images;
    return first && { engine, request: { catalogId: first.catalogId, imageIds } };
  }
  const ofSource =
    argument instanceof SourceNode || stringOf(argumentsOf(argument), 'sourceId') !== undefined;
  if (ofSource) {
    const target = await findSource(services, argument);
    if (!target) return undefined;
    const { catalogId, id: sourceId } = target.source;
    return { engine: target.engine, request: { catalogId, sourceId } };
  }
  const target = await findCatalog(services, argument);
  return target && { engine: target.engine, request: { catalogId: target.catalog.id } };
}

async function confirmMissing({ needsConfirmation }: CheckReport): Promise<boolean> {
  const mark = vscode.l10n.t('Mark as Missing');
  const lines = needsConfirmation.map(({ path: folder, missing, images }) =>
    vscode.l10n.t('{0}: {1} of {2}', folder, formatCount(missing), formatCount(images)),
  );
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('Many files are missing at once. Nothing was marked yet.'),
    {
      modal: true,
      detail: [
        ...lines,
        vscode.l10n.t('Was a drive unplugged, or a folder moved? Then relocate it instead.'),
      ].join('\n'),
    },
    mark,
  );
  return answer === mark;
}

function checkText(report: CheckReport): string {
  const [offline] = report.offlineFolders;
  const figures = vscode.l10n.t(
    '{0} are there, {1} missing, {2} changed, {3} out of reach.',
    fileCountText(report.present),
    formatCount(report.missing),
    formatCount(report.changed),
    formatCount(report.offline),
  );
  if (!offline) return figures;
  const where =
    offline.seenAt === null
      ? vscode.l10n.t('{0} cannot be reached.', offline.path)
      : vscode.l10n.t('{0} is at {1} now: relocate its source.', offline.path, offline.seenAt);
  return `${figures} ${where}`;
}

async function verify(services: Services, argument: unknown): Promise<VerifyReport | undefined> {
  const target = await findCatalog(services, argument);
  if (!target) return undefined;
  const { engine, catalog } = target;
  const report = await withOperationProgress(
    views.catalogs,
    vscode.l10n.t('Verifying the managed files of {0}', catalog.name),
    (control) => engine.client.verifyFiles({ catalogId: catalog.id }, control),
  );
  const { findings } = report;
  if (findings.length === 0) {
    const text = vscode.l10n.t('{0} were read and are intact.', fileCountText(report.filesRead));
    void vscode.window.showInformationMessage(text);
    return report;
  }
  const lines = findings.flatMap(({ state, path: file, goodCopies }) => [
    `- ${state}: ${file}`,
    ...goodCopies.map((copy) => `  - ${vscode.l10n.t('a good copy: {0}', copy)}`),
  ]);
  const title = vscode.l10n.t('{0} are not what was imported.', fileCountText(findings.length));
  await services.documents.show(title, [`# ${title}`, '', ...lines].join('\n'));
  return report;
}

async function relocateImage(
  services: Services,
  argument: unknown,
): Promise<RelocateReport | undefined> {
  const target = findImages(services, argument);
  const [image] = target ? await imagesOf(target) : [];
  if (!target || !image) return undefined;
  const to = stringOf(argumentsOf(argument), 'to') ?? (await askPlace(image.currentPath, false));
  if (to === undefined) return undefined;
  const request = { from: image.currentPath, to, catalogId: image.catalogId };
  return relocate(target.engine, request, booleanOf(argumentsOf(argument), 'confirmed'));
}

async function relocateFolder(
  services: Services,
  argument: unknown,
): Promise<RelocateReport | undefined> {
  const args = argumentsOf(argument);
  const images = findImages(services, argument);
  const [image] = images ? await imagesOf(images) : [];
  const source = images ? undefined : await findSource(services, argument);
  const engine = images?.engine ?? source?.engine;
  const from =
    stringOf(args, 'from') ?? (image ? path.dirname(image.currentPath) : source?.source.sourcePath);
  const catalogId = image?.catalogId ?? source?.source.catalogId;
  if (!engine || from === undefined || catalogId === undefined) return undefined;
  const start = source?.source.seenAt ?? from;
  const to = stringOf(args, 'to') ?? (await askPlace(start, true));
  if (to === undefined) return undefined;
  return relocate(engine, { from, to, catalogId }, booleanOf(args, 'confirmed'));
}

async function askPlace(start: string, isFolder: boolean): Promise<string | undefined> {
  const [chosen] =
    (await vscode.window.showOpenDialog({
      canSelectFolders: isFolder,
      canSelectFiles: !isFolder,
      openLabel: vscode.l10n.t('Relocate'),
      title: vscode.l10n.t('Where is {0} now?', start),
      defaultUri: vscode.Uri.file(path.dirname(start)),
    })) ?? [];
  return chosen?.fsPath;
}

async function relocate(
  { client }: EngineHost,
  request: RelocateRequest,
  isConfirmed: boolean,
): Promise<RelocateReport | undefined> {
  const run = (more: Partial<RelocateRequest>): Promise<RelocateReport> =>
    withOperationProgress(views.catalogs, vscode.l10n.t('Relocating files'), (control) =>
      client.relocateFiles({ ...request, ...more }, control),
    );
  if (isConfirmed) return run({});
  const preview = await run({ dryRun: true });
  const choice = await confirmRelocation(preview);
  if (choice === undefined) return undefined;
  const report = await run({ acceptDiffering: choice === 'all' });
  const text = vscode.l10n.t('{0} were relocated.', fileCountText(report.relocated));
  void vscode.window.showInformationMessage(text);
  return report;
}

async function confirmRelocation(preview: RelocateReport): Promise<'found' | 'all' | undefined> {
  const { counts, from, to } = preview;
  const relocate = vscode.l10n.t('Relocate');
  const all = vscode.l10n.t('Relocate Differing Too');
  const buttons = [
    ...(preview.relocated > 0 ? [relocate] : []),
    ...(counts.differing > 0 ? [all] : []),
  ];
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('Relocate {0} to {1}?', from, to),
    {
      modal: true,
      detail: vscode.l10n.t(
        '{0} found, {1} with other bytes, {2} not there, {3} still at the old place. No file is moved or changed.',
        formatCount(counts.found),
        formatCount(counts.differing),
        formatCount(counts.absent),
        formatCount(counts.kept),
      ),
    },
    ...buttons,
  );
  return answer === relocate ? 'found' : answer === all ? 'all' : undefined;
}

async function accept(services: Services, argument: unknown): Promise<AcceptReport | undefined> {
  const target = findImages(services, argument);
  if (!target) return undefined;
  const { engine, imageIds } = target;
  const acceptLabel = vscode.l10n.t('Accept');
  if (!booleanOf(argumentsOf(argument), 'confirmed')) {
    const shown = await imagesOf({ engine, imageIds: imageIds.slice(0, namesShown) });
    const answer = await vscode.window.showWarningMessage(
      vscode.l10n.t('Take the present content of {0} for theirs?', fileCountText(imageIds.length)),
      {
        modal: true,
        detail: shown.map(({ currentPath }) => path.basename(currentPath)).join('\n'),
      },
      acceptLabel,
    );
    if (answer !== acceptLabel) return undefined;
  }
  const report = await withOperationProgress(
    views.catalogs,
    vscode.l10n.t('Reading edited files'),
    (control) => engine.client.acceptEdited({ imageIds }, control),
  );
  const [kept] = report.kept;
  if (kept)
    void vscode.window.showWarningMessage(keptLines(report.kept, report.keptCount).join('\n'));
  return report;
}
