import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { encodeJpeg } from '../../scripts/sample/formats.mjs';
import { drawScene } from '../../scripts/sample/scenes.mjs';
import type { NewImage } from '../../src/catalog/model/image.js';
import {
  catalogFilePath,
  createCatalogDirectory,
  createEmptyCatalog,
} from '../../src/catalog/store/catalogFile.js';
import { CatalogStore } from '../../src/catalog/store/catalogStore.js';
import { NodeSqliteDriver } from '../../src/catalog/store/nodeSqliteDriver.js';

const scenes = ['mountains', 'sea', 'city', 'flower', 'lights', 'forest'] as const;
const distinctThumbnails = 24;
const imagesPerDay = 60;
const batchSize = 5000;

/**
 * Fills a workspace with a catalog of images that have their thumbnails: rows without files, and a few different
 * pictures under many names. Returns the paths of the thumbnails relative to their folder, in the rows' order.
 */
export async function makeGalleryCatalog(
  workspace: string,
  count: number,
): Promise<readonly string[]> {
  const source = path.join(workspace, 'Photos');
  fs.mkdirSync(source, { recursive: true });
  createCatalogDirectory(workspace);
  const file = catalogFilePath(workspace);
  await createEmptyCatalog(file);
  const store = new CatalogStore(await NodeSqliteDriver.open({ file }));
  const at = new Date().toISOString();
  const catalogId = randomUUID();
  const sourceId = randomUUID();
  store.catalogs.insert({
    id: catalogId,
    name: 'Bench',
    managedDirectory: null,
    defaultOrganizationStrategy: 'YEAR_SLASH_MONTH_DAY/TIME_CHECKSUM',
    createdAt: at,
    updatedAt: at,
  });
  store.sources.insert({
    id: sourceId,
    catalogId,
    name: 'Photos',
    sourceType: 'directory',
    sourcePath: source,
    autoImport: false,
    defaultImportMode: 'reference',
    defaultOrganizationStrategy: null,
    lastScannedAt: null,
    createdAt: at,
    updatedAt: at,
  });
  const checksums: string[] = [];
  for (let first = 0; first < count; first += batchSize) {
    const images: NewImage[] = [];
    for (let index = first; index < Math.min(count, first + batchSize); index += 1) {
      const image = newImage(index, catalogId, sourceId, source);
      images.push(image);
      checksums.push(image.checksum);
    }
    store.transaction(() => store.images.insertMany(images));
  }
  store.driver.run("UPDATE images SET picture_state = 'DONE', hash_version = 1");
  await store.close();
  return writeThumbnails(path.join(workspace, '.image-catalog', 'thumbnails'), checksums);
}

function newImage(index: number, catalogId: string, sourceId: string, folder: string): NewImage {
  const day = new Date(Date.UTC(2024, 5, 15) - Math.floor(index / imagesPerDay) * 86_400_000);
  const time = new Date(day.getTime() + (index % imagesPerDay) * 600_000);
  const file = path.join(folder, `IMG_${String(index).padStart(6, '0')}.jpg`);
  return {
    id: randomUUID(),
    catalogId,
    storedPath: file,
    isManaged: false,
    sourceId,
    importJobId: null,
    importMode: 'reference',
    originalSourcePath: file,
    checksum: createHash('sha256').update(String(index)).digest('hex'),
    sizeBytes: 4_000_000 + index,
    fileMtimeNs: '0',
    fileInode: '0',
    facts: {
      fileType: 'image',
      mimeType: 'image/jpeg',
      width: 4000,
      height: 3000,
      orientation: 1,
      captureTime: {
        value: time.toISOString().slice(0, 19),
        source: 'exif:DateTimeOriginal',
        confidence: 95,
        suspicious: null,
      },
      cameraMake: 'Canon',
      cameraModel: `Canon EOS R${index % 7}`,
      lensModel: null,
      iso: 100,
      aperture: 2.8,
      exposureTime: 0.004,
      focalLength: 35,
      gps: null,
      contentIdentifier: null,
      duration: null,
      warnings: [],
    },
  };
}

async function writeThumbnails(
  folder: string,
  checksums: readonly string[],
): Promise<readonly string[]> {
  const originals: string[] = [];
  fs.mkdirSync(folder, { recursive: true });
  for (let index = 0; index < distinctThumbnails; index += 1) {
    const kind = scenes[index % scenes.length] ?? 'sea';
    const height = index % 4 === 0 ? 256 : 171;
    const picture = drawScene(kind, index + 1, { width: 256, height });
    const original = path.join(folder, `original-${index}.webp`);
    await sharp(encodeJpeg(picture)).webp({ quality: 80 }).toFile(original);
    originals.push(original);
  }
  const names: string[] = [];
  const made = new Set<string>();
  checksums.forEach((checksum, index) => {
    const part = checksum.slice(0, 2);
    if (!made.has(part)) fs.mkdirSync(path.join(folder, part), { recursive: true });
    made.add(part);
    const name = path.join(part, `${checksum}.webp`);
    const original = originals[index % originals.length] ?? '';
    fs.linkSync(original, path.join(folder, name));
    names.push(name);
  });
  return names;
}
