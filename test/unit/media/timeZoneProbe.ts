import { readMediaFacts } from '../../../src/catalog/media/readMediaFacts.js';
import { ascii, box, fileType, jpeg, memoryReader, movieHeader, tiff } from './mediaBytes.js';

/** Prints the host's offset, then capture times from each kind of source. */
console.log(new Date(1_700_000_000_000).getTimezoneOffset());

const exif = tiff({ exif: [ascii(36867, '2023:12:31 23:30:00'), ascii(37521, '12')] });
const files = {
  'a.jpg': jpeg({ exif }),
  'IMG_20231231_233000.jpg': jpeg(),
  'c.jpg': jpeg(),
  'd.mp4': Buffer.concat([fileType('isom'), box('moov', movieHeader(3_786_910_200))]),
};
for (const [path, bytes] of Object.entries(files)) {
  const { captureTime } = await readMediaFacts({
    reader: memoryReader(bytes),
    path,
    mtimeNs: '1704065400000000000',
    now: new Date('2024-01-01T01:00:00Z'),
  });
  console.log(`${captureTime?.value ?? ''} ${captureTime?.source ?? ''}`);
}
