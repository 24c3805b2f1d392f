import assert from 'node:assert/strict';
import { orderedIds } from '../../../src/catalog/legacy/orderedIds.js';

describe('orderedIds', () => {
  it('gives UUIDs of version 7 that rise, in one millisecond and when the clock goes back', () => {
    const times = [1_700_000_000_000, 1_699_999_999_000, 1_700_000_000_001];
    let call = 0;
    const next = orderedIds(() => new Date(times[Math.floor(call++ / 5000)] ?? 0));
    const ids = Array.from({ length: 15_000 }, () => next());
    assert.deepEqual([...ids].sort(), ids);
    assert.equal(new Set(ids).size, ids.length);
    for (const id of ids) {
      assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
    assert.ok(ids[0]?.startsWith((1_700_000_000_000).toString(16).padStart(12, '0').slice(0, 8)));
  });
});
