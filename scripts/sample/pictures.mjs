// Changes to pictures that make near duplicates.
/** @typedef {import('./scenes.mjs').Picture} Picture */

/**
 * Smaller, by averaging.
 * @param {Picture} picture @param {number} width @param {number} height @returns {Picture}
 */
export function shrink(picture, width, height) {
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    const top = Math.floor((y * picture.height) / height);
    const bottom = Math.max(top + 1, Math.floor(((y + 1) * picture.height) / height));
    for (let x = 0; x < width; x++) {
      const left = Math.floor((x * picture.width) / width);
      const right = Math.max(left + 1, Math.floor(((x + 1) * picture.width) / width));
      const sums = [0, 0, 0, 0];
      for (let row = top; row < bottom; row++)
        for (let column = left; column < right; column++)
          for (let c = 0; c < 4; c++)
            sums[c] = (sums[c] ?? 0) + (picture.data[(row * picture.width + column) * 4 + c] ?? 0);
      const count = (bottom - top) * (right - left);
      for (let c = 0; c < 4; c++)
        data[(y * width + x) * 4 + c] = Math.round((sums[c] ?? 0) / count);
    }
  }
  return { width, height, data };
}

/** @param {Picture} picture @param {number} amount added to red, green and blue @returns {Picture} */
export function brighten(picture, amount) {
  const data = picture.data.map((value, i) =>
    i % 4 === 3 ? value : Math.max(0, Math.min(255, value + amount)),
  );
  return { ...picture, data };
}

/**
 * A quarter turn to the left: how a camera held upright stores its picture (EXIF orientation 6).
 * @param {Picture} picture @returns {Picture}
 */
export function turnLeft(picture) {
  const { width, height } = picture;
  const data = new Uint8Array(picture.data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * 4;
      const to = ((width - 1 - x) * height + y) * 4;
      for (let c = 0; c < 4; c++) data[to + c] = picture.data[from + c] ?? 0;
    }
  }
  return { width: height, height: width, data };
}

/**
 * Something like a screenshot of a telephone: bars, boxes and lines of text.
 * @param {number} width @param {number} height @returns {Picture}
 */
export function drawScreenshot(width, height) {
  const data = new Uint8Array(width * height * 4).fill(255);
  /** @param {number} x @param {number} y @param {number} w @param {number} h @param {readonly number[]} colour */
  const box = (x, y, w, h, colour) => {
    for (let row = y; row < Math.min(height, y + h); row++)
      for (let column = x; column < Math.min(width, x + w); column++)
        data.set(colour, (row * width + column) * 4);
  };
  box(0, 0, width, 28, [30, 60, 110]);
  box(0, 28, width, 56, [45, 90, 160]);
  box(20, 46, 170, 18, [235, 240, 250]);
  for (let i = 0; i < 6; i++) {
    const top = 104 + i * 86;
    box(14, top, width - 28, 74, i % 2 ? [226, 240, 222] : [236, 236, 240]);
    box(26, top + 14, 44, 44, [90 + i * 24, 150, 220 - i * 24]);
    box(84, top + 16, 120 + ((i * 53) % 110), 12, [70, 70, 80]);
    box(84, top + 40, 160 + ((i * 31) % 60), 10, [150, 150, 160]);
  }
  return { width, height, data };
}
