import type { GalleryGroup, GalleryTile, TileState } from '../../galleryProtocol.js';
import type { GalleryStrings } from '../../galleryStrings.js';

/** How a click or key chooses tiles: this one only, or not, or from where the last choice was. */
export type GridChoice = 'only' | 'toggle' | 'range' | 'addRange';

/** What a grid shows and does. Tiles are numbered in their order from 0. */
export interface GridSource {
  readonly strings: GalleryStrings;
  readonly groups: readonly GalleryGroup[];
  readonly grouped: boolean;
  /** The tile, or undefined while it is not here. */
  tile(index: number): GalleryTile | undefined;
  isSelected(id: string): boolean;
  /** Address of the thumbnail, null if there is none (yet), undefined while it is on its way. */
  thumbnailUrl(tile: GalleryTile): string | null | undefined;
  /** What is known of a tile's picture since it was fetched. */
  stateOf(tile: GalleryTile): Pick<TileState, 'picture' | 'problem'>;
  /** A thumbnail that should be there could not be loaded. */
  thumbnailFailed(tile: GalleryTile): void;
  /** Tiles are in view. `settled`: for long enough to be worth making thumbnails for. */
  visible(first: number, last: number, settled: boolean): void;
  choose(choice: GridChoice, index: number): void;
  /** A key moved to the tile; `extend`: and chooses all on the way. */
  activate(index: number, extend: boolean): void;
  toggleGroup(group: number): void;
  open(index: number): void;
}
