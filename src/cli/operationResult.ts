import { isResumable, type FileOperationReport } from '../catalog/model/fileOperation.js';
import type { OperationControl } from '../catalog/model/progress.js';
import type { KeptFile } from '../catalog/model/safety.js';
import { errorObject, exitCodes, printable, result, type CommandResult } from './output.js';

/** What was done to files; the exit code says whether it came to its end, and whether anything stayed. */
export function operationResult(report: FileOperationReport): CommandResult {
  const { operation, kept, keptCount } = report;
  const { id, kind, status, imagesTotal, imagesDone, filesMoved, bytesMoved } = operation;
  const left = Math.max(0, imagesTotal - imagesDone);
  const lines = [
    `${status}: ${kind} of ${imagesDone} images, ${filesMoved} files (${bytesMoved} bytes) moved (operation ${id}).`,
    ...stopLines(report),
    ...(isResumable(status) && left > 0
      ? [`${left} images are left: "resume-operation ${id}" goes on with them.`]
      : []),
    ...keptLines(kept),
  ];
  const code = isResumable(status) ? exitCodes.failed : codeFor(keptCount);
  return reportResult(report, lines, code);
}

/** What was taken back of an operation. */
export function undoResult(report: FileOperationReport, control: OperationControl): CommandResult {
  const { operation, kept, keptCount, stoppedBy } = report;
  const { id, kind, status, imagesDone } = operation;
  const isCancelled = control.signal?.aborted === true;
  const lines = [
    status === 'UNDONE'
      ? `UNDONE: the ${kind} was taken back (operation ${id}).`
      : `${isCancelled ? 'CANCELLED: ' : ''}${imagesDone} images of the ${kind} are not taken back: "undo-operation ${id}" tries them again.`,
    ...stopLines(report),
    ...keptLines(kept),
  ];
  const isCutOff = status !== 'UNDONE' && (isCancelled || stoppedBy !== null);
  return reportResult(report, lines, isCutOff ? exitCodes.failed : codeFor(keptCount));
}

function stopLines({ stoppedBy }: FileOperationReport): string[] {
  return stoppedBy === null
    ? []
    : [`Stopped: ${errorObject(stoppedBy.code, stoppedBy.data).message}`];
}

function reportResult(
  report: FileOperationReport,
  lines: readonly string[],
  code: CommandResult['exitCode'],
): CommandResult {
  const { kept, stoppedBy } = report;
  const json = {
    ...report,
    stoppedBy: stoppedBy && errorObject(stoppedBy.code, stoppedBy.data),
    kept: kept.map(keptObject),
  };
  return result(json, lines.map(printable).join('\n'), code);
}

export const codeFor = (keptCount: number): CommandResult['exitCode'] =>
  keptCount === 0 ? exitCodes.ok : exitCodes.fileErrors;

export function keptObject({ path: file, code, data }: KeptFile) {
  return { path: file, error: errorObject(code, data) };
}

export const keptLines = (kept: readonly KeptFile[]): string[] =>
  kept.map((file) => keptObject(file).error.message);
