// Draws the pictures of the sample workspace: landscapes, cities, flowers and lights, all from a number.

/**
 * RGBA, 8 bits, row by row.
 * @typedef {{width: number, height: number, data: Uint8Array}} Picture
 * @typedef {readonly [number, number, number]} Colour
 * @typedef {'mountains' | 'sea' | 'city' | 'flower' | 'lights' | 'forest'} SceneKind
 */

/**
 * Mulberry32: the same numbers in [0, 1) for the same seed, on every machine.
 * @param {number} seed
 */
export function randomNumbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** @type {readonly (readonly [Colour, Colour, Colour])[]} top of the sky, horizon, nearest ground */
const palettes = [
  [
    [58, 110, 190],
    [235, 225, 205],
    [38, 66, 52],
  ],
  [
    [44, 32, 86],
    [250, 150, 90],
    [30, 18, 40],
  ],
  [
    [120, 176, 226],
    [240, 246, 250],
    [70, 104, 60],
  ],
  [
    [250, 190, 150],
    [255, 240, 214],
    [110, 62, 60],
  ],
  [
    [16, 26, 58],
    [96, 122, 160],
    [8, 12, 24],
  ],
  [
    [96, 150, 160],
    [248, 226, 170],
    [60, 52, 34],
  ],
];

/** @param {Colour} a @param {Colour} b @param {number} t @returns {Colour} */
function mix(a, b, t) {
  const k = t < 0 ? 0 : t > 1 ? 1 : t;
  return [a[0] + (b[0] - a[0]) * k, a[1] + (b[1] - a[1]) * k, a[2] + (b[2] - a[2]) * k];
}

/** A sum of sines: a ridge, a wave. @param {() => number} random @param {number} count */
function wave(random, count) {
  const parts = Array.from({ length: count }, (_, i) => ({
    frequency: (i + 1) * (1.2 + random() * 2.4),
    phase: random() * 7,
    amplitude: (0.4 + random() * 0.6) / (i + 1),
  }));
  let lastX = NaN;
  let last = 0;
  return (/** @type {number} */ x) => {
    if (x === lastX) return last; // pictures are drawn column by column
    lastX = x;
    last = 0;
    for (const p of parts) last += p.amplitude * Math.sin(p.frequency * x * 3 + p.phase);
    return last;
  };
}

/**
 * A function from the position, both 0 to 1, to a colour.
 * @typedef {(x: number, y: number) => Colour} Shader
 */

/** @param {() => number} random @param {readonly [Colour, Colour, Colour]} palette @returns {Shader} */
function sky(random, [top, horizon]) {
  const sunX = 0.15 + random() * 0.7;
  const sunY = 0.12 + random() * 0.3;
  const size = 0.03 + random() * 0.04;
  return (x, y) => {
    const base = mix(top, horizon, y / 0.7);
    const distance = Math.hypot((x - sunX) * 1.5, y - sunY);
    if (distance < size) return mix([255, 250, 230], base, 0.05);
    return mix(base, [255, 244, 214], 0.75 * Math.exp((size - distance) * 9));
  };
}

/** @type {Record<SceneKind, (random: () => number, palette: readonly [Colour, Colour, Colour]) => Shader>} */
const scenes = {
  mountains(random, palette) {
    const background = sky(random, palette);
    const ridges = Array.from({ length: 5 }, (_, i) => ({
      shape: wave(random, 6),
      base: 0.42 + i * 0.12 + random() * 0.04,
      height: 0.12 - i * 0.012,
    }));
    return (x, y) => {
      for (let i = ridges.length - 1; i >= 0; i--) {
        const ridge = ridges[i];
        if (!ridge) continue;
        const top = ridge.base - ridge.height * ridge.shape(x);
        if (y > top) {
          const near = (i + 1) / ridges.length;
          return mix(
            mix(palette[1], palette[2], near),
            palette[1],
            (y - top) * 0.9 * (1 - near * 0.6),
          );
        }
      }
      return background(x, y);
    };
  },
  sea(random, palette) {
    const background = sky(random, palette);
    const horizon = 0.48 + random() * 0.14;
    const swell = wave(random, 4);
    const glitterX = 0.2 + random() * 0.6;
    /** @type {Colour} */
    const deep = [palette[2][0] * 0.4 + 8, palette[2][1] * 0.6 + 34, palette[2][2] * 0.6 + 62];
    return (x, y) => {
      if (y < horizon) return background(x, y);
      const depth = (y - horizon) / (1 - horizon);
      const ripple = Math.sin(depth * 60 + swell(x + depth) * 4 + 8 * Math.sqrt(depth));
      const water = mix(palette[1], deep, Math.sqrt(depth) * 0.9 + 0.08 * ripple);
      const glitter =
        Math.exp(-Math.abs(x - glitterX) * (14 - depth * 9)) * (ripple > 0.3 ? 0.8 : 0.15);
      return mix(water, [255, 246, 220], glitter);
    };
  },
  city(random, palette) {
    const rows = Array.from({ length: 3 }, (_, row) =>
      Array.from({ length: 9 + row * 3 }, () => ({
        top: 0.3 + row * 0.14 + random() * 0.26,
        lit: random(),
        seed: Math.floor(random() * 1e6),
      })),
    );
    const background = sky(random, [[14, 18, 48], palette[0], palette[2]]);
    return (x, y) => {
      for (let row = rows.length - 1; row >= 0; row--) {
        const houses = rows[row] ?? [];
        const position = x * houses.length;
        const house = houses[Math.floor(position)];
        if (!house || y < house.top) continue;
        const wall = mix(palette[0], [10, 12, 22], 0.55 + row * 0.2);
        const column = Math.floor((position % 1) * 6);
        const floor = Math.floor((y - house.top) * 36);
        const inWindow =
          ((position % 1) * 6) % 1 > 0.35 && ((y - house.top) * 36) % 1 > 0.4 && floor > 0;
        const on =
          (Math.imul(house.seed + column * 7919 + floor * 104729, 2654435761) >>> 24) / 256;
        return inWindow && on < 0.25 + house.lit * 0.4 ? [250, 214, 130] : wall;
      }
      return background(x, y);
    };
  },
  flower(random, palette) {
    const petals = 5 + Math.floor(random() * 8);
    const turn = random() * 7;
    const centreX = 0.4 + random() * 0.2;
    const centreY = 0.42 + random() * 0.16;
    const size = 0.26 + random() * 0.14;
    const hue = random() * 6.28;
    /** @type {Colour} */
    const petal = [
      190 + 60 * Math.cos(hue),
      120 + 90 * Math.cos(hue + 2.1),
      150 + 90 * Math.cos(hue + 4.2),
    ];
    const leaves = wave(random, 5);
    const tilt = random() * 1.6;
    const foliage = mix([168, 196, 104], palette[1], random() * 0.7);
    return (x, y) => {
      const dx = (x - centreX) * 1.5;
      const dy = y - centreY;
      const radius = Math.hypot(dx, dy);
      const angle = Math.atan2(dy, dx);
      if (radius < size * 0.22) return mix([250, 210, 70], [150, 90, 20], radius / (size * 0.24));
      const edge = size * (0.55 + 0.45 * Math.abs(Math.cos((angle * petals) / 2 + turn)));
      if (radius < edge)
        return mix(
          petal,
          [255, 250, 250],
          0.6 * (radius / edge) ** 2 + 0.15 * Math.cos(angle * petals * 3),
        );
      const slope = x * tilt + y * (1.6 - tilt);
      const green = mix(palette[2], foliage, 0.5 + 0.4 * leaves(slope));
      return mix(green, palette[1], y < 0.3 ? 0.4 - y : 0.1);
    };
  },
  lights(random, palette) {
    const circles = Array.from({ length: 26 }, () => {
      const hue = random() * 6.28;
      return {
        x: random() * 1.5,
        y: random(),
        radius: 0.04 + random() * 0.1,
        /** @type {Colour} */
        colour: [
          170 + 80 * Math.cos(hue),
          140 + 70 * Math.cos(hue + 2),
          150 + 90 * Math.cos(hue + 4),
        ],
      };
    });
    return (x, y) => {
      let colour = mix(palette[0], [12, 10, 24], 0.35 + y * 0.5);
      for (const circle of circles) {
        const dx = x * 1.5 - circle.x;
        const dy = y - circle.y;
        const square = dx * dx + dy * dy;
        if (square > circle.radius * circle.radius) continue;
        const rim = Math.sqrt(square) / circle.radius;
        colour = mix(colour, circle.colour, rim > 0.92 ? 0.75 : 0.5);
      }
      return colour;
    };
  },
  forest(random, palette) {
    const background = sky(random, palette);
    const rows = Array.from({ length: 4 }, (_, row) => ({
      ground: wave(random, 3),
      base: 0.5 + row * 0.14,
      trees: 46 - row * 11,
      offset: random(),
      height: 0.1 + row * 0.05,
      seed: Math.floor(random() * 1e6),
    }));
    return (x, y) => {
      for (let i = rows.length - 1; i >= 0; i--) {
        const row = rows[i];
        if (!row) continue;
        const position = x * row.trees + row.offset;
        const tree = Math.floor(position);
        const tall = 0.5 + ((Math.imul(row.seed + tree, 2654435761) >>> 24) / 256) * 0.6;
        const top = row.base - 0.03 * row.ground(x);
        const side = Math.abs((position % 1) - 0.5) * 2;
        const branches = 1 - side - 0.12 * (((top - y) * 70) % 1);
        if (y > top || top - y < row.height * tall * branches)
          return mix(
            mix(palette[1], [22, 56, 38], 0.4 + i * 0.2),
            palette[2],
            0.25 + (y - top) * 0.6,
          );
      }
      return background(x, y);
    };
  },
};

/**
 * @param {SceneKind} kind @param {number} seed
 * @param {{width?: number, height?: number, shift?: number}} [options] shift: moves the view sideways by a
 *   part of the width, for pictures taken one after the other
 * @returns {Picture}
 */
export function drawScene(kind, seed, { width = 600, height = 400, shift = 0 } = {}) {
  const random = randomNumbers(seed * 7919 + kind.length * 104729);
  const palette = palettes[Math.floor(random() * palettes.length)];
  if (!palette) throw new Error('no palette');
  const shader = scenes[kind](random, palette);
  // Every second point of every second row is computed, the others lie between: four times as fast, and softer.
  const columns = Math.ceil(width / 2) + 1;
  const rows = Math.ceil(height / 2) + 1;
  const grid = new Float32Array(columns * rows * 3);
  for (let column = 0; column < columns; column++) {
    for (let row = 0; row < rows; row++) {
      const colour = shader((column * 2) / width + shift, (row * 2) / height);
      grid.set(colour, (row * columns + column) * 3);
    }
  }
  const data = new Uint8Array(width * height * 4);
  let grain = seed | 1;
  for (let row = 0, at = 0; row < height; row++) {
    const down = (row & 1) * columns * 3;
    for (let column = 0; column < width; column++, at += 4) {
      const from = ((row >> 1) * columns + (column >> 1)) * 3;
      const right = (column & 1) * 3;
      // A little grain hides the steps in the gradients.
      grain = (Math.imul(grain, 1664525) + 1013904223) >>> 0;
      const noise = (grain >>> 24) / 85 - 1.5;
      for (let c = from; c < from + 3; c++) {
        const left = (grid[c] ?? 0) + (grid[c + down] ?? 0);
        const sum = left + (grid[c + right] ?? 0) + (grid[c + right + down] ?? 0);
        data[at + c - from] = clamp(sum / 4 + noise);
      }
      data[at + 3] = 255;
    }
  }
  return { width, height, data };
}

/** @param {number} value */
function clamp(value) {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}
