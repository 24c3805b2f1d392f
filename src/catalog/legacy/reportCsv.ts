import { stringify } from 'csv-stringify/sync';
import type { MigrationReport } from '../model/migration.js';

/** A report with the list of what was left out. */
export interface ReportWithRecords {
  readonly report: MigrationReport;
  readonly leftOut: readonly { kind: string; legacyId: string; leftOut: string | null }[];
}

/** One line per figure and per thing that was left out, of each old catalog. */
export function renderCsv(reports: readonly ReportWithRecords[]): string {
  const rows = reports.flatMap((each) =>
    linesOf(each).map((line) => [each.report.originName, ...line]),
  );
  return stringify([['catalog', 'section', 'name', 'detail', 'value'], ...rows], {
    // A cell that begins like a formula is text in every spreadsheet.
    escape_formulas: true,
  });
}

function linesOf({ report, leftOut }: ReportWithRecords): (string | number)[][] {
  return [
    ...report.counts.flatMap(({ kind, total, migrated, earlier, leftOut: out }) => [
      ['count', kind, 'total', total],
      ['count', kind, 'migrated', migrated],
      ['count', kind, 'earlier', earlier],
      ['count', kind, 'leftOut', out],
    ]),
    ...report.sources.map((each) => ['source', each.name, each.path, each.images]),
    ...report.absentPrefixes.map(({ prefix, images }) => ['absentPrefix', prefix, '', images]),
    ...Object.entries(report.files).map(([name, count]) => ['files', name, '', count]),
    ...Object.entries(report.dates).map(([name, count]) => ['dates', name, '', count]),
    ['dates', 'zonesIgnored', '', report.zonesIgnored],
    ['hashesToRecompute', '', '', report.hashesToRecompute],
    ...report.leftOut.map(({ kind, reason, count }) => ['leftOutGroup', kind, reason, count]),
    ...leftOut.map((row) => ['leftOut', row.kind, row.leftOut ?? '', row.legacyId]),
    ...report.notes.map((note) => ['note', note, '', '']),
  ];
}
