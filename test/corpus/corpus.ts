import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** What independent tools found in a file; see the corpus's own README. Absent values are left out. */
export interface ExpectedFile {
  readonly sha256: string;
  readonly bytes: number;
  readonly true_type?: string;
  readonly exif_taken_iso?: string;
  readonly lenient_DateTimeOriginal?: string;
  readonly Keys_CreationDate?: string;
  readonly pil_open_ok?: boolean;
  readonly pil_w?: number;
  readonly pil_h?: number;
  readonly pil_orientation?: number;
  readonly exiftool_w?: number;
  readonly exiftool_h?: number;
  readonly GPSLatitude?: number;
  readonly GPSLongitude?: number;
  readonly Make?: string;
  readonly Model?: string;
  readonly MakerNotes_ContentIdentifier?: string;
  readonly Keys_ContentIdentifier?: string;
  /** A common format whose hashes all tools agree on: the `o_` hashes and how many of their bits are on the edge. */
  readonly hash_check?: boolean;
  readonly o_w?: number;
  readonly o_h?: number;
  readonly o_dhash?: string;
  readonly o_ahash?: string;
  readonly o_whash?: string;
  readonly o_phash?: string;
  readonly o_dhash_amb?: number;
  readonly o_ahash_amb?: number;
  readonly o_whash_amb?: number;
  readonly o_phash_amb?: number;
  readonly preview_dhash?: string;
  readonly heif_dhash?: string;
  readonly heif_images?: number;
}

export const corpusDirectory = resolve(process.env['IMAGE_CATALOG_CORPUS'] ?? '../shared/corpus');

type Expected = ReadonlyMap<string, ExpectedFile>;

/** A suite over the corpus's files by path; without the corpus it is one skipped test. */
export function describeCorpus(
  title: string,
  define: (this: Mocha.Suite, expected: Expected) => void,
): void {
  describe(title, function () {
    const expected = loadCorpus();
    if (expected) define.call(this, expected);
    else it.skip('has no corpus');
  });
}

/** The corpus's files by path, or null, said loudly, if the corpus is not there. */
function loadCorpus(): Expected | null {
  const table = join(corpusDirectory, 'expected.json');
  if (!existsSync(table)) {
    console.warn(`NO CORPUS: ${table} is missing; set IMAGE_CATALOG_CORPUS. Tests are skipped.`);
    return null;
  }
  const expected = JSON.parse(readFileSync(table, 'utf8')) as Record<string, ExpectedFile>;
  return new Map(Object.entries(expected));
}
