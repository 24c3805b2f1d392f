import path from 'node:path';
import type { FilePort } from '../files/filePort.js';
import { CatalogError } from '../model/errors.js';
import type { Log } from '../model/log.js';
import type { CatalogStore } from '../store/catalogStore.js';
import type { ChosenSources } from '../store/chosenSources.js';
import type { ManagedDirectoryBindings } from '../store/managedDirectoryBindings.js';
import type { PlanCache } from './planCache.js';

/** What every operation works with. */
export interface OperationDeps {
  readonly store: CatalogStore;
  readonly files: FilePort;
  readonly bindings: ManagedDirectoryBindings;
  readonly sources: ChosenSources;
  readonly workspaceDirectory: string;
  readonly catalogFile: string;
  readonly now: () => Date;
  readonly newId: () => string;
  readonly log: Log;
  readonly plans: PlanCache;
}

/** A name as people type it, without spaces around it. Shared by catalogs and sources. */
export const cleanName = (name: string): string => name.normalize('NFC').trim();

/** Where a person wants a file. @throws CatalogError INVALID_ARGUMENT */
export function absolutePath(wanted: string): string {
  if (path.isAbsolute(wanted)) return path.resolve(wanted);
  const detail = `${wanted} is not an absolute path`;
  throw new CatalogError('INVALID_ARGUMENT', { name: 'path', detail });
}

/** The largest page that is answered. */
const maximumPage = 10_000;

/** Offset and limit of a page; figures out of range are brought into it. */
export function pageOf(input: { readonly offset?: number; readonly limit?: number }): {
  offset: number;
  limit: number;
} {
  const whole = (value: number, most: number): number =>
    Math.min(most, Math.max(0, Math.trunc(value) || 0));
  return {
    offset: whole(input.offset ?? 0, Number.MAX_SAFE_INTEGER),
    limit: whole(input.limit ?? 200, maximumPage),
  };
}
