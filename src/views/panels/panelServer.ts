import { ErrorCodes, ResponseError, type MessageConnection } from 'vscode-jsonrpc';
import { toCatalogError, type CatalogError } from '../../catalog/model/errors.js';
import {
  maximumPageSize,
  panelErrorCode,
  type NoParams,
  type PageRange,
  type PanelErrorData,
} from '../panelProtocol.js';

/** Reads the parameters of a request, or throws InvalidParams. What a webview sends is never trusted. */
export type ParamsReader<Params> = (value: unknown) => Params;

export type RequestEntries<Requests> = {
  readonly [Method in keyof Requests]: { readonly params: object; readonly result: unknown };
};

/** A reader of its parameters and a handler for every request; a method that is not here does not exist. */
export type PanelService<Requests extends RequestEntries<Requests>> = {
  readonly [Method in keyof Requests]: {
    readonly read: ParamsReader<Requests[Method]['params']>;
    readonly handle: (
      params: Requests[Method]['params'],
    ) => Promise<Requests[Method]['result']> | Requests[Method]['result'];
  };
};

/** Serves the requests of a webview. Errors of the engine leave with their code and a translated message. */
export function servePanel<Requests extends RequestEntries<Requests>>(
  connection: MessageConnection,
  service: PanelService<Requests>,
  describeError: (error: CatalogError) => string,
): void {
  for (const method of Object.keys(service) as (keyof Requests & string)[]) {
    const { read, handle } = service[method];
    connection.onRequest(method, async (value: unknown): Promise<unknown> => {
      const params = read(value);
      try {
        return await handle(params);
      } catch (thrown) {
        if (thrown instanceof ResponseError) throw thrown;
        const error = toCatalogError(thrown);
        const data: PanelErrorData = { code: error.code };
        throw new ResponseError(panelErrorCode, describeError(error), data);
      }
    });
  }
}

/** The request for what a panel shows besides rows; tells the title when there is something to show. */
export function loadRequest<Model extends { readonly status: string }>(
  load: () => Promise<Model>,
  onTitle: (title: string) => void,
): { readonly read: ParamsReader<NoParams>; readonly handle: () => Promise<Model> } {
  return {
    read: readNoParams,
    handle: () => titled(load(), onTitle),
  };
}

/** Passes on what is shown, and tells the title if it has one. */
export async function titled<Model extends { readonly status: string }>(
  loaded: Promise<Model>,
  onTitle: (title: string) => void,
): Promise<Model> {
  const model = await loaded;
  if ('title' in model && typeof model.title === 'string') onTitle(model.title);
  return model;
}

function invalid(name: string): ResponseError<void> {
  return new ResponseError(ErrorCodes.InvalidParams, `Invalid value for "${name}"`);
}

/** The parameters as an object without a prototype's keys. */
export function readRecord(value: unknown, name = 'params'): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(name);
  return Object.fromEntries(Object.entries(value));
}

export function readNoParams(value: unknown): NoParams {
  readRecord(value);
  return {};
}

export function readBoolean(value: unknown, name: string): boolean {
  if (typeof value !== 'boolean') throw invalid(name);
  return value;
}

/** A whole number from the minimum to the maximum. */
export function readInteger(
  value: unknown,
  name: string,
  minimum = 0,
  maximum = Number.MAX_SAFE_INTEGER,
): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw invalid(name);
  if (value < minimum || value > maximum) throw invalid(name);
  return value;
}

/** One of the words of a list. */
export function readWord<Word extends string>(
  value: unknown,
  name: string,
  words: readonly Word[],
): Word {
  const word = words.find((candidate) => candidate === value);
  if (word === undefined) throw invalid(name);
  return word;
}

/** At most `maximum` whole numbers. */
export function readIntegers(value: unknown, name: string, maximum: number): readonly number[] {
  if (!Array.isArray(value) || value.length > maximum) throw invalid(name);
  return value.map((entry) => readInteger(entry, name));
}

/** A short text of the characters that ids and addresses of folders consist of. */
export function readText(value: unknown, name: string, maximum = 2000): string {
  if (typeof value !== 'string' || value.length === 0 || value.length > maximum)
    throw invalid(name);
  return value;
}

/** A text that may be empty. */
export function readMaybeText(value: unknown, name: string, maximum: number): string {
  return value === '' ? '' : readText(value, name, maximum);
}

/** At least one and at most `maximum` texts of the length of an id. */
export function readTexts(value: unknown, name: string, maximum: number): readonly string[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > maximum) throw invalid(name);
  return value.map((entry) => readText(entry, name, 100));
}

/** The page of a list: at most as many rows as a request may ask for. */
export function readPageRange(value: unknown): PageRange {
  const record = readRecord(value);
  return {
    offset: readInteger(record['offset'], 'offset'),
    limit: readInteger(record['limit'], 'limit', 1, maximumPageSize),
  };
}

/** What the editor kept of a panel over a window reload, or null if it is not what we wrote. */
export function readKeptIdentity<Identity>(
  state: unknown,
  readIdentity: (kept: Readonly<Record<string, unknown>>) => Identity,
): Identity | null {
  try {
    return readIdentity(readRecord(readRecord(state)['identity']));
  } catch {
    return null;
  }
}
