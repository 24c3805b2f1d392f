/**
 * Folders that other programs keep for themselves: thumbnails, trash, caches, libraries of photo managers.
 * What lies in them is derived or thrown away, and importing it makes duplicates of worse quality.
 */
const systemFolderNames: ReadonlySet<string> = new Set([
  // Network storage
  '@eadir',
  '@synoresource',
  '@tmp',
  '#recycle',
  '#snapshot',
  '@recycle',
  '@recently-snapshot',
  '.@__thumb',
  '.@upload_cache',
  '.snapshot',
  '.snapshots',
  '.zfs',
  // Operating systems
  '$recycle.bin',
  'recycler',
  'system volume information',
  'lost+found',
  '.trashes',
  '.spotlight-v100',
  '.fseventsd',
  '.documentrevisions-v100',
  '.temporaryitems',
  '.appledouble',
  '__macosx',
  // This program
  '.imgcat-trash',
  '.imgcat-quarantine',
  '.image-catalog',
  // Photo managers and other programs
  '.thumbnails',
  '.thumb',
  '.dtrash',
  '.picasaoriginals',
  '.picasa-originals',
  '.stversions',
  '.dropbox.cache',
  '.git',
  '.hg',
  '.svn',
  'node_modules',
]);

const systemFolderEndings: readonly string[] = [
  '.lrdata',
  '.lrcat-data',
  '.photoslibrary',
  '.photolibrary',
  '.migratedphotolibrary',
  '.aplibrary',
  '.imovielibrary',
  '.fcpbundle',
];

/** True for a folder that belongs to another program. Asked for children of a source, never for its root. */
export function isSystemFolder(name: string): boolean {
  const lower = name.toLowerCase();
  return (
    systemFolderNames.has(lower) ||
    lower.startsWith('.trash') ||
    systemFolderEndings.some((ending) => lower.endsWith(ending))
  );
}

/** True for dot-files and dot-folders; AppleDouble's `._IMG.jpg` is one of them. */
export function isHiddenName(name: string): boolean {
  return name.startsWith('.');
}
