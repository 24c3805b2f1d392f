import type { FilePort } from '../files/filePort.js';
import { JsonFault, maximumDepth } from './json.js';

/** No entry of a catalog comes near it. */
const maximumEntryBytes = 64 * 1024 * 1024;
const windowBytes = 1024 * 1024;

const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const comma = 0x2c;
const colon = 0x3a;

/** How far a value has been walked over. */
interface Scan {
  depth: number;
  inString: boolean;
  isEscaped: boolean;
  isDone: boolean;
}

/** What a byte outside strings does: 0 nothing, 1 begins a string, 2 opens, 3 closes, 4 ends a bare word. */
const roles = new Uint8Array(256);
for (let byte = 0; byte <= 0x20; byte++) roles[byte] = 4;
roles[comma] = 4;
roles[colon] = 4;
roles[quote] = 1;
roles[openBrace] = 2;
roles[openBracket] = 2;
roles[closeBrace] = 3;
roles[closeBracket] = 3;

/**
 * Walks on to the end of the value or of the bytes; returns where it stopped. Every byte of the file passes
 * here, so it is kept plain.
 */
function scanOn(scan: Scan, bytes: Uint8Array, from: number, end: number, isText: boolean): number {
  let { depth, inString, isEscaped } = scan;
  let isDone = false;
  let at = from;
  while (at < end) {
    const byte = bytes[at] as number;
    if (inString) {
      at++;
      if (isEscaped) isEscaped = false;
      else if (byte === backslash) isEscaped = true;
      else if (byte === quote) {
        inString = false;
        if (depth === 0) {
          isDone = true;
          break;
        }
      } else {
        // Most of a file: plain characters of texts.
        while (at < end && bytes[at] !== quote && bytes[at] !== backslash) at++;
      }
      continue;
    }
    const role = roles[byte] as number;
    if (role === 0 || (role === 4 && depth > 0)) at++;
    else if (role === 1) {
      // A string after a bare word would be two values.
      if (depth === 0 && !isText) {
        isDone = true;
        break;
      }
      inString = true;
      at++;
    } else if (role === 2) {
      at++;
      if (++depth > maximumDepth) break;
    } else {
      // A comma, or the end of what surrounds a bare word.
      if (depth > 0) {
        at++;
        depth--;
      }
      if (depth === 0) {
        isDone = true;
        break;
      }
    }
  }
  scan.depth = depth;
  scan.inString = inString;
  scan.isEscaped = isEscaped;
  scan.isDone = isDone;
  return at;
}

/**
 * Reads a JSON file of any size with little memory: walks over the outer levels and hands out the text of
 * single entries, which JSON.parse then reads. That is many times faster than a parser that makes an event of
 * every token, because the bulk goes through JSON.parse.
 * All methods throw JsonFault.
 */
export class JsonCursor {
  private readonly files: FilePort;
  private readonly descriptor: number;
  private window = Buffer.alloc(windowBytes);
  /** Where the key begins that keys() gave last. */
  keyPosition = 0;
  private at = 0;
  private end = 0;
  private filePosition = 0;

  /** @param descriptor of an open file; the caller closes it */
  constructor(files: FilePort, descriptor: number) {
    this.files = files;
    this.descriptor = descriptor;
    if (this.fill(3) && this.window.toString('latin1', 0, 3) === '\xef\xbb\xbf') this.at = 3;
  }

  /** The next byte that is not white space, not consumed; -1 at the end. */
  peek(): number {
    for (;;) {
      if (this.at >= this.end && !this.fill(1)) return -1;
      const byte = this.window[this.at] ?? -1;
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return byte;
      this.at++;
    }
  }

  atEnd(): boolean {
    return this.peek() === -1;
  }

  isObject(): boolean {
    return this.peek() === openBrace;
  }

  isList(): boolean {
    return this.peek() === openBracket;
  }

  /** Walks over an object: the value must be consumed before the next key is asked for. */
  *keys(): Generator<string> {
    this.take(openBrace);
    if (this.peek() === closeBrace) {
      this.at++;
      return;
    }
    for (;;) {
      if (this.peek() !== quote) throw this.unexpected();
      this.keyPosition = this.position;
      const key = JSON.parse(this.text()) as string;
      this.take(colon);
      yield key;
      if (this.peek() === closeBrace) {
        this.at++;
        return;
      }
      this.take(comma);
    }
  }

  /** Walks over a list in the same way. */
  *items(): Generator<number> {
    this.take(openBracket);
    if (this.peek() === closeBracket) {
      this.at++;
      return;
    }
    for (let index = 0; ; index++) {
      yield index;
      if (this.peek() === closeBracket) {
        this.at++;
        return;
      }
      this.take(comma);
    }
  }

  /** Consumes one value and returns its text. */
  text(): string {
    return this.value(true);
  }

  /** Consumes one value. What is inside is not looked at but for its brackets and quotes. */
  skip(): void {
    this.value(false);
  }

  private value(keep: boolean): string {
    const first = this.peek();
    if (first === -1) throw this.unexpected();
    const scan: Scan = { depth: 0, inString: false, isEscaped: false, isDone: false };
    let start = this.at;
    for (;;) {
      this.at = scanOn(scan, this.window, this.at, this.end, first === quote);
      if (scan.depth > maximumDepth) {
        throw new JsonFault(`it nests deeper than ${maximumDepth} levels at byte ${this.position}`);
      }
      if (scan.isDone) break;
      if (keep && this.at - start > maximumEntryBytes) {
        throw new JsonFault(`an entry before byte ${this.position} is larger than 64 MB`);
      }
      if (!keep) start = this.at;
      const isMore = this.fill(1, start);
      start = 0;
      if (isMore) continue;
      // Only a bare word can end with the file.
      if (scan.depth > 0 || scan.inString || first === quote || this.at === start) {
        throw this.unexpected();
      }
      break;
    }
    if (this.at === start) throw this.unexpected();
    return keep ? this.window.toString('utf8', start, this.at) : '';
  }

  private take(byte: number): void {
    if (this.peek() !== byte) throw this.unexpected();
    this.at++;
  }

  /** Offset of the next byte in the file. */
  get position(): number {
    return this.filePosition - (this.end - this.at);
  }

  /** Goes to an offset, to read on as if everything before had been consumed. */
  seek(position: number): void {
    this.filePosition = position;
    this.at = 0;
    this.end = 0;
  }

  private unexpected(): JsonFault {
    const byte = this.peek();
    return new JsonFault(
      byte === -1
        ? `it ends in the middle, at byte ${this.position}`
        : `there is ${JSON.stringify(String.fromCharCode(byte))} at byte ${this.position}, where it cannot be`,
    );
  }

  /** Makes room after the bytes from `keepFrom` on and reads at least `wanted` more; false at the end. */
  private fill(wanted: number, keepFrom = this.at): boolean {
    const kept = this.end - keepFrom;
    if (kept + windowBytes > this.window.length) {
      const larger = Buffer.alloc(Math.max(this.window.length * 2, kept + windowBytes));
      this.window.copy(larger, 0, keepFrom, this.end);
      this.window = larger;
    } else if (keepFrom > 0) this.window.copyWithin(0, keepFrom, this.end);
    this.at -= keepFrom;
    this.end = kept;
    let read = 0;
    while (read < wanted) {
      const count = this.files.read(
        this.descriptor,
        this.window,
        this.end,
        this.window.length - this.end,
        this.filePosition,
      );
      if (count === 0) return false;
      read += count;
      this.end += count;
      this.filePosition += count;
    }
    return true;
  }
}
