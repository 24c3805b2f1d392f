import { InvalidArgumentError } from 'commander';
import {
  CatalogError,
  errorMessages,
  fillMessage,
  type ErrorCode,
  type ErrorData,
} from '../catalog/model/errors.js';
import type { ProgressReport } from '../catalog/model/progress.js';

/** Exit codes of the command line. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, fileErrors: 3 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What a command gives back: a JSON document, the same for people, and how it ended. */
export interface CommandResult {
  readonly json: unknown;
  readonly text: string;
  readonly exitCode: ExitCode;
  /** Printed instead of the text: paths need not be UTF-8. */
  readonly bytes?: Uint8Array;
  /** It is on stdout already. */
  readonly printed?: boolean;
}

/** A whole number, as an option's value. */
export function count(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new InvalidArgumentError('Give a whole number, 0 or more.');
  }
  return value;
}

export function result(
  json: unknown,
  text: string,
  exitCode: ExitCode = exitCodes.ok,
): CommandResult {
  return { json, text, exitCode };
}

/** The JSON form of an error of one file or of the whole command. */
export function errorObject(
  code: ErrorCode,
  data: ErrorData,
): { code: ErrorCode; message: string; data: ErrorData } {
  return { code, message: fillMessage(errorMessages[code], data), data };
}

/** What was typed is wrong, not what was found. */
const usageErrors: ReadonlySet<ErrorCode> = new Set([
  'IMPORT_MODE_INVALID',
  'STRATEGY_INVALID',
  'INVALID_ARGUMENT',
  'QUERY_INVALID',
  'LEGACY_MAPPING_INVALID',
]);

export function errorResult(error: CatalogError): CommandResult {
  const exitCode = usageErrors.has(error.code) ? exitCodes.usage : exitCodes.failed;
  const json = { error: errorObject(error.code, error.data) };
  return result(json, printable(error.message), exitCode);
}

/** The value that was typed, in any case. @throws CatalogError INVALID_ARGUMENT */
export function choice<Value extends string>(
  name: string,
  values: readonly Value[],
  typed: string | undefined,
): Value | undefined {
  if (typed === undefined) return undefined;
  const known = values.find((value) => value === typed.toLowerCase());
  if (known !== undefined) return known;
  const detail = `"${typed}" is none of ${values.join(', ')}`;
  throw new CatalogError('INVALID_ARGUMENT', { name, detail });
}

// File names come from strangers' cards: they must not move the cursor, colour the terminal or turn the
// reading direction. U+F780 and up stand for bytes that are not UTF-8.
const unprintable = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}\uf780-\uf7ff]/gu;

/** The text on one line, with what a terminal would act upon written as `\xNN` or `\u{NNNN}`. */
export function printable(text: string): string {
  return text.replace(unprintable, (character) => {
    const code = character.codePointAt(0) ?? 0;
    const byte = code >= 0xf780 && code <= 0xf7ff ? code - 0xf700 : code;
    const hex = byte.toString(16);
    return byte < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`;
  });
}

const listedInText = 100;

/** The first lines of a long list; `--json` has all of them. */
export function firstLines(lines: readonly string[]): string[] {
  const more = lines.length - listedInText;
  return [
    ...lines.slice(0, listedInText),
    ...(more > 0 ? [`and ${more} more (--json names all)`] : []),
  ];
}

/** Columns padded to their widest cell; the last one is not padded. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows.map((row) => row.map(printable))];
  const widths = header.map((_, column) =>
    Math.max(...all.map((row) => (row[column] ?? '').length)),
  );
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Rewrites one line of stderr on a terminal; on a pipe one line every few seconds is enough. */
export function progressPrinter(
  stream: NodeJS.WriteStream,
  now: () => number = Date.now,
): { report: (report: ProgressReport) => void; end: () => void } {
  // A short run on a pipe stays silent.
  let last = stream.isTTY ? 0 : now();
  let open = false;
  return {
    report: (report) => {
      const interval = stream.isTTY ? 100 : 5000;
      if (now() - last < interval) return;
      last = now();
      open = true;
      stream.write(
        stream.isTTY ? `\r\u001b[K${progressLine(report)}` : `${progressLine(report)}\n`,
      );
    },
    end: () => {
      if (open && stream.isTTY) stream.write('\r\u001b[K');
    },
  };
}

function progressLine(report: ProgressReport): string {
  const total = report.filesTotal === null ? '' : ` of ${report.filesTotal}`;
  const rate =
    report.bytesPerSecond > 0 ? `, ${(report.bytesPerSecond / 1e6).toFixed(1)} MB/s` : '';
  const left = report.secondsLeft === null ? '' : `, ${Math.ceil(report.secondsLeft)} s left`;
  return `${report.phase}: ${report.filesDone}${total} files${rate}${left}`;
}
