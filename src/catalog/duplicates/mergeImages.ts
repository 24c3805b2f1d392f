import type { MergeOptions, ResolveEntry } from '../model/duplicates.js';
import type { CatalogStore } from '../store/catalogStore.js';
import type { AddedTag, HandedSidecar, PersonalFields } from '../store/duplicateMergeRepository.js';

/** What a merge changed, so that it can be taken apart again. */
export interface MergedImages {
  readonly fields: readonly {
    readonly imageId: string;
    readonly before: PersonalFields;
    readonly after: PersonalFields;
  }[];
  readonly tags: readonly AddedTag[];
  readonly sidecars: readonly HandedSidecar[];
}

/** Gives the images that stay what is written about those that go. Runs in the caller's transaction. */
export function mergeImages(
  store: CatalogStore,
  entries: readonly ResolveEntry[],
  options: Required<MergeOptions>,
  at: string,
): MergedImages {
  const merges = store.duplicateMerges;
  const fields: MergedImages['fields'][number][] = [];
  const tags: AddedTag[] = [];
  const sidecars: HandedSidecar[] = [];
  for (const [keeperId, others] of byKeeper(entries)) {
    const before = merges.fields(keeperId);
    if (!before) continue;
    if (options.metadata) {
      const found = others.map((imageId) => merges.fields(imageId));
      const after = mergeFields(
        before,
        found.filter((each) => each !== null),
      );
      if (JSON.stringify(after) !== JSON.stringify(before)) {
        merges.setFields(keeperId, after, at);
        fields.push({ imageId: keeperId, before, after });
      }
      for (const other of others) tags.push(...merges.addTags(keeperId, other));
    }
    if (options.sidecars) {
      for (const other of others) sidecars.push(...merges.handSidecars(keeperId, other));
    }
  }
  return { fields, tags, sidecars };
}

function byKeeper(entries: readonly ResolveEntry[]): Map<string, string[]> {
  const others = new Map<string, string[]>();
  for (const { keepImageId, imageId } of entries) {
    const known = others.get(keepImageId);
    if (known) known.push(imageId);
    else others.set(keepImageId, [imageId]);
  }
  return others;
}

/** The keeper's own words count; where it has none the highest rating and the first caption of the others. */
export function mergeFields(
  keeper: PersonalFields,
  others: readonly PersonalFields[],
): PersonalFields {
  const ratings = others.map(({ rating }) => rating).filter((rating) => rating !== null);
  const captions = others.map(({ caption }) => caption).filter(Boolean);
  const keywords = [...new Set([keeper, ...others].flatMap((each) => each.keywords ?? []))];
  return {
    rating: keeper.rating ?? (ratings.length > 0 ? Math.max(...ratings) : null),
    caption: keeper.caption ?? captions[0] ?? null,
    keywords: keywords.length > 0 ? keywords : keeper.keywords,
  };
}

/** Takes a merge apart; what was changed since stays as it is. Runs in the caller's transaction. */
export function unmergeImages(store: CatalogStore, merged: MergedImages, at: string): void {
  const merges = store.duplicateMerges;
  for (const { imageId, before, after } of merged.fields) {
    if (JSON.stringify(merges.fields(imageId)) === JSON.stringify(after)) {
      merges.setFields(imageId, before, at);
    }
  }
  merges.removeTags(merged.tags);
  merges.returnSidecars(merged.sidecars);
}
