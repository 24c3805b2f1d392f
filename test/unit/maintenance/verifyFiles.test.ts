import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import fs from 'node:fs';
import path from 'node:path';
import { sampleJpeg } from '../../../bench/lib/sampleFiles.js';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import { verifyFiles } from '../../../src/catalog/maintenance/verifyFiles.js';
import { ImportFixture } from '../import/importFixture.js';
import { auditOperations } from './auditRows.js';
import { damage } from '../../support/damage.js';
import { IntegrityFixture } from './integrityFixture.js';

describe('verifying managed files', function () {
  this.timeout(60_000);
  let fixture: IntegrityFixture;
  beforeEach(async () => {
    fixture = await IntegrityFixture.create();
  });
  afterEach(() => fixture.remove());

  const verify = (options: object = {}) =>
    fixture.engine.verifyFiles({ catalogId: fixture.catalogId, ...options });

  it('notes what was read and right', async () => {
    fixture.put('1.jpg', '2.jpg.xmp', '2.jpg');
    await fixture.import('copy');
    const dry = await verify({ dryRun: true });
    assert.deepEqual([dry.images, dry.bytes, dry.filesRead], [2, 2000, 0]);
    assert.equal((await fixture.image('1.jpg')).verifiedAt, null);
    const report = await verify();
    assert.deepEqual(
      [report.images, report.filesRead, report.intact, report.bytesRead, report.findings],
      [2, 3, 3, 3000, []],
    );
    assert.notEqual((await fixture.image('1.jpg')).verifiedAt, null);
    assert.equal((await verify({ notVerifiedForDays: 1 })).images, 0);
    assert.equal((await verify({ notVerifiedForDays: 0 })).images, 2);
  });

  it('finds one wrong byte anywhere in any file, names it and a good copy, and repairs nothing', async () => {
    fixture.put('1.jpg', '2.jpg', '2.jpg.xmp', '3.jpg');
    await fixture.import('copy');
    const { sidecars } = await fixture.engine.getImageDetails({
      imageId: (await fixture.image('2.jpg')).id,
    });
    const sidecar = sidecars[0]?.currentPath ?? '';
    const own = await Promise.all(
      ['1.jpg', '2.jpg', '3.jpg'].map(async (name) => (await fixture.image(name)).currentPath),
    );
    for (const file of [...own, sidecar]) {
      for (const at of [0, 517, 999]) {
        damage(file, at);
        const report = await verify();
        assert.equal(report.damaged, 1, file);
        assert.equal(report.intact, 3);
        const [finding] = report.findings;
        assert.equal(finding?.path, file);
        assert.equal(finding.state, 'damaged');
        assert.equal(finding.role, file === sidecar ? 'sidecar' : 'primary');
        const damagedBytes = fs.readFileSync(file);
        damage(file, at);
        assert.notDeepEqual(damagedBytes, fs.readFileSync(file));
      }
    }
    damage(own[0] ?? '');
    const report = await verify();
    assert.deepEqual(report.findings[0]?.goodCopies, [fixture.at('1.jpg')]);
    const image = await fixture.image('1.jpg');
    assert.deepEqual([image.fileDamaged, image.fileChanged], [true, true]);
    damage(own[0] ?? '');
    assert.equal((await verify()).damaged, 0);
    assert.equal((await fixture.image('1.jpg')).fileDamaged, false);
  });

  it('tells the audit log of a damaged sidecar, once for what it holds', async () => {
    fixture.put('1.jpg', '1.jpg.xmp');
    await fixture.import('copy');
    const { id: imageId } = await fixture.image('1.jpg');
    const { sidecars } = await fixture.engine.getImageDetails({ imageId });
    const sidecar = sidecars[0]?.currentPath ?? '';
    for (const at of [0, 1]) {
      damage(sidecar, at);
      for (let time = 0; time < 2; time += 1) {
        const { findings } = await verify();
        assert.deepEqual(
          findings.map(({ path: file, role, state }) => [file, role, state]),
          [[sidecar, 'sidecar', 'damaged']],
        );
      }
    }
    await fixture.engine.close();
    const operations = await auditOperations(fixture.workspace);
    assert.deepEqual(
      operations.filter((name) => name.startsWith('file-')),
      ['file-damaged', 'file-damaged'],
    );
  });

  it('looks for no sidecar that was gone when its image became managed', async () => {
    fixture.put('1.jpg', '1.jpg.xmp', '2.jpg', '2.jpg.xmp');
    await fixture.import('reference');
    fs.rmSync(fixture.at('1.jpg.xmp'));
    await fixture.engine.convertToManaged({ catalogId: fixture.catalogId });
    const report = await verify();
    assert.deepEqual([report.intact, report.findings], [3, []]);
  });

  it('is forgotten of an image that is referenced again: its original was proven to be right', async () => {
    fixture.put('1.jpg');
    await fixture.import('reference');
    const { operation } = await fixture.engine.convertToManaged({ catalogId: fixture.catalogId });
    const { currentPath } = await fixture.image('1.jpg');
    damage(currentPath);
    assert.equal((await verify()).damaged, 1);
    // A second time makes it right again.
    damage(currentPath);
    await fixture.engine.undoFileOperation({ operationId: operation.id });
    const { isManaged, fileDamaged, fileChanged } = await fixture.image('1.jpg');
    assert.deepEqual([isManaged, fileDamaged, fileChanged], [false, false, false]);
  });

  it('offers no copy that is damaged too', async () => {
    fixture.put('1.jpg');
    await fixture.import('copy');
    damage((await fixture.image('1.jpg')).currentPath);
    damage(fixture.at('1.jpg'), 700);
    assert.deepEqual((await verify()).findings[0]?.goodCopies, []);
  });

  it('tells an edited file from a damaged one, and a missing one from both', async () => {
    fixture.put('1.jpg', '2.jpg', '3.jpg');
    await fixture.import('copy');
    const [edited, gone] = [await fixture.image('1.jpg'), await fixture.image('2.jpg')];
    fs.appendFileSync(edited.currentPath, 'edited');
    fs.rmSync(gone.currentPath);
    const report = await verify();
    assert.deepEqual([report.changed, report.damaged, report.missing, report.intact], [1, 0, 1, 1]);
    const after = await fixture.image('1.jpg');
    assert.deepEqual([after.fileChanged, after.fileDamaged], [true, false]);
    await fixture.engine.close();
    const operations = await auditOperations(fixture.workspace);
    assert.deepEqual(
      operations.filter((name) => name.startsWith('file-')),
      ['file-changed'],
    );
  });

  it('samples those first that were not read for longest', async () => {
    fixture.putMany('a', 10);
    await fixture.import('copy');
    assert.equal((await verify({ samplePercent: 25 })).images, 3);
    const rest = await verify({ sampleCount: 7 });
    assert.equal(rest.images, 7);
    assert.ok((await fixture.images()).every(({ verifiedAt }) => verifiedAt !== null));
    assert.equal((await verify({ samplePercent: 50, sampleCount: 2 })).images, 2);
  });

  it('keeps what it read when it is cancelled, and goes on from there', async () => {
    const imported = await ImportFixture.create();
    try {
      for (let index = 0; index < 5; index++) {
        imported.put(`${index}.jpg`, sampleJpeg(String(index), 1000));
      }
      await imported.import({ importMode: 'copy' });
      const abort = new AbortController();
      let opened = 0;
      const openRead = (file: string): number => {
        if (++opened === 3) abort.abort();
        return nodeFilePort.openRead(file);
      };
      const { catalog } = imported.scans;
      const run = (options: object, control = {}) =>
        verifyFiles(
          { ...imported.deps({ ...nodeFilePort, openRead }), bindings: { isBound: () => true } },
          { catalog, realRoot: imported.managed },
          { catalogId: catalog.id, ...options },
          control,
        );
      const report = await run({}, { signal: abort.signal });
      assert.deepEqual([report.cancelled, report.intact], [true, 2]);
      assert.equal((await run({ notVerifiedForDays: 1 })).images, 3);
    } finally {
      await imported.remove();
    }
  });

  it('reads nothing where the managed directory is not the right one', async () => {
    fixture.put('1.jpg');
    await fixture.import('copy');
    fs.renameSync(fixture.managed, `${fixture.managed}.away`);
    fs.mkdirSync(fixture.managed);
    await assert.rejects(verify(), { code: 'MANAGED_DIRECTORY_ELSEWHERE' });
  });
});

describe('accepting edited files', function () {
  this.timeout(60_000);
  let fixture: IntegrityFixture;
  beforeEach(async () => {
    fixture = await IntegrityFixture.create();
  });
  afterEach(() => fixture.remove());

  const accept = async (names: readonly string[], options: object = {}) => {
    const images = await Promise.all(names.map((name) => fixture.image(name)));
    return fixture.engine.acceptEdited({ imageIds: images.map(({ id }) => id), ...options });
  };

  it('takes the new content and keeps the imported checksum', async () => {
    fixture.put('1.jpg', '2.jpg');
    await fixture.import('copy');
    const before = await fixture.image('1.jpg');
    fs.appendFileSync(before.currentPath, 'edited');
    await fixture.check();
    const dry = await accept(['1.jpg', '2.jpg'], { dryRun: true });
    assert.deepEqual([dry.accepted.length, dry.unchanged], [1, 1]);
    assert.equal((await fixture.image('1.jpg')).checksum, before.checksum);

    const report = await accept(['1.jpg', '2.jpg']);
    assert.deepEqual([report.accepted.length, report.unchanged, report.keptCount], [1, 1, 0]);
    const after = await fixture.image('1.jpg');
    assert.notEqual(after.checksum, before.checksum);
    assert.deepEqual(
      [after.importedChecksum, after.sizeBytes, after.fileChanged, after.pictureState],
      [before.checksum, before.sizeBytes + 'edited'.length, false, 'PENDING'],
    );
    const verified = await fixture.engine.verifyFiles({ catalogId: fixture.catalogId });
    assert.deepEqual([verified.intact, verified.changed], [2, 0]);
    assert.equal((await fixture.check()).changed, 0);
    await fixture.engine.close();
    assert.ok((await auditOperations(fixture.workspace)).includes('accept-edited'));
  });

  it('takes edited sidecars along', async () => {
    fixture.put('1.jpg', '1.jpg.xmp');
    await fixture.import('copy');
    const { id } = await fixture.image('1.jpg');
    const { sidecars } = await fixture.engine.getImageDetails({ imageId: id });
    fs.writeFileSync(sidecars[0]?.currentPath ?? '', '<x:xmpmeta edited="yes"/>');
    assert.equal((await accept(['1.jpg'])).accepted.length, 1);
    const verified = await fixture.engine.verifyFiles({ catalogId: fixture.catalogId });
    assert.deepEqual([verified.intact, verified.findings], [2, []]);
  });

  it('refuses damage until told twice, what another image has, and what is no photo', async () => {
    fixture.put('1.jpg', '2.jpg', '3.jpg', '4.jpg');
    await fixture.import('copy');
    const files = await Promise.all(
      ['1.jpg', '2.jpg', '3.jpg', '4.jpg'].map(
        async (name) => (await fixture.image(name)).currentPath,
      ),
    );
    const [first = '', second = '', third = '', fourth = ''] = files;
    damage(first);
    fs.copyFileSync(fourth, second);
    fs.writeFileSync(third, 'not a photo');
    const report = await accept(['1.jpg', '2.jpg', '3.jpg']);
    assert.deepEqual(
      report.kept.map(({ path: file, code }) => [path.basename(file), code]),
      [
        [path.basename(first), 'ACCEPT_DAMAGED'],
        [path.basename(second), 'CHECKSUM_TAKEN'],
        [path.basename(third), 'FILE_NOT_MEDIA'],
      ],
    );
    const all = { damaged: 1, noPicture: 1, duplicate: 1, unreadable: 0 };
    assert.deepEqual(report.refusals, all);
    fs.rmSync(second);
    assert.deepEqual((await accept(['2.jpg'], { dryRun: true })).refusals, {
      ...{ damaged: 0, noPicture: 0, duplicate: 0 },
      unreadable: 1,
    });
    assert.equal((await accept(['1.jpg'], { acceptDamaged: true })).accepted.length, 1);
  });

  it('reads what the sidecar says, as the import did, and takes an edited sidecar', async () => {
    const sidecar = (rating: number): string =>
      `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
        xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description
        xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="${rating}"/></rdf:RDF></x:xmpmeta>`;
    fixture.put('1.jpg');
    const own = sidecar(2).replaceAll('\n', ' ');
    const bytes = fs.readFileSync(fixture.at('1.jpg'));
    const data = Buffer.from(`http://ns.adobe.com/xap/1.0/\0${own}`);
    const head = Buffer.from([0xff, 0xe1, 0, 0]);
    head.writeUInt16BE(data.length + 2, 2);
    const described = Buffer.concat([bytes.subarray(0, 20), head, data, bytes.subarray(20)]);
    fs.writeFileSync(fixture.at('1.jpg'), described);
    fs.writeFileSync(fixture.at('1.xmp'), sidecar(4));
    await fixture.import();
    const good = (): Promise<string[]> => fixture.names('rating:>=4');
    assert.deepEqual(await good(), ['1.jpg']);
    fs.appendFileSync(fixture.at('1.jpg'), 'edited');
    assert.equal((await accept(['1.jpg'])).accepted.length, 1);
    assert.deepEqual(await good(), ['1.jpg']);
    fs.writeFileSync(fixture.at('1.xmp'), sidecar(1));
    assert.equal((await accept(['1.jpg'])).accepted.length, 1);
    assert.deepEqual(await good(), []);
  });

  it('takes an edited referenced file too', async () => {
    fixture.put('1.jpg');
    await fixture.import();
    fs.appendFileSync(fixture.at('1.jpg'), 'edited');
    await fixture.check();
    assert.equal((await accept(['1.jpg'])).accepted.length, 1);
    assert.deepEqual(await fixture.names('is:changed'), []);
    const scan = await fixture.engine.scanSource({ sourceId: fixture.sourceId });
    assert.deepEqual([scan.counts.new, scan.counts.duplicate], [0, 1]);
  });
});
