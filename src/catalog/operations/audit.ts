import path from 'node:path';
import type { AuditEntry, AuditFilter } from '../model/audit.js';
import { CatalogError, toCatalogError } from '../model/errors.js';
import type { Page } from '../protocol/shared.js';
import type { AuditConditions } from '../store/auditLogRepository.js';
import type { NewAuditEntry } from '../store/rows.js';
import { pageOf, type OperationDeps } from './operationDeps.js';

/** Newest first. @throws CatalogError INVALID_ARGUMENT */
export function auditPage(
  deps: OperationDeps,
  input: AuditFilter & Page,
): { total: number; entries: readonly AuditEntry[] } {
  const conditions = auditConditions(deps, input);
  return deps.store.auditLog.page({ ...conditions, ...pageOf(input) });
}

/** Notes a deed that changed no row. What was done stays done if that cannot be written. */
export function noteDeed(
  { store, now, log }: Pick<OperationDeps, 'store' | 'now' | 'log'>,
  deed: Omit<NewAuditEntry, 'at'>,
): void {
  if (store.driver.readOnly) return;
  try {
    store.auditLog.append({ at: now().toISOString(), ...deed });
  } catch (error) {
    log('warn', toCatalogError(error).message);
  }
}

/** @throws CatalogError INVALID_ARGUMENT */
export function auditConditions({ store }: OperationDeps, filter: AuditFilter): AuditConditions {
  const { operation, text, file, since, until, catalogId, importJobId } = filter;
  return {
    ...(operation !== undefined && { operation }),
    ...(text && { text }),
    ...(since !== undefined && { since: moment('since', since, 0) }),
    ...(until !== undefined && { until: moment('until', until, 1) }),
    ...(catalogId !== undefined && { catalogId }),
    ...(importJobId !== undefined && { importJobId }),
    ...(file !== undefined && { paths: notedPaths(store, file) }),
  };
}

/** A file of a managed directory is noted relative to it too. */
function notedPaths({ catalogs }: OperationDeps['store'], file: string): string[] {
  const relative = catalogs.list().flatMap(({ managedDirectory }) => {
    if (managedDirectory === null) return [];
    const below = path.relative(managedDirectory, file);
    const isBelow = below !== '' && !below.startsWith('..') && !path.isAbsolute(below);
    return isBelow ? [below.split(path.sep).join('/')] : [];
  });
  return [file, ...relative];
}

/** A date is a day of this computer's calendar; `days` later, at its start. */
function moment(name: 'since' | 'until', text: string, days: number): string {
  const date = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  const time = date
    ? new Date(Number(date[1]), Number(date[2]) - 1, Number(date[3]) + days)
    : new Date(text);
  if (Number.isNaN(time.getTime()) || !/^\d{4}-/.test(text)) {
    const detail = `"${text}" is no date: write 2024-06-30 or 2024-06-30T14:05:00Z`;
    throw new CatalogError('INVALID_ARGUMENT', { name, detail });
  }
  return time.toISOString();
}
