import type { Command } from 'commander';
import type { CommandContext } from './commands.js';
import * as files from './fileCommands.js';
import * as integrity from './integrityCommands.js';
import * as moves from './moveCommands.js';
import { count, type CommandResult } from './output.js';

type Run = (command: (context: CommandContext) => Promise<CommandResult>) => Promise<void>;

const dryRun = ['--dry-run', 'only say what would be done'] as const;

/** The commands on files that are in a catalog. */
export function addFileCommands(program: Command, run: Run): void {
  program
    .command('delete')
    .description('take images out of a catalog; referenced files always stay')
    .argument('<catalog>', 'id or name')
    .option('--image <id...>', 'these images')
    .option('--query <text>', 'what a search finds')
    .option('--files', 'move their managed files to the trash')
    .option('--changed', 'also files that were edited since they were imported')
    .option(...dryRun)
    .action((catalog: string, options: files.DeleteOptions) =>
      run((context) => files.deleteImages(context, catalog, options)),
    );
  program
    .command('delete-catalog')
    .description('remove a catalog; referenced files always stay, managed ones unless --files')
    .argument('<catalog>', 'id or name')
    .option('--files', 'move its managed files to the trash first')
    .option(...dryRun)
    .action((catalog: string, options: files.DeleteCatalogOptions) =>
      run((context) => files.deleteCatalog(context, catalog, options)),
    );
  program
    .command('convert')
    .description('copy referenced files into the managed directory; the originals stay')
    .argument('<catalog>', 'id or name')
    .option('--source <source>', 'only this source, by id or name')
    .option('--image <id...>', 'only these images')
    .option('--strategy <pair>', 'organization strategy; default that of the catalog')
    .option(...dryRun)
    .action((catalog: string, options: moves.MoveOptions) =>
      run((context) => moves.convert(context, catalog, options)),
    );
  program
    .command('reorganize')
    .description('move managed files within the managed directory to where a strategy puts them')
    .argument('<catalog>', 'id or name')
    .option('--strategy <pair>', 'organization strategy; default that of the catalog')
    .option('--source <source>', 'only this source, by id or name')
    .option('--image <id...>', 'only these images, and what belongs to them')
    .option(...dryRun)
    .action((catalog: string, options: moves.MoveOptions) =>
      run((context) => moves.reorganize(context, catalog, options)),
    );
  program
    .command('operations')
    .description('list what was done to files, newest first')
    .argument('[catalog]', 'id or name; default all')
    .action((catalog?: string) => run((context) => files.listOperations(context, catalog)));
  program
    .command('undo-operation')
    .description('take back what an operation on files did')
    .argument('<operation>', 'id')
    .action((operation: string) => run((context) => files.undoOperation(context, operation)));
  program
    .command('resume-operation')
    .description('go on with an operation on files that was interrupted or cancelled')
    .argument('<operation>', 'id')
    .action((operation: string) => run((context) => files.resumeOperation(context, operation)));
  program
    .command('empty-trash')
    .description('remove for good what deletions moved to the trash')
    .argument('[catalog]', 'id or name; not needed with --operation')
    .option('--operation <id>', 'only that of one deletion')
    .option(...dryRun)
    .action((catalog: string | undefined, options: { dryRun?: boolean; operation?: string }) =>
      run((context) => files.emptyTrash(context, catalog, options)),
    );
  addIntegrityCommands(program, run);
}

function addIntegrityCommands(program: Command, run: Run): void {
  program
    .command('check')
    .description('look up the files of a catalog: missing, out of reach, changed')
    .argument('<catalog>', 'id or name')
    .option('--source <source>', 'only this source, by id or name')
    .option('--accept-missing', 'mark files as missing even if it is a large share')
    .option(...dryRun)
    .action((catalog: string, options: integrity.CheckOptions) =>
      run((context) => integrity.check(context, catalog, options)),
    );
  program
    .command('relocate')
    .description('tell the catalog that a file or folder is at another place now')
    .argument('<old>', 'path that the catalog knows')
    .argument('<new>', 'path where it is')
    .option('--catalog <catalog>', 'only in this catalog, by id or name')
    .option('--accept-differing', 'also files whose content differs')
    .option('--read-all', 'read every file instead of believing size and time')
    .option(...dryRun)
    .action((from: string, to: string, options: integrity.RelocateOptions) =>
      run((context) => integrity.relocate(context, from, to, options)),
    );
  program
    .command('verify')
    .description('read managed files and compare them with their checksums')
    .argument('<catalog>', 'id or name')
    .option('--image <id...>', 'only these images')
    .option('--sample <n>', 'so many images, those verified longest ago', count)
    .option('--percent <n>', 'so many percent of them', count)
    .option('--not-for <days>', 'only those not verified for so many days', count)
    .option(...dryRun)
    .action((catalog: string, options: integrity.VerifyOptions) =>
      run((context) => integrity.verify(context, catalog, options)),
    );
  program
    .command('accept-edited')
    .description('take the present content of edited files for theirs')
    .argument('<image...>', 'ids')
    .option('--damaged', 'also files that look damaged rather than edited')
    .option(...dryRun)
    .action((images: string[], options: { dryRun?: boolean; damaged?: boolean }) =>
      run((context) => integrity.acceptEdited(context, images, options)),
    );
}
