import { stringify } from 'csv-stringify/sync';
import type { DuplicateGroup } from '../model/duplicates.js';

const columns = [
  'group',
  'level',
  'keep',
  'path',
  'source',
  'distance',
  'size',
  'capturedAt',
  'camera',
  'width',
  'height',
  'managed',
  'decision',
  'imageId',
  'checksum',
] as const;

/** One row per member, with a header; what a spreadsheet would take for a formula is escaped. */
export function groupsAsCsv(groups: readonly DuplicateGroup[]): string {
  const rows = groups.flatMap((group) =>
    group.members.map((member) => [
      group.id,
      member.level,
      member.path === group.suggestedKeep ? 'keep' : '',
      member.path,
      member.sourceName ?? '',
      member.distance,
      member.size,
      member.capturedAt ?? '',
      [member.cameraMake, member.cameraModel].filter(Boolean).join(' '),
      member.width ?? '',
      member.height ?? '',
      member.isManaged ? 'managed' : 'referenced',
      group.decision ?? '',
      member.imageId ?? '',
      member.checksum,
    ]),
  );
  return stringify(rows, { header: true, columns: [...columns], escape_formulas: true, bom: true });
}

export function groupsAsJson(groups: readonly DuplicateGroup[]): string {
  return `${JSON.stringify({ groups }, null, 2)}\n`;
}
