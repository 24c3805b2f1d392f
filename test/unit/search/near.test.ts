import assert from 'node:assert/strict';
import fc from 'fast-check';
import { distanceKm, withinCircle } from '../../../src/catalog/search/near.js';

describe('places near a point', () => {
  it('measures great circles', () => {
    // Paris to London, and a quarter of a meridian.
    assert.ok(Math.abs(distanceKm(48.8566, 2.3522, 51.5074, -0.1278) - 343.6) < 0.5);
    assert.ok(Math.abs(distanceKm(0, 0, 90, 0) - 10_007.6) < 0.5);
  });

  it('goes over the antimeridian and the poles', () => {
    assert.equal(withinCircle(-17, 179.9, 50)(-17, -179.9), true);
    assert.equal(withinCircle(-17, -179.9, 50)(-17, 179.9), true);
    assert.equal(withinCircle(-17, 179.9, 50)(-17, 0), false);
    assert.equal(withinCircle(89.9, 0, 50)(89.9, 180), true);
    assert.equal(withinCircle(0, 0, 30_000)(0, 180), true);
  });

  it('finds nothing where there is no place', () => {
    assert.equal(withinCircle(0, 0, 30_000)(NaN, 1), false);
    assert.equal(withinCircle(0, 0, 30_000)(1, NaN), false);
  });

  it('leaves nothing out by the box around the circle', () => {
    const latitude = fc.double({ min: -90, max: 90, noNaN: true });
    const longitude = fc.double({ min: -180, max: 180, noNaN: true });
    const km = fc.oneof(
      fc.double({ min: 0, max: 50, noNaN: true }),
      fc.double({ min: 0, max: 21_000, noNaN: true }),
    );
    const near = fc.double({ min: -0.5, max: 0.5, noNaN: true });
    fc.assert(
      fc.property(latitude, longitude, km, near, near, (lat, lon, radius, north, east) => {
        const other = [Math.max(-90, Math.min(90, lat + north)), lon + east] as const;
        assert.equal(
          withinCircle(lat, lon, radius)(...other),
          distanceKm(lat, lon, ...other) <= radius,
        );
      }),
      { numRuns: 3000 },
    );
  });
});
