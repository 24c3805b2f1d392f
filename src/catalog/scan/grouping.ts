import { extensionOfName, isRawName } from '../media/fileKinds.js';
import type { MediaFacts } from '../model/media.js';
import { splitPath } from './pathNames.js';

/** A live photo's movie is about three seconds long; longer ones only share the name. */
const livePhotoSeconds = 5;

const renderedExtensions: ReadonlySet<string> = new Set(
  'jpg jpeg jpe jfif heic heif hif'.split(' '),
);
const heicExtensions: ReadonlySet<string> = new Set(['heic', 'heif', 'hif']);
const liveVideoExtensions: ReadonlySet<string> = new Set(['mov', 'mp4']);

/** What pairing needs to know of a file's content. */
export type PairingFacts = Pick<MediaFacts, 'contentIdentifier' | 'duration'>;

/** Files of one folder with the same name but for its extension, by index into the media paths. */
export type StemGroup = readonly number[];

/**
 * Finds the files that could belong together: same folder, same stem, compared without case.
 * @param mediaPaths relative paths in path order
 * @returns groups of at least two, members in path order
 */
export function findStemGroups(mediaPaths: readonly string[]): StemGroup[] {
  const groups = new Map<string, number[]>();
  mediaPaths.forEach((path, index) => {
    const key = stemKey(path);
    const group = groups.get(key);
    if (group) group.push(index);
    else groups.set(key, [index]);
  });
  return [...groups.values()].filter((group) => group.length > 1);
}

/** Folder and lower-case stem: `DCIM/img_0001`. Also the key of a group that is confirmed. */
export function stemKey(relativePath: string): string {
  const { folder, stem } = splitPath(relativePath);
  return folder === '' ? stem.toLowerCase() : `${folder}/${stem.toLowerCase()}`;
}

/**
 * Which files of a stem group are imported all or none: a raw file with the JPEG or HEIC of the same shot,
 * and a live photo's still with its movie.
 * @param factsOf null for files that could not be read
 * @returns the members that belong together; empty if none do
 */
export function belongTogether(
  group: StemGroup,
  pathOf: (index: number) => string,
  factsOf: (index: number) => PairingFacts | null,
): readonly number[] {
  const extension = (index: number): string => extensionOfName(pathOf(index));
  const raws = group.filter((index) => isRawName(pathOf(index)));
  const rendered = group.filter((index) => renderedExtensions.has(extension(index)));
  const movies = group.filter((index) => liveVideoExtensions.has(extension(index)));
  const together = new Set<number>();

  // Two raws of one name are two conversions; which of them the JPEG is from cannot be told.
  if (raws.length === 1 && rendered.length > 0) {
    for (const index of [...raws, ...rendered]) together.add(index);
  }
  for (const movie of movies) {
    const stills = rendered.length > 0 ? rendered : raws.length === 1 ? raws : [];
    for (const still of stillsOfMovie(movie, stills, extension, factsOf)) {
      together.add(still);
      together.add(movie);
    }
  }
  return [...together].sort((a, b) => a - b);
}

function stillsOfMovie(
  movie: number,
  stills: readonly number[],
  extension: (index: number) => string,
  factsOf: (index: number) => PairingFacts | null,
): readonly number[] {
  const movieFacts = factsOf(movie);
  const identifier = movieFacts?.contentIdentifier ?? null;
  const identified = stills.filter(
    (still) => identifier !== null && factsOf(still)?.contentIdentifier === identifier,
  );
  if (identified.length > 0) return identified;
  const duration = movieFacts?.duration ?? null;
  if (duration !== null && duration > livePhotoSeconds) return [];
  const unidentified = stills.filter(
    (still) => identifier === null || (factsOf(still)?.contentIdentifier ?? null) === null,
  );
  const still =
    unidentified.find((candidate) => heicExtensions.has(extension(candidate))) ?? unidentified[0];
  return still === undefined ? [] : [still];
}
