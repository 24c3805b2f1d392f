import path from 'node:path';
import { extensionOfName, isSidecarName } from '../media/fileKinds.js';

/**
 * True if a file can be a sidecar of an image by its place and name. The rows of a catalog file from elsewhere could
 * name any file as one.
 */
export function isSidecarPlace(sidecar: string, image: string): boolean {
  const name = path.basename(sidecar);
  return (
    path.normalize(sidecar) === sidecar &&
    path.dirname(sidecar) === path.dirname(image) &&
    // Takeout cuts the names of its JSON files.
    (isSidecarName(name) || extensionOfName(name) === 'json')
  );
}

/**
 * Where a sidecar is once its image has another path: beside it, with the image's new name in its own. Null if it did
 * not lie beside the image.
 */
export function movedSidecar(
  sidecar: string,
  image: { readonly from: string; readonly to: string },
): string | null {
  if (path.dirname(sidecar) !== path.dirname(image.from)) return null;
  const name = path.basename(sidecar);
  const before = path.parse(image.from).name;
  const renamed = name.startsWith(before)
    ? path.parse(image.to).name + name.slice(before.length)
    : name;
  return path.join(path.dirname(image.to), renamed);
}
