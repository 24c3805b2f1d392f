import { dirname, join, posix } from 'node:path';
import { CatalogError } from '../model/errors.js';
import { copyVerified } from './copyFile.js';
import { destinationError } from './fileErrors.js';
import type { FileIdentity } from './fileIdentity.js';
import type { FilePort } from './filePort.js';
import { systemErrorCode } from './filePort.js';
import { makeParents } from './folders.js';
import { dropName, publishByLink } from './publish.js';
import { removePlaced } from './removePlaced.js';

export interface CopyInsideRequest {
  readonly realRoot: string;
  /** Absolute; never written to. */
  readonly source: string;
  /** What the source must be, by a look taken just before, and the content that it must have. */
  readonly expected: FileIdentity & { readonly checksum: string };
  /** Where the copy goes: relative to the root, `/` separated. */
  readonly to: string;
  /** A name that only this file uses, for the copy under way. */
  readonly temporaryName: string;
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: (bytes: number) => void;
}

/** A verified copy under its final name. */
export interface CopiedInside {
  readonly identity: FileIdentity;
  /** Removes the copy again if its original still has the content. @returns false if it stays */
  takeBack(): Promise<boolean>;
}

/**
 * Copies a file from elsewhere into the managed directory, verified, without replacing anything. Its content is
 * durable; its name is once the caller has synced its folder.
 * @throws CatalogError DESTINATION_TAKEN if something stands there, DESTINATION_OUTSIDE, and as copyVerified:
 *   nothing of the copy stands then, except what removing failed for
 */
export async function copyInside(
  port: FilePort,
  request: CopyInsideRequest,
): Promise<CopiedInside> {
  const { realRoot, source, expected, to } = request;
  const final = join(realRoot, ...to.split('/'));
  try {
    await makeParents(port, realRoot, posix.dirname(to));
  } catch (error) {
    throw destinationError(port, error, final, expected.sizeBytes);
  }
  const identity = await place(port, request, final);
  const copy = { placed: final, inode: identity.inode, source, checksum: expected.checksum };
  return { identity, takeBack: () => removePlaced(port, copy) };
}

async function place(
  port: FilePort,
  request: CopyInsideRequest,
  final: string,
): Promise<FileIdentity> {
  const { temporaryName } = request;
  const temporary = join(dirname(final), temporaryName);
  const identity = await copyTo(port, request, temporary);
  const published = publishByLink(port, temporary, final);
  if (published === 'published') {
    // Once more: a file with two names is not finished, and recovery takes it back.
    if (dropName(port, temporary, final) || dropName(port, temporary, final)) return identity;
    const detail = 'its temporary name could not be removed';
    throw new CatalogError('DESTINATION_UNWRITABLE', { path: final, detail });
  }
  const { source, expected } = request;
  const copy = { placed: temporary, inode: identity.inode, source, checksum: expected.checksum };
  if (!(await removePlaced(port, copy))) {
    const detail = 'its temporary file could not be removed';
    throw new CatalogError('DESTINATION_UNWRITABLE', { path: final, detail });
  }
  if (published === 'taken') throw new CatalogError('DESTINATION_TAKEN', { path: final });
  // Without hard links the final name itself is created, exclusively, and written to.
  return copyTo(port, request, final);
}

async function copyTo(
  port: FilePort,
  { source, expected, signal, onBytes }: CopyInsideRequest,
  target: string,
): Promise<FileIdentity> {
  try {
    return await copyVerified(port, {
      source,
      target,
      expected,
      ...(signal && { signal }),
      ...(onBytes && { onBytes }),
    });
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
    throw new CatalogError('DESTINATION_TAKEN', { path: target }, { cause: error });
  }
}
