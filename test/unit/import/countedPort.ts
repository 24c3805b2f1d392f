import type { FilePort } from '../../../src/catalog/files/filePort.js';

/** A port that numbers its calls and tells before each; with refuseLinks there are no hard links. */
export function counted(
  port: FilePort,
  refuseLinks: boolean,
  before: (call: number, name: string) => void,
): { files: FilePort; calls: () => number } {
  let calls = 0;
  const files = Object.fromEntries(
    Object.entries(port).map(([name, call]) => [
      name,
      (...args: never[]): unknown => {
        calls += 1;
        before(calls, name);
        if (refuseLinks && name === 'link') throw Object.assign(new Error(), { code: 'EPERM' });
        return (call as (...values: never[]) => unknown)(...args);
      },
    ]),
  ) as unknown as FilePort;
  return { files, calls: () => calls };
}
