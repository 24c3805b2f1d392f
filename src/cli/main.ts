import { Command, CommanderError, Option } from 'commander';
import path from 'node:path';
import { openCatalogEngine } from '../catalog/engine.js';
import { CatalogError, toCatalogError } from '../catalog/model/errors.js';
import { defaultMachineStateDirectory } from '../catalog/store/machineState.js';
import * as commands from './commands.js';
import type { CommandContext } from './commands.js';
import { listImages, type ListImagesOptions } from './imageCommands.js';
import { duplicates, type DuplicatesOptions } from './duplicatesCommand.js';
import { count, errorResult, exitCodes, progressPrinter, type CommandResult } from './output.js';
import { makePictures } from './pictureCommands.js';
import { addFileCommands } from './fileProgram.js';
import { addMigrateCommand } from './migrateCommand.js';
import { addSafetyCommands } from './safetyProgram.js';
import { addStorageCommands } from './storageProgram.js';

type Run = (context: CommandContext) => Promise<CommandResult>;

/** Opens the engine on the chosen workspace, runs one command, prints its result and closes the engine. */
async function execute(program: Command, run: Run): Promise<void> {
  const { workspace, json } = program.opts<{ workspace: string; json?: boolean }>();
  const progress = progressPrinter(process.stderr);
  const cancellation = new AbortController();
  process.once('SIGINT', () => {
    cancellation.abort();
  });
  let outcome: CommandResult;
  try {
    const engine = openCatalogEngine({
      workspaceDirectory: path.resolve(workspace),
      trusted: true,
      client: 'command-line',
      machineStateDirectory: defaultMachineStateDirectory(),
    });
    try {
      const control = { signal: cancellation.signal, onProgress: progress.report };
      outcome = await run({ engine, control, json: json === true });
    } finally {
      await engine.close();
    }
  } catch (error) {
    outcome = errorResult(toCatalogError(error));
  }
  progress.end();
  process.exitCode = outcome.exitCode;
  if (outcome.printed) return;
  if (json === true) process.stdout.write(`${JSON.stringify(outcome.json, null, 2)}\n`);
  else if (outcome.exitCode === exitCodes.failed || outcome.exitCode === exitCodes.usage) {
    process.stderr.write(`${outcome.text}\n`);
  } else process.stdout.write(outcome.bytes ?? `${outcome.text}\n`);
}

const collect = (value: string, earlier: string[] | undefined): string[] => [
  ...(earlier ?? []),
  value,
];

function buildProgram(): Command {
  const program = new Command('image-catalog');
  const run = (command: Run): Promise<void> => execute(program, command);
  program
    .description('Import, catalogue and look after photos and image datasets.')
    .option('--workspace <dir>', 'folder whose .image-catalog holds the catalog file', '.')
    .option('--json', 'print one JSON document on stdout')
    .exitOverride()
    .showHelpAfterError('(see --help)');

  program
    .command('create')
    .description('make a catalog')
    .argument('<name>')
    .option('--managed <dir>', 'where imports by copy or move go')
    .option('--strategy <pair>', 'for example YEAR_SLASH_MONTH_DAY/TIME_CHECKSUM')
    .action((name: string, options: { managed?: string; strategy?: string }) =>
      run((context) => commands.createCatalog(context, name, options)),
    );
  program
    .command('catalogs')
    .description('list the catalogs')
    .action(() => run((context) => commands.listCatalogs(context)));
  program
    .command('sources')
    .description('list the sources')
    .argument('[catalog]', 'id or name')
    .action((catalog?: string) => run((context) => commands.listSources(context, catalog)));
  program
    .command('add-source')
    .description('add a folder as a source')
    .argument('<catalog>', 'id or name')
    .argument('<dir>')
    .option('--name <name>')
    .option('--mode <mode>', 'reference, copy or move')
    .action((catalog: string, directory: string, options: { name?: string; mode?: string }) =>
      run((context) => commands.addSource(context, catalog, directory, options)),
    );
  program
    .command('scan')
    .description('show what an import of a source would bring')
    .argument('<source>', 'id or name')
    .option('--exclude <glob>', 'leave files out; may be repeated', collect)
    .action((source: string, options: { exclude?: string[] }) =>
      run((context) => commands.scan(context, source, options)),
    );
  program
    .command('import')
    .description('scan a source and import its new files')
    .argument('<source>', 'id or name')
    .addOption(new Option('--mode <mode>', 'reference, copy or move'))
    .option('--strategy <pair>')
    .option('--no-skip-duplicates', 'list every duplicate sighting in the job')
    .option('--exclude <glob>', 'leave files out; may be repeated', collect)
    .action(
      (
        source: string,
        options: { mode?: string; strategy?: string; skipDuplicates: boolean; exclude?: string[] },
      ) => run((context) => commands.importSource(context, source, options)),
    );
  program
    .command('jobs')
    .description('list the import jobs, newest first')
    .argument('[catalog]', 'id or name')
    .action((catalog?: string) => run((context) => commands.listJobs(context, catalog)));
  program
    .command('job')
    .description('show an import job and its files')
    .argument('<id>')
    .action((id: string) => run((context) => commands.showJob(context, id)));
  program
    .command('images')
    .description('list the images of a catalog')
    .argument('<catalog>', 'id or name')
    .option('--query <text>', 'find images, and print their paths: "camera:canon taken:2023 beach"')
    .option('--sort <order>', 'captured, name, size or imported')
    .option('--descending', 'the last first')
    .option('--limit <n>', 'how many at most', count)
    .option('--offset <n>', 'how many to pass over first', count)
    .action((catalog: string, options: ListImagesOptions) =>
      run((context) => listImages(context, catalog, options)),
    );
  program
    .command('inspect')
    .description('show what is read from files, catalogued or not')
    .argument('<file...>')
    .action((files: string[]) => run((context) => commands.inspect(context, files)));
  program
    .command('pictures')
    .description('make the thumbnails and hashes of a catalog that are still to make')
    .argument('<catalog>', 'id or name')
    .option('--rebuild', 'make all of them anew')
    .option('--failed', 'also try again what has failed')
    .action((catalog: string, options: { rebuild?: boolean; failed?: boolean }) =>
      run((context) => makePictures(context, catalog, options)),
    );
  program
    .command('duplicates')
    .description(
      'list duplicates: equal bytes, picture data or pixels, and pictures that look alike',
    )
    .argument('<catalog>', 'id or name')
    .option('--level <level>', 'bytes, data, pixels or similar; default all')
    .option('--method <method>', 'dhash, ahash, whash or phash')
    .option('--threshold <n>', 'differing bits at most', count)
    .option('--across-sources', 'only groups with members from several sources')
    .option('--within-source', 'only what is duplicated within one source')
    .action((catalog: string, options: DuplicatesOptions) =>
      run((context) => duplicates(context, catalog, options)),
    );
  addSafetyCommands(program, run);
  addStorageCommands(program, run);
  addFileCommands(program, run);
  addMigrateCommand(program, run);
  return program;
}

/** Runs the command line; sets process.exitCode. */
async function main(): Promise<void> {
  const program = buildProgram();
  try {
    await program.parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    // The text for people is on stderr already.
    if (error.exitCode === 0 || !process.argv.includes('--json')) return;
    const detail = error.code === 'commander.help' ? 'none was given (see --help)' : error.message;
    const usage = errorResult(new CatalogError('INVALID_ARGUMENT', { name: 'command', detail }));
    process.stdout.write(`${JSON.stringify(usage.json, null, 2)}\n`);
  }
}

void main();
