import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { imageTable } from '../../../src/catalog/exports/imageTable.js';
import { tableText } from '../../../src/catalog/exports/tableText.js';
import type {
  ExportPart,
  ExportRequest,
  ImagesExport,
} from '../../../src/catalog/model/exports.js';
import { StorageFixture } from './storageFixture.js';

describe('export', function () {
  this.timeout(60_000);
  let fixture: StorageFixture;
  beforeEach(async () => {
    fixture = new StorageFixture();
    await fixture.fill();
  });
  afterEach(() => fixture.remove());

  const images = (
    format: ImagesExport['format'],
    more: Partial<ImagesExport> = {},
  ): ImagesExport => ({
    kind: 'images',
    format,
    selection: { catalogId: fixture.catalogId },
    ...more,
  });
  const write = async (request: ImagesExport, name: string): Promise<string> => {
    const file = path.join(fixture.root, name);
    await fixture.engine.writeExport({ request, path: file });
    return fs.readFileSync(file, 'utf8');
  };
  const rowsOf = (json: string) => JSON.parse(json) as Record<string, unknown>[];

  it('has the same rows and columns in every format', async () => {
    const json = rowsOf(await write(images('json'), 'a.json'));
    assert.equal(json.length, 3);
    const names = imageTable.map(({ name }) => name);
    assert.deepEqual(Object.keys(json[0] ?? {}), names);
    const lines = (await write(images('ndjson'), 'a.ndjson')).trimEnd().split('\n');
    assert.deepEqual(
      lines.map((line) => JSON.parse(line) as unknown),
      json,
    );
    const csv = (await write(images('csv'), 'a.csv')).trimEnd().split('\n');
    assert.equal(csv[0], names.join(','));
    assert.equal(csv.length, 4);
    const [card] = json;
    assert.equal(card?.['sourceName'], 'Card');
    assert.equal(card?.['isManaged'], true);
    assert.equal(card?.['catalogName'], 'Family');
    assert.deepEqual(json.map((row) => (row['sidecars'] as string[]).length).sort(), [0, 0, 1]);
    const marked = await write(images('csv', { byteOrderMark: true }), 'b.csv');
    assert.equal(marked, `\ufeff${csv.join('\n')}\n`);
  });

  it('takes a source, a job, a query or chosen images', async () => {
    const { catalogId, archiveId, jobId, engine } = fixture;
    const count = async (selection: object, imageIds?: readonly string[]): Promise<number> =>
      (
        await engine.readExport({
          request: images('json', {
            selection: { catalogId, ...selection },
            ...(imageIds && { imageIds }),
          }),
        })
      ).count;
    assert.equal(await count({ sourceId: archiveId }), 1);
    assert.equal(await count({ importJobId: jobId }), 2);
    assert.equal(await count({ query: 'taken:2023' }), 2);
    const [first] = (await engine.listImages({ catalogId })).images;
    assert.equal(await count({}, [first?.id ?? '', 'gone']), 1);
    const other = await engine.createCatalog({ name: 'Other' });
    assert.equal(await count({ catalogId: other.id }, [first?.id ?? '']), 0);
    await assert.rejects(count({ query: 'taken:nonsense' }), { code: 'QUERY_INVALID' });
    await assert.rejects(engine.readExport({ request: images('xml' as 'csv') }), {
      code: 'INVALID_ARGUMENT',
    });
  });

  it('is written whole or not at all, and over no file', async () => {
    const { engine } = fixture;
    await write(images('csv'), 'a.csv');
    const file = path.join(fixture.root, 'a.csv');
    const before = fs.readFileSync(file, 'utf8');
    const request = images('json');
    await assert.rejects(engine.writeExport({ request, path: file }), { code: 'OUTPUT_EXISTS' });
    const abort = new AbortController();
    abort.abort();
    await assert.rejects(
      engine.writeExport({ request, path: file, overwrite: true }, { signal: abort.signal }),
      { code: 'CANCELLED' },
    );
    assert.equal(fs.readFileSync(file, 'utf8'), before);
    assert.deepEqual(
      fs.readdirSync(fixture.root).filter((name) => name.endsWith('.part')),
      [],
    );
    const written = await engine.writeExport({ request, path: file, overwrite: true });
    assert.deepEqual([written.count, written.bytes], [3, fs.statSync(file).size]);
    await assert.rejects(engine.writeExport({ request, path: 'relative.json' }), {
      code: 'INVALID_ARGUMENT',
    });
  });

  it('writes a manifest that sha256sum checks, with sidecars and odd names', async function () {
    const { engine, catalogId, managed, archive } = fixture;
    fixture.put(archive, 'back\\slash\nbreak.jpg', 'd', 1500);
    const { scanId } = await engine.scanSource({ sourceId: fixture.archiveId });
    await engine.importSource({ sourceId: fixture.archiveId, scanId, importMode: 'reference' });
    const file = path.join(fixture.root, 'all.sha256');
    const written = await engine.writeExport({ request: images('sha256'), path: file });
    assert.deepEqual([written.count, written.directory], [5, managed]);
    if (spawnSync('sha256sum', ['--version']).status !== 0) {
      console.warn('sha256sum is not installed');
      return this.skip();
    }
    const check = () => spawnSync('sha256sum', ['--strict', '-c', file], { cwd: managed });
    assert.equal(check().status, 0, String(check().stderr));
    const [image] = (await engine.listImages({ catalogId, query: 'is:managed' })).images;
    fs.appendFileSync(image?.currentPath ?? '', 'x');
    assert.equal(check().status, 1);
  });

  it('leaves no cell that a spreadsheet takes for a formula, and numbers as they are', () => {
    const table = [
      { name: 'text', value: (row: { text: string }) => row.text },
      { name: 'degrees', value: () => -12.5 },
      { name: 'words', value: () => ['a', 'b'] },
    ];
    const text = (first: boolean, last: boolean, format: 'csv' | 'json' = 'csv'): string =>
      tableText(table, [{ text: '=cmd()' }, { text: '-1+1' }, { text: 'a "b", c' }], {
        format,
        first,
        last,
      });
    assert.equal(
      text(true, false),
      `text,degrees,words\n'=cmd(),-12.5,a; b\n'-1+1,-12.5,a; b\n"a ""b"", c",-12.5,a; b\n`,
    );
    assert.ok(!text(false, true).includes('degrees'));
    const parts = text(true, false, 'json') + text(false, true, 'json');
    assert.equal((JSON.parse(parts) as unknown[]).length, 6);
    assert.deepEqual(
      JSON.parse(tableText(table, [], { format: 'json', first: true, last: true })),
      [],
    );
  });

  it('comes in parts that are the whole together', async () => {
    const { engine, catalogId } = fixture;
    const ids = (await engine.listImages({ catalogId })).images.map(({ id }) => id);
    const requests: ExportRequest[] = [
      images('json'),
      images('json', { selection: { catalogId, sort: 'name' } }),
      images('json', { selection: { catalogId, query: 'taken:2023' } }),
      images('json', { imageIds: ids }),
      { kind: 'audit', format: 'json', filter: { text: 'IMG' } },
    ];
    for (const request of requests) {
      const whole = await engine.readExport({ request });
      assert.equal(whole.next, null);
      assert.equal(whole.total, whole.count);
      let text = '';
      for (let from: number | null = 0; from !== null;) {
        const part: ExportPart = await engine.readExport({ request, from, limit: 1 });
        assert.ok(part.count <= 1);
        text += part.text;
        from = part.next;
      }
      assert.deepEqual(JSON.parse(text), JSON.parse(whole.text));
    }
  });
});
