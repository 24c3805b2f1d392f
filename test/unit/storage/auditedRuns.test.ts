import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { openCatalogEngine } from '../../../src/catalog/engine.js';
import type { AuditEntry } from '../../../src/catalog/model/audit.js';
import { IntegrityFixture } from '../maintenance/integrityFixture.js';

describe('the audit log of runs that change no image', function () {
  this.timeout(60_000);
  let fixture: IntegrityFixture;
  let last: number;
  beforeEach(async () => {
    fixture = await IntegrityFixture.create();
    fixture.put('1.jpg', '2.jpg');
    await fixture.import('copy');
    last = (await entries())[0]?.id ?? 0;
  });
  afterEach(() => fixture.remove());

  const entries = async (): Promise<readonly AuditEntry[]> =>
    (await fixture.engine.listAudit({ limit: 1000 })).entries;
  /** Oldest first. */
  const added = async (): Promise<readonly AuditEntry[]> =>
    (await entries()).filter(({ id }) => id > last).reverse();

  it('has a summary of every check and verification that came to its end', async () => {
    const { engine, catalogId, sourceId } = fixture;
    await engine.checkFiles({ catalogId, dryRun: true });
    await engine.verifyFiles({ catalogId, dryRun: true });
    await engine.checkFiles({ catalogId, background: true });
    const control = { signal: AbortSignal.abort() };
    await engine.verifyFiles({ catalogId }, control);
    assert.deepEqual(await added(), []);
    await engine.checkFiles({ catalogId, sourceId });
    await engine.verifyFiles({ catalogId });
    const [check, verification, ...others] = await added();
    assert.deepEqual(
      [check?.operation, check?.catalogName, check?.sourceId, check?.detail?.['present']],
      ['check-files', 'Photos', sourceId, 2],
    );
    assert.deepEqual(
      [verification?.operation, verification?.catalogId, verification?.detail?.['intact']],
      ['verify-files', catalogId, 2],
    );
    assert.deepEqual(others, []);
  });

  it('has what was written where', async () => {
    const { engine, catalogId, root } = fixture;
    const [job] = (await engine.listImportJobs({})).jobs;
    const selection = { catalogId };
    const at = (name: string): string => path.join(root, name);
    await engine.writeExport({
      request: { kind: 'images', format: 'csv', selection },
      path: at('a.csv'),
    });
    await engine.writeExport({
      request: { kind: 'images', format: 'sha256', selection },
      path: at('a.sha256'),
    });
    await engine.writeExport({
      request: { kind: 'audit', format: 'json', filter: {} },
      path: at('a.json'),
    });
    await engine.writeJobManifest({ jobId: job?.id ?? '', path: at('job.sha256') });
    await assert.rejects(
      engine.writeExport({
        request: { kind: 'images', format: 'csv', selection },
        path: at('a.csv'),
      }),
    );
    assert.deepEqual(
      (await added()).map(({ operation, catalogName, path: file, importJobId }) => [
        operation,
        catalogName,
        path.basename(file ?? ''),
        importJobId,
      ]),
      [
        ['export', 'Photos', 'a.csv', null],
        ['write-manifest', 'Photos', 'a.sha256', null],
        ['export', null, 'a.json', null],
        ['write-manifest', 'Photos', 'job.sha256', job?.id],
      ],
    );
    const { operations } = await engine.getAuditFacets({});
    assert.equal(operations.find(({ operation }) => operation === 'export')?.count, 2);
  });

  it('keeps nobody from an export who may not write the catalog', async () => {
    const reader = openCatalogEngine({
      workspaceDirectory: fixture.workspace,
      trusted: false,
      machineStateDirectory: path.join(fixture.root, 'state'),
    });
    try {
      const file = path.join(fixture.root, 'a.csv');
      const selection = { catalogId: fixture.catalogId };
      await reader.writeExport({
        request: { kind: 'images', format: 'csv', selection },
        path: file,
      });
      assert.ok(fs.existsSync(file));
    } finally {
      await reader.close();
    }
    assert.deepEqual(await added(), []);
  });
});
