import { Buffer } from 'node:buffer';

/** Longest file name that we make, in bytes of UTF-8: leaves room for suffixes below the usual 255. */
export const maximumNameBytes = 200;

// Controls, private use (escaped bytes of pathBytes.ts among them), lone surrogates, separators of lines,
// bidirectional controls (they make `gpj.exe` look like `exe.jpg`), byte order marks. Joiners stay: emoji
// and several scripts need them.
const invisible = /[\p{Cc}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\ufeff\ufff9-\ufffb]/gu;
const reserved = /[<>:"/\\|?*]/g;
// Windows takes these as devices in any case, with any extension, and with superscript digits.
const deviceName = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?=\s*(?:\.|$))/i;
/** Longer "extensions" are part of the name: `Mr. Smith's holiday`. */
const maximumExtensionBytes = 20;

export interface SafeNameOptions {
  /** Used if nothing is left of the name. Default `unnamed`. */
  readonly fallback?: string;
  /** Default maximumNameBytes. */
  readonly maximumBytes?: number;
}

/** Splits `IMG_1.JPG` into `IMG_1` and `.JPG`. A leading dot starts no extension; the case stays. */
export function splitExtension(name: string): { stem: string; extension: string } {
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 ? name.slice(dot) : '';
  if (extension.length < 2 || Buffer.byteLength(extension) > maximumExtensionBytes) {
    return { stem: name, extension: '' };
  }
  return { stem: name.slice(0, dot), extension };
}

/**
 * A file or folder name that every common file system takes and that shows what it is: NFC, without control,
 * bidirectional and reserved characters, no trailing dot or space, no Windows device name, short enough.
 * The extension survives the shortening. Safe names stay as they are, so the function is idempotent.
 */
export function safeName(name: string, options: SafeNameOptions = {}): string {
  const maximumBytes = options.maximumBytes ?? maximumNameBytes;
  const cleaned = clean(name);
  // Nothing is left of the stem of `***.jpg`, which makes no hidden file of it.
  const isBare = cleaned.startsWith('.') && !/^\s*\./u.test(name);
  const { stem, extension } = splitExtension(isBare ? `x${cleaned}` : cleaned);
  const suffix = clean(extension);
  const room = maximumBytes - Buffer.byteLength(suffix);
  const cut = trimEnds(truncateBytes(trimEnds(isBare ? stem.slice(1) : stem), room));
  const base = cut === '' ? (options.fallback ?? 'unnamed') : cut;
  const whole = base + suffix;
  if (!deviceName.test(whole)) return whole;
  return `_${trimEnds(truncateBytes(base, room - 1))}${suffix}`;
}

function clean(text: string): string {
  return trimEnds(
    text.normalize('NFC').replace(invisible, '').replace(reserved, '').normalize('NFC'),
  );
}

/** No space or dot at the end (Windows drops them), no space at the beginning (people overlook it). */
function trimEnds(text: string): string {
  return text.replace(/^\s+/u, '').replace(/[\s.]+$/u, '');
}

/** Cuts to a number of UTF-8 bytes without cutting a character (or its combining marks) apart. */
export function truncateBytes(text: string, maximumBytes: number): string {
  if (Buffer.byteLength(text) <= maximumBytes) return text;
  const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });
  let kept = '';
  let bytes = 0;
  for (const { segment } of characters.segment(text)) {
    bytes += Buffer.byteLength(segment);
    if (bytes > maximumBytes) break;
    kept += segment;
  }
  return kept;
}
