/**
 * Browsers limit the height of an element: Chromium to 33.5, Firefox to 17.8 million pixels. A longer list scrolls in
 * a shorter canvas: dragging the bar maps positions in proportion, and steps of wheel and keys stay what they are.
 */
const maximumCanvasHeight = 15_000_000;

/** Translates between the scroll position of the element and the position in the list. */
export class ScrollSpace {
  private scrollTop = 0;
  private listTop = 0;
  private listHeight = 0;
  private viewHeight = 0;

  /** Height that the canvas is to have. */
  get canvasHeight(): number {
    return Math.min(this.listHeight, maximumCanvasHeight);
  }

  /** Position of the view in the list. */
  get top(): number {
    return this.listTop;
  }

  /** What to subtract from a position in the list to get its place on the canvas. */
  get offset(): number {
    return this.listTop - this.scrollTop;
  }

  private get capped(): boolean {
    return this.listHeight > maximumCanvasHeight;
  }

  private get maximumTop(): number {
    return Math.max(0, this.listHeight - this.viewHeight);
  }

  private get maximumScrollTop(): number {
    return Math.max(0, this.canvasHeight - this.viewHeight);
  }

  /** Returns the scroll position that the element is to have now. */
  resize(listHeight: number, viewHeight: number): number {
    this.listHeight = listHeight;
    this.viewHeight = viewHeight;
    return this.moveTo(this.listTop);
  }

  /** The element was scrolled. */
  scrolled(scrollTop: number): void {
    const step = scrollTop - this.scrollTop;
    this.scrollTop = scrollTop;
    if (!this.capped || scrollTop <= 0 || scrollTop >= this.maximumScrollTop)
      this.listTop = this.fromScrollTop(scrollTop);
    else if (Math.abs(step) <= 2 * this.viewHeight)
      this.listTop = clamp(this.listTop + step, this.maximumTop);
    else this.listTop = this.fromScrollTop(scrollTop);
  }

  /** Puts the view at a position of the list; returns the scroll position that the element is to have. */
  moveTo(listTop: number): number {
    this.listTop = clamp(listTop, this.maximumTop);
    this.scrollTop = this.capped
      ? Math.round((this.listTop / this.maximumTop) * this.maximumScrollTop)
      : this.listTop;
    return this.scrollTop;
  }

  private fromScrollTop(scrollTop: number): number {
    if (!this.capped) return clamp(scrollTop, this.maximumTop);
    return clamp((scrollTop / this.maximumScrollTop) * this.maximumTop, this.maximumTop);
  }
}

function clamp(value: number, maximum: number): number {
  return Math.max(0, Math.min(maximum, value));
}
