import type { ReactiveController, ReactiveControllerHost } from 'lit';
import {
  fitted,
  keepInView,
  pan,
  scaleOf,
  zoomBy,
  zoomTo,
  type Size,
  type ViewerTransform,
  type Zoom,
} from './viewerTransform.js';

const wheelStep = 100;
const panStep = 60;
const middle = { x: 0, y: 0 };

/** Zoom and place of what is shown on a stage, changed by wheel, pointer and keys. Updates its element. */
export class ZoomPan implements ReactiveController {
  private readonly host: ReactiveControllerHost;
  private readonly onChange: () => void;
  private current = fitted;
  private size: Size | null = null;
  private stage: Size = { width: 1, height: 1 };
  private dragged = false;
  private readonly resizes = new ResizeObserver(([entry]) => {
    if (!entry) return;
    this.stage = { width: entry.contentRect.width, height: entry.contentRect.height };
    if (this.size) this.current = keepInView(this.current, this.size, this.stage);
    this.host.requestUpdate();
  });

  /** @param onChange called when a person changed zoom or place */
  constructor(host: ReactiveControllerHost, onChange: () => void = () => undefined) {
    this.host = host;
    this.onChange = onChange;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.resizes.disconnect();
  }

  /** Follows the size of the element that the picture is seen in, and of no other. */
  observe(stage: Element): void {
    this.resizes.disconnect();
    this.resizes.observe(stage);
  }

  get transform(): ViewerTransform {
    return this.current;
  }

  /** Size of the picture, or null until it is known. */
  get picture(): Size | null {
    return this.size;
  }

  get isFitted(): boolean {
    return this.current.zoom === 'fit';
  }

  /** CSS pixels for one of the picture. */
  get scale(): number {
    return this.size ? scaleOf(this.current.zoom, this.size, this.stage) : 1;
  }

  /** Shows another picture; without a transform all of it. */
  show(size: Size | null, transform: ViewerTransform = fitted): void {
    this.size = size;
    this.current = size ? keepInView(transform, size, this.stage) : transform;
    this.host.requestUpdate();
  }

  /** For the style property of an element in the middle of the stage: its size and place. */
  styleOf({ width, height }: Size): string {
    const { scale } = this;
    const { x, y } = this.current;
    return (
      `width: ${width * scale}px; height: ${height * scale}px; ` +
      `transform: translate(${x - (width * scale) / 2}px, ${y - (height * scale) / 2}px)`
    );
  }

  zoom(steps: number, point = middle): void {
    this.change((size) => zoomBy(this.current, steps, size, this.stage, point));
  }

  zoomToScale(zoom: Zoom, point = middle): void {
    this.change((size) => zoomTo(this.current, zoom, size, this.stage, point));
  }

  panBy(dx: number, dy: number): void {
    this.change((size) => pan(this.current, dx, dy, size, this.stage));
  }

  private change(next: (size: Size) => ViewerTransform): void {
    if (!this.size) return;
    this.current = next(this.size);
    this.host.requestUpdate();
    this.onChange();
  }

  /** What keys do, by `KeyboardEvent.key`. */
  readonly zoomKeys: Readonly<Record<string, () => void>> = {
    '+': () => this.zoom(1),
    '=': () => this.zoom(1),
    '-': () => this.zoom(-1),
    '0': () => this.zoomToScale('fit'),
    '1': () => this.zoomToScale(1),
  };
  readonly panKeys: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => this.panBy(panStep, 0),
    ArrowRight: () => this.panBy(-panStep, 0),
    ArrowUp: () => this.panBy(0, panStep),
    ArrowDown: () => this.panBy(0, -panStep),
  };

  readonly onWheel = {
    handleEvent: (event: WheelEvent): void => {
      event.preventDefault();
      this.zoom(Math.max(-3, Math.min(3, -event.deltaY / wheelStep)), pointOf(event));
    },
    passive: false,
  };

  readonly onPointerDown = (event: PointerEvent): void => {
    if (event.button !== 0 || (event.target as Element).closest('button')) return;
    this.dragged = false;
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
  };

  readonly onPointerMove = (event: PointerEvent): void => {
    if (!(event.currentTarget as Element).hasPointerCapture(event.pointerId)) return;
    if (Math.abs(event.movementX) + Math.abs(event.movementY) > 0) this.dragged = true;
    this.panBy(event.movementX, event.movementY);
  };

  readonly onDoubleClick = (event: MouseEvent): void => {
    if (this.dragged) return;
    if (this.isFitted) this.zoomToScale(1, pointOf(event));
    else this.zoomToScale('fit');
  };
}

/** From the middle of the stage that listens. */
function pointOf(event: MouseEvent): { readonly x: number; readonly y: number } {
  const stage = (event.currentTarget as Element).getBoundingClientRect();
  return {
    x: event.clientX - stage.left - stage.width / 2,
    y: event.clientY - stage.top - stage.height / 2,
  };
}

/** Runs what a key does, if it does something and no other key is held but Shift. */
export function actOnKey(
  event: KeyboardEvent,
  actions: Readonly<Record<string, () => void>>,
): void {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const action = actions[event.key];
  if (!action) return;
  event.preventDefault();
  event.stopPropagation();
  action();
}
