import type { CommandContext } from './commands.js';
import { errorObject, exitCodes, printable, result, type CommandResult } from './output.js';
import { allPages, resolveCatalog } from './resolve.js';

/** Makes all pending thumbnails and hashes of a catalog; what failed before only if it is asked for. */
export async function makePictures(
  { engine, control }: CommandContext,
  catalog: string,
  options: { rebuild?: boolean; failed?: boolean },
): Promise<CommandResult> {
  const { id: catalogId } = await resolveCatalog(engine, catalog);
  if (options.rebuild === true) await engine.rebuildThumbnails({ catalogId });
  else if (options.failed === true) {
    await engine.rebuildThumbnails({ catalogId, failedOnly: true });
  }
  const { counts } = await engine.makePictures({ catalogId }, control);
  const failed = await allPages(async (offset, limit) => {
    return (await engine.listFailedPictures({ catalogId, offset, limit })).pictures;
  });
  const failures = failed.map(({ imageId, currentPath, error }) => ({
    imageId,
    path: currentPath,
    error: errorObject(error.code, error.data),
  }));
  const text = [
    `${counts.DONE} made, ${counts.FAILED} failed, ${counts.PENDING} could not be reached, ${counts.NONE} videos.`,
    ...failures.map(({ error }) => printable(error.message)),
  ].join('\n');
  const json = {
    done: counts.DONE,
    failed: counts.FAILED,
    pending: counts.PENDING,
    none: counts.NONE,
    failures,
  };
  return result(json, text, counts.FAILED > 0 ? exitCodes.fileErrors : exitCodes.ok);
}
