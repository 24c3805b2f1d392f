import path from 'node:path';
import * as vscode from 'vscode';
import type { RelocateReport, RelocateRequest } from '../../catalog/model/integrity.js';
import { fileCountText } from '../../views/trees/texts.js';
import { IntegrityNode } from '../../views/trees/integrityNodes.js';
import { commands, views } from '../contributions.js';
import type { EngineHost } from '../engine/engineHost.js';
import { withOperationProgress } from '../progress.js';
import { relocateFigures, relocateReport } from '../reports/relocateReport.js';
import type { Handler, Services } from '../services.js';
import { choosePlanned } from './choosePlanned.js';
import { argumentsOf, booleanOf, stringOf } from './commandArguments.js';
import { findImages, imagesOf } from './imageTargets.js';
import { chooseMissingFolder, nearestFolder } from './missingFolders.js';
import { tellWithReport } from './reportMessage.js';
import { findSource } from './targets.js';

interface Place {
  readonly engine: EngineHost;
  readonly catalogId: string;
  /** Absolute; where the catalog believes it to be. */
  readonly from: string;
  /** Where it is seen now; where the dialog starts. */
  readonly seenAt?: string | null;
}

/**
 * Tells the catalog where files are now. Arguments: imageId or from and sourceId; to, acceptDiffering, dryRun, confirmed.
 * @returns the report
 */
export function relocateFilesCommands(services: Services) {
  return {
    [commands.relocateImage]: async (argument) => {
      const place = await imagePlace(services, argument);
      return place && relocate(services, place, false, argument);
    },
    [commands.relocateFolder]: async (argument) => {
      const place = await folderPlace(services, argument);
      return place && relocate(services, place, true, argument);
    },
  } satisfies Record<string, Handler>;
}

async function imagePlace(services: Services, argument: unknown): Promise<Place | undefined> {
  const target = findImages(services, argument);
  if (!target) return undefined;
  const { engine, imageIds } = target;
  const [image] = await imagesOf({ engine, imageIds: imageIds.slice(0, 1) });
  return image && { engine, catalogId: image.catalogId, from: image.currentPath };
}

/** The folder of an image, one that files are missing from, else that of a source. */
async function folderPlace(services: Services, argument: unknown): Promise<Place | undefined> {
  const given = stringOf(argumentsOf(argument), 'from');
  const image = await imagePlace(services, argument);
  if (image) return { ...image, from: given ?? path.dirname(image.from) };
  if (argument instanceof IntegrityNode) {
    const { engine, catalogId } = argument;
    const from = await chooseMissingFolder(engine.client, catalogId);
    return from === undefined ? undefined : { engine, catalogId, from };
  }
  const target = await findSource(services, argument);
  if (!target) return undefined;
  const { engine, source } = target;
  const { catalogId, seenAt = null } = source;
  return { engine, catalogId, seenAt, from: given ?? source.sourcePath };
}

async function relocate(
  services: Services,
  place: Place,
  isFolder: boolean,
  argument: unknown,
): Promise<RelocateReport | undefined> {
  const { engine, catalogId, from } = place;
  const args = argumentsOf(argument);
  const to = stringOf(args, 'to') ?? (await askPlace(place, isFolder));
  if (to === undefined) return undefined;
  const run = (more: Partial<RelocateRequest>): Promise<RelocateReport> =>
    withOperationProgress(views.catalogs, vscode.l10n.t('Relocating files'), (control) =>
      engine.client.relocateFiles({ from, to, catalogId, ...more }, control),
    );
  const acceptDiffering = booleanOf(args, 'acceptDiffering');
  if (booleanOf(args, 'dryRun')) return run({ acceptDiffering, dryRun: true });
  if (booleanOf(args, 'confirmed')) return run({ acceptDiffering });
  const plan = await run({ dryRun: true });
  const choice = await chooseRelocation(services, plan);
  if (choice === undefined) return undefined;
  const report = await run({ acceptDiffering: choice === 'differing' });
  tellRelocated(services, report, choice === 'differing');
  return report;
}

async function askPlace({ from, seenAt }: Place, isFolder: boolean): Promise<string | undefined> {
  const start = await nearestFolder(seenAt ?? path.dirname(from));
  const [chosen] =
    (await vscode.window.showOpenDialog({
      canSelectFolders: isFolder,
      canSelectFiles: !isFolder,
      openLabel: vscode.l10n.t('Relocate'),
      title: vscode.l10n.t('Where is {0} now?', from),
      defaultUri: vscode.Uri.file(start),
    })) ?? [];
  return chosen?.fsPath;
}

/** No file is touched, so there is no modal: figures first, the files on request. */
async function chooseRelocation(
  services: Services,
  plan: RelocateReport,
): Promise<'found' | 'differing' | undefined> {
  const { counts, to } = plan;
  const both = fileCountText(counts.found + counts.differing);
  const found = {
    label: vscode.l10n.t('Relocate {0}', fileCountText(counts.found)),
    detail: relocateFigures(plan),
    value: 'found' as const,
  };
  const differing = {
    label: vscode.l10n.t('Relocate {0}, Differing Ones Too', both),
    detail: vscode.l10n.t(
      '{0} with other bytes there: they are marked as changed.',
      fileCountText(counts.differing),
    ),
    value: 'differing' as const,
  };
  const choices = [
    ...(counts.found > 0 ? [found] : []),
    ...(counts.differing > 0 ? [differing] : []),
  ];
  if (choices.length === 0) {
    const text = vscode.l10n.t('Nothing can be relocated to {0}: {1}', to, relocateFigures(plan));
    tellWithReport(services, text, () => showReport(services, plan));
    return undefined;
  }
  return choosePlanned(services, {
    title: vscode.l10n.t('Relocate {0}', path.basename(plan.from)),
    placeholder: vscode.l10n.t('Only the catalog changes. No file is moved or changed.'),
    choices,
    document: () => relocateReport(plan),
  });
}

function tellRelocated(services: Services, report: RelocateReport, withDiffering: boolean): void {
  const { found, differing } = report.counts;
  const done = found + (withDiffering ? differing : 0);
  const text =
    done === 1
      ? vscode.l10n.t('1 file was relocated.')
      : vscode.l10n.t('{0} were relocated.', fileCountText(done));
  const isAll = found === report.images;
  tellWithReport(
    services,
    isAll ? text : `${text} ${relocateFigures(report)}`,
    isAll ? null : () => showReport(services, report),
  );
}

function showReport({ documents }: Services, report: RelocateReport): Promise<void> {
  return documents.show(vscode.l10n.t('Relocation'), relocateReport(report));
}
