import { fold } from '../fold.js';

/** Texts that repeat: every different one is kept once, and a number for each image. */
export class DictionaryColumn {
  /** Different texts by code; code 0 is the empty text. */
  readonly values: string[] = [''];
  private codes = new Uint32Array(0);
  /** Code of the text that was added last. */
  private last = 0;
  private readonly foldedValues: string[] = [];
  private readonly known = new Map<string, number>([['', 0]]);

  /** Makes room for images. */
  grow(length: number): void {
    if (length <= this.codes.length) return;
    const codes = new Uint32Array(length);
    codes.set(this.codes);
    this.codes = codes;
  }

  /** Returns true if it was another text before. */
  set(slot: number, text: string): boolean {
    return this.setCode(slot, this.add(text));
  }

  /** As set, with the text's code. */
  setCode(slot: number, code: number): boolean {
    if (this.codes[slot] === code) return false;
    this.codes[slot] = code;
    return true;
  }

  /** The text's code, a new one if the text is new. */
  add(text: string): number {
    if (text === '') return 0;
    // What stands in a row often stands in the next.
    if (text === this.values[this.last]) return this.last;
    let code = this.known.get(text);
    if (code === undefined) {
      code = this.values.length;
      // A part of a longer text would keep all of that alive.
      const own = JSON.parse(JSON.stringify(text)) as string;
      this.values.push(own);
      this.known.set(own, code);
    }
    this.last = code;
    return code;
  }

  /** The different texts folded, by code. */
  folded(): readonly string[] {
    for (let code = this.foldedValues.length; code < this.values.length; code++) {
      this.foldedValues.push(fold(this.values[code] ?? ''));
    }
    return this.foldedValues;
  }

  /** Sets 1 for every image whose code has 1. */
  mark(codes: Uint8Array | null, hits: Uint8Array): void {
    if (!codes) return;
    for (let slot = 0; slot < hits.length; slot++) {
      if (codes[this.codes[slot] ?? 0] === 1) hits[slot] = 1;
    }
  }

  codeOf(text: string): number | undefined {
    return this.known.get(text);
  }

  code(slot: number): number {
    return this.codes[slot] ?? 0;
  }
}
