import type { GalleryIdentity, GalleryWish } from '../../views/galleryProtocol.js';
import { openGallery } from '../../views/panels/galleryPanel.js';
import { ImportJobNode } from '../../views/trees/importJobNodes.js';
import { SourceNode } from '../../views/trees/sourceNodes.js';
import { commands } from '../contributions.js';
import type { EngineHost } from '../engine/engineHost.js';
import type { Handler, Services } from '../services.js';
import { argumentsOf, stringOf } from './commandArguments.js';
import { findImages } from './imageTargets.js';
import { findCatalog, findJob, findSource } from './targets.js';

/** A part of a catalog whose images are to be shown. */
interface GalleryTarget {
  readonly engine: EngineHost;
  readonly catalogId: string;
  readonly sourceId?: string;
  readonly importJobId?: string;
}

/** Argument of the command: `catalogId`, `sourceId` or `jobId`, and `query`; without one it asks which catalog. */
export function galleryCommands(services: Services) {
  const show = (target: GalleryTarget, wish: GalleryWish): void => {
    const identity: GalleryIdentity = {
      folder: target.engine.folder.uri.toString(),
      catalogId: target.catalogId,
      sourceId: target.sourceId ?? null,
      importJobId: target.importJobId ?? null,
    };
    openGallery(services.context, target.engine.client, identity, wish);
  };
  return {
    [commands.openGallery]: async (argument) => {
      const target = await findGallery(services, argument);
      const query = stringOf(argumentsOf(argument), 'query');
      if (target) show(target, query === undefined ? {} : { query });
    },
    [commands.showImageInGallery]: async (argument) => {
      const target = findImages(services, argument);
      const imageId = target?.imageIds[0];
      if (!target || imageId === undefined) return;
      const { catalogId } = await target.engine.client.getImage({ imageId });
      show({ engine: target.engine, catalogId }, { imageId });
    },
  } satisfies Record<string, Handler>;
}

async function findGallery(
  services: Services,
  argument: unknown,
): Promise<GalleryTarget | undefined> {
  const args = argumentsOf(argument);
  if (argument instanceof SourceNode || stringOf(args, 'sourceId') !== undefined) {
    const target = await findSource(services, argument);
    if (!target) return undefined;
    const { engine, source } = target;
    return { engine, catalogId: source.catalogId, sourceId: source.id };
  }
  if (argument instanceof ImportJobNode || stringOf(args, 'jobId') !== undefined) {
    const target = await findJob(services, argument);
    if (!target) return undefined;
    const { engine, job } = target;
    return { engine, catalogId: job.catalogId, importJobId: job.id };
  }
  const target = await findCatalog(services, argument);
  return target && { engine: target.engine, catalogId: target.catalog.id };
}
