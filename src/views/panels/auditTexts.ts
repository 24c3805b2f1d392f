import path from 'node:path';
import type { AuditEntry } from '../../catalog/model/audit.js';
import type { Translate } from '../format.js';
import type { AuditRow } from '../auditProtocol.js';

/** A deed in words; what is not known here by its own name. */
export function deedText(t: Translate, operation: string): string {
  const texts: Readonly<Record<string, string>> = {
    'create-catalog': t('Catalog created'),
    'update-catalog': t('Catalog changed'),
    'delete-catalog': t('Catalog deleted'),
    'create-source': t('Source added'),
    'update-source': t('Source changed'),
    'delete-source': t('Source removed'),
    'import-image': t('Imported'),
    'import-look-alikes': t('Look-alikes decided'),
    'replace-reference': t('Reference replaced'),
    'undo-import': t('Import undone'),
    'roll-back-import': t('Import rolled back'),
    'delete-image': t('Deleted'),
    'return-from-trash': t('Brought back from the trash'),
    'undo-delete': t('Deletion undone'),
    'empty-trash': t('Trash emptied'),
    'empty-trash-kept': t('Kept in the trash'),
    'convert-to-managed': t('Converted to managed'),
    'undo-convert': t('Conversion undone'),
    reorganize: t('Reorganized'),
    'undo-reorganize': t('Reorganization undone'),
    'relocate-image': t('Relocated'),
    'relocate-folder': t('Folder relocated'),
    'relocate-source': t('Source relocated'),
    'relocate-by-content': t('Found again'),
    'file-missing': t('Missing'),
    'file-found': t('There again'),
    'file-changed': t('Changed'),
    'file-damaged': t('Damaged'),
    'check-files': t('Files checked'),
    'verify-files': t('Files verified'),
    'accept-edited': t('Edit accepted'),
    'duplicates-decided': t('Duplicates decided'),
    'duplicates-decision-undone': t('Decision undone'),
    'duplicates-resolved': t('Duplicates resolved'),
    'duplicates-resolve-undone': t('Resolution undone'),
    migrate: t('Old catalog migrated'),
    'migrate-old-model': t('Old data migrated'),
    export: t('Exported'),
    'write-manifest': t('Checksums written'),
    'back-up': t('Backed up'),
    'restore-backup': t('Backup restored'),
  };
  return texts[operation] ?? operation;
}

export function deedKind(operation: string): AuditRow['kind'] {
  if (/^(undo|roll-back)-|-undone$/.test(operation)) return 'other';
  if (/^(create|import)-/.test(operation)) return 'added';
  if (/^(delete|empty)-/.test(operation)) return 'removed';
  if (/^(relocate|convert|reorganize)\b/.test(operation)) return 'moved';
  return /^file-(missing|changed|damaged)$/.test(operation) ? 'problem' : 'other';
}

/** What else is noted: where a file came from, then plain values. */
export function detailText(t: Translate, { detail, catalogName }: AuditEntry): string {
  const parts: string[] = [];
  for (const [name, value] of Object.entries(detail ?? {})) {
    if (Array.isArray(value)) {
      if (value.length > 0) parts.push(`${name}: ${value.length}`);
    } else if (typeof value === 'string' || typeof value === 'number') {
      if (name === 'from') parts.push(t('from {0}', value));
      else if (name === 'checksum') parts.push(`SHA-256 ${String(value).slice(0, 12)}…`);
      else if (value !== '') parts.push(`${name}: ${value}`);
    }
  }
  if (catalogName !== null && catalogName !== '') parts.push(t('catalog {0}', catalogName));
  return parts.join(' · ');
}

/** The last part of a path as it was noted, on whichever system. */
export function fileNameOf({ path: file, catalogName }: AuditEntry): string {
  if (file === null) return catalogName ?? '';
  return path.basename(file) || file;
}
