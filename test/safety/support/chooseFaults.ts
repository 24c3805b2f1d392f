import type { Random } from './settings.js';

/** A call of an undisturbed run. */
export interface RecordedCall {
  readonly name: string;
  /** The functions of the product that led to it, innermost first, with their lines. */
  readonly site: string;
  /** Something was changed on the disk since the call before. */
  readonly isFirstOfState: boolean;
}

export interface ChosenFault<Kind> {
  readonly kind: Kind;
  readonly at: number;
  readonly forever: boolean;
}

/**
 * Faults that try every kind, once and for ever, at every place of the program that makes a call, in turns at the
 * calls that it makes; and every call with some of them.
 * @param atLeast faults at every single call
 */
export function chooseFaults<Kind>(
  calls: readonly RecordedCall[],
  kindsOf: (name: string) => readonly Kind[],
  random: Random,
  atLeast: number,
): ChosenFault<Kind>[] {
  const numbersOf = new Map<string, number[]>();
  calls.forEach(({ site }, index) => {
    const numbers = numbersOf.get(site);
    if (numbers) numbers.push(index + 1);
    else numbersOf.set(site, [index + 1]);
  });
  const chosen: ChosenFault<Kind>[] = [];
  for (const numbers of numbersOf.values()) {
    const kinds = kindsOf(calls[(numbers[0] ?? 1) - 1]?.name ?? '');
    const faults = kinds.flatMap((kind) => [
      { kind, forever: false },
      { kind, forever: true },
    ]);
    const turn = random.below(faults.length);
    const count = Math.max(faults.length, numbers.length * atLeast);
    for (let index = 0; index < count; index++) {
      // After all kinds have had their turn the next round begins with another call.
      const round = Math.floor(index / faults.length);
      const fault = faults[(turn + index) % faults.length];
      const at = numbers[(index + round) % numbers.length];
      if (fault && at !== undefined) chosen.push({ ...fault, at });
    }
  }
  return chosen.sort((a, b) => a.at - b.at);
}

/** The functions of the product that are running, innermost first. */
export function siteOf(name: string): string {
  const { stackTraceLimit } = Error;
  const own = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  Error.stackTraceLimit = 60;
  // Without looking up every position in the sources, which takes longer than all else.
  Error.prepareStackTrace = (_error, sites) => sites;
  const holder: { stack?: NodeJS.CallSite[] } = {};
  Error.captureStackTrace(holder);
  const sites = holder.stack ?? [];
  Error.stackTraceLimit = stackTraceLimit;
  delete (Error as { prepareStackTrace?: unknown }).prepareStackTrace;
  if (own) Object.defineProperty(Error, 'prepareStackTrace', own);
  const frames = sites.flatMap((site) => {
    const file = /src[\\/]catalog[\\/](.+)$/.exec(site.getFileName() ?? '')?.[1];
    if (file === undefined) return [];
    const position = `${site.getLineNumber() ?? 0}:${site.getColumnNumber() ?? 0}`;
    return [`${site.getFunctionName() ?? ''} ${file}:${position}`];
  });
  return [name, ...frames].join(' < ');
}
