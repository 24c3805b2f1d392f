/** Mean radius of the Earth, kilometres. */
const earthRadius = 6371.0088;
const radians = Math.PI / 180;

/** Great-circle distance by the haversine formula. Decimal degrees in, kilometres out. */
export function distanceKm(
  latitudeA: number,
  longitudeA: number,
  latitudeB: number,
  longitudeB: number,
): number {
  const halfLatitude = Math.sin(((latitudeB - latitudeA) * radians) / 2);
  const halfLongitude = Math.sin(((longitudeB - longitudeA) * radians) / 2);
  const haversine =
    halfLatitude ** 2 +
    Math.cos(latitudeA * radians) * Math.cos(latitudeB * radians) * halfLongitude ** 2;
  return 2 * earthRadius * Math.asin(Math.min(1, Math.sqrt(haversine)));
}

/** Tests whether a place lies within a circle; places outside the box around it cost next to nothing. */
export function withinCircle(
  latitude: number,
  longitude: number,
  km: number,
): (otherLatitude: number, otherLongitude: number) => boolean {
  // A little larger than the circle, so that rounding never decides.
  const height = (km / earthRadius / radians) * 1.0001 + 1e-9;
  // Where the circle holds a pole every longitude lies in it.
  const width = Math.abs(latitude) + height >= 90 ? 180 : widthOfCircle(latitude, height);
  return (otherLatitude, otherLongitude) => {
    if (!(Math.abs(otherLatitude - latitude) <= height)) return false;
    const apart = Math.abs(otherLongitude - longitude) % 360;
    // Over the antimeridian the other way round is the short one.
    if (!(Math.min(apart, 360 - apart) <= width)) return false;
    return distanceKm(latitude, longitude, otherLatitude, otherLongitude) <= km;
  };
}

/** Degrees of longitude from a circle's centre to its farthest meridian. */
function widthOfCircle(latitude: number, height: number): number {
  const ratio = Math.sin(height * radians) / Math.cos(latitude * radians);
  return ratio >= 1 ? 180 : Math.asin(ratio) / radians + 1e-9;
}
