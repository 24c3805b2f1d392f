import * as vscode from 'vscode';
import {
  directoryStructures,
  formatOrganizationStrategy,
  namingStrategies,
  type DirectoryStructure,
  type NamingStrategy,
  type OrganizationStrategy,
} from '../../catalog/model/organizationStrategy.js';
import { exampleDestination, exampleFolders, examplePhoto } from '../../views/strategyExample.js';
import { runSteps, type Step } from './multiStep.js';

/** Asks for both halves of a strategy, each with an example. @returns its text, or undefined if dismissed. */
export async function askStrategy(
  title: string,
  current: OrganizationStrategy,
): Promise<string | undefined> {
  let strategy = current;
  const answered = await runSteps(
    title,
    strategySteps(
      () => strategy,
      (chosen) => {
        strategy = chosen;
      },
    ),
  );
  return answered ? formatOrganizationStrategy(strategy) : undefined;
}

/** The two steps that ask for a strategy, to be one's own or a part of a longer input. */
export function strategySteps(
  current: () => OrganizationStrategy,
  choose: (strategy: OrganizationStrategy) => void,
): readonly Step[] {
  return [
    async (prompt) => {
      const items = directoryStructures.map((value) => ({
        value,
        label: directoryLabel(value),
        description: value,
        detail: exampleDestination({ ...current(), directoryStructure: value }),
      }));
      const answer = await prompt.pick({
        placeholder: vscode.l10n.t(
          'Folders for a photo taken on {0}',
          examplePhoto.capturedAt.replace('T', ' '),
        ),
        items,
        active: items.find(({ value }) => value === current().directoryStructure),
      });
      choose({ ...current(), directoryStructure: answer.value });
    },
    async (prompt) => {
      const items = namingStrategies.map((value) => ({
        value,
        label: namingLabel(value),
        description: value,
        detail: exampleDestination({ ...current(), namingStrategy: value }),
      }));
      const answer = await prompt.pick({
        placeholder: vscode.l10n.t('Name of the photo {0}', examplePhoto.name),
        items,
        active: items.find(({ value }) => value === current().namingStrategy),
      });
      choose({ ...current(), namingStrategy: answer.value });
    },
  ];
}

function directoryLabel(structure: DirectoryStructure): string {
  const texts: Record<DirectoryStructure, string> = {
    YEAR_SLASH_MONTH_DAY: vscode.l10n.t('A folder per day inside a folder per year'),
    YEAR_SLASH_MONTH: vscode.l10n.t('A folder per month inside a folder per year'),
    YEAR_MONTH: vscode.l10n.t('A folder per month'),
    YEAR_MONTH_DAY: vscode.l10n.t('A folder per day'),
    YEAR_ONLY: vscode.l10n.t('A folder per year'),
    FLAT: vscode.l10n.t('No folders'),
  };
  const folder = exampleFolders[structure];
  return folder === '' ? texts[structure] : `${texts[structure]}: ${folder}`;
}

function namingLabel(naming: NamingStrategy): string {
  const texts: Record<NamingStrategy, string> = {
    TIME_CHECKSUM: vscode.l10n.t('Time and checksum'),
    DATE_TIME_CHECKSUM: vscode.l10n.t('Date, time and checksum'),
    DATE_TIME_ORIGINAL: vscode.l10n.t('Date, time and original name'),
    ORIGINAL: vscode.l10n.t('Original name'),
    CHECKSUM: vscode.l10n.t('Checksum'),
  };
  return texts[naming];
}
