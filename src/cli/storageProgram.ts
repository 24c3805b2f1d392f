import type { Command } from 'commander';
import type { CommandContext } from './commands.js';
import { count, type CommandResult } from './output.js';
import * as safety from './safetyCommands.js';
import * as storage from './storageCommands.js';

type Run = (command: (context: CommandContext) => Promise<CommandResult>) => Promise<void>;

/** The commands around storage, exports, backups and the audit log. */
export function addStorageCommands(program: Command, run: Run): void {
  const readsOnly = (command: Command): Command =>
    command.option('--dry-run', 'accepted everywhere; this command changes nothing anyway');
  readsOnly(program.command('storage'))
    .description('show what a catalog takes: by source, format and year, and what lies beside it')
    .argument('[catalog]', 'id or name; default all')
    .action((catalog?: string) => run((context) => storage.storage(context, catalog)));
  writesOutput(program.command('export'))
    .description('print the images of a catalog as a table with the columns of docs/export.md')
    .argument('<catalog>', 'id or name')
    .option('--format <format>', 'csv, json, ndjson or sha256; default csv, or json with --json')
    .option('--source <source>', 'only this source, by id or name')
    .option('--query <text>', 'only what a search finds')
    .option('--bom', 'begin a CSV file with the mark that spreadsheet programs need')
    .action((catalog: string, options: storage.SelectionOptions & { format?: string }) =>
      run((context) => storage.exportImages(context, catalog, options)),
    );
  writesOutput(program.command('manifest'))
    .description('print the checksums of a job, catalog, source or search for sha256sum -c')
    .argument('[job]', 'id')
    .option('--catalog <catalog>', 'id or name')
    .option('--source <source>', 'id or name')
    .option('--query <text>', 'only what a search finds')
    .action((job: string | undefined, options: storage.SelectionOptions & { catalog?: string }) =>
      run((context) =>
        job === undefined
          ? storage.selectionManifest(context, options)
          : safety.manifest(context, job, options),
      ),
    );
  program
    .command('backups')
    .description('list the backups of the catalog file, newest first')
    .action(() => run((context) => storage.listBackups(context)));
  writesOutput(program.command('backup'))
    .description('copy the catalog file and check the copy')
    .action((options: storage.SelectionOptions) =>
      run((context) => storage.backUp(context, options)),
    );
  program
    .command('restore')
    .description('put a backup in the place of the catalog file, which is kept')
    .argument('<backup>', 'file')
    .option('--dry-run', 'check the backup and say what is in it')
    .action((backup: string, options: { dryRun?: boolean }) =>
      run((context) => storage.restore(context, backup, options)),
    );
  writesOutput(program.command('audit'))
    .description('list who did what when to which file, newest first')
    .option('--action <name>', 'for example delete-image')
    .option('--file <path>', 'what happened to a file, or to files of that name')
    .option('--text <text>', 'a part of a path or of what else is noted')
    .option('--since <date>', '2024-06-01, or a time with its zone')
    .option('--until <date>', 'a date inclusive, or a time')
    .option('--catalog <catalog>', 'id or name, also of one that was deleted')
    .option('--job <id>', 'an import job')
    .option('--limit <n>', 'how many at most', count)
    .option('--format <format>', 'csv, json or ndjson: an export, oldest first')
    .action((options: storage.AuditOptions) => run((context) => storage.audit(context, options)));
}

function writesOutput(command: Command): Command {
  return command
    .option('--output <file>', 'write to a new file')
    .option('--overwrite', 'replace a file of that name')
    .option('--dry-run', 'only say what would be written');
}
