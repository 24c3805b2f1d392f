import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { markerName } from '../../../src/catalog/files/managedMarker.js';
import { treeOf } from '../../support/treeOf.js';
import { IntegrityFixture } from './integrityFixture.js';

describe('looks ahead at work on files', function () {
  this.timeout(60_000);
  let fixture: IntegrityFixture;
  beforeEach(async () => {
    fixture = await IntegrityFixture.create();
    fixture.put('managed/1.jpg');
    await fixture.import('copy');
    fixture.put('referenced/2.jpg', 'referenced/3.jpg');
    await fixture.import('reference');
  });
  afterEach(() => fixture.remove());

  const ids = async (): Promise<string[]> => (await fixture.images()).map(({ id }) => id);

  async function forecasts(): Promise<readonly (readonly [string, () => Promise<unknown>])[]> {
    const { engine, catalogId } = fixture;
    const imageIds = await ids();
    return [
      ['delete', () => engine.forecastDelete({ catalogId, imageIds, deleteFiles: true })],
      ['convert', () => engine.forecastConvert({ catalogId })],
      [
        'reorganize',
        () => engine.forecastReorganize({ catalogId, organizationStrategy: 'FLAT/CHECKSUM' }),
      ],
      ['delete a catalog', () => engine.forecastDeleteCatalog({ catalogId })],
      ['check', () => engine.checkFiles({ catalogId, dryRun: true })],
      ['verify', () => engine.verifyFiles({ catalogId, dryRun: true })],
      ['accept', () => engine.acceptEdited({ imageIds, dryRun: true })],
      [
        'relocate',
        () => engine.relocateFiles({ from: fixture.photos, to: fixture.workspace, dryRun: true }),
      ],
    ];
  }

  it('write nothing, also where the marker is missing', async () => {
    fs.rmSync(path.join(fixture.managed, markerName));
    const work = await forecasts();
    const before = treeOf(fixture.root);
    for (const [name, look] of work) {
      await look();
      assert.deepEqual(treeOf(fixture.root), before, name);
    }
  });

  it('refuse a managed directory that is not there as the work does', async () => {
    fs.renameSync(fixture.managed, `${fixture.managed}.away`);
    fs.mkdirSync(fixture.managed);
    const away = { code: 'MANAGED_DIRECTORY_ELSEWHERE' };
    for (const [name, look] of (await forecasts()).slice(0, 3)) {
      await assert.rejects(look(), away, name);
    }
    assert.deepEqual(fs.readdirSync(fixture.managed), []);
  });

  it('name what a conversion leaves, and why', async () => {
    const { engine, catalogId } = fixture;
    fixture.put('referenced/4.jpg', 'away/5.jpg');
    fs.writeFileSync(fixture.at('referenced/4.jpg.xmp'), '<x:xmpmeta/>');
    await fixture.import('reference');
    fs.rmSync(fixture.at('referenced/2.jpg'));
    fs.appendFileSync(fixture.at('referenced/3.jpg'), 'edited');
    fs.rmSync(fixture.at('referenced/4.jpg.xmp'));
    fs.rmSync(fixture.at('away'), { recursive: true });
    fs.symlinkSync(fixture.workspace, fixture.at('away'));
    const forecast = await engine.forecastConvert({ catalogId });
    const reasons = forecast.refused.map(({ path: file, code }) => [
      path.relative(fixture.photos, file),
      code,
    ]);
    assert.deepEqual(reasons, [
      ['away/5.jpg', 'FILE_VANISHED'],
      ['referenced/2.jpg', 'FILE_VANISHED'],
      ['referenced/3.jpg', 'FILE_CHANGED'],
    ]);
    const { moves, images, files, bytes, refusedCount } = forecast;
    assert.deepEqual([images, files, bytes, refusedCount], [1, 1, moves[0]?.sizeBytes, 3]);
    const { operation, kept } = await engine.convertToManaged({ catalogId });
    assert.deepEqual([operation.imagesDone, operation.filesMoved], [1, 1]);
    assert.deepEqual(kept, forecast.refused);
  });

  it('name the files of a source that is away', async () => {
    fs.renameSync(fixture.photos, `${fixture.photos}.away`);
    const { images, refused } = await fixture.engine.forecastConvert({
      catalogId: fixture.catalogId,
    });
    assert.deepEqual(
      [images, ...refused.map(({ code }) => code)],
      [0, 'FILE_VANISHED', 'FILE_VANISHED'],
    );
  });
});
