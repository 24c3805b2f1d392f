import type { ImportItem, ImportJobReport } from '../catalog/model/importJob.js';
import type { CatalogOperations } from '../catalog/protocol.js';
import { errorObject, exitCodes, printable, result, type CommandResult } from './output.js';
import { allPages } from './resolve.js';

/** A finished job: its counts, then every file that failed or stayed at the source, with the reason. */
export async function jobResult(
  engine: CatalogOperations,
  job: ImportJobReport,
): Promise<CommandResult> {
  const states = ['FAILED', 'SOURCE_KEPT'] as const;
  const items = await allPages(
    async (offset, limit) =>
      (await engine.listImportItems({ jobId: job.id, states, offset, limit })).items,
  );
  return result(job, [jobText(job), ...items.map(itemText)].join('\n'), jobExitCode(job));
}

export function jobText(job: ImportJobReport): string {
  const counts = `${job.filesImported} imported, ${job.filesSkipped} skipped, ${job.filesFailed} failed`;
  const { sourceKept } = job.itemCounts;
  const kept = sourceKept === 0 ? '' : ` ${sourceKept} originals could not be removed.`;
  const head = `${job.status}: ${counts} of ${job.filesDiscovered} (job ${job.id}).${kept}`;
  return job.error === null ? head : `${head}\n${printable(job.error)}`;
}

/** One line: the state, the file, and why if something went wrong. */
export function itemText(item: ImportItem): string {
  const head = `${item.state.padEnd(11)} ${printable(item.sourcePath)}`;
  if (item.errorCode === null) return head;
  const { message } = errorObject(item.errorCode, item.errorData ?? {});
  return `${head}: ${printable(message)}`;
}

function jobExitCode(job: ImportJobReport): CommandResult['exitCode'] {
  if (job.status === 'PARTIAL') return exitCodes.fileErrors;
  if (job.status !== 'SUCCESS') return exitCodes.failed;
  return job.itemCounts.sourceKept === 0 ? exitCodes.ok : exitCodes.fileErrors;
}
