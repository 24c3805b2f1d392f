import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { openByteReader } from '../../src/catalog/files/byteReader.js';
import { nodeFilePort } from '../../src/catalog/files/filePort.js';
import { readMediaFacts } from '../../src/catalog/media/readMediaFacts.js';
import { CatalogError } from '../../src/catalog/model/errors.js';
import type { MediaFacts } from '../../src/catalog/model/media.js';
import { corpusDirectory, describeCorpus } from './corpus.js';

type Tags = Readonly<Record<string, unknown>>;

/** Why ratings and keywords are not those that exiftool finds. */
const exceptions: Readonly<Record<string, string>> = {
  'exif-dates/goexif/2010-06-08-04-44-24-sep-2010-06-08-04-44-24a.jpg':
    'exiftool misses damaged EXIF',
  'formats/exiftool/JXL2.jxl': 'exiftool 12.57 does not open compressed metadata boxes',
  'near-duplicates/Magick.NET/FujiFilmFinePixS1Pro.png': 'IPTC in a text chunk of ImageMagick',
  'raw/exiftool/CanonRaw.cr3': 'an unrated picture has no rating',
  'raw/file-type/fixture.cr3': 'an unrated picture has no rating',
};

const list = (value: unknown): string[] =>
  (Array.isArray(value) ? value : value === undefined ? [] : [value]).map(String);

function keywordsOf(tags: Tags): string[] {
  const all = [
    ...list(tags['XMP-dc:Subject']),
    ...list(tags['IPTC:Keywords']),
    ...list(tags['IFD0:XPKeywords']).flatMap((text) => text.split(';')),
  ];
  return [...new Set(all.map((text) => text.trim()).filter((text) => text !== ''))].sort();
}

describeCorpus('corpus: ratings, keywords, captions', (expected) => {
  it('are those that exiftool finds', async () => {
    const dump = gunzipSync(readFileSync(join(corpusDirectory, 'exiftool.jsonl.gz')));
    const lines = dump.toString('utf8').trim().split('\n');
    const manifest = readFileSync(join(corpusDirectory, 'MANIFEST.tsv'), 'utf8').trim().split('\n');
    const differences: string[] = [];
    const compared = { rating: 0, keywords: 0, caption: 0 };
    for (const [index, line] of lines.entries()) {
      const path = manifest[index + 1]?.split('\t')[0] ?? '';
      const facts = await factsOf(path);
      if (!facts || exceptions[path] !== undefined) continue;
      const tags = JSON.parse(line) as Tags;
      const rating = tags['XMP-xmp:Rating'] ?? tags['IFD0:Rating'] ?? null;
      if (rating !== null) compared.rating++;
      if (rating !== facts.rating) differences.push(`${path}: rating ${String(facts.rating)}`);
      const keywords = keywordsOf(tags);
      if (keywords.length > 0) compared.keywords++;
      if (JSON.stringify(keywords) !== JSON.stringify([...(facts.keywords ?? [])].sort())) {
        differences.push(`${path}: keywords ${JSON.stringify(facts.keywords)}`);
      }
      // Captions differ in what counts as one; where IPTC and XMP agree there is no doubt.
      const caption = tags['IPTC:Caption-Abstract'];
      if (typeof caption !== 'string' || tags['XMP-dc:Description'] !== undefined) continue;
      compared.caption++;
      if (caption.trim() !== facts.caption) differences.push(`${path}: ${String(facts.caption)}`);
    }
    assert.deepEqual(differences, []);
    const least = expected.size === 813 ? [20, 30, 3] : [0, 0, 0];
    assert.ok(
      Object.values(compared).every((count, index) => count >= (least[index] ?? 0)),
      JSON.stringify(compared),
    );
  });

  async function factsOf(path: string): Promise<MediaFacts | null> {
    const reader = openByteReader(nodeFilePort, join(corpusDirectory, path));
    try {
      return await readMediaFacts({ reader, path, mtimeNs: '0', now: new Date('2026-08-01') });
    } catch (error) {
      if (error instanceof CatalogError) return null;
      throw error;
    } finally {
      reader.close();
    }
  }
});
