import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { StartedChild } from './support/childProgram.js';
import { startChild } from './support/childProgram.js';
import { checkRestart } from './support/disturb.js';
import { filesNow, rowsOf } from './support/invariants.js';
import { fastTemporaryFolder, isShort, Random, seed } from './support/settings.js';
import { newPlaces, removePlaces, SafetyWorld } from './support/world.js';

const runSeconds = isShort ? 12 : 90;

/** Who wrote when must not overlap: a new writer begins only after the last one ended or was killed. */
function overlaps(journal: readonly string[]): string[] {
  const found: string[] = [];
  let holder: string | null = null;
  for (const line of journal) {
    const [event = '', name = ''] = line.split(' ');
    if (event === 'begin') {
      if (holder !== null) found.push(`${name} began while ${holder} was writing`);
      holder = name;
    } else if ((event === 'end' || event === 'kill') && holder === name) holder = null;
  }
  return found;
}

describe(`safety: several processes on one catalog (seed ${seed})`, function () {
  this.timeout((runSeconds + 60) * 1000);

  for (const count of isShort ? [3] : [2, 3, 4]) {
    it(`${count} processes that are killed at random: one writer at a time, nothing lost`, async () => {
      const random = new Random(seed + count);
      const places = newPlaces(fastTemporaryFolder());
      const world = await SafetyWorld.create(places, {});
      const before = filesNow(world);
      await world.close();
      const journalFile = path.join(places.base, 'journal');
      fs.writeFileSync(journalFile, '');
      const running = new Map<string, StartedChild>();
      let started = 0;
      const start = (): void => {
        const name = `writer${(started += 1)}`;
        running.set(name, startChild('write', places, [name, journalFile]));
      };
      try {
        for (let number = 0; number < count; number++) start();
        const until = Date.now() + runSeconds * 1000;
        while (Date.now() < until) {
          await new Promise((resolve) => setTimeout(resolve, 300 + random.below(1500)));
          const name = random.pick([...running.keys()]);
          const child = running.get(name);
          running.delete(name);
          // Stopped first: between the note and its end it must not write.
          child?.process.kill('SIGSTOP');
          fs.appendFileSync(journalFile, `kill ${name}\n`);
          child?.process.kill('SIGKILL');
          const ended = await child?.ended;
          assert.equal(ended?.signal, 'SIGKILL', `${name} ended by itself: ${ended?.output ?? ''}`);
          start();
        }
        for (const [name, child] of running) {
          child.process.kill('SIGKILL');
          const { signal, output } = await child.ended;
          assert.equal(signal, 'SIGKILL', `${name} ended by itself: ${output}`);
        }
        const journal = fs.readFileSync(journalFile, 'utf8').split('\n').filter(Boolean);
        assert.deepEqual(overlaps(journal), []);
        await world.open();
        const onCard = [...filesNow(world).keys()].filter((file) => file.startsWith(places.source));
        const expected = { isMove: false, touchedByTest: new Set(onCard) };
        assert.deepEqual(await checkRestart(world, before, expected), []);
        const rows = new Set(rowsOf(world.store).map((row) => row.checksum));
        const acknowledged = journal.filter((line) => line.startsWith('imported '));
        assert.ok(acknowledged.length > 0, 'no process came to write');
        const lost = acknowledged.filter((line) => !rows.has(line.slice('imported '.length)));
        assert.deepEqual(lost, []);
        const integrity = world.store.driver.all<{ integrity_check: string }>(
          'PRAGMA integrity_check',
        );
        assert.equal(integrity[0]?.integrity_check, 'ok');
        console.log(`      ${started} processes, ${acknowledged.length} imports acknowledged`);
      } finally {
        for (const child of running.values()) child.process.kill('SIGKILL');
        await world.close();
        removePlaces(places);
      }
    });
  }
});
