/** Texts that repeat: every different one is kept once, and a number for each image. */
export class DictionaryColumn {
  /** Different texts by code; code 0 is the empty text. */
  readonly values: string[] = [''];
  private codes = new Uint32Array(0);
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
    let code = this.known.get(text);
    if (code === undefined) {
      code = this.values.length;
      this.values.push(text);
      this.known.set(text, code);
    }
    if (this.codes[slot] === code) return false;
    this.codes[slot] = code;
    return true;
  }

  codeOf(text: string): number | undefined {
    return this.known.get(text);
  }

  code(slot: number): number {
    return this.codes[slot] ?? 0;
  }

  /** 1 for each code whose text meets the test. */
  codesWhere(test: (text: string) => boolean): Uint8Array {
    return Uint8Array.from(this.values, (text) => (test(text) ? 1 : 0));
  }
}
