import assert from 'node:assert/strict';
import { ScrollSpace } from '../../../src/views/webview/gallery/scrollSpace.js';
import { Selection } from '../../../src/views/webview/gallery/selection.js';
import {
  fitted,
  keepInView,
  pan,
  scaleOf,
  zoomBy,
  zoomTo,
} from '../../../src/views/webview/shared/viewerTransform.js';

describe('scroll space', () => {
  it('is the element itself while the list is not too long', () => {
    const space = new ScrollSpace();
    assert.equal(space.resize(1_000_000, 800), 0);
    assert.equal(space.canvasHeight, 1_000_000);
    space.scrolled(500_000);
    assert.deepEqual([space.top, space.offset], [500_000, 0]);
    assert.equal(space.moveTo(2_000_000), 999_200);
  });

  it('reaches every end of a list that is longer than an element can be', () => {
    const space = new ScrollSpace();
    space.resize(100_000_000, 800);
    assert.ok(space.canvasHeight <= 17_800_000);
    const bottom = space.canvasHeight - 800;
    space.scrolled(bottom);
    assert.equal(space.top, 100_000_000 - 800);
    space.scrolled(0);
    assert.equal(space.top, 0);
    space.scrolled(bottom / 2);
    assert.ok(Math.abs(space.top - (100_000_000 - 800) / 2) < 1);
  });

  it('scrolls a long list by small steps as far as they say', () => {
    const space = new ScrollSpace();
    space.resize(100_000_000, 800);
    let element = space.moveTo(50_000_000);
    for (let step = 0; step < 50; step += 1) {
      element += 120;
      space.scrolled(element);
    }
    assert.equal(space.top, 50_000_000 + 50 * 120);
    assert.equal(space.offset, space.top - element);
  });

  it('stays where it is when the list grows, and inside it when it shrinks', () => {
    const space = new ScrollSpace();
    space.resize(10_000, 800);
    space.moveTo(5000);
    assert.equal(space.resize(20_000, 600), 5000);
    assert.equal(space.resize(2000, 600), 1400);
    assert.equal(space.resize(100, 600), 0);
  });
});

describe('selection', () => {
  const ids = (selection: Selection): readonly string[] => [...selection.ids].sort();

  it('adds, removes and unites', () => {
    const one = Selection.of(['b']);
    assert.deepEqual(ids(one.toggle('d')), ['b', 'd']);
    assert.deepEqual(ids(one.toggle('d').toggle('b')), ['d']);
    assert.deepEqual(ids(one.with(['a', 'b'])), ['a', 'b']);
    assert.deepEqual(ids(one), ['b']);
    assert.deepEqual([one.size, one.has('b'), one.has('a')], [1, true, false]);
  });

  it('takes groups whole, and leaves a whole group', () => {
    const group = Selection.of(['a', 'z']).toggleAll(['a', 'b', 'c']);
    assert.deepEqual(ids(group), ['a', 'b', 'c', 'z']);
    assert.deepEqual(ids(group.toggleAll(['a', 'b', 'c'])), ['z']);
  });

  it('forgets what is gone', () => {
    const selection = Selection.of(['a', 'b']);
    assert.equal(selection.keep(new Set(['a', 'b', 'c'])), selection);
    assert.deepEqual(ids(selection.keep(new Set(['a']))), ['a']);
  });
});

describe('viewer transform', () => {
  const picture = { width: 4000, height: 3000 };
  const view = { width: 1000, height: 500 };

  it('fits the whole picture and never enlarges a small one', () => {
    assert.equal(scaleOf('fit', picture, view), 500 / 3000);
    assert.equal(scaleOf('fit', { width: 100, height: 100 }, view), 1);
  });

  it('keeps what is under the pointer', () => {
    const point = { x: 200, y: 100 };
    const from = zoomTo(fitted, 1, picture, view);
    const to = zoomTo(from, 2, picture, view, point);
    const before = (point.x - from.x) / 1;
    const after = (point.x - to.x) / 2;
    assert.ok(Math.abs(before - after) < 1e-9);
  });

  it('steps to 100 % and to the whole picture, not past them', () => {
    let at = fitted;
    const scales: number[] = [];
    for (let step = 0; step < 12; step += 1) {
      at = zoomBy(at, 1, picture, view);
      scales.push(scaleOf(at.zoom, picture, view));
    }
    assert.ok(scales.includes(1));
    for (let step = 0; step < 40; step += 1) {
      at = zoomBy(at, -1, picture, view);
      scales.push(scaleOf(at.zoom, picture, view));
    }
    assert.equal(scales.filter((scale) => scale === 500 / 3000).length >= 1, true);
    assert.ok(scaleOf(at.zoom, picture, view) > 0);
    for (let step = 0; step < 60; step += 1) at = zoomBy(at, 1, picture, view);
    assert.equal(scaleOf(at.zoom, picture, view), 16);
  });

  it('does not lose the picture', () => {
    const near = zoomTo(fitted, 1, picture, view);
    assert.deepEqual(pan(near, 99_999, -99_999, picture, view), { zoom: 1, x: 1500, y: -1250 });
    assert.deepEqual(pan(fitted, 50, 50, picture, view), fitted);
    assert.deepEqual(keepInView(near, picture, { width: 5000, height: 5000 }), {
      zoom: 1,
      x: 0,
      y: 0,
    });
  });
});
