import { SourceNode } from '../../views/trees/sourceNodes.js';
import type { EngineHost } from '../engine/engineHost.js';
import type { Services } from '../services.js';
import { argumentsOf, stringOf } from './commandArguments.js';
import { findImages } from './imageTargets.js';
import { findCatalog, findSource } from './targets.js';

/** Images of one catalog: those that were chosen, those of a source, or all. */
export interface Selection {
  readonly catalogId: string;
  readonly sourceId?: string;
  readonly imageIds?: readonly string[];
}

export interface SelectionTarget {
  readonly engine: EngineHost;
  readonly selection: Selection;
  /** Of the source or catalog; null for chosen images. */
  readonly name: string | null;
}

/**
 * The images that a command is about: chosen ones, else of the source or catalog that its argument names, else asked
 * for. Undefined if dismissed.
 */
export async function findSelection(
  services: Services,
  argument: unknown,
): Promise<SelectionTarget | undefined> {
  const images = findImages(services, argument);
  const [first] = images?.imageIds ?? [];
  if (images && first !== undefined) {
    const { engine, imageIds } = images;
    const { catalogId } = await engine.client.getImage({ imageId: first });
    return { engine, selection: { catalogId, imageIds }, name: null };
  }
  if (argument instanceof SourceNode || stringOf(argumentsOf(argument), 'sourceId') !== undefined) {
    const target = await findSource(services, argument);
    if (!target) return undefined;
    const { id: sourceId, catalogId, name } = target.source;
    return { engine: target.engine, selection: { catalogId, sourceId }, name };
  }
  const target = await findCatalog(services, argument);
  if (!target) return undefined;
  const { id: catalogId, name } = target.catalog;
  return { engine: target.engine, selection: { catalogId }, name };
}
