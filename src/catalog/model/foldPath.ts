/**
 * The form in which names are compared: volumes that ignore case or normalisation must not be surprised.
 * What they consider equal beyond that is settled by exclusive creation.
 */
export function foldPath(path: string): string {
  return path.normalize('NFC').toLowerCase();
}
