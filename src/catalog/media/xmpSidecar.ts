import { openByteReader } from '../files/byteReader.js';
import type { FilePort } from '../files/filePort.js';
import { maximumXmpLength } from './container.js';
import { sidecarKindOfName } from './fileKinds.js';
import { readXmp, xmpText, type XmpFacts } from './xmp.js';

/** More beside one image are versions of an editor: the first ones count. */
const maximumSidecars = 4;

/**
 * What the XMP files among the sidecars of an image say. One that cannot be read, or is longer than any program
 * writes, says nothing: the image is imported all the same.
 * @param paths absolute, the one that counts most first
 */
export function readXmpSidecars(
  files: Pick<FilePort, 'openRead' | 'fstat' | 'read' | 'close'>,
  paths: readonly string[],
): XmpFacts[] {
  return paths
    .filter((path) => sidecarKindOfName(path) === 'xmp')
    .slice(0, maximumSidecars)
    .flatMap((path) => readXmpFile(files, path) ?? []);
}

function readXmpFile(
  files: Pick<FilePort, 'openRead' | 'fstat' | 'read' | 'close'>,
  path: string,
): XmpFacts | null {
  try {
    const reader = openByteReader(files, path);
    try {
      if (!reader.isRegular || reader.size > maximumXmpLength) return null;
      return readXmp(xmpText(reader.read(0, reader.size)));
    } finally {
      reader.close();
    }
  } catch {
    return null;
  }
}
