import path from 'node:path';

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
