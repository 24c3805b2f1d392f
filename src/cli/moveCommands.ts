import type {
  ConvertRequest,
  MoveForecast,
  ReorganizeRequest,
} from '../catalog/model/fileOperation.js';
import type { CommandContext } from './commands.js';
import { codeFor, keptLines, keptObject, operationResult } from './operationResult.js';
import { exitCodes, printable, result, type CommandResult } from './output.js';
import { resolveCatalog, resolveSource } from './resolve.js';

/** Which images, and how their files are to be named. */
export interface MoveOptions {
  readonly source?: string;
  readonly image?: readonly string[];
  readonly strategy?: string;
  readonly dryRun?: boolean;
}

/** Copies referenced files into the managed directory; the originals stay. */
export async function convert(
  context: CommandContext,
  catalog: string,
  options: MoveOptions,
): Promise<CommandResult> {
  const { engine, control } = context;
  const request = await requestOf(context, catalog, options);
  if (!options.dryRun) return operationResult(await engine.convertToManaged(request, control));
  const forecast = await engine.forecastConvert({ ...request, limit: Infinity }, control);
  const { images, files, bytes, bytesNeeded, freeBytes, enoughSpace } = forecast;
  return planResult(forecast, [
    `Would copy ${files} files of ${images} images (${bytes} bytes) to ${forecast.managedDirectory}.`,
    ...(enoughSpace
      ? []
      : [`Not enough room: ${bytesNeeded} bytes are needed, ${freeBytes} free.`]),
  ]);
}

/** Moves managed files within the managed directory to where a strategy puts them. */
export async function reorganize(
  context: CommandContext,
  catalog: string,
  options: MoveOptions,
): Promise<CommandResult> {
  const { engine, control } = context;
  const request = await requestOf(context, catalog, options);
  if (!options.dryRun) return operationResult(await engine.reorganizeFiles(request, control));
  const forecast = await engine.forecastReorganize({ ...request, limit: Infinity }, control);
  const { images, files, bytes, unchanged, managedDirectory, organizationStrategy } = forecast;
  return planResult(forecast, [
    `Would move ${files} files of ${images} images (${bytes} bytes) in ${managedDirectory} by ${organizationStrategy}; ${unchanged} images are in place.`,
  ]);
}

async function requestOf(
  { engine }: CommandContext,
  catalog: string,
  options: MoveOptions,
): Promise<ConvertRequest & ReorganizeRequest> {
  const { id: catalogId } = await resolveCatalog(engine, catalog);
  const source = options.source === undefined ? null : await resolveSource(engine, options.source);
  return {
    catalogId,
    ...(source && { sourceId: source.id }),
    ...(options.image && { imageIds: options.image }),
    ...(options.strategy !== undefined && { organizationStrategy: options.strategy }),
  };
}

function planResult(forecast: MoveForecast, figures: readonly string[]): CommandResult {
  const { moves, refused, refusedCount, enoughSpace } = forecast;
  const lines = [
    ...moves.map(({ from, to }) => `${from} -> ${to}`),
    ...figures,
    ...keptLines(refused),
  ];
  const json = { dryRun: true, ...forecast, refused: refused.map(keptObject) };
  const code = enoughSpace ? codeFor(refusedCount) : exitCodes.failed;
  return result(json, lines.map(printable).join('\n'), code);
}
