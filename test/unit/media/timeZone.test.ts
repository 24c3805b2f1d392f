import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('timeZoneProbe.ts', import.meta.url));

describe('dates and the time zone of the host', () => {
  it('are the same everywhere', () => {
    const outputs = ['Pacific/Auckland', 'America/New_York', 'UTC'].map((TZ) =>
      execFileSync(process.execPath, ['--import', 'tsx', script], {
        env: { ...process.env, TZ },
        encoding: 'utf8',
      }),
    );
    const [auckland = '', ...others] = outputs.map((text) => text.split('\n'));
    assert.notEqual(auckland[0], others[0]?.[0], 'the probe sees the time zone');
    for (const other of others) assert.deepEqual(other.slice(1), auckland.slice(1));
    assert.equal(auckland[1], '2023-12-31T23:30:00.12 exif:DateTimeOriginal');
  });
});
