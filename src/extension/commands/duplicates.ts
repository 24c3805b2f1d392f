import { openDuplicates } from '../../views/panels/duplicatesPanel.js';
import { SourceNode } from '../../views/trees/sourceNodes.js';
import { commands } from '../contributions.js';
import type { EngineHost } from '../engine/engineHost.js';
import type { Handler, Services } from '../services.js';
import { argumentsOf, stringOf } from './commandArguments.js';
import { findImages } from './imageTargets.js';
import { findCatalog, findSource } from './targets.js';

/** Arguments: `catalogId`, `sourceId`, or images of the catalog; without one it asks which catalog. */
export function duplicatesCommands(services: Services) {
  return {
    [commands.findDuplicates]: async (argument) => {
      const sourceId = stringOf(argumentsOf(argument), 'sourceId');
      if (argument instanceof SourceNode || sourceId !== undefined) {
        const target = await findSource(services, argument);
        if (!target) return;
        const { engine, source } = target;
        const folder = engine.folder.uri.toString();
        const identity = { folder, catalogId: source.catalogId, sourceId: source.id };
        openDuplicates(services.context, engine.client, identity);
        return;
      }
      const target = await findCatalogOf(services, argument);
      if (!target) return;
      const { engine, catalogId } = target;
      const folder = engine.folder.uri.toString();
      openDuplicates(services.context, engine.client, { folder, catalogId, sourceId: null });
    },
  } satisfies Record<string, Handler>;
}

/** The catalog of the images that the menu of a gallery is about, or of another argument. */
async function findCatalogOf(
  services: Services,
  argument: unknown,
): Promise<{ readonly engine: EngineHost; readonly catalogId: string } | undefined> {
  const images = findImages(services, argument);
  const imageId = images?.imageIds[0];
  if (images && imageId !== undefined) {
    const { catalogId } = await images.engine.client.getImage({ imageId });
    return { engine: images.engine, catalogId };
  }
  const target = await findCatalog(services, argument);
  return target && { engine: target.engine, catalogId: target.catalog.id };
}
