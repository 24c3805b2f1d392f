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
});
