import * as vscode from 'vscode';
import type { PictureProgress } from '../../catalog/model/pictureWork.js';
import { formatCount } from '../../views/format.js';
import { commands, views } from '../contributions.js';
import type { EngineHost } from '../engine/engineHost.js';
import { withOperationProgress } from '../progress.js';
import type { Handler, Services } from '../services.js';
import { argumentsOf, booleanOf, stringOf } from './commandArguments.js';
import { findCatalog, findEngine, type CatalogTarget } from './targets.js';

/** Commands on making thumbnails. Arguments: catalogId, folder, confirmed, failedOnly. */
export function pictureCommands(services: Services) {
  return {
    [commands.pausePictures]: (argument) => setPaused(services, argument, true),
    [commands.resumePictures]: (argument) => setPaused(services, argument, false),
    [commands.rebuildThumbnails]: (argument) => rebuild(services, argument),
    [commands.retryFailedPictures]: async (argument) => {
      const target = await findCatalog(services, argument);
      if (!target) return undefined;
      return makeAgain(target, true);
    },
  } satisfies Record<string, Handler>;
}

/** In the folder that the argument names, else in all. */
async function setPaused(
  services: Services,
  argument: unknown,
  paused: boolean,
): Promise<readonly PictureProgress[]> {
  const named = argument !== undefined && isNamed(argument);
  const engine = named ? await findEngine(services, argument) : undefined;
  const engines: readonly EngineHost[] = engine
    ? [engine]
    : services.engines.all().filter((each) => each.hasCatalogFile);
  return Promise.all(engines.map(({ client }) => client.pausePictures({ paused })));
}

function isNamed(argument: unknown): boolean {
  const args = argumentsOf(argument);
  return args === undefined || stringOf(args, 'folder') !== undefined;
}

/** Makes all thumbnails of a catalog again, or what has failed. @returns how many. */
async function rebuild(
  services: Services,
  argument: unknown,
): Promise<{ count: number } | undefined> {
  const target = await findCatalog(services, argument);
  if (!target) return undefined;
  const { engine, catalog } = target;
  const args = argumentsOf(argument);
  const catalogId = catalog.id;
  if (booleanOf(args, 'confirmed')) {
    const failedOnly = booleanOf(args, 'failedOnly');
    return makeAgain(target, failedOnly);
  }
  const { counts } = await engine.client.getPictureState({ catalogId });
  const pictures = (count: number): string =>
    count === 1 ? vscode.l10n.t('1 picture') : vscode.l10n.t('{0} pictures', formatCount(count));
  const choices = [
    ...(counts.FAILED > 0
      ? [
          {
            label: vscode.l10n.t('Failed Pictures'),
            description: pictures(counts.FAILED),
            failedOnly: true,
          },
        ]
      : []),
    {
      label: vscode.l10n.t('All Pictures'),
      description: pictures(counts.DONE + counts.FAILED),
      detail: vscode.l10n.t('Thumbnails and hashes are made anew in the background.'),
      failedOnly: false,
    },
  ];
  const chosen = await vscode.window.showQuickPick(choices, {
    title: vscode.l10n.t('Rebuild Thumbnails of {0}', catalog.name),
    placeHolder: vscode.l10n.t('Which thumbnails?'),
  });
  if (!chosen) return undefined;
  return makeAgain(target, chosen.failedOnly);
}

/** In the background if that is on, else at once and with visible progress. */
async function makeAgain(
  { engine, catalog }: CatalogTarget,
  failedOnly: boolean,
): Promise<{ count: number }> {
  const { client } = engine;
  const catalogId = catalog.id;
  const result = await client.rebuildThumbnails({ catalogId, failedOnly });
  const { status } = await client.getPictureProgress({});
  if (status === 'off' && result.count > 0) {
    const title = vscode.l10n.t('Making the thumbnails of {0}', catalog.name);
    await withOperationProgress(views.catalogs, title, (control) =>
      client.makePictures({ catalogId }, control),
    );
  }
  return result;
}
