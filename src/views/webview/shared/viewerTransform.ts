/** Zoom and place of the picture in the viewer. Pure: sizes in CSS pixels, scale 1 is one pixel of the picture. */

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** `fit`: the whole picture, never enlarged; it follows the window's size. */
export type Zoom = 'fit' | number;

export interface ViewerTransform {
  readonly zoom: Zoom;
  /** From the view's middle to the picture's middle. */
  readonly x: number;
  readonly y: number;
}

export const fitted: ViewerTransform = { zoom: 'fit', x: 0, y: 0 };

const maximumScale = 16;
const minimumSide = 32;
const zoomStep = 1.25;

/** The scale at which the picture is shown. */
export function scaleOf(zoom: Zoom, picture: Size, view: Size): number {
  return zoom === 'fit' ? fitScale(picture, view) : zoom;
}

function fitScale(picture: Size, view: Size): number {
  if (picture.width <= 0 || picture.height <= 0) return 1;
  return Math.min(1, view.width / picture.width, view.height / picture.height);
}

/** The picture at another scale; what lies under the point (from the view's middle) stays under it. */
export function zoomTo(
  from: ViewerTransform,
  zoom: Zoom,
  picture: Size,
  view: Size,
  point = { x: 0, y: 0 },
): ViewerTransform {
  if (zoom === 'fit') return fitted;
  const smallest = Math.min(
    fitScale(picture, view),
    minimumSide / Math.max(1, Math.min(picture.width, picture.height)),
  );
  const scale = Math.max(smallest, Math.min(maximumScale, zoom));
  const factor = scale / scaleOf(from.zoom, picture, view);
  const moved = {
    zoom: scale,
    x: point.x - (point.x - from.x) * factor,
    y: point.y - (point.y - from.y) * factor,
  };
  return keepInView(moved, picture, view);
}

/** One step larger (1) or smaller (-1). Near the whole picture and near 100 % it stops there. */
export function zoomBy(
  from: ViewerTransform,
  steps: number,
  picture: Size,
  view: Size,
  point = { x: 0, y: 0 },
): ViewerTransform {
  const scale = scaleOf(from.zoom, picture, view);
  const next = scale * zoomStep ** steps;
  for (const stop of [1, fitScale(picture, view)]) {
    const passes = (scale < stop * 0.999 && next > stop) || (scale > stop * 1.001 && next < stop);
    if (passes) return zoomTo(from, stop, picture, view, point);
  }
  return zoomTo(from, next, picture, view, point);
}

/** The picture moved; it cannot be lost out of the view, and what fits stays in the middle. */
export function pan(
  from: ViewerTransform,
  dx: number,
  dy: number,
  picture: Size,
  view: Size,
): ViewerTransform {
  return keepInView({ ...from, x: from.x + dx, y: from.y + dy }, picture, view);
}

export function keepInView(transform: ViewerTransform, picture: Size, view: Size): ViewerTransform {
  const scale = scaleOf(transform.zoom, picture, view);
  const limit = (pictureSide: number, viewSide: number): number =>
    Math.max(0, (pictureSide * scale - viewSide) / 2);
  const clamp = (value: number, maximum: number): number =>
    Math.max(-maximum, Math.min(maximum, value)) || 0;
  return {
    zoom: transform.zoom,
    x: clamp(transform.x, limit(picture.width, view.width)),
    y: clamp(transform.y, limit(picture.height, view.height)),
  };
}
