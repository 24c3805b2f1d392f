import type { Command } from 'commander';
import path from 'node:path';
import { isPostgresAddress } from '../catalog/legacy/postgresReader.js';
import { CatalogError } from '../catalog/model/errors.js';
import type {
  MigrationReportFormat,
  MigrationRequest,
  PathMapping,
} from '../catalog/model/migration.js';
import { renderReport } from '../catalog/model/migrationText.js';
import type { CommandContext } from './commands.js';
import { printable, result, table, type CommandResult } from './output.js';

type Run = (command: (context: CommandContext) => Promise<CommandResult>) => Promise<void>;

interface MigrateOptions {
  readonly catalog?: readonly string[];
  readonly into?: string;
  readonly map?: readonly string[];
  readonly dryRun?: boolean;
  readonly list?: boolean;
  readonly report?: string;
}

const collect = (value: string, earlier: string[] | undefined): string[] => [
  ...(earlier ?? []),
  value,
];

export function addMigrateCommand(program: Command, run: Run): void {
  program
    .command('migrate')
    .description('bring an old catalog along; it is only read')
    .argument('<from>', 'folder, catalog.json, catalog.db, or postgres://user@host/database')
    .option('--catalog <name>', 'only this catalog of a database (repeatable)', collect)
    .option('--into <name>', 'the catalog that gets it; default: one of the same name')
    .option('--map <old=new>', 'where a folder of the old catalog is here (repeatable)', collect)
    .option('--dry-run', 'tell what would be done and write nothing')
    .option('--list', 'list the old catalogs and write nothing')
    .option('--report <file>', 'write the reports to a new .json, .csv or .md file')
    .action((from: string, options: MigrateOptions) =>
      run((context) => migrate(context, from, options)),
    );
}

async function migrate(
  { engine, control }: CommandContext,
  from: string,
  options: MigrateOptions,
): Promise<CommandResult> {
  const request: MigrationRequest = {
    from: isPostgresAddress(from) ? from : path.resolve(from),
    mappings: (options.map ?? []).map(parseMapping),
    ...(options.catalog && { catalogs: options.catalog }),
    ...(options.into !== undefined && { into: options.into }),
  };
  if (options.list === true) {
    const catalogs = await engine.listLegacyCatalogs({ from: request.from });
    const rows = catalogs.map((each) => [
      each.name,
      each.imageCount === null ? '-' : String(each.imageCount),
      each.migratedTo?.catalogName ?? '-',
      each.sourceDirectories.join(' ') || '-',
      each.id,
    ]);
    return result(catalogs, table(['NAME', 'IMAGES', 'MIGRATED TO', 'SOURCES', 'ID'], rows));
  }
  const reports =
    options.dryRun === true
      ? await engine.planMigration(request, control)
      : await engine.migrateLegacy(request, control);
  if (options.report !== undefined) {
    const file = path.resolve(options.report);
    const migrationIds = reports.flatMap(({ migrationId }) => migrationId ?? []);
    if (migrationIds.length > 0) {
      await engine.writeMigrationReport({ migrationIds, path: file, format: formatOf(file) });
    }
  }
  const text = reports.map(renderReport).join('\n').split('\n').map(printable).join('\n');
  return result(reports, text);
}

/** @throws CatalogError LEGACY_MAPPING_INVALID */
export function parseMapping(text: string): PathMapping {
  const at = text.indexOf('=');
  const [from, to] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  if (at <= 0 || from === '' || to === '') {
    throw new CatalogError('LEGACY_MAPPING_INVALID', { mapping: text });
  }
  return { from, to: path.resolve(to) };
}

function formatOf(file: string): MigrationReportFormat {
  const extension = path.extname(file).toLowerCase();
  return extension === '.json' ? 'json' : extension === '.csv' ? 'csv' : 'text';
}
