import type { Command } from 'commander';
import type { CommandContext } from './commands.js';
import type { CommandResult } from './output.js';
import * as safety from './safetyCommands.js';

type Run = (command: (context: CommandContext) => Promise<CommandResult>) => Promise<void>;

/** The commands around crashes, undo and erasing. */
export function addSafetyCommands(program: Command, run: Run): void {
  program
    .command('recover')
    .description('bring files and entries together after a crash, and list interrupted jobs')
    .action(() => run((context) => safety.recover(context)));
  program
    .command('resume')
    .description('go on with an interrupted import job')
    .argument('<job>', 'id')
    .action((job: string) => run((context) => safety.resume(context, job)));
  program
    .command('rollback')
    .description('take back what an interrupted import job did')
    .argument('<job>', 'id')
    .action((job: string) => run((context) => safety.rollBack(context, job)));
  program
    .command('undo')
    .description('take back what a finished import job did, as far as it is unchanged')
    .argument('<job>', 'id')
    .action((job: string) => run((context) => safety.undo(context, job)));
  program
    .command('safe-to-erase')
    .description('check that every file of a source has a verified managed copy')
    .argument('<source>', 'id or name')
    .action((source: string) => run((context) => safety.safeToErase(context, source)));
}
