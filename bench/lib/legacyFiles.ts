import { createHash } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';

const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Some 90 tags, as ExifTool gives for a camera's JPEG. */
function exifOf(index: number): Record<string, unknown> {
  const stamp = `2023:${pad((index % 12) + 1)}:${pad((index % 28) + 1)} ${pad(index % 24)}:30:45`;
  const tags: Record<string, unknown> = {
    'File:MIMEType': 'image/jpeg',
    'EXIF:Make': 'Canon',
    'EXIF:Model': 'Canon EOS R6',
    'EXIF:DateTimeOriginal': stamp,
    'EXIF:CreateDate': stamp,
    'EXIF:SubSecTimeOriginal': '84',
    'EXIF:OffsetTimeOriginal': '+02:00',
    'EXIF:ISO': 100,
    'EXIF:FNumber': 2.8,
    'EXIF:ExposureTime': 0.004,
    'EXIF:FocalLength': 50,
    'Composite:GPSLatitude': 47.1 + index / 1e6,
    'Composite:GPSLongitude': 8.5,
  };
  for (let tag = 0; tag < 75; tag++) tags[`MakerNotes:Setting${tag}`] = `value ${tag} of ${index}`;
  return tags;
}

const pad = (value: number): string => String(value).padStart(2, '0');

/** A catalog.json with duplicate groups; returns its size in megabytes. */
export async function writeLegacyJson(folder: string, images: number): Promise<number> {
  const file = path.join(folder, 'catalog.json');
  const stream = fs.createWriteStream(file);
  const write = async (text: string): Promise<void> => {
    if (!stream.write(text)) await once(stream, 'drain');
  };
  await write(
    '{"version":"2.0.0","catalog_id":"bench","created":"2025-10-30T08:00:00Z","configuration":{"source_directories":["/app/photos","/app/photos/2023"]},"images":{\n',
  );
  for (let index = 0; index < images; index++) {
    const checksum = sha(String(index));
    const record = {
      id: checksum,
      source_path: `/app/photos/${2015 + (index % 10)}/${index % 400}/IMG_${index}.JPG`,
      file_type: 'image',
      checksum,
      dates: {
        exif_dates: {},
        selected_date: '2023-06-20T00:00:00Z',
        selected_source: 'filename',
        confidence: 70,
      },
      metadata: { exif: exifOf(index), size_bytes: 4_000_000 + index, width: 6000, height: 4000 },
      status: 'analyzing',
      issues: [],
    };
    await write(
      `${index > 0 ? ',\n' : ''}${JSON.stringify(checksum)}:${JSON.stringify(record, null, 1)}`,
    );
  }
  await write('},"duplicate_groups":{');
  for (let index = 0; index + 1 < images; index += 50) {
    const ids = [sha(String(index)), sha(String(index + 1))];
    await write(
      `${index > 0 ? ',' : ''}"exact_${index}":${JSON.stringify({ id: `exact_${index}`, images: ids, primary: ids[0] })}`,
    );
  }
  stream.end('},"review_queue":[]}');
  await once(stream, 'close');
  return fs.statSync(file).size / 1e6;
}

/** A catalog.db with two tags for each image; returns its size in megabytes. */
export async function writeLegacySqlite(folder: string, images: number): Promise<number> {
  const { default: sqlite } = (await import('node-sqlite3-wasm')) as unknown as {
    default: typeof import('node-sqlite3-wasm');
  };
  const file = path.join(folder, 'catalog.db');
  const database = new sqlite.Database(file);
  database.exec(`CREATE TABLE images (id TEXT PRIMARY KEY, source_path TEXT UNIQUE NOT NULL,
      file_size INTEGER, file_hash TEXT, format TEXT, created_at TEXT, modified_at TEXT,
      date_taken TEXT, camera_make TEXT, camera_model TEXT, quality_score REAL);
    CREATE TABLE tags (id INTEGER PRIMARY KEY, name TEXT, category TEXT, created_at TEXT);
    CREATE TABLE image_tags (image_id TEXT, tag_id INTEGER, confidence REAL, source TEXT,
      created_at TEXT, PRIMARY KEY (image_id, tag_id));
    BEGIN`);
  const at = '2025-11-06T12:00:00Z';
  for (let tag = 1; tag <= 50; tag++) {
    database.run('INSERT INTO tags VALUES (?, ?, ?, ?)', [tag, `tag_${tag}`, 'subject', at]);
  }
  for (let index = 0; index < images; index++) {
    const checksum = sha(String(index));
    database.run('INSERT INTO images VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)', [
      checksum,
      `/app/photos/${2015 + (index % 10)}/${index % 400}/IMG_${index}.JPG`,
      4_000_000 + index,
      checksum,
      'JPEG',
      at,
      at,
      '2023-06-20T14:30:45Z',
      'Canon',
      'Canon EOS R6',
      70,
    ]);
    for (const tag of [1 + (index % 25), 26 + (index % 25)]) {
      database.run('INSERT INTO image_tags VALUES (?, ?, ?, ?, ?)', [
        checksum,
        tag,
        0.8,
        'clip',
        at,
      ]);
    }
  }
  database.exec('COMMIT');
  database.close();
  return fs.statSync(file).size / 1e6;
}
