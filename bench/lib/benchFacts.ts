import fs from 'node:fs';
import path from 'node:path';
import { openByteReader } from '../../src/catalog/files/byteReader.js';
import { nodeFilePort } from '../../src/catalog/files/filePort.js';
import { readMediaFacts } from '../../src/catalog/media/readMediaFacts.js';
import type { MediaFacts } from '../../src/catalog/model/media.js';
import { sampleJpeg } from './sampleFiles.js';

/** What is read from a sample file, for rows that are made without reading each. */
export async function readBenchFacts(folder: string): Promise<MediaFacts> {
  const file = path.join(folder, 'IMG_20240101_120000.JPG');
  fs.writeFileSync(file, sampleJpeg('facts', 300));
  const reader = openByteReader(nodeFilePort, file);
  try {
    return await readMediaFacts({
      reader,
      path: file,
      mtimeNs: '0',
      relativePath: path.basename(file),
      now: new Date(),
    });
  } finally {
    reader.close();
    fs.rmSync(file);
  }
}
