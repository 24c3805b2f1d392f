import path from 'node:path';
import type { CatalogEngine } from '../../../src/catalog/engine.js';
import type { DuplicateGroup, FindDuplicatesInput } from '../../../src/catalog/model/duplicates.js';
import type { PictureRequest, PictureResult } from '../../../src/catalog/model/picture.js';
import { PictureFixture, TestDecoder } from '../pictures/pictureFixture.js';

export interface Look {
  readonly dhash: string;
  readonly phash?: string;
  readonly contrast?: number;
  readonly pixelHash?: string;
  readonly width?: number;
  readonly height?: number;
}

/** Sees in a file what the test says about its name: `cat.jpg` and `cat-small.jpg` may look alike. */
class LookingDecoder extends TestDecoder {
  readonly looks = new Map<string, Look>();

  override async process(request: PictureRequest): Promise<PictureResult> {
    const result = await super.process(request);
    const name = path.basename(request.path);
    const look = this.looks.get(name) ?? { dhash: hashOf(name) };
    return {
      ...result,
      width: look.width ?? 40,
      height: look.height ?? 30,
      dhash: look.dhash,
      ahash: look.dhash,
      whash: look.dhash,
      phash: look.phash ?? look.dhash,
      contrast: look.contrast ?? 50,
      pixelHash: request.pixelHash ? (look.pixelHash ?? hashOf(name).repeat(2)) : null,
    };
  }
}

/** A hash of its own for every name. */
function hashOf(name: string): string {
  let [a, b] = [0x811c9dc5, 0x01234567];
  for (const character of name) {
    a = Math.imul(a ^ (character.codePointAt(0) ?? 0), 0x01000193);
    b = Math.imul(b + a, 0x85ebca6b) ^ (a >>> 13);
  }
  const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');
  return hex(a) + hex(b);
}

/** Flips the lowest bits of a hash. */
export function flipped(hash: string, bits: number): string {
  const low = (parseInt(hash.slice(8), 16) ^ (2 ** bits - 1)) >>> 0;
  return hash.slice(0, 8) + low.toString(16).padStart(8, '0');
}

export class DuplicatesFixture extends PictureFixture {
  readonly looking = new LookingDecoder();

  override open(): Promise<CatalogEngine> {
    return super.open({}, () => this.looking);
  }

  look(name: string, look: Look): void {
    this.looking.looks.set(path.basename(name), look);
  }

  async groups(
    engine: CatalogEngine,
    input: Omit<FindDuplicatesInput, 'catalogId'> = {},
  ): Promise<readonly DuplicateGroup[]> {
    return (await engine.findDuplicates({ catalogId: this.catalogId, ...input })).groups;
  }

  /** The groups as the names of their files below the source or the managed directory. */
  async names(
    engine: CatalogEngine,
    input: Omit<FindDuplicatesInput, 'catalogId'> = {},
  ): Promise<string[]> {
    return (await this.groups(engine, input)).map((group) => this.namesOf(group)).sort();
  }

  namesOf({ level, members }: DuplicateGroup): string {
    const names = members.map((member) =>
      path.relative(this.root, member.path).split(path.sep).join('/'),
    );
    return `${level}: ${names.sort().join(' ')}`;
  }
}
