/**
 * The first page (200 tiles and the total) of searches and orders in a catalog of many images, beside the same search
 * as a plain `LIKE` scan of the table. The goal is a first page within 100 ms on 500,000 images.
 *
 *   npx tsx bench/search.ts [images] [rounds]
 */
import path from 'node:path';
import type { ImageSelection } from '../src/catalog/model/gallery.js';
import { ImageListing } from '../src/catalog/search/imageListing.js';
import type { CatalogStore } from '../src/catalog/store/catalogStore.js';
import { createBenchCatalog, median, timed, withTemporaryFolder } from './lib/catalogBench.js';
import { insertBenchImages } from './lib/imageRows.js';

const [imageCount = 500_000, rounds = 5] = process.argv.slice(2).map(Number);

const selections: readonly (readonly [string, Partial<ImageSelection>])[] = [
  ['all, by date', {}],
  ['all, latest first, by day', { descending: true, groupBy: 'day' }],
  ['all, by name', { sort: 'name' }],
  ['all, largest first', { sort: 'size', descending: true }],
  ['all, by folder', { groupBy: 'folder' }],
  ['a word in every name', { query: 'img' }],
  ['a word in few names', { query: 'img_4999' }],
  ['two words', { query: 'holiday beach' }],
  ['camera and year', { query: 'camera:"model 7" taken:2010' }],
  ['months', { query: 'taken:2010-06..2010-08', descending: true }],
  ['size and rating', { query: 'size:>9MB rating:>=4', sort: 'size' }],
  ['near a place', { query: 'near:52.37,4.89,300' }],
  ['what is left out', { query: '-camera:canon -is:gps -is:rated' }],
  ['nothing', { query: 'no-such-word' }],
];

const like = `SELECT id FROM images WHERE catalog_id = ?1 AND (current_path LIKE ?2
  OR original_source_path LIKE ?2 OR camera_model LIKE ?2 OR keywords LIKE ?2 OR caption LIKE ?2)
  ORDER BY captured_at LIMIT 200`;

await withTemporaryFolder(async (folder) => {
  const bench = await createBenchCatalog(folder, path.join(folder, 'source'));
  const { store } = bench.deps as { store: CatalogStore };
  const catalogId = bench.input.catalog.id;
  insertBenchImages(store, catalogId, bench.input.source.id, imageCount);

  const listing = new ImageListing(store);
  const firstPage = async (selection: Partial<ImageSelection>): Promise<number> => {
    const listed = await listing.list({ catalogId, ...selection });
    store.imageTiles.byRowIds(listing.rowIds(listed, 0, 200));
    return listed.slots.length;
  };
  const opened = await timed(() => firstPage({}));
  const indexed = await timed(() => listing.fullIndex());
  const named = await timed(() => firstPage({ sort: 'name' }));
  console.log(
    `once: first page by date ${ms(opened)}, index ${ms(indexed)}, first order by name ${ms(named)}`,
  );

  const figures: Record<string, number> = {};
  for (const [name, selection] of selections) {
    const times: number[] = [];
    let total = 0;
    for (let round = 0; round < rounds; round++) {
      // Writes like those of a running import: the kept listings are of no use.
      store.driver.run('UPDATE images SET size_bytes = size_bytes + 1 WHERE rowid = 1');
      store.driver.run(
        `UPDATE images SET captured_at = '2001-01-01T00:00:0${round}', caption = 'round ${round}',
          current_path = 'round/${round}.jpg' WHERE rowid = 1`,
      );
      times.push(await timed(async () => (total = await firstPage(selection))));
    }
    figures[name] = Number((median(times) * 1000).toFixed(1));
    console.log(`${name.padEnd(28)} ${ms(median(times)).padStart(9)}  ${total} images`);
  }
  const everything = await listing.list({ catalogId });
  const middle = await timed(() =>
    store.imageTiles.byRowIds(listing.rowIds(everything, imageCount >> 1, 200)),
  );
  console.log(`a page in the middle ${ms(middle)}`);
  const peers: number[] = [];
  for (let round = 0; round < Math.min(3, rounds); round++) {
    peers.push(await timed(() => store.driver.all(like, [catalogId, '%img_4999%'])));
  }
  console.log(`LIKE over the table ${ms(median(peers))}`);
  await bench.close();
  console.log(
    JSON.stringify({
      bench: 'search',
      imageCount,
      slowestFirstPageMs: Math.max(...Object.values(figures)),
      ratioOfLikeToWord: Number(
        ((median(peers) * 1000) / (figures['a word in few names'] ?? 1)).toFixed(1),
      ),
      indexSeconds: Number((opened + indexed).toFixed(2)),
    }),
  );
});

function ms(seconds: number): string {
  return `${(seconds * 1000).toFixed(1)} ms`;
}
