import { openByteReader } from '../../src/catalog/files/byteReader.js';
import { nodeFilePort } from '../../src/catalog/files/filePort.js';
import { readMediaFacts } from '../../src/catalog/media/readMediaFacts.js';
import type { MediaFacts } from '../../src/catalog/model/media.js';

/** Facts of each file as a scan reads them, one after the other. */
export async function readFacts(
  files: readonly string[],
  check: (facts: MediaFacts) => void,
): Promise<void> {
  const now = new Date();
  for (const file of files) {
    const reader = openByteReader(nodeFilePort, file);
    try {
      check(await readMediaFacts({ reader, path: file, mtimeNs: '0', now }));
    } finally {
      reader.close();
    }
  }
}
