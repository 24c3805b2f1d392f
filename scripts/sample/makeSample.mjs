// Makes the sample workspace: three folders of photos as people have them, with duplicates, near duplicates,
// pairs, damaged files and odd names. All pictures are drawn here; the bytes are the same on each run.
//   node scripts/sample/makeSample.mjs FOLDER
import fs from 'node:fs';
import path from 'node:path';
import { encodeBmp, encodeDng, encodeJpeg, encodePng, encodeVideo } from './formats.mjs';
import { brighten, drawScreenshot, shrink, turnLeft } from './pictures.mjs';
import { drawScene } from './scenes.mjs';

/**
 * - photo: an image with content of its own
 * - duplicate: the same bytes as the photo `of`
 * - near-duplicate: the picture of `of`, encoded anew, smaller or brighter
 * - raw, video, sidecar: belongs to the photo `of` if that is given
 * - damaged: looks like an image and is none (garbage, empty)
 * - other: no image at all
 * @typedef {'photo' | 'duplicate' | 'near-duplicate' | 'raw' | 'video' | 'sidecar' | 'damaged' | 'other'} SampleRole
 * @typedef {{path: string, role: SampleRole, of?: string, taken?: string, bytes: Buffer}} SampleFile
 * @typedef {import('./scenes.mjs').SceneKind} SceneKind
 * @typedef {import('./scenes.mjs').Picture} Picture
 */

const canon = { make: 'Canon', model: 'Canon EOS R6' };
const ricoh = { make: 'RICOH IMAGING COMPANY, LTD.', model: 'GR III' };
const phone = { make: 'Google', model: 'Pixel 7' };
const apple = { make: 'Apple', model: 'iPhone 13' };
const nikon = { make: 'NIKON CORPORATION', model: 'NIKON D5300' };
const lisbon = { latitude: 38.7139, longitude: -9.1335 };

export const cameraCard = 'Camera card';
export const phoneBackup = 'Phone backup';
export const oldArchive = 'Old archive';

/** @param {string} taken 'YYYY:MM:DD HH:MM:SS' */
const modifiedAt = (taken) =>
  Date.parse(taken.replace(/^(\d+):(\d+):(\d+) (.*)$/, '$1-$2-$3T$4Z')) / 1000;

/** Collects the files of the sample. */
class Sample {
  /** @type {SampleFile[]} */
  files = [];
  /** @type {Map<string, Picture>} */
  pictures = new Map();

  /** @param {SampleFile} file */
  add(file) {
    this.files.push(file);
  }

  /**
   * @param {string} name @param {SceneKind} kind @param {number} seed
   * @param {import('./formats.mjs').Exif} [exif] @param {{shift?: number, width?: number, height?: number}} [view]
   */
  photo(name, kind, seed, exif, view) {
    const upright = drawScene(kind, seed, view);
    const picture = exif?.orientation === 6 ? turnLeft(upright) : upright;
    this.pictures.set(name, picture);
    const bytes = encodeJpeg(picture, exif ? { exif } : {});
    this.add({ path: name, role: 'photo', ...(exif?.taken ? { taken: exif.taken } : {}), bytes });
  }

  /** @param {string} name @param {string} of */
  duplicate(name, of) {
    const original = this.files.find((file) => file.path === of);
    if (!original) throw new Error(`no ${of}`);
    this.add({ ...original, path: name, role: 'duplicate', of });
  }

  /**
   * @param {string} name @param {string} of @param {(picture: Picture) => Picture} change
   * @param {{quality?: number, exif?: import('./formats.mjs').Exif}} [options]
   */
  nearDuplicate(name, of, change, options = {}) {
    const original = this.pictures.get(of);
    if (!original) throw new Error(`no ${of}`);
    const bytes = encodeJpeg(change(original), options);
    const taken = options.exif?.taken;
    this.add({ path: name, role: 'near-duplicate', of, ...(taken ? { taken } : {}), bytes });
  }
}

/** @param {Sample} sample */
function addCameraCard(sample) {
  const folder = `${cameraCard}/DCIM/100CANON`;
  /** @type {readonly [SceneKind, string][]} */
  const trip = [
    ['mountains', '2023:05:12 09:14:22'],
    ['sea', '2023:05:12 09:47:03'],
    ['forest', '2023:05:12 11:30:41'],
    ['city', '2023:05:12 21:08:15'],
    ['flower', '2023:05:13 08:02:57'],
    ['lights', '2023:05:13 20:55:30'],
    ['mountains', '2023:05:13 12:00:00'],
    ['sea', '2023:05:14 06:21:09'],
    ['flower', '2023:05:14 10:45:51'],
  ];
  trip.forEach(([kind, taken], i) => {
    const name = `${folder}/IMG_${String(i + 1).padStart(4, '0')}.JPG`;
    sample.photo(name, kind, i + 1, { camera: canon, taken, subSeconds: `${(i * 13) % 100}` });
  });
  sample.photo(`${folder}/IMG_0010.JPG`, 'forest', 29, {
    camera: canon,
    taken: '2023:05:14 11:02:18',
    orientation: 6,
  });
  for (let i = 0; i < 3; i++) {
    // Three of the same view, one after the other.
    const exif = { camera: canon, taken: `2023:05:14 17:40:0${i}`, subSeconds: '50' };
    sample.photo(`${folder}/IMG_001${i + 1}.JPG`, 'mountains', 17, exif, { shift: i * 0.004 });
  }
  sample.add({
    path: `${folder}/MVI_0014.MP4`,
    role: 'video',
    bytes: encodeVideo('mp4', {
      taken: '2023-05-14T17:45:00Z',
      seconds: 9,
      width: 1920,
      height: 1080,
      seed: 1,
    }),
  });

  const rawFolder = `${cameraCard}/DCIM/101RICOH`;
  const exif = { camera: ricoh, taken: '2023:05:15 19:22:33', offset: '+01:00' };
  const scene = drawScene('city', 31);
  sample.pictures.set(`${rawFolder}/R0000101.JPG`, scene);
  sample.add({
    path: `${rawFolder}/R0000101.JPG`,
    role: 'photo',
    taken: exif.taken,
    bytes: encodeJpeg(scene, { exif }),
  });
  sample.add({
    path: `${rawFolder}/R0000101.DNG`,
    role: 'raw',
    of: `${rawFolder}/R0000101.JPG`,
    taken: exif.taken,
    bytes: encodeDng(shrink(scene, 300, 200), exif),
  });
  sample.add({
    path: `${rawFolder}/R0000101.xmp`,
    role: 'sidecar',
    of: `${rawFolder}/R0000101.DNG`,
    bytes: Buffer.from(xmp),
  });
  sample.photo(`${rawFolder}/R0000102.JPG`, 'lights', 32, {
    ...exif,
    taken: '2023:05:15 22:10:48',
  });
  sample.add({
    path: `${cameraCard}/DCIM/CANONMSC/M0100.CTG`,
    role: 'other',
    bytes: Buffer.alloc(512, 'camera index '),
  });
}

/** @param {Sample} sample */
function addPhoneBackup(sample) {
  const folder = `${phoneBackup}/2023`;
  /** @param {string} taken */
  const exif = (taken) => ({ camera: phone, taken, offset: '+01:00', place: lisbon });
  /** @type {readonly [string, SceneKind, string][]} */
  const photos = [
    ['PXL_20230601_091500123.jpg', 'sea', '2023:06:01 10:15:00'],
    ['PXL_20230601_114209456.jpg', 'city', '2023:06:01 12:42:09'],
    ['PXL_20230602_200133789.jpg', 'mountains', '2023:06:02 21:01:33'],
    ['Party 🎉 night.jpg', 'lights', '2023:06:03 23:30:12'],
    ['Größe läuft – naïve café.jpg', 'flower', '2023:06:04 15:20:05'],
    ['beach walk.jpg', 'sea', '2023:06:05 18:05:44'],
  ];
  photos.forEach(([name, kind, taken], i) => {
    sample.photo(`${folder}/${name}`, kind, 41 + i * 3, exif(taken), { width: 560, height: 420 });
  });
  sample.duplicate(`${folder}/beach walk (1).jpg`, `${folder}/beach walk.jpg`);

  const live = { camera: apple, taken: '2023:06:06 09:00:10', offset: '+01:00' };
  sample.photo(`${folder}/IMG_4711.JPG`, 'flower', 61, live, { width: 560, height: 420 });
  sample.add({
    path: `${folder}/IMG_4711.MOV`,
    role: 'video',
    of: `${folder}/IMG_4711.JPG`,
    bytes: encodeVideo('mov', {
      taken: '2023-06-06T08:00:10Z',
      seconds: 3,
      width: 1440,
      height: 1080,
      seed: 2,
    }),
  });
  sample.add({
    path: `${folder}/VID_20230605_200000.mp4`,
    role: 'video',
    bytes: encodeVideo('mp4', {
      taken: '2023-06-05T19:00:00Z',
      seconds: 21,
      width: 1280,
      height: 720,
      seed: 3,
    }),
  });
  sample.add({
    path: `${folder}/Screenshot_20230603-211409.png`,
    role: 'photo',
    bytes: encodePng(drawScreenshot(360, 640)),
  });
  sample.add({
    path: `${folder}/received_20230607.jpg`, // a PNG by its content
    role: 'photo',
    bytes: encodePng(drawScene('forest', 67, { width: 240, height: 160 })),
  });
  const original = `${cameraCard}/DCIM/100CANON/IMG_0001.JPG`;
  sample.nearDuplicate(
    `${phoneBackup}/Messages/IMG-20230601-WA0003.jpg`,
    original,
    (picture) => shrink(picture, 300, 200),
    { quality: 60 },
  );
}

/** @param {Sample} sample */
function addOldArchive(sample) {
  const folder = `${oldArchive}/2019 Holidays`;
  /** @type {readonly [SceneKind, string][]} */
  const holidays = [
    ['city', '2019:08:03 14:11:02'],
    ['forest', '2019:08:03 16:37:45'],
    ['sea', '2019:08:04 07:50:19'],
    ['mountains', '2019:12:31 23:59:58'],
  ];
  holidays.forEach(([kind, taken], i) => {
    const exif = { camera: nikon, taken };
    sample.photo(`${folder}/DSC_010${i + 1}.JPG`, kind, 76 + i * 5, exif, {
      width: 690,
      height: 460,
    });
  });
  sample.duplicate(`${folder}/Copy of DSC_0101.JPG`, `${folder}/DSC_0101.JPG`);

  const card = `${cameraCard}/DCIM/100CANON`;
  sample.duplicate(`${oldArchive}/From the card/IMG_0003.JPG`, `${card}/IMG_0003.JPG`);
  sample.duplicate(`${oldArchive}/From the card/Evening in the city.jpg`, `${card}/IMG_0004.JPG`);

  const edited = `${oldArchive}/Edited`;
  const exif = { camera: canon, taken: '2023:05:13 08:02:57', software: 'Photo Editor 4.2' };
  sample.nearDuplicate(
    `${edited}/IMG_0005 bright.jpg`,
    `${card}/IMG_0005.JPG`,
    (p) => brighten(p, 14),
    { exif },
  );
  sample.nearDuplicate(
    `${edited}/IMG_0002 small.jpg`,
    `${card}/IMG_0002.JPG`,
    (p) => shrink(p, 450, 300),
    {
      quality: 80,
    },
  );
  sample.nearDuplicate(
    `${edited}/R0000101-1.jpg`,
    `${cameraCard}/DCIM/101RICOH/R0000101.JPG`,
    (p) => p,
    {
      quality: 50,
    },
  );

  const misc = `${oldArchive}/Misc`;
  sample.photo(`${misc}/scan0001.jpg`, 'forest', 96, undefined, { width: 520, height: 370 });
  const dateless = { camera: nikon, taken: '0000:00:00 00:00:00' };
  sample.photo(`${misc}/clock never set.jpg`, 'sea', 101, dateless, { width: 520, height: 370 });
  sample.add({
    path: `${misc}/diagram.bmp`,
    role: 'photo',
    bytes: encodeBmp(drawScene('flower', 103, { width: 200, height: 150 })),
  });
  const whole = sample.files.find((file) => file.path === `${folder}/DSC_0102.JPG`)?.bytes;
  if (!whole) throw new Error('no photo to cut');
  sample.add({
    path: `${misc}/interrupted copy.jpg`,
    role: 'photo',
    taken: '2019:08:03 16:37:45',
    bytes: whole.subarray(0, Math.floor(whole.length / 2)),
  });
  const garbage = Buffer.from(
    Array.from({ length: 3000 }, (_, i) => (i * 167 + (i >> 3) * 59) % 256),
  );
  sample.add({ path: `${misc}/broken.jpg`, role: 'damaged', bytes: garbage });
  sample.add({ path: `${misc}/empty.jpg`, role: 'damaged', bytes: Buffer.alloc(0) });
  sample.add({
    path: `${misc}/notes.txt`,
    role: 'other',
    bytes: Buffer.from('Sort these some day.\n'),
  });
}

const xmp = `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="4" xmp:Label="Green"/>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>
`;

/** @type {SampleFile[] | undefined} */
let drawn;

/** Draws everything, once per process. */
function sampleFiles() {
  if (drawn) return drawn;
  const sample = new Sample();
  addCameraCard(sample);
  addPhoneBackup(sample);
  addOldArchive(sample);
  drawn = sample.files;
  return drawn;
}

/**
 * Writes the sample workspace into `folder`, which is made if it is missing. About 50 files, a few megabytes.
 * @param {string} folder
 * @returns {Omit<SampleFile, 'bytes'>[]} what was written; paths relative to the folder, with '/'
 */
export function makeSample(folder) {
  const files = sampleFiles();
  for (const { path: name, bytes, taken } of files) {
    const file = path.join(folder, ...name.split('/'));
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, bytes);
    const time = taken && !taken.startsWith('0000') ? modifiedAt(taken) : 1_686_000_000;
    fs.utimesSync(file, time, time);
  }
  return files.map(({ bytes: _, ...file }) => file);
}

if (process.argv[1] === import.meta.filename) {
  const folder = process.argv[2];
  if (!folder) {
    console.error('usage: node scripts/sample/makeSample.mjs FOLDER');
    process.exit(2);
  }
  const files = makeSample(path.resolve(folder));
  console.log(`${files.length} files in ${path.resolve(folder)}`);
}
