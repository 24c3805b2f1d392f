import assert from 'node:assert/strict';
import type { ImportJobReport } from '../../../src/catalog/model/importJob.js';
import type { ScanSummary } from '../../../src/catalog/model/scan.js';
import { untranslated } from '../../../src/views/format.js';
import { JobReportSession } from '../../../src/views/panels/jobReportSession.js';
import { PreviewLookAlikes } from '../../../src/views/panels/previewLookAlikes.js';
import { readAlikeDecision } from '../../../src/views/panels/previewParams.js';
import { jobText } from '../../../src/views/panels/previewTexts.js';
import type { JobAction } from '../../../src/views/panelProtocol.js';
import { generatedEngine } from '../../e2e/support/generatedEngine.js';

const texts = { t: untranslated, locale: 'en' };

describe('texts of what an import replaced', () => {
  const text = (replacements: ImportJobReport['replacements']): string =>
    jobText(texts, {
      status: 'SUCCESS',
      filesImported: 12,
      filesFailed: 0,
      ...(replacements && { replacements }),
    } as ImportJobReport);

  it('tell how many images left and why others are still there', () => {
    assert.equal(text(undefined), '12 files imported.');
    assert.equal(
      text({ replaced: 1, open: 0, kept: [] }),
      '12 files imported. 1 image was replaced.',
    );
    const kept = [
      {
        path: '/managed/old.jpg',
        error: { code: 'FILE_CHANGED' as const, data: { path: '/managed/new.jpg' } },
      },
    ];
    assert.equal(
      text({ replaced: 3, open: 2, kept }),
      '12 files imported. 3 images were replaced. ' +
        '2 images that were to be replaced are still in the catalog. ' +
        'new.jpg changed since it was read. Scan its source again; if it is a file of the catalog that you edited, accept its new content.',
    );
  });

  it('are in the report of the job, which offers to replace what is left', async () => {
    const engine = generatedEngine(10);
    const job = await engine.getImportJob({ jobId: 'job-1' });
    let replaced = 0;
    const withOpen = { ...job, replacements: { replaced: 1, open: 2, kept: [] } };
    engine.getImportJob = () => Promise.resolve(withOpen);
    engine.replaceByImport = () => {
      replaced += 1;
      const error = { code: 'FILE_CHANGED' as const, data: { path: '/managed/new.jpg' } };
      return Promise.resolve({ replaced: 1, kept: [{ path: '/managed/old.jpg', error }] });
    };
    const ran: JobAction[] = [];
    const session = new JobReportSession({
      engine,
      identity: { folder: 'file:///ws', jobId: 'job-1' },
      texts,
      host: {
        openFile: () => Promise.resolve(),
        revealFile: () => Promise.resolve(),
        openPreview: () => Promise.resolve(),
        runAction: (action) => Promise.resolve(void ran.push(action)),
      },
    });
    const model = await session.load();
    assert.ok(model.status === 'ready');
    assert.deepEqual(model.actions, ['replace', 'undo', 'manifest']);
    assert.deepEqual(model.note, {
      kind: 'warning',
      text: '2 images that were to be replaced are still in the catalog.',
    });
    await session.runAction('undo');
    await assert.rejects(session.runAction('replace'), { code: 'FILE_CHANGED' });
    assert.deepEqual([ran, replaced], [['undo'], 1]);
  });
});

describe('look-alikes of a preview', () => {
  it('are neither looked for nor decided in a catalog that cannot be written', async () => {
    const engine = generatedEngine(10);
    const state = await engine.getState({});
    engine.getState = () => Promise.resolve({ ...state, readOnly: true });
    const alikes = new PreviewLookAlikes({
      engine,
      texts,
      scanId: () => 'scan-1',
      addressOf: (file) => file,
      remember: () => undefined,
      host: {
        threshold: () => undefined,
        always: () => true,
        sendProgress: () => undefined,
        changed: () => undefined,
      },
    });
    const scan: ScanSummary = await engine.getScan({ scanId: 'scan-1' });
    const overview = await alikes.overview(scan, false);
    assert.deepEqual([overview.canFind, overview.progress, overview.total], [false, null, null]);
    assert.ok(!engine.calls.includes('nearDuplicatesOfScan'));
  });

  it('are decided by what the page may say and nothing else', () => {
    const decision = { fileIds: [1, 2], decision: 'replace', imageId: 'image-1' };
    assert.deepEqual(readAlikeDecision(decision), decision);
    assert.deepEqual(readAlikeDecision({ ...decision, fileIds: null, imageId: null }), {
      fileIds: null,
      decision: 'replace',
      imageId: null,
    });
    for (const wrong of [
      { ...decision, decision: 'delete' },
      { ...decision, fileIds: ['1'] },
      { ...decision, fileIds: undefined },
      { ...decision, imageId: 7 },
    ])
      assert.throws(() => readAlikeDecision(wrong), /Invalid value/);
  });
});
