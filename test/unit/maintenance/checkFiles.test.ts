import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { damage } from '../../support/damage.js';
import { auditOperations } from './auditRows.js';
import { IntegrityFixture } from './integrityFixture.js';

describe('checking files', function () {
  this.timeout(60_000);
  let fixture: IntegrityFixture;
  beforeEach(async () => {
    fixture = await IntegrityFixture.create();
  });
  afterEach(() => fixture.remove());

  it('marks what is gone while its folder is there, and takes it back when it is found', async () => {
    fixture.put('a/1.jpg', 'a/2.jpg', 'b/3.jpg');
    await fixture.import();
    fs.renameSync(fixture.at('a/1.jpg'), path.join(fixture.root, 'aside.jpg'));
    fs.rmSync(fixture.at('b'), { recursive: true });
    const first = await fixture.check();
    assert.deepEqual(
      [first.images, first.present, first.missing, first.newlyMissing, first.offline],
      [3, 1, 2, 2, 0],
    );
    assert.deepEqual(
      first.findings.map(({ path: file, state, isNew }) => [
        path.relative(fixture.photos, file),
        state,
        isNew,
      ]),
      [
        [path.join('a', '1.jpg'), 'missing', true],
        [path.join('b', '3.jpg'), 'missing', true],
      ],
    );
    assert.deepEqual(await fixture.names('is:missing'), ['a/1.jpg', 'b/3.jpg']);
    assert.equal((await fixture.engine.getCatalog(fixture)).missingCount, 2);

    fs.renameSync(path.join(fixture.root, 'aside.jpg'), fixture.at('a/1.jpg'));
    const second = await fixture.check();
    assert.deepEqual([second.found, second.missing, second.newlyMissing], [1, 1, 0]);
    assert.deepEqual(await fixture.names('is:missing'), ['b/3.jpg']);
  });

  it('lists the marked files of all catalogs with their places, as far as asked', async () => {
    fixture.put('1.jpg', '2.jpg', '3.jpg', '4.jpg');
    await fixture.import('copy');
    const place = async (name: string): Promise<string> => (await fixture.image(name)).currentPath;
    fs.rmSync(await place('1.jpg'));
    fs.appendFileSync(await place('2.jpg'), 'edited');
    damage(await place('3.jpg'));
    await fixture.check({ acceptMissing: true });
    await fixture.engine.verifyFiles(fixture);
    const marked = (marks: 'missing' | 'changed', limit = 10) =>
      fixture.engine.listMarkedFiles({ marks, limit });
    const catalogName = 'Photos';
    assert.deepEqual(await marked('missing'), [
      { path: await place('1.jpg'), state: 'missing', catalogName },
    ]);
    const changed = [
      { path: await place('2.jpg'), state: 'changed', catalogName },
      { path: await place('3.jpg'), state: 'damaged', catalogName },
    ];
    changed.sort((a, b) => (a.path < b.path ? -1 : 1));
    assert.deepEqual(await marked('changed'), changed);
    assert.deepEqual(await marked('changed', 1), changed.slice(0, 1));
    const { missingCount, changedCount } = await fixture.engine.getCatalog(fixture);
    assert.deepEqual([missingCount, changedCount], [1, 2]);
  });

  it('marks nothing below a folder that is not there', async () => {
    fixture.put('1.jpg', '2.jpg');
    await fixture.import();
    fs.renameSync(fixture.photos, `${fixture.photos}.away`);
    const report = await fixture.check({ acceptMissing: true });
    assert.deepEqual([report.missing, report.offline, report.present], [0, 2, 0]);
    assert.deepEqual(report.offlineFolders, [
      {
        path: fixture.photos,
        reason: 'absent',
        images: 2,
        sourceId: fixture.sourceId,
        sourceName: 'Photos',
        seenAt: null,
      },
    ]);
    assert.deepEqual(await fixture.names('is:missing'), []);
    fs.renameSync(`${fixture.photos}.away`, fixture.photos);
  });

  it('asks before it marks a large share, or anything below an empty folder', async () => {
    fixture.putMany('a', 20);
    await fixture.import();
    for (let index = 0; index < 11; index++) fs.rmSync(fixture.at(`a/IMG_${100 + index}.jpg`));
    const asking = await fixture.check();
    assert.deepEqual(asking.needsConfirmation, [
      { path: fixture.photos, sourceName: 'Photos', missing: 11, images: 20 },
    ]);
    assert.equal(asking.newlyMissing, 11);
    assert.deepEqual(await fixture.names('is:missing'), []);
    const accepted = await fixture.check({ acceptMissing: true });
    assert.deepEqual([accepted.needsConfirmation, accepted.newlyMissing], [[], 11]);
    assert.equal((await fixture.names('is:missing')).length, 11);
    // What is known already is no news to ask about.
    assert.deepEqual((await fixture.check()).needsConfirmation, []);
  });

  it('asks when a single file is missing below a folder that is empty', async () => {
    fixture.put('1.jpg');
    await fixture.import();
    fs.rmSync(fixture.at('1.jpg'));
    assert.equal((await fixture.check()).needsConfirmation.length, 1);
    fixture.put('other.jpg');
    assert.deepEqual((await fixture.check()).needsConfirmation, []);
    assert.deepEqual(await fixture.names('is:missing'), ['1.jpg']);
  });

  it('asks only above a fifth of the files', async () => {
    fixture.putMany('a', 60);
    await fixture.import();
    for (let index = 0; index < 12; index++) fs.rmSync(fixture.at(`a/IMG_${100 + index}.jpg`));
    const report = await fixture.check();
    assert.deepEqual([report.needsConfirmation, report.newlyMissing], [[], 12]);
  });

  it('reads what has another size or time, and believes only its bytes', async () => {
    fixture.put('1.jpg', '2.jpg', '3.jpg');
    await fixture.import();
    const original = fs.readFileSync(fixture.at('1.jpg'));
    const { mtime } = fs.statSync(fixture.at('1.jpg'));
    fs.appendFileSync(fixture.at('1.jpg'), 'edited');
    const later = new Date(Date.now() - 60_000);
    fs.utimesSync(fixture.at('2.jpg'), later, later);
    const first = await fixture.check();
    assert.deepEqual([first.filesRead, first.changed, first.newlyChanged], [2, 1, 1]);
    assert.deepEqual(await fixture.names('is:changed'), ['1.jpg']);
    assert.equal((await fixture.image('1.jpg')).fileDamaged, false);
    // Neither is read once more.
    const second = await fixture.check();
    assert.deepEqual([second.filesRead, second.changed, second.newlyChanged], [0, 1, 0]);

    fs.writeFileSync(fixture.at('1.jpg'), original);
    fs.utimesSync(fixture.at('1.jpg'), mtime, mtime);
    const third = await fixture.check();
    assert.deepEqual([third.found, third.changed], [1, 0]);
    assert.deepEqual(await fixture.names('is:changed'), []);
  });

  it('says that another file stands under the name of a missing one', async () => {
    fixture.put('1.jpg', '2.jpg');
    await fixture.import();
    fs.rmSync(fixture.at('1.jpg'));
    await fixture.check();
    fs.writeFileSync(fixture.at('1.jpg'), 'something else');
    const report = await fixture.check();
    assert.deepEqual([report.found, report.changed, report.missing], [0, 1, 0]);
    assert.deepEqual(await fixture.names('is:missing'), []);
    assert.deepEqual(await fixture.names('is:changed'), ['1.jpg']);
  });

  it('remembers when all files of the catalog were looked up', async () => {
    fixture.put('1.jpg', '2.jpg');
    await fixture.import();
    const checkedAt = async () => (await fixture.engine.getCatalog(fixture)).filesCheckedAt;
    assert.equal(await checkedAt(), null);
    await fixture.check({ dryRun: true });
    await fixture.check({ imageIds: [(await fixture.image('1.jpg')).id] });
    assert.equal(await checkedAt(), null);
    const report = await fixture.check();
    assert.equal(await checkedAt(), report.checkedAt);
  });

  it('only looks in a dry run', async () => {
    fixture.put('1.jpg', '2.jpg', '3.jpg');
    await fixture.import();
    fs.rmSync(fixture.at('1.jpg'));
    fs.appendFileSync(fixture.at('2.jpg'), 'edited');
    const report = await fixture.check({ dryRun: true });
    assert.deepEqual([report.newlyMissing, report.newlyChanged, report.dryRun], [1, 1, true]);
    assert.deepEqual(await fixture.names('is:missing,changed'), []);
  });

  it('can be about a source or single images', async () => {
    fixture.put('1.jpg', '2.jpg', '3.jpg');
    await fixture.import();
    for (const name of ['1.jpg', '2.jpg']) fs.rmSync(fixture.at(name));
    const { id } = await fixture.image('2.jpg');
    const one = await fixture.check({ imageIds: [id] });
    assert.deepEqual([one.images, one.newlyMissing], [1, 1]);
    assert.deepEqual(await fixture.names('is:missing'), ['2.jpg']);
    const ofSource = await fixture.check({ sourceId: fixture.sourceId });
    assert.deepEqual([ofSource.images, ofSource.newlyMissing, ofSource.missing], [3, 1, 2]);
  });

  it('looks up managed files, and says nothing of a managed directory that is away', async () => {
    fixture.put('1.jpg', '2.jpg', '3.jpg');
    await fixture.import('copy');
    const { currentPath } = await fixture.image('1.jpg');
    fs.rmSync(currentPath);
    assert.equal((await fixture.check()).newlyMissing, 1);
    assert.deepEqual(await fixture.names('is:missing'), ['1.jpg']);
    fs.renameSync(fixture.managed, `${fixture.managed}.away`);
    fs.mkdirSync(fixture.managed);
    const away = await fixture.check({ acceptMissing: true });
    assert.deepEqual([away.offline, away.missing], [3, 0]);
    assert.equal(away.offlineFolders[0]?.reason, 'elsewhere');
  });

  it('notes in the audit log what it marked', async () => {
    fixture.put('1.jpg', '2.jpg');
    await fixture.import();
    const bytes = fs.readFileSync(fixture.at('1.jpg'));
    fs.rmSync(fixture.at('1.jpg'));
    fs.appendFileSync(fixture.at('2.jpg'), 'edited');
    await fixture.check();
    fs.writeFileSync(fixture.at('1.jpg'), bytes);
    await fixture.check();
    await fixture.engine.close();
    assert.deepEqual(
      (await auditOperations(fixture.workspace)).filter((name) => name.startsWith('file-')),
      ['file-missing', 'file-changed', 'file-found'],
    );
  });
});
