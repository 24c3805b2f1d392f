/**
 * The colour that a GIF's transparent pixels have in its palette, [red, green, blue], for its first picture;
 * null if that has none. libvips leaves those pixels black, while hashes are defined on the palette's colours.
 */
export function gifTransparentColor(bytes: Uint8Array): readonly [number, number, number] | null {
  const paletteOf = (flags: number, start: number): { start: number; length: number } => ({
    start,
    length: (flags & 0x80) === 0 ? 0 : 3 << ((flags & 7) + 1),
  });
  const global = paletteOf(bytes[10] ?? 0, 13);
  let transparent: number | null = null;
  let at = global.start + global.length;
  while (at + 10 <= bytes.length) {
    if (bytes[at] === 0x2c) {
      const local = paletteOf(bytes[at + 9] ?? 0, at + 10);
      const palette = local.length > 0 ? local : global;
      if (transparent === null || transparent * 3 + 3 > palette.length) return null;
      const color = bytes.subarray(palette.start + transparent * 3).subarray(0, 3);
      const [red, green, blue] = color;
      return red === undefined || green === undefined || blue === undefined
        ? null
        : [red, green, blue];
    }
    if (bytes[at] !== 0x21) return null;
    // Graphic control: length 4, flags, delay, transparent index.
    if (bytes[at + 1] === 0xf9 && ((bytes[at + 3] ?? 0) & 1) === 1)
      transparent = bytes[at + 6] ?? 0;
    at += 2;
    while (at < bytes.length && bytes[at] !== 0) at += (bytes[at] ?? 0) + 1;
    at += 1;
  }
  return null;
}
