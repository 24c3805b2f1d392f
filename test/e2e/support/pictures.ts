/** Folders of pictures that cost little to make. */
import fs from 'node:fs';
import path from 'node:path';
import { sampleJpeg } from '../../../bench/lib/sampleFiles.js';

export const pictureBytes = 150_000;

/** Fills a folder with IMG_0001.jpg and on, each of its own content. */
export function fillFolder(folder: string, count: number): void {
  fs.mkdirSync(folder, { recursive: true });
  for (let index = 1; index <= count; index += 1) {
    const name = `IMG_${String(index).padStart(4, '0')}.jpg`;
    const label = `${path.basename(folder)} ${String(index)}`;
    fs.writeFileSync(path.join(folder, name), sampleJpeg(label, pictureBytes));
  }
}
