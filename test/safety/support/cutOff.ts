import type { FilePort } from '../../../src/catalog/files/filePort.js';
import type { PortCall } from './faultyPort.js';
import { systemError, WatchedPort } from './faultyPort.js';
import type { SafetyWorld } from './world.js';

/**
 * Work on files whose process ends at a moment; then the catalog is opened anew.
 * @returns the id of its operation
 */
export async function cutOffOperation(
  world: SafetyWorld,
  inner: FilePort,
  isMoment: (call: PortCall) => boolean,
  start: (files: FilePort) => Promise<unknown>,
): Promise<string> {
  let crashed = false;
  const { port } = new WatchedPort(inner, {
    before: (call) => {
      if (!crashed && !isMoment(call)) return;
      if (!crashed) world.crash();
      crashed = true;
      throw systemError('ECRASHED', call.name);
    },
  });
  await start(port).catch(() => undefined);
  await world.close();
  await world.open();
  await world.recover();
  const { operations } = world.store.fileOperations.page({ offset: 0, limit: 1 });
  const [operation] = operations;
  if (operation?.status !== 'INTERRUPTED') throw new Error('nothing was cut off');
  return operation.id;
}
