import type {
  DuplicateGroup,
  MergeOptions,
  RefusedGroup,
  ResolveEntry,
} from '../model/duplicates.js';

/** A group with the image that stays. */
export interface ChosenGroup {
  readonly group: DuplicateGroup;
  /** Null: the content is in no image. */
  readonly keepImageId: string | null;
}

/** An entry with the contents of both images: decisions are remembered by them. */
export interface PlannedEntry extends ResolveEntry {
  readonly checksum: string;
  readonly keepChecksum: string;
}

/** What is to be done, group by group. */
export interface PlannedResolution {
  readonly catalogId: string;
  readonly merge: Required<MergeOptions>;
  readonly entries: readonly PlannedEntry[];
  readonly refused: readonly RefusedGroup[];
}

/**
 * The images that leave the catalog. An image that one group keeps leaves by no other, so that of everything that
 * goes something stays; groups whose keeper leaves by an earlier group are refused.
 */
export function planResolution(
  chosen: readonly ChosenGroup[],
): Pick<PlannedResolution, 'entries' | 'refused'> {
  const entries: PlannedEntry[] = [];
  const refused: RefusedGroup[] = [];
  const kept = new Set<string>();
  const leaving = new Set<string>();
  for (const { group, keepImageId } of chosen) {
    const images = group.members.filter(({ imageId, isImageFile }) => imageId && isImageFile);
    const keeper = images.find(({ imageId }) => imageId === keepImageId);
    const refuse = (reason: RefusedGroup['reason']): void => {
      refused.push({ groupId: group.id, path: group.suggestedKeep, reason, error: null });
    };
    if (images.length < 2) {
      refuse('only-places');
      continue;
    }
    if (!keeper?.imageId || leaving.has(keeper.imageId)) {
      refuse('keeper-leaves');
      continue;
    }
    kept.add(keeper.imageId);
    for (const image of images) {
      const { imageId } = image;
      if (imageId === null || kept.has(imageId) || leaving.has(imageId)) continue;
      leaving.add(imageId);
      entries.push({
        groupId: group.id,
        level: image.level,
        imageId,
        path: image.path,
        keepImageId: keeper.imageId,
        keepPath: keeper.path,
        action: image.isManaged ? 'trash' : 'entry',
        size: image.size,
        checksum: image.checksum,
        keepChecksum: keeper.checksum,
      });
    }
  }
  return { entries, refused };
}
