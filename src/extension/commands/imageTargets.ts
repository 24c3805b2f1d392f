import * as vscode from 'vscode';
import { CatalogError } from '../../catalog/model/errors.js';
import type { Image } from '../../catalog/model/image.js';
import { galleryTargets } from '../../views/panels/galleryPanel.js';
import { ImageNode } from '../../views/trees/imageNodes.js';
import type { EngineHost } from '../engine/engineHost.js';
import type { Services } from '../services.js';
import { argumentsOf, stringOf, stringsOf } from './commandArguments.js';

export interface ImagesTarget {
  readonly engine: EngineHost;
  readonly imageIds: readonly string[];
}

/**
 * The images that a command is about: a node of the tree, what the menu of a gallery was opened for, or by
 * `imageIds` or `imageId` (and `folder`, a path, if there are several). Undefined if the argument names none.
 */
export function findImages(services: Services, argument: unknown): ImagesTarget | undefined {
  if (argument instanceof ImageNode)
    return { engine: argument.engine, imageIds: [argument.image.id] };
  const args = argumentsOf(argument);
  const gallery = galleryTargets(stringOf(args, 'gallery') ?? '');
  if (gallery) return engineTarget(services, vscode.Uri.parse(gallery.folder), gallery.imageIds);
  const imageId = stringOf(args, 'imageId');
  const imageIds = stringsOf(args, 'imageIds') ?? (imageId === undefined ? [] : [imageId]);
  if (imageIds.length === 0) return undefined;
  const folder = stringOf(args, 'folder');
  if (folder !== undefined) return engineTarget(services, vscode.Uri.file(folder), imageIds);
  const [engine] = services.engines.all();
  return engine && { engine, imageIds };
}

function engineTarget(
  services: Services,
  folder: vscode.Uri,
  imageIds: readonly string[],
): ImagesTarget {
  const engine = services.engines.forResource(folder);
  if (!engine) throw new CatalogError('WORKSPACE_NOT_FOUND', { path: folder.fsPath });
  return { engine, imageIds };
}

/** The images of a target, in order. Those that are no longer in the catalog are left out of several. */
export async function imagesOf({ engine, imageIds }: ImagesTarget): Promise<readonly Image[]> {
  const images: Image[] = [];
  const atOnce = 200;
  for (let first = 0; first < imageIds.length; first += atOnce) {
    const some = await Promise.allSettled(
      imageIds.slice(first, first + atOnce).map((imageId) => engine.client.getImage({ imageId })),
    );
    for (const result of some) {
      if (result.status === 'fulfilled') images.push(result.value);
      else if (imageIds.length === 1 || !CatalogError.is(result.reason, 'IMAGE_NOT_FOUND'))
        throw result.reason;
    }
  }
  return images;
}
