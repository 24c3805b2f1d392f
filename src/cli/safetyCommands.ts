import { Buffer } from 'node:buffer';
import path from 'node:path';
import { encodePathBytes } from '../catalog/files/pathBytes.js';
import type { ImportItem, ImportJobReport } from '../catalog/model/importJob.js';
import type { EraseCheck, EraseProblemReason } from '../catalog/model/safety.js';
import type { CommandContext } from './commands.js';
import { checkOutput, type OutputOptions } from './exportOutput.js';
import { jobResult } from './jobResult.js';
import { errorObject, exitCodes, printable, result, type CommandResult } from './output.js';
import { allPages, resolveSource } from './resolve.js';
import { returnedLines } from './storageCommands.js';

export async function recover({ engine }: CommandContext): Promise<CommandResult> {
  const report = await engine.recover({});
  const { interruptedJobs, filesFinished, filesReset, filesUndone, notes } = report;
  const text = [
    `${filesFinished} files finished, ${filesReset} taken back, ${filesUndone} undone.`,
    ...interruptedJobs.map((job) => `Interrupted: ${job} (resume or roll back)`),
    ...returnedLines(report),
    ...notes,
  ];
  return result(report, text.join('\n'));
}

export async function resume(
  { engine, control }: CommandContext,
  jobId: string,
): Promise<CommandResult> {
  const job = await engine.resumeImportJob({ jobId }, control);
  return jobResult(engine, job);
}

export async function rollBack(context: CommandContext, jobId: string): Promise<CommandResult> {
  const job = await context.engine.rollBackImportJob({ jobId }, context.control);
  return takenBack(context, job);
}

export async function undo(context: CommandContext, jobId: string): Promise<CommandResult> {
  const job = await context.engine.undoImportJob({ jobId }, context.control);
  return takenBack(context, job);
}

/** What stayed is listed with its reason; the exit code says whether anything did. */
async function takenBack(
  { engine, control }: CommandContext,
  job: ImportJobReport,
): Promise<CommandResult> {
  const states = ['DONE', 'RELEASED', 'SOURCE_KEPT', 'UNDOING'] as const;
  const left = await allPages(
    async (offset, limit) =>
      (await engine.listImportItems({ jobId: job.id, states, offset, limit })).items,
  );
  const kept = left.map(keptObject);
  const lines = kept.map(({ sourcePath, error }) =>
    printable(error?.message ?? `${sourcePath} was kept.`),
  );
  const text = [`${job.error ?? job.status} (job ${job.id})`, ...lines].join('\n');
  const cutOff = control.signal?.aborted ? exitCodes.failed : exitCodes.fileErrors;
  return result({ ...job, kept }, text, kept.length === 0 ? exitCodes.ok : cutOff);
}

function keptObject(item: ImportItem) {
  const { errorCode, errorData, sourcePath, destinationPath } = item;
  const error = errorCode === null ? null : errorObject(errorCode, errorData ?? {});
  return { sourcePath, destinationPath, error };
}

/** Prints the manifest itself, so that it can be piped; with `--output` writes it. */
export async function manifest(
  { engine }: CommandContext,
  jobId: string,
  options: OutputOptions,
): Promise<CommandResult> {
  if (options.output === undefined || options.output === '-' || options.dryRun) {
    const found = await engine.getJobManifest({ jobId });
    if (options.dryRun) {
      await checkOutput(engine, options);
      return result(found, `Would write ${found.fileCount} checksums.`);
    }
    return { ...result(found, ''), bytes: Buffer.from(encodePathBytes(found.text)) };
  }
  const output = path.resolve(options.output);
  const written = await engine.writeJobManifest({
    jobId,
    path: output,
    overwrite: options.overwrite ?? false,
  });
  const folder = written.directory ?? '/';
  const text = `Wrote ${written.fileCount} checksums to ${output}. Check them with sha256sum -c in ${folder}.`;
  return result({ ...written, output }, text);
}

const reasons: Readonly<Record<EraseProblemReason, string>> = {
  NOT_IN_CATALOG: 'not in the catalog',
  CHANGED: 'changed since it was imported',
  ONLY_REFERENCED: 'only referenced: the catalog has no managed copy',
  COPY_DAMAGED: 'its managed copy is missing or damaged',
  COPY_IN_SOURCE: 'its managed copy lies in the source itself',
  UNREADABLE: 'could not be read',
};

/** Exit code 0 only if everything of the source stands verified in the managed directory. */
export async function safeToErase(
  { engine, control }: CommandContext,
  sourceName: string,
): Promise<CommandResult> {
  const source = await resolveSource(engine, sourceName);
  const check = await engine.checkSafeToErase({ sourceId: source.id }, control);
  return result(check, eraseText(check), check.safe ? exitCodes.ok : exitCodes.fileErrors);
}

function eraseText(check: EraseCheck): string {
  const others =
    check.others.length === 0
      ? []
      : [
          'These files are neither photos nor videos and are not in the catalog:',
          ...check.others.map(printable),
        ];
  if (check.safe) {
    const head = `Safe to erase: all ${check.filesChecked} files were read back and compared.`;
    return [head, ...others].join('\n');
  }
  const lines = check.problems.map(({ relativePath, reason, detail }) =>
    printable(
      [relativePath, reasons[reason], ...(detail === null ? [] : [`(${detail})`])].join(': '),
    ),
  );
  const head = `NOT safe to erase: ${check.problems.length} of ${check.filesChecked} files would be lost.`;
  return [head, ...lines, ...others].join('\n');
}
