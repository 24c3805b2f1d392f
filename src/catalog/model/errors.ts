import { formatBytes } from './byteText.js';

/** Values that fill the placeholders of an error's message; they cross the worker boundary as JSON. */
export type ErrorData = Readonly<Record<string, string | number | boolean | null>>;

/**
 * Every error of the engine. The value is the English message; `{name}` is filled from the error's data, `{name:bytes}` as a size.
 * Each says what happened, to which file or thing, and what to do now. The editor translates by this text.
 */
export const errorMessages = {
  // The catalog file
  CATALOG_FILE_LOCKED:
    'The catalog in {path} is open in another window or program ({holder}). Close it there, then try again.',
  CATALOG_FILE_CORRUPT:
    'The catalog file {path} is damaged ({detail}). It was left as it is. Restore a backup from {backupDirectory}.',
  CATALOG_FILE_FOREIGN:
    'The file {path} is not an image catalog ({detail}). It was left as it is. Move it away to start a new catalog.',
  CATALOG_FILE_TOO_NEW:
    'The catalog file {path} was written by a newer version of Image Catalog (format {found}, this one reads up to {supported}). Update the extension.',
  CATALOG_READ_ONLY:
    'The catalog is open read-only here: {reason}. Nothing was changed. Close the other window, trust the folder or make the file writable, as the reason says, then try again.',
  CATALOG_CANNOT_WRITE:
    'The catalog file {path} could not be written: {detail}. Check the free space and the permissions of the folder.',
  WORKSPACE_NOT_FOUND: 'The folder {path} does not exist. Choose an existing folder.',
  // Catalogs, sources, jobs
  CATALOG_NOT_FOUND: 'There is no catalog "{catalog}". List the catalogs to see their names.',
  CATALOG_NAME_TAKEN: 'There is already a catalog named "{name}". Choose another name.',
  NAME_EMPTY: 'The name is empty. Type a name.',
  NAME_AMBIGUOUS: '"{name}" names more than one {kind}. Use its id instead.',
  STRATEGY_INVALID:
    '"{strategy}" is not an organization strategy. Use for example YEAR_SLASH_MONTH_DAY/TIME_CHECKSUM.',
  IMPORT_MODE_INVALID: '"{mode}" is not an import mode. Use reference, copy or move.',
  MANAGED_DIRECTORY_MISSING:
    'The catalog "{catalog}" has no managed directory. Set one before importing by copy or move.',
  MANAGED_DIRECTORY_UNBOUND:
    'The managed directory {path} of the catalog "{catalog}" was not chosen on this machine. Set the managed directory once here to use it.',
  MANAGED_DIRECTORY_UNUSABLE:
    'The managed directory {path} cannot be used: {detail}. Choose another folder.',
  MANAGED_DIRECTORY_ELSEWHERE:
    'The folder {path} is not the managed directory of the catalog "{catalog}" now: neither its files nor its marker {marker} are in it. Nothing in it was changed. Connect the drive or mount the share that belongs there and try again; if the folder is right, set the managed directory to it once more.',
  MANAGED_DIRECTORY_IN_USE:
    'The catalog "{catalog}" already holds {count} managed files in {path}. Its managed directory cannot change while they are there.',
  MANAGED_DIRECTORY_SHARED:
    'The folder {path} cannot be the managed directory: {other} is the one of another catalog, and two catalogs must not share files. Choose a folder that neither holds it nor lies in it. If that catalog is gone for good, remove the file {marker} from {other} first.',
  SOURCE_ENTRY_GONE:
    'The file {path} was not removed from its source: its image was taken out of the catalog since. Import the source once more to have it back.',
  CATALOG_COPIED:
    'The folder {path} belongs to the catalog in {owner}, of which this one is a copy, and two catalogs must not change the same files. Work there, or choose a folder that holds copies of the files. If that catalog is gone for good, delete {owner} first.',
  SOURCE_NOT_FOUND: 'There is no source "{source}". List the sources to see their names.',
  SOURCE_NAME_TAKEN: 'The catalog already has a source named "{name}". Choose another name.',
  SOURCE_PATH_TAKEN: 'The folder {path} is already the source "{source}" of this catalog.',
  SOURCE_PATH_NOT_FOUND:
    'The source folder {path} does not exist or cannot be reached. Connect the drive or card, or edit the source.',
  SOURCE_PATH_NOT_DIRECTORY: 'The source path {path} is not a folder. Choose a folder.',
  SOURCE_INSIDE_MANAGED:
    'The source folder {path} lies inside the managed directory {managedDirectory}. Choose a folder outside it.',
  SOURCE_UNCHOSEN:
    'The source folder {path} was not used on this machine yet, so nothing is taken from it or put back into it. Scan the source once here, then try again.',
  SOURCE_FILE_OUTSIDE:
    '{path} lies outside the source folder {source}, so it was not touched. Check the catalog before you trust it.',
  SOURCE_TYPE_UNSUPPORTED: 'Sources of the type "{type}" cannot be scanned yet. Use a folder.',
  SCAN_NOT_FOUND: 'The scan {scan} is no longer there. Scan the source again.',
  SCAN_STALE:
    'The scan {scan} has been imported or replaced by a newer one. Scan the source again.',
  JOB_NOT_FOUND: 'There is no import job {job}. List the jobs to see their ids.',
  JOB_NOT_RUNNING:
    'The import job {job} is not running, so there is nothing to cancel. Look at its report to see how it ended.',
  JOB_NOT_INTERRUPTED:
    'The import job {job} was not interrupted (it is {status}), so there is nothing to resume or roll back.',
  JOB_NOT_FINISHED:
    'The import job {job} has not ended (it is {status}). Resume it or roll it back first.',
  NOTHING_TO_UNDO:
    'Nothing of the import job {job} is in the catalog any more, so there is nothing to undo. To bring its files in, scan the source and import again.',
  BACKUP_UNUSABLE:
    'The backup {path} cannot be restored: {detail}. The catalog file was left as it is. Choose another backup.',
  OUTPUT_EXISTS: 'The file {path} exists already. Choose another name.',
  QUERY_INVALID: 'The search is not understood at "{text}": {detail}',
  DUPLICATE_GROUP_GONE: 'This group is not in the report any more. Search for duplicates again.',
  RESOLVE_PLAN_GONE:
    'The list of duplicates to resolve is out of date. Look at the duplicates again.',
  REPLACEMENT_NOT_MANAGED:
    '{path} was kept: the new file {new} stays outside the managed directory, so it does not replace a managed one. Import it by copy or move.',
  REPLACED_NOT_BACK:
    'The import was not undone: {path}, which one of its files replaced, cannot be brought back into the catalog. Bring it back from the trash first; otherwise neither of the two would be in the catalog.',
  RESOLUTION_NOT_FOUND: 'There is no resolution {resolution} of duplicates to undo.',
  IMAGE_NOT_FOUND:
    'There is no image {image} in the catalog any more. Refresh the view, or search for it by its name.',
  NOTHING_TO_IMPORT: 'No file is chosen for the import. Choose at least one file.',
  BUSY: 'Another import is running ({job}). Wait for it or cancel it.',
  // Single files
  FILE_UNREADABLE: '{path} could not be read: {detail}. Check its permissions, then scan again.',
  FILE_VANISHED:
    '{path} is no longer there. Scan its source again, or check the files of the catalog.',
  IMAGE_FILE_MISSING:
    '{path} is not there. If it was moved or renamed, relocate it; if its drive is away, connect it.',
  FILE_CHANGED:
    '{path} changed since it was read. Scan its source again; if it is a file of the catalog that you edited, accept its new content.',
  FILE_EMPTY: '{path} is empty (0 bytes). Copy it again from where it came from.',
  FILE_NOT_MEDIA:
    '{path} is not a photo or video: its content is {detail}. Open it in another program to see what it is.',
  FILE_NOT_REGULAR: '{path} is not a regular file ({detail}). Only regular files are imported.',
  FOLDER_UNREADABLE:
    'The folder {path} could not be read: {detail}. Check its permissions, then scan again.',
  PATH_LOOP:
    '{path} is a symbolic link; links are not followed. Add the folder that it leads to as a source, or import the file from there.',
  COPY_MISMATCH:
    'The copy of {path} did not read back equal. The copy was removed and the original kept. Check the destination drive.',
  SOURCE_NOT_REMOVED:
    '{path} was imported, but the original could not be removed: {detail}. Look at both files, then delete the original yourself.',
  DESTINATION_OUTSIDE:
    'The destination {path} would lie outside the managed directory. Nothing was written.',
  DESTINATION_TAKEN:
    '{path} is there already and was left alone. Try again: another name is chosen then.',
  DESTINATION_UNWRITABLE: '{path} could not be written: {detail}. Check the destination folder.',
  DESTINATION_NAMES_EXHAUSTED:
    'No free name was found for {path} in {directory}. Choose another naming strategy.',
  CHECKSUM_TAKEN:
    '{path} has the same content as {existing}, which is already in the catalog. It was not imported a second time; scan the source again to see what is new.',
  CATALOG_COPY_DAMAGED:
    '{existing}, which has the content of {path}, is missing or damaged. Repair the catalog from this file.',
  CATALOG_COPY_OFFLINE:
    '{existing}, which has the content of {path}, cannot be reached now. The file was left out; if you are about to erase it here, connect the drive first and import again.',
  COMPANION_FAILED:
    '{path} was not imported because {companion}, which belongs to it, could not be: {detail} Then scan and import both again.',
  UNDATED:
    '{path} has no capture date, and the strategy needs one. Choose a strategy without dates, or let undated files be dated by their modification time.',
  // Pictures
  PICTURE_UNSUPPORTED:
    '{path} cannot be shown: {detail}. It stays in the catalog without a picture; open it in another program to see it.',
  PICTURE_DAMAGED:
    '{path} is damaged: {detail}. Look at it, and copy it again from where it came from if you can.',
  PICTURE_TOO_LARGE:
    '{path} is too large to be shown: {detail}. It stays in the catalog without a picture.',
  PICTURE_TIMED_OUT:
    '{path} could not be shown within {seconds} s. It stays in the catalog without a picture; it may be damaged.',
  PICTURE_OUT_OF_MEMORY:
    '{path} needs too much memory to be shown. It stays in the catalog without a picture; it may be damaged.',
  PICTURE_OUTSIDE:
    '{path} lies outside the managed directory and the sources of its catalog, so it is not opened. Check the catalog before you trust it.',
  // What an undo leaves where it is
  UNDO_ONLY_COPY: '{path} was kept: the original {original} is gone; this is the only copy.',
  UNDO_ORIGINAL_CHANGED:
    '{path} was kept: the original {original} has changed; this is the only copy of what was imported.',
  UNDO_FILE_CHANGED:
    '{path} was kept: it has changed since it was imported. Keep it, or move your changed version away and undo again.',
  UNDO_FILE_MISSING:
    '{path} is not there or cannot be read ({detail}). Its entry in the catalog was kept. Connect its drive or bring the file back, then undo again.',
  UNDO_PLACE_TAKEN:
    '{path} was kept: there is another file at {original} now. Move it away, then undo again.',
  UNDO_CONVERTED:
    '{path} was kept: the image became managed after its import. Undo the conversion first, or delete the image.',
  UNDO_IN_CATALOG:
    '{path} was not brought back: its image is in the catalog already, from a backup that was restored. If its file is missing there, recover the catalog; the file stays in the trash until then.',
  UNDO_COMPANION: '{path} was kept because {companion}, which belongs to it, was: {detail}',
  FILE_SHARED:
    '{path} was left where it is: more than one entry of the catalog names it. Delete all but one of the entries, then try again.',
  // Deleting
  FILE_OF_OTHER_CATALOG:
    '{path} belongs to another catalog as well, so it was left alone. Look at the managed directories of both.',
  DELETE_FILE_CHANGED:
    '{path} was kept: it has changed since it was imported. Confirm that edited files go as well, or accept its new content first.',
  ACCEPT_DAMAGED:
    '{path} was not accepted: its bytes differ although its time and size say that nobody wrote to it, so it is more likely damaged than edited. Look at it, and look for a good copy; accept it expressly if it is right.',
  RELOCATE_TARGET_MISSING:
    '{path} does not exist or cannot be reached. Choose where the files are now.',
  RELOCATE_NOTHING:
    'No image of the catalog has its file in {path}. Look at the paths of the images.',
  RELOCATE_MANAGED_DIRECTORY:
    '{path} is the managed directory of the catalog "{catalog}". Set the managed directory to its new place instead.',
  OPERATION_NOT_FOUND: 'There is no operation {operation}. List the operations to see their ids.',
  OPERATION_ELSEWHERE:
    'The operation {operation} worked in {path}, which is not the managed directory of its catalog now. Nothing was changed. If the files are there, set the managed directory to it again, then try once more.',
  OPERATION_NOT_UNDOABLE:
    'The operation {operation} cannot be undone (it is {status}): its files are back already, or left the trash for good.',
  OPERATION_NOT_RESUMABLE:
    'The operation {operation} cannot be resumed (it is {status}). Only one that was interrupted or cancelled can go on, while its catalog has the same managed directory; start it anew otherwise.',
  OPERATION_UNSETTLED:
    '{path} was left as it is: the operation {operation} was cut off in the middle of it, and its file stands at two places that differ, or could not be looked at. Look at both, move the wrong one away, then open the catalog again.',
  DISK_FULL:
    'The volume {volume} has too little free space: {needed:bytes} are needed, {free:bytes} are free. Free some space, then try again.',
  CANCELLED: 'The operation was cancelled.',
  ENGINE_STOPPED:
    'The catalog engine stopped ({detail}). It starts again with the next command; try again.',
  // Old catalogs
  LEGACY_NOT_FOUND:
    'There is no old catalog in {path}. Choose a folder with catalog.json or catalog.db, one of these files, or a postgres:// address.',
  LEGACY_UNREADABLE: 'The old catalog {path} could not be read: {detail}. Nothing was written.',
  LEGACY_INVALID:
    'The old catalog {path} is damaged: {detail}. Nothing was written. If there is a backup of it, migrate that one.',
  LEGACY_TOO_LARGE:
    'The old catalog {path} is too large to be read: {detail}. Nothing was written.',
  LEGACY_UNSUPPORTED:
    'The old catalog {path} is of a kind that cannot be migrated: {detail}. Nothing was written.',
  LEGACY_CONNECTION_FAILED:
    'The database {path} could not be read: {detail}. Check the address, the user and that the server runs.',
  LEGACY_CATALOG_NOT_FOUND: 'There is no catalog "{catalog}" in {path}. There are: {catalogs}.',
  LEGACY_MAPPING_INVALID:
    '"{mapping}" is not a mapping of paths. Write OLD=NEW, for example /app/photos=/mnt/photos.',
  INVALID_ARGUMENT: '{name}: {detail}',
  INTERNAL: 'Something unexpected went wrong: {detail}. Look at the log and report it.',
} as const;

export type ErrorCode = keyof typeof errorMessages;

/**
 * Fills the placeholders of a message from the data: `{name}`, and `{name:bytes}` for a size in bytes. Unknown ones
 * stay as they are.
 */
export function fillMessage(template: string, data: ErrorData): string {
  return template.replace(/\{(\w+)(:bytes)?\}/g, (whole, name: string, isBytes?: string) => {
    if (!(name in data)) return whole;
    const value = data[name];
    return isBytes && typeof value === 'number' ? formatBytes(value) : String(value);
  });
}

/** An error of the engine: a code and the data of its message. Compare codes, never texts. */
export class CatalogError extends Error {
  override readonly name = 'CatalogError';
  readonly code: ErrorCode;
  readonly data: ErrorData;

  constructor(code: ErrorCode, data: ErrorData = {}, options?: ErrorOptions) {
    super(fillMessage(errorMessages[code], data), options);
    this.code = code;
    this.data = data;
  }

  /** True if the value is a CatalogError, of the given code if one is given. */
  static is(value: unknown, code?: ErrorCode): value is CatalogError {
    return value instanceof CatalogError && (code === undefined || value.code === code);
  }
}

/** A short text for any thrown value, for the `detail` of an error. */
export function errorDetail(value: unknown): string {
  if (value instanceof Error) {
    const code = (value as { code?: string }).code;
    return code && !value.message.includes(code) ? `${code}: ${value.message}` : value.message;
  }
  return String(value);
}

/** Turns any thrown value into a CatalogError, so that a code always crosses the boundary. */
export function toCatalogError(value: unknown): CatalogError {
  if (value instanceof CatalogError) return value;
  return new CatalogError('INTERNAL', { detail: errorDetail(value) }, { cause: value });
}
