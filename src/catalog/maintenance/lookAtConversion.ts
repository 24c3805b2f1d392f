import type { FilePort } from '../files/filePort.js';
import { toCatalogError } from '../model/errors.js';
import type { OperationControl } from '../model/progress.js';
import { ProgressMeter } from '../model/progressMeter.js';
import type { ConvertedGroup, ConvertedImage } from './convertGroup.js';
import { filesToConvert } from './convertGroup.js';
import { KeptFiles } from './fileOperationRun.js';
import { Pace, takeTurn } from './pace.js';

/** What a conversion finds before it reads anything. */
export interface LookedAtConversion {
  /** That can be converted, without sidecars that are gone. */
  readonly images: readonly ConvertedImage[];
  readonly bytes: number;
  /** Images that would stay as they are, each by its own file. */
  readonly refused: KeptFiles;
}

/**
 * Looks at the files of groups as their conversion does, without reading them.
 * @param realRoot of the managed directory
 * @throws CatalogError CANCELLED
 */
export async function lookAtConversion(
  files: FilePort,
  realRoot: string,
  groups: readonly ConvertedGroup[],
  control: OperationControl,
): Promise<LookedAtConversion> {
  const images: ConvertedImage[] = [];
  const refused = new KeptFiles();
  const pace = new Pace(false);
  const meter = new ProgressMeter({
    phase: 'check',
    filesTotal: groups.flat().length,
    bytesTotal: null,
    now: () => performance.now(),
    report: control.onProgress,
  });
  for (const group of groups) {
    try {
      images.push(...filesToConvert(files, realRoot, group));
    } catch (error) {
      const reason = toCatalogError(error);
      for (const { imageId, files: own } of group) refused.add(own[0]?.from ?? imageId, reason);
    }
    meter.advance(group.length, 0, group[0]?.files[0]?.from ?? null);
    await takeTurn(pace, control);
  }
  meter.flush();
  const bytes = images
    .flatMap((image) => image.files)
    .reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return { images, bytes, refused };
}
