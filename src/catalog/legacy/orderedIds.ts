import { randomUUID } from 'node:crypto';

/**
 * UUIDs of version 7 (RFC 9562), each greater than the one before: with 12 bits of counting in the same
 * millisecond. Many rows then go to the end of an index, not all over it.
 */
export function orderedIds(now: () => Date): () => string {
  let time = 0;
  let counter = 0;
  return () => {
    const current = now().getTime();
    if (current > time) {
      time = current;
      counter = 0;
    } else if (++counter > 0xfff) {
      time++;
      counter = 0;
    }
    const stamp = time.toString(16).padStart(12, '0');
    const count = counter.toString(16).padStart(3, '0');
    return `${stamp.slice(0, 8)}-${stamp.slice(8)}-7${count}-${randomUUID().slice(19)}`;
  };
}
