import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { CompareStrings } from '../../compareStrings.js';
import { fill, PageElement } from '../shared/page.js';
import type { LoadedPicture } from './comparedPictures.js';
import { differenceOf, type Difference } from './difference.js';
import { commonFrame, hasShapeOf, limitedTo } from './frame.js';

/** A larger difference takes too long to compute while a person waits. */
const longestEdge = 2400;

/** The difference of two pictures on a canvas. Both are brought to one size first. */
@customElement('difference-view')
export class DifferenceView extends PageElement {
  @property({ attribute: false }) strings!: CompareStrings;
  @property({ attribute: false }) first!: LoadedPicture;
  @property({ attribute: false }) second!: LoadedPicture;
  @property({ attribute: false }) names: readonly [string, string] = ['', ''];
  @property({ attribute: false }) amplification = 1;
  /** Size and place, for the canvas's style. */
  @property({ attribute: false }) placed = '';
  /** Tells the figures as a text. */
  @property({ attribute: false }) onFigures: (text: string) => void = () => undefined;
  @state() private drawn = false;
  private drawnFrom: readonly unknown[] = [];
  private pixels: readonly [ImageData, ImageData, ImageData] | null = null;

  protected override updated(_changed: PropertyValues): void {
    const { first, second, amplification } = this;
    const from = [first.element, second.element, amplification];
    if (from.every((value, index) => value === this.drawnFrom[index])) return;
    const isOther = from[0] !== this.drawnFrom[0] || from[1] !== this.drawnFrom[1];
    this.drawnFrom = from;
    if (isOther) this.pixels = this.readPixels();
    this.draw();
  }

  private readPixels(): readonly [ImageData, ImageData, ImageData] | null {
    const { element: first, size: firstSize } = this.first;
    const { element: second, size: secondSize } = this.second;
    const common = commonFrame([firstSize, secondSize]);
    if (!first || !second || !common) return null;
    const { width, height } = limitedTo(common, longestEdge);
    const canvas = document.createElement('canvas');
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) return null;
    const read = (picture: HTMLImageElement): ImageData => {
      // Transparent pixels are compared as they look on black.
      context.fillStyle = 'black';
      context.fillRect(0, 0, width, height);
      context.drawImage(picture, 0, 0, width, height);
      return context.getImageData(0, 0, width, height);
    };
    return [read(first), read(second), new ImageData(width, height)];
  }

  private draw(): void {
    const { pixels } = this;
    this.drawn = pixels !== null;
    const canvas = this.querySelector('canvas');
    if (!pixels || !canvas) return;
    const [first, second, target] = pixels;
    canvas.width = target.width;
    canvas.height = target.height;
    const figures = differenceOf(first.data, second.data, target.data, this.amplification);
    canvas.getContext('2d')?.putImageData(target, 0, 0);
    this.onFigures(this.textOf(figures, target));
  }

  private textOf({ differing, mean, largest }: Difference, { width, height }: ImageData): string {
    const { strings } = this;
    const [first, second] = [this.first.size, this.second.size];
    const percent = (differing * 100).toFixed(differing > 0 && differing < 0.1 ? 2 : 0);
    const texts = [
      largest === 0
        ? strings.samePixels
        : fill(strings.differingPixels, percent, mean.toFixed(1), largest),
    ];
    if (first && second && (first.width !== second.width || first.height !== second.height)) {
      texts.push(fill(strings.scaled, String(width), String(height)));
      if (!hasShapeOf(first, second)) texts.push(strings.otherShape);
    }
    return texts.join(' ');
  }

  override render(): TemplateResult {
    const { strings, first, second, names } = this;
    const impossible = first.message !== null && first.url === null ? first : second;
    return html`<canvas
        class="viewer-picture ${this.drawn ? '' : 'waiting'}"
        role="img"
        aria-label=${fill(strings.differenceOf, names[0], names[1], '')}
        .style=${this.placed}
      ></canvas
      >${
        this.drawn
          ? nothing
          : html`<p class="viewer-message">
              ${impossible.url === null && impossible.message !== null ? strings.noDifference : strings.loading}
            </p>`
      }`;
  }
}
