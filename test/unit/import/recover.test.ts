import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { sampleJpeg } from '../../../bench/lib/sampleFiles.js';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import { resumeJob } from '../../../src/catalog/import/execute.js';
import type { ImportMode } from '../../../src/catalog/model/importJob.js';
import { CatalogStore } from '../../../src/catalog/store/catalogStore.js';
import { NodeSqliteDriver } from '../../../src/catalog/store/nodeSqliteDriver.js';
import { counted } from './countedPort.js';
import { ImportFixture, listFiles, sha256 } from './importFixture.js';

const child = fileURLToPath(new URL('crashChild.ts', import.meta.url));

class Crash extends Error {}

/** What must never be lost. */
function contentsOf(...folders: string[]): Set<string> {
  return new Set(
    folders.flatMap((folder) => listFiles(folder).map((f) => sha256(path.join(folder, f)))),
  );
}

async function prepared(): Promise<{
  fixture: ImportFixture;
  scanId: string;
  originals: Set<string>;
}> {
  const fixture = await ImportFixture.create();
  fixture.put('IMG_20230615_143045.jpg', sampleJpeg('first', 3000));
  fixture.put('P_20230701_120000.CR2', sampleJpeg('raw', 4000));
  fixture.put('P_20230701_120000.JPG', sampleJpeg('pair', 2000));
  fixture.put('P_20230701_120000.CR2.xmp', '<x:xmpmeta/>');
  fixture.putForeign('2023/IMG_20230615_143045.jpg', 'mine');
  const scanId = await fixture.scanId();
  return { fixture, scanId, originals: contentsOf(fixture.scans.root) };
}

async function checkRecovered(fixture: ImportFixture, originals: Set<string>): Promise<void> {
  await fixture.recover();
  fixture.check();
  assert.equal(
    fixture.managedFiles().some((file) => file.includes('.imgcat')),
    false,
  );
  for (const content of originals) {
    assert.ok(contentsOf(fixture.scans.root, fixture.managed).has(content), 'an original is lost');
  }
  const snapshot = (): string =>
    JSON.stringify([
      fixture.managedFiles(),
      fixture.scans.store.importJobs.list({ offset: 0, limit: 9 }),
    ]);
  const once = snapshot();
  await fixture.recover();
  assert.equal(snapshot(), once, 'a second recovery changed something');
  const [job] = fixture.scans.store.importJobs.list({ offset: 0, limit: 9 }).jobs;
  if (job?.status === 'INTERRUPTED') {
    await resumeJob(fixture.deps(), job.id);
    const resumed = fixture.imported(job.id).job;
    assert.deepEqual([resumed.status, resumed.filesImported], ['SUCCESS', 3]);
    fixture.check();
    if (job.importMode === 'move') assert.deepEqual(listFiles(fixture.scans.root), []);
  }
}

describe('recovery', function () {
  this.timeout(120_000);

  const ways: readonly (readonly [ImportMode, boolean])[] = [
    ['copy', false],
    ['copy', true],
    ['move', false],
    ['move', true],
    ['reference', false],
  ];
  for (const [importMode, refuseLinks] of ways) {
    const title = `${importMode}${refuseLinks ? ' without hard links' : ''}`;

    it(`brings rows and files together wherever a ${title} stops`, async () => {
      let total = 1;
      // Every third call; the first run tells how many there are. The port stops answering for good.
      for (let stopAt = 0; stopAt <= total; stopAt += stopAt === 0 ? 1 : 3) {
        const { fixture, scanId, originals } = await prepared();
        try {
          let stopped = false;
          const port = counted(nodeFilePort, refuseLinks, (call) => {
            if (call === stopAt) stopped = true;
            if (stopped) throw Object.assign(new Crash('stopped'), { code: 'EIO' });
          });
          const settings = {
            importMode,
            scanId,
            files: port.files,
            organizationStrategy: 'YEAR_ONLY/ORIGINAL',
          };
          await fixture.import(settings).catch((error: unknown) => {
            assert.notEqual(stopAt, 0, String(error));
          });
          if (stopAt === 0) total = port.calls();
          await checkRecovered(fixture, originals);
        } catch (error) {
          throw new Error(`stopped at call ${stopAt} of ${total}: ${String(error)}`, {
            cause: error,
          });
        } finally {
          await fixture.remove();
        }
      }
      assert.ok(total > 3);
    });

    it(`brings rows and files together after a kill in a ${title}`, async () => {
      if (importMode === 'reference') return;
      for (const killAt of [40, 70, 95]) {
        const { fixture, scanId, originals } = await prepared();
        const { store, base } = fixture.scans;
        await store.close();
        const file = path.join(base, 'catalog.sqlite');
        const args = [
          '--import',
          'tsx',
          child,
          file,
          scanId,
          importMode,
          refuseLinks ? 'refuse' : '',
          String(killAt),
        ];
        const run = spawnSync(process.execPath, args, { encoding: 'utf8' });
        assert.ok(run.signal === 'SIGKILL' || Number(run.stdout) < killAt, run.stderr);
        // The lock's owner may clear what node-sqlite3-wasm leaves after a kill.
        fs.rmSync(`${file}.lock`, { recursive: true, force: true });
        const reopened = new CatalogStore(await NodeSqliteDriver.open({ file }));
        Object.assign(fixture.scans, { store: reopened });
        try {
          await checkRecovered(fixture, originals);
        } finally {
          await fixture.remove();
        }
      }
    });
  }

  it('keeps an unfinished copy whose source is gone in the quarantine', async () => {
    const { fixture, scanId } = await prepared();
    let stopped = false;
    const files = counted(nodeFilePort, false, (_, name) => {
      if (name === 'link') stopped = true;
      if (stopped) throw Object.assign(new Crash('stopped'), { code: 'EIO' });
    }).files;
    await fixture.import({ scanId, files }).catch(() => undefined);
    const parts = fixture.managedFiles().filter((file) => file.endsWith('.part'));
    assert.ok(parts.length > 0);
    fs.rmSync(fixture.scans.root, { recursive: true });
    await fixture.recover();
    const left = fixture.managedFiles();
    assert.equal(
      left.some((file) => file.endsWith('.part')),
      false,
    );
    assert.equal(
      left.filter((file) => file.startsWith('.imgcat-quarantine/')).length,
      parts.length,
    );
    await fixture.remove();
  });
});
