/** Look-alikes of the generated engine's scan: computed, and decided in memory. */
import type { DecidedLookAlike, LookAlikeDecision } from '../../../src/catalog/model/duplicates.js';
import type { EngineClient } from '../../../src/catalog/rpc/engineConnection.js';

export const alikeCount = 300;

/** Every tenth new file looks like an image, the first like two. They are found when they were looked for. */
export function generatedAlikes(
  selected: Set<number>,
  nameOf: (id: number) => string,
  changed: () => void,
): Pick<
  EngineClient,
  'nearDuplicatesOfScan' | 'listLookAlikes' | 'decideLookAlikes' | 'requestThumbnails'
> {
  let found = false;
  const decisions = new Map<number, { decision: LookAlikeDecision; replaces: string | null }>();
  const file = (index: number): DecidedLookAlike => {
    const fileId = index * 10 + 1;
    const match = (number: number) => ({
      imageId: `image-${number}`,
      path: `/pictures/managed/2019/08-02/${number}.jpg`,
      distance: index % 9,
      level: index % 9 === 0 ? ('pixels' as const) : ('similar' as const),
      size: 220_000,
      width: 800,
      height: 600,
      capturedAt: '2019-08-02T10:11:12',
    });
    const decided = decisions.get(fileId);
    return {
      fileId,
      relativePath: nameOf(fileId),
      path: `/media/card/DCIM/${nameOf(fileId)}`,
      sizeBytes: 4_200_000,
      width: 4000,
      height: 3000,
      matches: index === 0 ? [match(1000), match(2000)] : [match(index)],
      suggestion: index % 2 === 0 ? 'replace' : 'skip',
      reasons: [{ criterion: 'resolution', kept: '4000 x 3000', next: '800 x 600' }],
      decision: selected.has(fileId) ? (decided?.decision ?? 'open') : 'skip',
      replaces: decided?.replaces ?? null,
    };
  };
  const files = (): DecidedLookAlike[] =>
    found ? Array.from({ length: alikeCount }, (_, index) => file(index)) : [];
  const counts = (): Record<DecidedLookAlike['decision'], number> => {
    const sums = { open: 0, skip: 0, import: 0, replace: 0 };
    for (const { decision } of files()) sums[decision] += 1;
    return sums;
  };
  return {
    nearDuplicatesOfScan: async (_input, { signal, onProgress } = {}) => {
      for (let done = 0; done < 75 && !signal?.aborted; done += 1) {
        onProgress?.({
          phase: 'pictures',
          filesDone: done,
          filesTotal: 75,
          bytesDone: 0,
          bytesTotal: null,
          currentPath: null,
          bytesPerSecond: 0,
          secondsLeft: null,
        });
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      found = signal?.aborted !== true;
      return { scanId: 'scan-1', files: [], filesCompared: 100, failed: [] };
    },
    listLookAlikes: ({ offset = 0, limit = 100 }) =>
      Promise.resolve({
        summary: found
          ? { comparedAt: '2024-03-09T10:02:00.000Z', filesCompared: 3000, failedCount: 2 }
          : null,
        total: found ? alikeCount : 0,
        counts: counts(),
        files: files().slice(offset, offset + limit),
      }),
    decideLookAlikes: ({ fileIds, decision, imageId }) => {
      for (const each of files()) {
        if (fileIds && !fileIds.includes(each.fileId)) continue;
        const chosen = decision === 'suggested' ? each.suggestion : decision;
        const replaces =
          chosen === 'replace' ? (imageId ?? each.matches[0]?.imageId ?? null) : null;
        decisions.set(each.fileId, { decision: chosen, replaces });
        if (chosen === 'skip') selected.delete(each.fileId);
        else selected.add(each.fileId);
      }
      changed();
      return Promise.resolve(counts());
    },
    requestThumbnails: ({ imageIds }) =>
      Promise.resolve(
        imageIds.map((imageId) => ({
          imageId,
          state: 'ready' as const,
          path: `/pictures/${imageId}.png`,
          error: null,
        })),
      ),
  };
}
