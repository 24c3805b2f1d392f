/** The work of the decode bench by another library: `sharp` (native) or `jimp`, named by the first argument. */
import fs from 'node:fs';
import { Jimp } from 'jimp';
import sharp from 'sharp';
import { greyImage } from '../../src/catalog/media/hashes/greyImage.js';
import { perceptualHashes } from '../../src/catalog/media/hashes/perceptualHashes.js';

interface Picture {
  readonly id: number;
  readonly file: string;
  readonly thumbnail: string;
}

sharp.concurrency(1);
sharp.cache(false);

async function withSharp({ file, thumbnail }: Picture): Promise<void> {
  const { data, info } = await sharp(fs.readFileSync(file), { failOn: 'error' })
    .resize(256, 256, { fit: 'inside', withoutEnlargement: true })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const webp = await sharp(data, { raw: { width, height, channels } })
    .webp({ quality: 80, effort: 2 })
    .toBuffer();
  fs.writeFileSync(thumbnail, webp);
  perceptualHashes(greyImage({ width, height, channels, pixels: data }));
}

/** jimp writes no WebP: a JPEG instead. */
async function withJimp({ file, thumbnail }: Picture): Promise<void> {
  const image = await Jimp.fromBuffer(fs.readFileSync(file));
  image.scaleToFit({ w: 256, h: 256 });
  fs.writeFileSync(thumbnail, await image.getBuffer('image/jpeg', { quality: 80 }));
  const { width, height, data } = image.bitmap;
  perceptualHashes(greyImage({ width, height, channels: 4, pixels: data }));
}

const work = process.argv[2] === 'jimp' ? withJimp : withSharp;
process.on('message', (message) => {
  const picture = message as Picture;
  void work(picture).then(() => process.send?.(picture.id));
});
process.once('disconnect', () => process.exit(0));
