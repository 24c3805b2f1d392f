import type { FilePort } from '../files/filePort.js';
import { JsonFault, parseJson } from './json.js';
import type { JsonCursor } from './jsonCursor.js';

/** No entry of a catalog comes near it. */
const maximumEntryBytes = 64 * 1024 * 1024;
const windowBytes = 1024 * 1024;
/** Of an entry: where its key begins, or its value in a list; where its value begins and ends. */
const numbersPerEntry = 3;

/**
 * Where the entries of a section lie in a JSON file. They are found once and can then be read any number of
 * times without looking for their ends again.
 */
export class JsonEntries {
  private positions = new Float64Array(numbersPerEntry * 256);
  private entries = 0;

  /**
   * Walks over the object or list at the cursor; `null` has no entries.
   * @throws JsonFault
   */
  static locate(cursor: JsonCursor): JsonEntries {
    const found = new JsonEntries();
    if (cursor.isObject()) {
      for (const _ of cursor.keys()) found.add(cursor.keyPosition, cursor);
    } else if (cursor.isList()) {
      for (const _ of cursor.items()) found.add(null, cursor);
    } else parseJson(cursor.text());
    return found;
  }

  get count(): number {
    return this.entries;
  }

  /**
   * The key, or the index in a list, and the text of the value of every entry.
   * @throws JsonFault if the file has become shorter
   */
  *read(files: FilePort, descriptor: number): Generator<readonly [string, string]> {
    const text = textReader(files, descriptor);
    for (let index = 0; index < this.entries; index++) {
      const [start = 0, value = 0, end = 0] = this.positions.subarray(
        index * numbersPerEntry,
        (index + 1) * numbersPerEntry,
      );
      yield [start === value ? String(index) : keyOf(text(start, value)), text(value, end)];
    }
  }

  private add(keyPosition: number | null, cursor: JsonCursor): void {
    cursor.peek();
    const value = cursor.position;
    cursor.skip();
    const end = cursor.position;
    if (end - value > maximumEntryBytes) {
      throw new JsonFault(`an entry before byte ${end} is larger than 64 MB`);
    }
    const at = this.entries++ * numbersPerEntry;
    if (at === this.positions.length) {
      const larger = new Float64Array(at * 2);
      larger.set(this.positions);
      this.positions = larger;
    }
    this.positions[at] = keyPosition ?? value;
    this.positions[at + 1] = value;
    this.positions[at + 2] = end;
  }
}

/** A key, with the colon and white space that follow it. */
const keyOf = (text: string): string => JSON.parse(text.slice(0, text.lastIndexOf(':'))) as string;

/** Reads texts by their places, best in order, through a window. */
function textReader(files: FilePort, descriptor: number): (start: number, end: number) => string {
  let window = Buffer.alloc(windowBytes);
  let from = 0;
  let filled = 0;
  return (start, end) => {
    if (start < from || end > from + filled) {
      if (end - start > window.length) window = Buffer.alloc(end - start);
      from = start;
      filled = 0;
      while (filled < end - start) {
        const free = window.length - filled;
        const count = files.read(descriptor, window, filled, free, from + filled);
        if (count === 0) throw new JsonFault(`it ends in the middle, at byte ${from + filled}`);
        filled += count;
      }
    }
    return window.toString('utf8', start - from, end - from);
  };
}
