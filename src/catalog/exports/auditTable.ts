import type { AuditEntry } from '../model/audit.js';
import type { TableColumn } from './tableText.js';

/** As docs/export.md describes them; new ones are added at the end. */
export const auditTable: readonly TableColumn<AuditEntry>[] = [
  { name: 'id', value: ({ id }) => id },
  { name: 'at', value: ({ at }) => at },
  { name: 'operation', value: ({ operation }) => operation },
  { name: 'user', value: ({ user }) => user },
  { name: 'program', value: ({ program }) => program },
  { name: 'catalogId', value: ({ catalogId }) => catalogId },
  { name: 'catalogName', value: ({ catalogName }) => catalogName },
  { name: 'sourceId', value: ({ sourceId }) => sourceId },
  { name: 'importJobId', value: ({ importJobId }) => importJobId },
  { name: 'imageId', value: ({ imageId }) => imageId },
  { name: 'path', value: ({ path }) => path },
  { name: 'detail', value: ({ detail }) => detail && JSON.stringify(detail) },
];
