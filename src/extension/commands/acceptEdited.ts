import * as vscode from 'vscode';
import type { AcceptRefusal, AcceptReport } from '../../catalog/model/integrity.js';
import { fileCountText } from '../../views/trees/texts.js';
import { commands, views } from '../contributions.js';
import { withOperationProgress } from '../progress.js';
import { acceptReport } from '../reports/acceptReport.js';
import type { Handler, Services } from '../services.js';
import { argumentsOf, booleanOf } from './commandArguments.js';
import { findImages, type ImagesTarget } from './imageTargets.js';
import { tellWithReport } from './reportMessage.js';

type Run = (options: {
  readonly dryRun?: boolean;
  readonly acceptDamaged?: boolean;
}) => Promise<AcceptReport>;

/**
 * Takes the present content of files for theirs. Arguments: imageIds; acceptDamaged, dryRun, confirmed.
 * @returns the report
 */
export function acceptEditedCommands(services: Services) {
  return {
    [commands.acceptEdited]: async (argument) => {
      const target = findImages(services, argument);
      if (!target) return undefined;
      const args = argumentsOf(argument);
      const acceptDamaged = booleanOf(args, 'acceptDamaged');
      const run = runIn(target);
      if (booleanOf(args, 'dryRun')) return run({ acceptDamaged, dryRun: true });
      if (booleanOf(args, 'confirmed')) return run({ acceptDamaged });
      return acceptByHand(services, run);
    },
  } satisfies Record<string, Handler>;
}

const runIn =
  ({ engine, imageIds }: ImagesTarget): Run =>
  (options) =>
    withOperationProgress(views.catalogs, vscode.l10n.t('Reading edited files'), (control) =>
      engine.client.acceptEdited({ imageIds, ...options }, control),
    );

/** The expected checksums are replaced, which may hide damage: so the question is a modal one, with all figures. */
async function acceptByHand(services: Services, run: Run): Promise<AcceptReport | undefined> {
  const plan = await run({ dryRun: true });
  const edited = plan.accepted.length;
  const { damaged } = plan.refusals;
  if (edited + damaged === 0) {
    const figures = [...refusalLines(plan), ...unchangedLine(plan)].join(' ');
    const show = plan.keptCount > 0 ? () => showReport(services, plan) : null;
    tellWithReport(services, `${vscode.l10n.t('No edited file to accept.')} ${figures}`, show);
    return plan;
  }
  const choice = await ask(services, plan, edited, damaged);
  if (choice === undefined) return undefined;
  const report = await run({ acceptDamaged: choice === 'damaged' });
  const text = vscode.l10n.t('{0} accepted.', fileCountText(report.accepted.length));
  const show = report.keptCount > 0 ? () => showReport(services, report) : null;
  tellWithReport(services, [text, ...refusalLines(report)].join(' '), show);
  return report;
}

async function ask(
  services: Services,
  plan: AcceptReport,
  edited: number,
  damaged: number,
): Promise<'edited' | 'damaged' | undefined> {
  const accept = vscode.l10n.t('Accept');
  const acceptDamaged = vscode.l10n.t('Accept Damaged Too');
  const show = vscode.l10n.t('Show Report');
  const answer = await vscode.window.showWarningMessage(
    edited > 0
      ? vscode.l10n.t('Accept the present content of {0}?', fileCountText(edited))
      : damaged === 1
        ? vscode.l10n.t('This file looks damaged, not edited.')
        : vscode.l10n.t('These files look damaged, not edited.'),
    {
      modal: true,
      detail: [
        ...refusalLines(plan),
        ...unchangedLine(plan),
        vscode.l10n.t(
          'The present checksum becomes the expected one, that of the import stays known. No file is changed.',
        ),
      ].join('\n\n'),
    },
    ...(edited > 0 ? [accept] : []),
    ...(damaged > 0 ? [acceptDamaged] : []),
    show,
  );
  if (answer === show) await showReport(services, plan);
  if (answer === accept) return 'edited';
  return answer === acceptDamaged ? 'damaged' : undefined;
}

/** What is not accepted, and why. */
function refusalLines({ refusals }: AcceptReport): string[] {
  const texts: Readonly<Record<AcceptRefusal, (count: string) => string>> = {
    damaged: (count) =>
      vscode.l10n.t('Apparently damaged (other bytes, although nobody wrote to it): {0}.', count),
    noPicture: (count) => vscode.l10n.t('No picture any more, not taken: {0}.', count),
    duplicate: (count) =>
      vscode.l10n.t('With the content of another image, not taken: {0}.', count),
    unreadable: (count) => vscode.l10n.t('Could not be read, not taken: {0}.', count),
  };
  return (Object.keys(texts) as AcceptRefusal[])
    .filter((refusal) => refusals[refusal] > 0)
    .map((refusal) => texts[refusal](fileCountText(refusals[refusal])));
}

const unchangedLine = ({ unchanged }: AcceptReport): string[] =>
  unchanged === 0
    ? []
    : [vscode.l10n.t('With the content that the catalog knows: {0}.', fileCountText(unchanged))];

function showReport({ documents }: Services, report: AcceptReport): Promise<void> {
  return documents.show(vscode.l10n.t('Edited Files'), acceptReport(report));
}
