import * as vscode from 'vscode';
import { fewestCompared, mostCompared } from '../../views/compareProtocol.js';
import { openComparison } from '../../views/panels/comparePanel.js';
import { openSamples } from '../../views/panels/samplesPanel.js';
import { commands } from '../contributions.js';
import type { Handler, Services } from '../services.js';
import { argumentsOf, stringOf, stringsOf } from './commandArguments.js';
import { findImages, type ImagesTarget } from './imageTargets.js';
import { findCatalog } from './targets.js';

/** Looking at pictures side by side. Arguments: `catalogId`, and for a comparison `imageIds`. */
export function compareCommands(services: Services) {
  return {
    [commands.compareImages]: async (argument) => {
      const target = await findCompared(services, argument);
      const imageIds = [...new Set(target?.imageIds)];
      if (!target || imageIds.length < fewestCompared || imageIds.length > mostCompared) {
        const message = vscode.l10n.t(
          'Choose {0} to {1} images to compare; {2} are chosen.',
          fewestCompared,
          mostCompared,
          imageIds.length,
        );
        void vscode.window.showInformationMessage(message);
        return;
      }
      const { engine } = target;
      const { catalogId } = await engine.client.getImage({ imageId: imageIds[0] ?? '' });
      const folder = engine.folder.uri.toString();
      openComparison(services.context, engine.client, { folder, catalogId, imageIds });
    },
    [commands.showDistanceSamples]: async (argument) => {
      const target = await findCatalog(services, argument);
      if (!target) return;
      const { engine, catalog } = target;
      const folder = engine.folder.uri.toString();
      openSamples(services.context, engine.client, { folder, catalogId: catalog.id });
    },
  } satisfies Record<string, Handler>;
}

/** The images of an argument; with a catalog they are those of its folder. */
async function findCompared(
  services: Services,
  argument: unknown,
): Promise<ImagesTarget | undefined> {
  const args = argumentsOf(argument);
  const imageIds = stringsOf(args, 'imageIds');
  if (imageIds === undefined || stringOf(args, 'catalogId') === undefined)
    return findImages(services, argument);
  const target = await findCatalog(services, argument);
  return target && { engine: target.engine, imageIds };
}
