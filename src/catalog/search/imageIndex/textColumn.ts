const chunkSlots = 1024;

interface Chunk {
  /** The texts while they change; else empty. */
  lines: string[];
  /** All texts of the chunk, a line each, and where the lines start; null while they change. */
  packed: { readonly text: string; readonly starts: Uint32Array } | null;
}

/**
 * A short text for each image, packed so that a search passes over them at the speed of one long text. The texts
 * contain no line feeds.
 */
export class TextColumn {
  private readonly chunks: Chunk[] = [];

  /** Returns true if it was another text before. */
  set(slot: number, text: string): boolean {
    const chunk = this.chunkOf(slot);
    const line = slot % chunkSlots;
    if (chunk.packed) {
      if (lineOf(chunk.packed, line) === text) return false;
      chunk.lines = chunk.packed.text.split('\n').slice(0, chunk.packed.starts.length - 1);
      chunk.packed = null;
    } else if (chunk.lines[line] === text) return false;
    while (chunk.lines.length < line) chunk.lines.push('');
    chunk.lines[line] = text;
    return true;
  }

  get(slot: number): string {
    const chunk = this.chunks[Math.floor(slot / chunkSlots)];
    if (!chunk) return '';
    const line = slot % chunkSlots;
    return chunk.packed ? lineOf(chunk.packed, line) : (chunk.lines[line] ?? '');
  }

  /** Sets 1 for every image whose text contains the word. */
  search(word: string, hits: Uint8Array): void {
    for (const [number, chunk] of this.chunks.entries()) {
      const { text, starts } = (chunk.packed ??= pack(chunk));
      const first = number * chunkSlots;
      let line = 0;
      let at = text.indexOf(word);
      while (at >= 0) {
        while ((starts[line + 1] ?? Infinity) <= at) line++;
        hits[first + line] = 1;
        at = text.indexOf(word, starts[line + 1]);
      }
    }
  }

  /** Frees what the texts that were set were parts of. */
  pack(): void {
    for (const chunk of this.chunks) chunk.packed ??= pack(chunk);
  }

  private chunkOf(slot: number): Chunk {
    const number = Math.floor(slot / chunkSlots);
    while (this.chunks.length <= number) this.chunks.push({ lines: [], packed: null });
    return this.chunks[number] as Chunk;
  }
}

function pack(chunk: Chunk): NonNullable<Chunk['packed']> {
  const starts = new Uint32Array(chunk.lines.length + 1);
  let at = 0;
  for (const [line, text] of chunk.lines.entries()) {
    starts[line] = at;
    at += text.length + 1;
  }
  starts[chunk.lines.length] = at;
  const text = chunk.lines.length === 0 ? '' : `${chunk.lines.join('\n')}\n`;
  chunk.lines = [];
  return { text, starts };
}

function lineOf({ text, starts }: NonNullable<Chunk['packed']>, line: number): string {
  const start = starts[line];
  const next = starts[line + 1];
  return start === undefined || next === undefined ? '' : text.slice(start, next - 1);
}
