import { openDuplicates } from '../../views/panels/duplicatesPanel.js';
import { SourceNode } from '../../views/trees/sourceNodes.js';
import { commands } from '../contributions.js';
import type { Handler, Services } from '../services.js';
import { argumentsOf, stringOf } from './commandArguments.js';
import { findCatalog, findSource } from './targets.js';

/** Arguments: `catalogId` or `sourceId`; without one it asks which catalog. */
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
      const target = await findCatalog(services, argument);
      if (!target) return;
      const { engine, catalog } = target;
      const folder = engine.folder.uri.toString();
      const identity = { folder, catalogId: catalog.id, sourceId: null };
      openDuplicates(services.context, engine.client, identity);
    },
  } satisfies Record<string, Handler>;
}
