import assert from 'node:assert/strict';
import type { CommandContext } from '../../../src/cli/commands.js';
import { deleteImages, resumeOperation, undoOperation } from '../../../src/cli/fileCommands.js';
import { verify } from '../../../src/cli/integrityCommands.js';
import { convert } from '../../../src/cli/moveCommands.js';
import { operationResult } from '../../../src/cli/operationResult.js';
import type { CommandResult } from '../../../src/cli/output.js';
import type { FileOperationReport } from '../../../src/catalog/model/fileOperation.js';
import { IntegrityFixture } from '../maintenance/integrityFixture.js';

describe('command line: work that was cut off', function () {
  this.timeout(60_000);
  let fixture: IntegrityFixture;
  beforeEach(async () => {
    fixture = await IntegrityFixture.create();
    fixture.put('1.jpg', '2.jpg', '3.jpg');
  });
  afterEach(() => fixture.remove());

  const context = (control: CommandContext['control'] = {}): CommandContext => ({
    engine: fixture.engine,
    control,
    json: false,
  });

  /** Cancels as soon as the work tells of something. */
  function cancelled(): CommandContext {
    const cancellation = new AbortController();
    return context({
      signal: cancellation.signal,
      onProgress: () => {
        cancellation.abort();
      },
    });
  }

  const operationId = ({ json }: CommandResult): string =>
    (json as FileOperationReport).operation.id;

  it('says that a conversion was cancelled, what is left and how it goes on', async () => {
    await fixture.import('reference');
    const stopped = await convert(context({ signal: AbortSignal.abort() }), 'Photos', {});
    assert.equal(stopped.exitCode, 1);
    assert.match(stopped.text, /^CANCELLED: convert of 0 images/);
    const id = operationId(stopped);
    assert.ok(stopped.text.includes(`3 images are left: "resume-operation ${id}" goes on`));
    const resumed = await resumeOperation(context(), id);
    assert.deepEqual([resumed.exitCode, operationId(resumed)], [0, id]);
    assert.match(resumed.text, /^SUCCESS: convert of 3 images/);
    assert.ok(!resumed.text.includes('left'));
  });

  it('says that an undo was cancelled, and what it left', async () => {
    await fixture.import('copy');
    const deleted = await deleteImages(context(), 'Photos', { query: '', files: true });
    const id = operationId(deleted);
    const aborted = AbortSignal.abort();
    const stopped = await undoOperation(context({ signal: aborted }), id);
    assert.equal(stopped.exitCode, 1);
    assert.match(stopped.text, /^CANCELLED: 3 images of the delete are not taken back/);
    const undone = await undoOperation(context(), id);
    assert.equal(undone.exitCode, 0);
    assert.match(undone.text, /^UNDONE: the delete was taken back/);
  });

  it('says that a verification was cancelled', async () => {
    await fixture.import('copy');
    const stopped = await verify(cancelled(), 'Photos', {});
    assert.equal(stopped.exitCode, 1);
    assert.match(stopped.text, /^CANCELLED: /);
  });

  it('says what stopped it', () => {
    const { exitCode, text } = operationResult({
      operation: {
        id: 'op',
        kind: 'convert',
        catalogId: 'c',
        catalogName: 'Photos',
        managedDirectory: '/managed',
        status: 'INTERRUPTED',
        imagesTotal: 7,
        imagesDone: 2,
        imagesFailed: 1,
        filesMoved: 2,
        bytesMoved: 20,
        startedAt: '',
        completedAt: '',
      },
      stoppedBy: { code: 'DISK_FULL', data: { volume: '/managed', needed: 100, free: 1 } },
      keptCount: 1,
      kept: [{ path: '/a', code: 'FILE_VANISHED', data: { path: '/a' } }],
    });
    assert.equal(exitCode, 1);
    assert.match(
      text,
      /^INTERRUPTED: .*\nStopped: .*\/managed.*\n5 images are left: .* op" goes on/,
    );
  });
});
