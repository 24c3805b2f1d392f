import fs from 'node:fs';
import path from 'node:path';
import type { FilePort } from '../../../src/catalog/files/filePort.js';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import type { Image } from '../../../src/catalog/model/image.js';
import {
  acceptEditedFiles,
  checkCatalogFiles,
  verifyCatalogFiles,
} from '../../../src/catalog/operations/integrity.js';
import { relocateFiles, relocateRequest } from '../../../src/catalog/operations/relocate.js';
import { allImages } from '../../unit/store/support.js';
import type { Before, Expectation } from './invariants.js';
import { checkRecovered, filesNow, rowsOf } from './invariants.js';
import type { SafetyOperation } from './operations.js';
import { fastTemporaryFolder } from './settings.js';
import type { SafetyWorld } from './world.js';
import { catalogId, mixedCard, picture, sourceId } from './world.js';

const fast = fastTemporaryFolder();

const imagesOf = (world: SafetyWorld): Image[] => allImages(world.store, catalogId);

/** Rows whose file is elsewhere, or has other bytes, which is for these operations to mend; and their originals. */
function wrongRows(world: SafetyWorld): ReadonlySet<string> {
  const now = filesNow(world);
  const wrong = rowsOf(world.store).filter((row) => now.get(row.path)?.checksum !== row.checksum);
  return new Set(wrong.flatMap((row) => [row.path, row.originalPath]));
}

/** These operations only read files. */
export function checkUntouched(world: SafetyWorld, before: Before): string[] {
  const now = filesNow(world);
  const faults = [...now.keys()].flatMap((file) => (before.has(file) ? [] : [`${file} is new`]));
  for (const [file, record] of before) {
    const found = now.get(file);
    const isSame =
      found?.checksum === record.checksum &&
      found.mtimeNs === record.mtimeNs &&
      found.inode === record.inode;
    if (!isSame) faults.push(`${file} was touched`);
  }
  return faults;
}

/** A file that is there is not missing, one with the bytes of its row not changed. */
function checkMarks(
  world: SafetyWorld,
  marked: readonly ('missing' | 'changed')[] = ['missing', 'changed'],
): string[] {
  const now = filesNow(world);
  return imagesOf(world).flatMap(({ currentPath, checksum, fileMissing, fileChanged }) => {
    const found = now.get(currentPath);
    const isMissing = found === undefined;
    const isChanged = found !== undefined && found.checksum !== checksum;
    const faults: string[] = [];
    if (fileMissing && !isMissing) faults.push(`${currentPath} is marked missing`);
    if (fileChanged && !isChanged) faults.push(`${currentPath} is marked changed`);
    // It was marked before, and only what puts it right may take that away.
    if (marked.includes('missing') && fileMissing !== isMissing) {
      faults.push(`${currentPath} is not marked missing`);
    }
    if (marked.includes('changed') && fileChanged !== isChanged) {
      faults.push(`${currentPath} is not marked changed`);
    }
    return faults;
  });
}

/** Every row is right, without exception. */
function checkEnd(world: SafetyWorld, before: Before, expected: Expectation): string[] {
  const paths = new Set(rowsOf(world.store).map((row) => row.path));
  const elsewhere = [...(expected.touchedByTest ?? [])].filter((file) => !paths.has(file));
  return [
    ...checkUntouched(world, before),
    ...checkMarks(world),
    ...checkRecovered(world, before, { ...expected, touchedByTest: new Set(elsewhere) }),
  ];
}

const away = (world: SafetyWorld): string => path.join(world.places.source, 'away');

/** All files of the card are in another folder by now, and marked missing. */
async function moveCard(world: SafetyWorld): Promise<string> {
  await world.import('reference', await world.scan());
  const { source } = world.places;
  const names = fs.readdirSync(source);
  fs.mkdirSync(away(world));
  for (const name of names) fs.renameSync(path.join(source, name), path.join(away(world), name));
  await checkCatalogFiles(world.deps(), { catalogId, acceptMissing: true }, {});
  return '';
}

function relocate(world: SafetyWorld, files: FilePort): Promise<unknown> {
  const deps = world.deps(files);
  const request = relocateRequest(deps, { from: world.places.source, to: away(world) });
  return relocateFiles(deps, { ...request, catalogId }, {});
}

/** One commit: all rows tell of the old place, or all of the new one, and the source with them. */
function checkPlaces(world: SafetyWorld): string[] {
  const isNew = (file: string): boolean => file.startsWith(away(world));
  const paths = rowsOf(world.store).map((row) => row.path);
  const relocated = paths.filter(isNew);
  const source = world.store.sources.find(sourceId)?.sourcePath ?? '';
  const sources = world.store.sources.list(catalogId).length;
  return [
    ...(relocated.length === 0 || relocated.length === paths.length
      ? []
      : [`${relocated.length} of ${paths.length} rows were relocated`]),
    ...(isNew(source) === relocated.length > 0 ? [] : [`the source is at ${source}`]),
    ...(sources === 1 ? [] : [`there are ${sources} sources`]),
  ];
}

const relocation: SafetyOperation = {
  name: 'relocate a folder',
  isMove: false,
  importMode: 'reference',
  card: mixedCard,
  volumes: [fast, fast],
  port: nodeFilePort,
  arrange: moveCard,
  touched: wrongRows,
  run: relocate,
  complete: async (world, before, expected) => {
    const first = [...checkUntouched(world, before), ...checkMarks(world), ...checkPlaces(world)];
    if (wrongRows(world).size > 0) await relocate(world, nodeFilePort);
    return [...first, ...checkPlaces(world), ...checkEnd(world, before, expected)];
  },
};

/** Two pictures and a sidecar are edited in the managed directory, one of the pictures known to be. */
async function editManaged(world: SafetyWorld): Promise<string> {
  await world.import('copy', await world.scan());
  const images = imagesOf(world).filter(({ currentPath }) => currentPath.endsWith('.JPG'));
  const edited = images.slice(0, 2).map(({ currentPath }) => currentPath);
  for (const [index, file] of edited.entries()) {
    fs.writeFileSync(file, picture(`edited ${index}`, 3500 + index));
  }
  const sidecars = imagesOf(world).flatMap(({ id }) => world.store.images.listSidecars(id));
  for (const { currentPath } of sidecars.slice(0, 1)) fs.appendFileSync(currentPath, '<!-- -->');
  await checkCatalogFiles(world.deps(), { catalogId, acceptMissing: true }, {});
  return JSON.stringify(imagesOf(world).map(({ id }) => id));
}

const accept = (world: SafetyWorld, files: FilePort, ids: readonly string[]): Promise<unknown> =>
  acceptEditedFiles(world.deps(files), { imageIds: ids }, {});

/** What the catalog says of a picture is what can be read in it. */
function checkFacts(world: SafetyWorld, before: Before): string[] {
  return imagesOf(world).flatMap(({ currentPath, sizeBytes, checksum, capturedAt, width }) => {
    const file = before.get(currentPath);
    const faults: string[] = [];
    if (file?.checksum === checksum && file.sizeBytes !== sizeBytes) {
      faults.push(`${currentPath} has another size`);
    }
    if (!currentPath.includes('undated') && !capturedAt?.startsWith('2023-06-15T14:30:45')) {
      faults.push(`${currentPath} is of ${capturedAt ?? 'no time'}`);
    }
    if (currentPath.endsWith('.JPG') && width === null) faults.push(`${currentPath} has no width`);
    return faults;
  });
}

const acceptance: SafetyOperation = {
  name: 'accept edited files',
  isMove: false,
  importMode: 'copy',
  card: mixedCard,
  volumes: [fast, fast],
  port: nodeFilePort,
  arrange: editManaged,
  touched: wrongRows,
  run: (world, files, ids) => accept(world, files, JSON.parse(ids) as string[]),
  complete: async (world, before, expected) => {
    const first = [
      ...checkUntouched(world, before),
      ...checkMarks(world),
      ...checkFacts(world, before),
    ];
    await accept(
      world,
      nodeFilePort,
      imagesOf(world).map(({ id }) => id),
    );
    return [...first, ...checkFacts(world, before), ...checkEnd(world, before, expected)];
  },
};

const check = (world: SafetyWorld, files: FilePort): Promise<unknown> =>
  checkCatalogFiles(world.deps(files), { catalogId, acceptMissing: true }, {});

/** Edited files, and one that is gone, of which the catalog does not know yet. */
async function changeManaged(world: SafetyWorld): Promise<string> {
  await world.import('copy', await world.scan());
  const [first, second, third] = imagesOf(world).filter(({ currentPath }) =>
    currentPath.endsWith('.JPG'),
  );
  if (!first || !second || !third) throw new Error('too few images');
  fs.writeFileSync(first.currentPath, picture('edited', 3500));
  // Other bytes under the time and size that are known: damage.
  const bytes = fs.readFileSync(second.currentPath);
  const { mtimeNs } = fs.statSync(second.currentPath, { bigint: true });
  fs.writeFileSync(second.currentPath, bytes.fill(7, 1000, 1010));
  const descriptor = fs.openSync(second.currentPath, 'r+');
  nodeFilePort.setModifiedTime(descriptor, mtimeNs);
  fs.closeSync(descriptor);
  fs.rmSync(third.currentPath);
  return '';
}

/** Only looks, whatever fails; undisturbed it marks what is wrong. */
function looking(
  name: string,
  run: SafetyOperation['run'],
  isMarkedRight: (world: SafetyWorld) => string[],
): SafetyOperation {
  return {
    name,
    isMove: false,
    importMode: 'copy',
    card: mixedCard,
    volumes: [fast, fast],
    port: nodeFilePort,
    arrange: changeManaged,
    touched: wrongRows,
    run,
    complete: async (world, before) => {
      const first = checkUntouched(world, before);
      await run(world, nodeFilePort, '');
      return [...first, ...checkUntouched(world, before), ...isMarkedRight(world)];
    },
  };
}

const checking = looking('check files', check, (world) => checkMarks(world, ['missing']));

const verification = looking(
  'verify files',
  (world, files) => verifyCatalogFiles(world.deps(files), { catalogId }, {}),
  (world) => checkMarks(world, ['changed']),
);

/** Operations that change rows by what files tell, and no file. */
export const rowChanges: readonly SafetyOperation[] = [
  relocation,
  acceptance,
  checking,
  verification,
];
