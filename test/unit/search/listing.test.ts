import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ImageSelection } from '../../../src/catalog/model/gallery.js';
import type { NewImage } from '../../../src/catalog/model/image.js';
import type { MediaFacts } from '../../../src/catalog/model/media.js';
import { completeInCatalog } from '../../../src/catalog/search/completions.js';
import { ImageListing } from '../../../src/catalog/search/imageListing.js';
import type { CatalogStore } from '../../../src/catalog/store/catalogStore.js';
import { openCatalogStore } from '../../../src/catalog/store/openCatalog.js';
import { at, catalog, facts, image, job, source, TemporaryWorkspace } from '../store/support.js';

const taken = (value: string | null): Partial<MediaFacts> => ({
  captureTime:
    value === null ? null : { value, source: 'exif:CreateDate', confidence: 90, suspicious: null },
});

type Values = Partial<Omit<NewImage, 'facts'>> & { readonly facts?: Partial<MediaFacts> };
const photo = (number: number, { facts: own, ...values }: Values): NewImage =>
  image(number, { ...values, facts: facts({ gps: null, ...own }) });

/** Ten images that differ in all that is searched. */
const images: readonly NewImage[] = [
  photo(1, {
    storedPath: '2023/06/15/IMG_2.jpg',
    originalSourcePath: '/card/Holiday in Åre/DSC_0001.JPG',
    sizeBytes: 5_200_000,
    facts: {
      ...taken('2023-06-15T23:59:59.999+02:00'),
      cameraMake: 'Canon',
      cameraModel: 'Canon EOS R5',
      rating: 5,
    },
  }),
  photo(2, {
    storedPath: '2023/06/15/IMG_10.jpg',
    originalSourcePath: '/card/DCIM/DSC_0002.JPG',
    sizeBytes: 4_400_000,
    facts: {
      ...taken('2023-06-15T08:00:00'),
      cameraMake: 'NIKON CORPORATION',
      cameraModel: 'NIKON D750',
      keywords: ['Family', 'Sea side'],
    },
  }),
  photo(3, {
    storedPath: '2023/07/01/img_1.NEF',
    sizeBytes: 30_000_000,
    facts: {
      ...taken('2023-07-01T00:00:00'),
      mimeType: 'image/x-nikon-nef',
      cameraMake: 'NIKON',
      rating: 3,
      width: 6000,
      height: 4000,
    },
  }),
  photo(4, {
    isManaged: false,
    importMode: 'reference',
    storedPath: '/card/100% real_/Müller.PNG',
    originalSourcePath: '/card/100% real_/Müller.PNG',
    sizeBytes: 1024,
    facts: {
      ...taken('2023-06'),
      mimeType: 'image/png',
      cameraMake: null,
      cameraModel: null,
      caption: 'Grandma\nat the "lake"',
    },
  }),
  photo(5, { facts: { ...taken('2023'), rating: 0 } }),
  photo(6, { facts: { ...taken(null), gps: { latitude: -17, longitude: 179.9, altitude: null } } }),
  photo(7, {
    storedPath: '2024/clip.mp4',
    importMode: 'move',
    facts: {
      ...taken('2024-02-29T12:00:00Z'),
      fileType: 'video',
      mimeType: 'video/mp4',
      duration: 61,
      iso: null,
    },
  }),
  photo(8, {
    sourceId: null,
    facts: { ...taken('2024-02-29'), gps: { latitude: 52.37, longitude: 4.89, altitude: null } },
  }),
  photo(9, {
    importJobId: 'job-1',
    facts: { ...taken('2024-03-01T00:00:00'), lensModel: 'RF 50mm' },
  }),
];

describe('listings of images', () => {
  let workspace: TemporaryWorkspace;
  let store: CatalogStore;
  let listing: ImageListing;

  beforeEach(async () => {
    workspace = new TemporaryWorkspace();
    store = await workspace.create();
    store.catalogs.insert(catalog());
    store.catalogs.insert(catalog({ id: 'catalog-2', name: 'Other' }));
    store.sources.insert(source());
    store.importJobs.insert(job());
    store.images.insertMany(images, at);
    store.images.insertMany([photo(90, { catalogId: 'catalog-2', sourceId: null })], at);
    listing = new ImageListing(store);
  });
  afterEach(async () => {
    await store.close();
    await workspace.remove();
  });

  const numbers = async (
    selection: Partial<ImageSelection> = {},
    from = listing,
  ): Promise<number[]> => {
    const listed = await from.list({ catalogId: 'catalog-1', ...selection });
    const rowIds = from.rowIds(listed, 0, 1000);
    return store.imageTiles.idsByRowIds(rowIds).map((id) => Number(id.replace('image-', '')));
  };
  const found = async (query: string): Promise<number[]> =>
    (await numbers({ query })).sort((a, b) => a - b);

  it('find what the query says', async () => {
    const cases: [string, ...number[]][] = [
      ['', 1, 2, 3, 4, 5, 6, 7, 8, 9],
      // Words: names before and after the import, folders, cameras, lenses, keywords, captions.
      ['img_', 1, 2, 3],
      ['dsc_0002', 2],
      ['holiday', 1],
      ['are', 1],
      ['"holiday in are"', 1],
      ['2023/06/15/img_1', 2],
      ['2023\\06', 1, 2, 5, 6, 8, 9],
      ['eos', 1],
      ['50MM', 9],
      ['"sea side"', 2],
      ['grandma', 4],
      ['lake -muller'],
      ['nikon -nef', 2],
      ['canon nikon'],
      // Nothing in a word is a wildcard or a statement.
      ['100%', 4],
      ['%', 4],
      ['_%'],
      ['real_', 4],
      ['r_al'],
      ["'); DELETE FROM images; --"],
      ['camera:nikon', 2, 3],
      ['camera:canon,nikon', 1, 2, 3],
      ['-camera:m', 1, 2, 4],
      ['lens:50mm', 9],
      ['source:card', 1, 2, 3, 4, 5, 6, 7, 9],
      ['mode:move', 7],
      ['mode:reference', 4],
      ['keyword:family', 2],
      ['tag:sea', 2],
      ['folder:2023', 1, 2, 3, 5, 6, 8, 9],
      ['folder:2023/06/15', 1, 2, 5, 6, 8, 9],
      ['folder:06/15', 1, 2, 5, 6, 8, 9],
      ['folder:3/06'],
      ['folder:dcim', 2],
      ['ext:nef', 3],
      ['ext:.PNG,mp4', 4, 7],
      ['type:raw', 3],
      ['type:video', 7],
      ['type:png', 4],
      ['taken:2023', 1, 2, 3, 4, 5],
      ['taken:2023-06', 1, 2, 4],
      ['taken:2023-06-15', 1, 2],
      ['taken:2023-07..2024-02', 3, 7, 8],
      ['taken:..2023-06', 1, 2, 4, 5],
      ['taken:2024-02-29', 7, 8],
      ['taken:2024..', 7, 8, 9],
      ['taken:>2024-02', 9],
      ['taken:2024-03-01', 9],
      ['is:undated', 6],
      ['-is:dated', 6],
      ['is:referenced', 4],
      ['is:video', 7],
      ['is:raw', 3],
      ['is:gps', 6, 8],
      ['is:rated', 1, 3],
      ['is:missing,changed'],
      ['rating:>=3', 1, 3],
      ['rating:0', 5],
      ['size:>5MB', 1, 3],
      ['size:5MB', 1],
      ['size:1024', 4],
      ['size:1KiB', 4, 5, 6, 7, 8, 9],
      ['size:1MB..5MB', 2],
      ['width:6000', 3],
      ['megapixels:24', 3],
      ['duration:>1min', 7],
      ['near:-17,-179.9,50', 6],
      ['near:52.4,4.9,10', 8],
      ['near:52.4,4.9,1'],
      [`checksum:${images[2]?.checksum.slice(0, 64) ?? ''}`, 3],
    ];
    const answers: typeof cases = [];
    for (const [query] of cases) answers.push([query, ...(await found(query))]);
    assert.deepEqual(answers, cases);
  });

  it('finds states, and by no word what is elsewhere', async () => {
    store.images.setFileMissing(['image-1'], true);
    store.driver.run("UPDATE images SET file_changed = 1 WHERE id = 'image-2'");
    store.driver.run("UPDATE images SET picture_state = 'FAILED' WHERE id = 'image-3'");
    store.driver.run("UPDATE images SET captured_at_suspicious = 'future' WHERE id = 'image-4'");
    assert.deepEqual(await found('is:missing'), [1]);
    assert.deepEqual(await found('is:changed'), [2]);
    assert.deepEqual(await found('is:damaged'), [3]);
    assert.deepEqual(await found('is:suspicious'), [4]);
    assert.deepEqual(await numbers({ catalogId: 'catalog-2', query: 'is:image' }), [90]);
    assert.deepEqual(await numbers({ catalogId: 'nowhere' }), []);
  });

  it('sorts, undated last in both directions', async () => {
    assert.deepEqual(await numbers(), [5, 4, 2, 1, 3, 8, 7, 9, 6]);
    assert.deepEqual(await numbers({ descending: true }), [9, 7, 8, 3, 1, 2, 4, 5, 6]);
    assert.deepEqual(await numbers({ sort: 'name', query: 'img_' }), [3, 1, 2]);
    assert.deepEqual(await numbers({ sort: 'name', query: 'img_', descending: true }), [2, 1, 3]);
    assert.deepEqual(await numbers({ sort: 'size', query: 'size:>1KB -size:1000' }), [4, 2, 1, 3]);
    assert.deepEqual(await numbers({ sort: 'imported', query: 'nikon' }), [2, 3]);
  });

  it('takes capture dates by the camera and import dates by the calendar here', async () => {
    const zone = process.env['TZ'];
    store.driver.run("UPDATE images SET created_at = '2024-03-10T23:30:00.000Z'");
    const answers: unknown[] = [];
    try {
      for (const name of ['UTC', 'Asia/Tokyo', 'America/Los_Angeles']) {
        process.env['TZ'] = name;
        listing = new ImageListing(store);
        const imported = [];
        for (const day of ['2024-03-10', '2024-03-11']) {
          imported.push((await found(`imported:${day}`)).length);
        }
        answers.push([name, await found('taken:2023-06-15'), imported]);
      }
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
    assert.deepEqual(answers, [
      ['UTC', [1, 2], [9, 0]],
      ['Asia/Tokyo', [1, 2], [0, 9]],
      ['America/Los_Angeles', [1, 2], [9, 0]],
    ]);
  });

  it('restricts to a source or a job, with and without a query', async () => {
    for (const query of ['', 'is:image,video']) {
      assert.deepEqual(await numbers({ query, importJobId: 'job-1' }), [9]);
      assert.equal((await numbers({ query, sourceId: 'source-1' })).includes(8), false);
      assert.deepEqual(await numbers({ query, sourceId: 'other' }), []);
    }
    store.driver.run("UPDATE images SET import_job_id = 'job-1' WHERE id = 'image-1'");
    assert.deepEqual(await numbers({ importJobId: 'job-1' }), [1, 9]);
  });

  it('groups by day and folder, in the order of the list', async () => {
    const groups = async (selection: Partial<ImageSelection>): Promise<string[]> => {
      const listed = await listing.list({ catalogId: 'catalog-1', ...selection });
      return listing.groups(listed, selection.groupBy).map(({ key, count }) => `${key} ${count}`);
    };
    const days = [
      '2023 1',
      '2023-06 1',
      '2023-06-15 2',
      '2023-07-01 1',
      '2024-02-29 2',
      '2024-03-01 1',
    ];
    assert.deepEqual(await groups({ groupBy: 'day' }), [...days, ' 1']);
    assert.deepEqual(await groups({ groupBy: 'day', descending: true }), [
      ...[...days].reverse(),
      ' 1',
    ]);
    assert.deepEqual(await groups({ groupBy: 'day', sort: 'name', descending: true }), [
      ...[...days].reverse(),
      ' 1',
    ]);
    const query = 'taken:2023-06-15';
    assert.deepEqual(await numbers({ groupBy: 'day', sort: 'size', query }), [2, 1]);
    assert.deepEqual(
      await groups({ groupBy: 'folder', query: 'is:raw,referenced img_,muller' }),
      [],
    );
    assert.deepEqual(await groups({ groupBy: 'folder' }), [
      '/card/100% real_ 1',
      '2023/06/15 6',
      '2023/07/01 1',
      '2024 1',
    ]);
    assert.deepEqual(await groups({}), [' 9']);
    assert.deepEqual(await groups({ query: 'nothing' }), []);
  });

  it('follows every change, and tells by the revision whether the list is another', async () => {
    const state = async (query = 'is:image'): Promise<[number, number]> => {
      const { slots, revision } = await listing.list({ catalogId: 'catalog-1', query });
      return [slots.length, revision];
    };
    const [count, revision] = await state();
    assert.equal(count, 8);
    store.driver.run("UPDATE images SET picture_state = 'DONE'");
    assert.deepEqual(await state(), [8, revision]);
    store.images.insertMany(
      [photo(10, { storedPath: 'late.jpg', facts: taken('2010-01-01') })],
      at,
    );
    const [, later] = await state();
    assert.notEqual(later, revision);
    assert.deepEqual(await found('late'), [10]);
    assert.equal((await numbers())[0], 10);
    assert.equal((await numbers({ sort: 'size' })).length, 10);
    store.driver.run(
      "UPDATE images SET current_path = 'zz.jpg', size_bytes = 1 WHERE id = 'image-10'",
    );
    assert.deepEqual(await found('late'), []);
    assert.equal((await numbers({ sort: 'name' })).at(-1), 10);
    assert.equal((await numbers({ sort: 'size' }))[0], 10);
    store.images.deleteMany(['image-10', 'image-9']);
    assert.equal((await state())[0], 7);
    assert.deepEqual(await numbers(), [5, 4, 2, 1, 3, 8, 7, 6]);
    store.images.insertMany([photo(11, { storedPath: 'again.jpg' })], at);
    assert.deepEqual(await found('again'), [11]);
    store.driver.run(
      "INSERT INTO tags (id, catalog_id, name, created_at) VALUES ('t', 'catalog-1', 'Alps', '')",
    );
    store.driver.run(
      "INSERT INTO image_tags (image_id, tag_id, origin, created_at) VALUES ('image-1', 't', 'x', '')",
    );
    assert.deepEqual(await found('keyword:alps'), [1]);
    store.driver.run("UPDATE tags SET name = 'Andes'");
    assert.deepEqual(await found('andes'), [1]);
    store.driver.run('DELETE FROM tags');
    assert.deepEqual(await found('andes'), []);
    store.sources.update({ ...source(), name: 'Archive' });
    assert.deepEqual(await found('source:card'), []);
    store.catalogs.delete('catalog-1');
    assert.deepEqual(await found(''), []);
    assert.deepEqual(await numbers({ catalogId: 'catalog-2' }), [90]);
  });

  it('forgets what was rolled back', async () => {
    await found('x');
    assert.throws(() =>
      store.transaction(() => {
        store.images.insertMany([photo(10, { storedPath: 'never.jpg' })], at);
        throw new Error('no');
      }),
    );
    assert.deepEqual(await found('never'), []);
    assert.equal((await found('')).length, 9);
  });

  it('keeps its orders over many changes', async () => {
    const change = fc.record({
      number: fc.integer({ min: 1, max: 30 }),
      size: fc.integer({ min: 1, max: 9 }),
      year: fc.integer({ min: 2000, max: 2009 }),
      remove: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 30 }), async (changes) => {
        for (const { number, size, year, remove } of changes) {
          store.images.deleteMany([`image-${number}`]);
          const values = { sizeBytes: size, storedPath: `p${size}.jpg`, facts: taken(`${year}`) };
          if (!remove) store.images.insertMany([photo(number, values)], at);
        }
        const fresh = new ImageListing(store);
        for (const sort of ['captured', 'name', 'size', 'imported'] as const) {
          assert.deepEqual(await numbers({ sort }), await numbers({ sort }, fresh));
        }
        // Two listings share the notes of one connection.
        listing = fresh;
      }),
      { numRuns: 40 },
    );
  });

  it('reads the same from a copy in memory', async () => {
    const before = await numbers({ query: 'nikon', sort: 'name' });
    await store.close();
    const opened = await openCatalogStore({ ...workspace.options, trusted: false });
    assert.ok(opened.store);
    store = opened.store;
    listing = new ImageListing(store);
    assert.deepEqual(await numbers({ query: 'nikon', sort: 'name' }), before);
    assert.equal((await numbers()).length, 9);
  });

  it('reads rows whose texts hold the separator of its columns', async () => {
    store.images.insertMany([photo(10, { storedPath: 'a\u001fb.jpg' })], at);
    assert.deepEqual(await found('"a\u001fb"'), [10]);
    assert.equal((await numbers({ sort: 'name' }, new ImageListing(store))).length, 10);
  });

  it('suggests filters and the values that the catalog has', async () => {
    const index = await listing.fullIndex();
    const sources = store.sources.list('catalog-1');
    const complete = (query: string, cursor = query.length) =>
      completeInCatalog(query, cursor, { index, catalogId: 'catalog-1', sources });
    const inserts = (query: string, cursor?: number): string[] =>
      complete(query, cursor).suggestions.map(({ insert }) => insert);
    assert.deepEqual(inserts('cam'), ['camera:']);
    assert.deepEqual(inserts('x -tak'), ['taken:']);
    assert.deepEqual(inserts('camera:ni'), ['"NIKON D750"', '"NIKON M1"']);
    assert.deepEqual(complete('a camera:nik b', 12), {
      ...complete('a camera:nik b', 12),
      from: 9,
      to: 12,
      error: null,
    });
    assert.deepEqual(inserts('eos'), ['camera:"Canon EOS R5"']);
    assert.deepEqual(inserts('keyword:"sea'), ['"Sea side"']);
    assert.deepEqual(inserts('taken:2023-0'), ['2023-06', '2023-07']);
    assert.deepEqual(inserts('source:'), ['Card']);
    assert.deepEqual(inserts('is:gp'), ['gps']);
    assert.equal(complete('taken:2023').suggestions[0]?.count, 5);
    assert.equal(complete('colour:red x').error?.end, 7);
    assert.equal(complete('colour:').error, null);
  });

  it('never fails to complete', async () => {
    const index = await listing.fullIndex();
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: -2, max: 30 }),
        (text, cursor) => {
          const { from, to } = completeInCatalog(`camera:"${text}`, cursor, {
            index,
            catalogId: 'catalog-1',
            sources: [],
          });
          assert.ok(from >= 0 && from <= to && to <= text.length + 8);
        },
      ),
    );
  });
});
