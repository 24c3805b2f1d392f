import { confirmationLimit, type HashMethod } from '../model/duplicates.js';
import { findAlikeGroups, type AlikeInput, type Check, type Separations } from './alikeGroups.js';
import type { ComparedImages } from './comparedImages.js';
import { createHashColumns, type HashColumns } from './hamming.js';
import type { PairSearchControl } from './multiIndex.js';

/** Grey levels (standard deviation) below which a picture is flat: its hashes are noise. */
const flatContrast = 5;

/** Simple hashes count only if all methods agree this closely. */
const consensusLimit = 4;

export interface AlikeSettings {
  readonly method: HashMethod;
  readonly threshold: number;
  readonly confirm: boolean;
}

/** Why pictures are not compared by their looks. */
export interface LeftOut {
  readonly flat: number;
  readonly withoutPicture: number;
}

export function countLeftOut(images: ComparedImages): LeftOut {
  let flat = 0;
  let withoutPicture = 0;
  for (let index = 0; index < images.count; index++) {
    if (images.hashVersion[index] === 0) withoutPicture += 1;
    else if (isFlat(images, index)) flat += 1;
  }
  return { flat, withoutPicture };
}

/** True if the hashes say nothing about the picture. */
export function isFlat({ contrast }: ComparedImages, index: number): boolean {
  return (contrast[index] ?? NaN) < flatContrast;
}

/** Groups of pictures that look alike, by index. @throws CatalogError CANCELLED */
export async function findLookAlikes(
  images: ComparedImages,
  settings: AlikeSettings,
  separations: Separations,
  control: PairSearchControl,
): Promise<number[][]> {
  const groups: number[][] = [];
  for (const version of new Set(images.hashVersion)) {
    if (version === 0) continue;
    const chosen = indicesOf(images, version);
    const found = await findAlikeGroups(inputOf(images, settings, separations, chosen), control);
    for (const group of found) groups.push(group.map((at) => chosen[at] ?? 0));
  }
  return groups;
}

function indicesOf(images: ComparedImages, version: number): Uint32Array {
  const indices = new Uint32Array(images.count);
  let count = 0;
  for (let index = 0; index < images.count; index++) {
    if (images.hashVersion[index] === version && !isFlat(images, index)) indices[count++] = index;
  }
  return indices.slice(0, count);
}

function inputOf(
  images: ComparedImages,
  settings: AlikeSettings,
  separations: Separations,
  chosen: Uint32Array,
): AlikeInput {
  const { method, threshold, confirm } = settings;
  const columns = (of: HashMethod): HashColumns => select(images.hashes[of], chosen);
  const phash = columns('phash');
  const primary = method === 'phash' ? phash : columns(method);
  const limit = confirmationLimit(threshold);
  const others = (['dhash', 'ahash', 'whash'] as const).filter((other) => other !== method);
  const consensus: Check[] = others.map((other) => ({
    hashes: columns(other),
    limit: Math.max(consensusLimit, threshold / 2),
  }));
  return {
    primary,
    distance: threshold,
    ...(confirm && method !== 'phash' && { checks: [{ hashes: phash, limit }] }),
    simpleChecks: [{ hashes: phash, limit }, ...consensus],
    separations: {
      concerns: (at) => separations.concerns(chosen[at] ?? 0),
      separates: (a, b) => separations.separates(chosen[a] ?? 0, chosen[b] ?? 0),
    },
  };
}

function select({ high, low }: HashColumns, chosen: Uint32Array): HashColumns {
  const selected = createHashColumns(chosen.length);
  chosen.forEach((index, at) => {
    selected.high[at] = high[index] ?? 0;
    selected.low[at] = low[index] ?? 0;
  });
  return selected;
}
