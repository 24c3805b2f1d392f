import { Buffer } from 'node:buffer';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { encodePathBytes } from '../catalog/files/pathBytes.js';
import { CatalogError } from '../catalog/model/errors.js';
import type { ExportPart, ExportRequest } from '../catalog/model/exports.js';
import type { CatalogOperations } from '../catalog/protocol.js';
import type { CommandContext } from './commands.js';
import { result, type CommandResult } from './output.js';

export interface OutputOptions {
  /** A new file; `-` or nothing: the standard output. */
  readonly output?: string;
  readonly overwrite?: boolean;
  readonly dryRun?: boolean;
}

/**
 * Writes an export to a file, or to the standard output in parts, for other programs.
 * @param noun what is counted, for people: `images`
 * @throws CatalogError INVALID_ARGUMENT if a second JSON document would be printed
 */
export async function printExport(
  { engine, control, json }: CommandContext,
  request: ExportRequest,
  options: OutputOptions,
  noun: string,
): Promise<CommandResult> {
  const output = isStandard(options) ? null : (options.output ?? '');
  if (options.dryRun) {
    await checkOutput(engine, options);
    const { total } = await engine.readExport({ request, limit: 1 });
    const place = output === null ? null : path.resolve(output);
    const text = `Would export ${total ?? 0} ${noun}${place === null ? '' : ` to ${place}`}.`;
    return result({ dryRun: true, count: total, path: place }, text);
  }
  if (output !== null) {
    const { overwrite = false } = options;
    const input = { request, path: path.resolve(output), overwrite };
    const written = await engine.writeExport(input, control);
    const check =
      request.format === 'sha256'
        ? ` Check them with sha256sum -c in ${written.directory ?? '/'}.`
        : '';
    return result(written, `Wrote ${written.count} ${noun} to ${written.path}.${check}`);
  }
  if (json && request.format !== 'json') {
    const detail = 'with --json, give --output or --format json';
    throw new CatalogError('INVALID_ARGUMENT', { name: 'output', detail });
  }
  await print(bytesOf(engine, request));
  return { ...result(null, ''), printed: true };
}

/** True if it goes to the standard output. */
export const isStandard = ({ output }: OutputOptions): boolean =>
  output === undefined || output === '-';

/** For a dry run. @throws CatalogError OUTPUT_EXISTS as the writing would */
export async function checkOutput(
  engine: CatalogOperations,
  options: OutputOptions,
): Promise<void> {
  if (isStandard(options)) return;
  const { output = '', overwrite = false } = options;
  await engine.checkOutput({ path: path.resolve(output), overwrite });
}

async function* bytesOf(
  engine: CatalogOperations,
  request: ExportRequest,
): AsyncGenerator<Uint8Array> {
  for (let from: number | null = 0; from !== null;) {
    const part: ExportPart = await engine.readExport({ request, from });
    // Names in a manifest that are not UTF-8 get their own bytes back.
    yield request.format === 'sha256' ? encodePathBytes(part.text) : Buffer.from(part.text);
    from = part.next;
  }
}

async function print(parts: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    await pipeline(Readable.from(parts), process.stdout, { end: false });
  } catch (error) {
    // The reader has seen enough, as `head` does.
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}
