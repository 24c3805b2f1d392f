import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { ImportMode } from '../../../src/catalog/model/importJob.js';
import type { SqlParams } from '../../../src/catalog/store/driver.js';
import { inventedOperation, type HostileWorld } from './hostileWorld.js';

type Statement = readonly [string, SqlParams];

const ofRows = [
  'looking and writing lists',
  'deleting, undoing it, and emptying the trash',
  'reorganizing and undoing it',
  'undoing the import',
  'replacing by the import',
  'deleting the catalog with its files',
];

export interface HostileCase {
  readonly name: string;
  readonly importMode: ImportMode;
  readonly works: readonly string[];
  readonly tamper: (world: HostileWorld) => readonly Statement[];
  /** The files of the catalog must not go either, as nobody asked for it. */
  readonly keepsOwn?: boolean;
}

/** Stored paths that no managed row, and no journal, may be believed. */
const forbiddenPaths: Readonly<Record<string, (world: HostileWorld) => string>> = {
  'a path with ..': () => '../outside/a.jpg',
  'a path with .. in its middle': () => '2024/../../outside/a.jpg',
  'an absolute path': ({ outside }) => path.join(outside, 'a.jpg'),
  'a folder that is a link': () => 'linked/a.jpg',
  "another catalog's directory": () => 'nested/a.jpg',
  'the quarantine': () => '.imgcat-quarantine/1-a.jpg',
  'the trash of another operation': () => '.imgcat-trash/another-operation/a.jpg',
  'the marker': () => '.image-catalog-managed',
};

const cases: HostileCase[] = [];

for (const [what, place] of Object.entries(forbiddenPaths)) {
  cases.push(
    {
      name: `an image that is managed at ${what}`,
      importMode: 'copy',
      works: ofRows,
      tamper: (world) => [
        ['UPDATE images SET current_path = ? WHERE id = ?', [place(world), world.id('a.jpg')]],
        [
          'INSERT INTO import_replacements (import_job_id, checksum, image_id, path) VALUES (?, ?, ?, ?)',
          [world.jobId, world.checksum('b.jpg'), world.id('a.jpg'), 'a.jpg'],
        ],
      ],
    },
    ...['delete', 'delete-catalog', 'reorganize'].map((kind): HostileCase => ({
      name: `an interrupted operation (${kind}) on an image that is managed at ${what}`,
      importMode: 'copy',
      works: ['resuming an operation'],
      tamper: (world) => [
        ...operation(world, { kind, from: 'x.jpg', to: place(world), state: 'CANCELLED' }),
        [
          "UPDATE file_operations SET status = 'INTERRUPTED', request = ?",
          [
            JSON.stringify({
              catalogId: world.catalogId,
              imageIds: [world.id('a.jpg')],
              deleteFiles: true,
              organizationStrategy: 'FLAT/CHECKSUM',
            }),
          ],
        ],
        ['UPDATE images SET current_path = ? WHERE id = ?', [place(world), world.id('a.jpg')]],
      ],
    })),
    {
      name: `a sidecar that is managed at ${what}`,
      importMode: 'copy',
      works: ofRows,
      tamper: (world) => [
        [
          'UPDATE image_sidecars SET current_path = ?, checksum = ? WHERE image_id = ?',
          [place(world), world.checksum('a.jpg'), world.id('a.jpg')],
        ],
      ],
    },
    {
      name: `a job that was to put a file at ${what}`,
      importMode: 'copy',
      works: ['resuming the import', 'rolling the import back'],
      tamper: (world) => [
        ...forgetImage(world, 'a.jpg'),
        ["UPDATE import_jobs SET status = 'INTERRUPTED'", []],
        [
          `UPDATE import_items SET state = 'PLANNED', image_id = NULL, destination_path = ?
          WHERE source_path LIKE '%a.jpg'`,
          [place(world)],
        ],
      ],
    },
    {
      name: `a file that was being placed with a temporary name at ${what}`,
      importMode: 'copy',
      works: ['opening'],
      keepsOwn: true,
      tamper: (world) => [
        ["UPDATE import_jobs SET status = 'RUNNING'", []],
        [
          `UPDATE import_items SET state = 'PLANNED', publish_method = 'LINK', temporary_path = ?,
            destination_path = '2024/not-there.jpg' WHERE source_path LIKE '%b.jpg'`,
          [place(world)],
        ],
      ],
    },
    {
      name: `an image that was deleted to ${what}`,
      importMode: 'copy',
      works: ['opening', 'undoing operations', 'emptying the trash'],
      keepsOwn: true,
      tamper: (world) => operation(world, { from: 'came/back.jpg', to: place(world) }),
    },
    {
      name: `an image whose way back from the trash leads to ${what}`,
      importMode: 'copy',
      works: ['undoing operations'],
      keepsOwn: true,
      tamper: (world) => {
        const to = putInTrash(world);
        fs.rmSync(path.join(world.outside, 'a.jpg'));
        return operation(world, { from: place(world), to });
      },
    },
    {
      name: `a file that was moved to ${what}`,
      importMode: 'copy',
      works: ['opening', 'undoing operations'],
      keepsOwn: true,
      tamper: (world) => [
        ...operation(world, { kind: 'reorganize', from: 'came/back.jpg', to: place(world) }),
        ['UPDATE images SET current_path = ? WHERE id = ?', [place(world), world.id('a.jpg')]],
      ],
    },
  );
}

for (const state of ['PLANNED', 'UNDOING', 'DONE']) {
  cases.push(
    {
      name: `a deletion (${state}) of a file that is in the catalog`,
      importMode: 'copy',
      works: ['opening', 'undoing operations', 'emptying the trash'],
      keepsOwn: true,
      tamper: (world) =>
        operation(world, { from: 'elsewhere.jpg', to: world.storedPath('b.jpg'), state }),
    },
    {
      name: `a conversion (${state}) of a file that is in the catalog`,
      importMode: 'copy',
      works: ['opening', 'undoing operations'],
      keepsOwn: true,
      tamper: (world) =>
        operation(world, {
          kind: 'convert',
          from: path.join(world.outside, 'b.jpg'),
          to: world.storedPath('b.jpg'),
          name: 'b.jpg',
          state,
        }),
    },
    {
      name: `operations (${state}) in a directory that nobody chose here`,
      importMode: 'copy',
      works: ['opening', 'undoing operations', 'emptying the trash'],
      keepsOwn: true,
      tamper: (world) => {
        const { outside } = world;
        const trash = path.join(outside, '.imgcat-trash', inventedOperation);
        fs.mkdirSync(trash, { recursive: true });
        fs.copyFileSync(path.join(outside, 'a.jpg'), path.join(trash, 'x.jpg'));
        const to = `.imgcat-trash/${inventedOperation}/x.jpg`;
        return operation(world, { from: 'x.jpg', to, state, managedDirectory: outside });
      },
    },
  );
}

cases.push(
  {
    name: 'an operation whose id is a path to the files of the catalog',
    importMode: 'copy',
    works: ['opening', 'undoing operations', 'emptying the trash'],
    keepsOwn: true,
    tamper: (world) => {
      const stored = world.storedPath('b.jpg');
      const [folder = ''] = stored.split('/');
      const id = `../${folder}`;
      return operation(world, { id, from: 'x.jpg', to: stored, name: 'b.jpg' });
    },
  },
  {
    name: 'an operation with an empty folder behind a link in the trash',
    importMode: 'copy',
    works: ['undoing operations', 'emptying the trash'],
    tamper: (world) => {
      const id = 'linked-operation';
      return operation(world, { id, from: 'x.jpg', to: `.imgcat-trash/${id}/empty/x.jpg` });
    },
  },
  {
    name: 'a managed directory that nobody chose here',
    importMode: 'copy',
    works: [...ofRows, 'emptying the trash', 'opening'],
    tamper: (world) => [
      ['UPDATE catalogs SET managed_directory = ?', [world.outside]],
      ["UPDATE images SET current_path = 'a.jpg' WHERE id = ?", [world.id('a.jpg')]],
    ],
  },
  {
    name: 'a second catalog in the same directory whose image is the first one’s',
    importMode: 'copy',
    works: ['deleting, undoing it, and emptying the trash', 'undoing the import'],
    keepsOwn: true,
    tamper: ({ fixture }) => [
      [
        `INSERT INTO catalogs (id, name, managed_directory, default_organization_strategy,
          created_at, updated_at)
        SELECT 'second', 'Second', managed_directory, default_organization_strategy, created_at,
          updated_at FROM catalogs`,
        [],
      ],
      [
        `UPDATE image_sidecars SET image_id = (SELECT id FROM images
          WHERE original_source_path LIKE '%b.jpg')`,
        [],
      ],
      ["UPDATE images SET catalog_id = 'second' WHERE original_source_path LIKE '%b.jpg'", []],
      [
        `UPDATE images SET current_path = (SELECT current_path FROM images
          WHERE catalog_id = 'second') WHERE catalog_id = ?`,
        [fixture.catalogId],
      ],
    ],
  },
);

for (const [what, from] of [
  ['an image elsewhere', 'secret.jpg'],
  ['a sidecar elsewhere', 'secret.xmp'],
  ['a sidecar that is none', 'secret.txt'],
] as const) {
  cases.push({
    name: `a reference to ${what}`,
    importMode: 'reference',
    works: ['looking and writing lists', 'converting and undoing it', 'undoing the import'],
    tamper: (world) => {
      const file = path.join(world.outside, from);
      const checksum = createHash('sha256').update(fs.readFileSync(file)).digest('hex');
      const table = from.endsWith('.jpg') ? 'images' : 'image_sidecars';
      const column = table === 'images' ? 'id' : 'image_id';
      return [
        [
          `UPDATE ${table} SET current_path = ?, checksum = ?, size_bytes = ? WHERE ${column} = ?`,
          [file, checksum, fs.statSync(file).size, world.id('a.jpg')],
        ],
      ];
    },
  });
}

const sources: Readonly<Record<string, (world: HostileWorld) => readonly Statement[]>> = {
  'its source': () => [],
  'a source that nobody used here': ({ outside }) => [
    ['UPDATE import_jobs SET source_path = ?', [outside]],
    ['UPDATE sources SET source_path = ?', [outside]],
  ],
};

for (const [what, job] of Object.entries(sources)) {
  for (const importMode of ['copy', 'move', 'reference'] as const) {
    cases.push({
      name: `a ${importMode} from ${what} whose files lie elsewhere, to be done still`,
      importMode,
      works: ['resuming the import', 'rolling the import back'],
      tamper: (world) => [
        ...forgetImage(world, 'a.jpg'),
        ...job(world),
        ["UPDATE import_jobs SET status = 'INTERRUPTED'", []],
        [
          `UPDATE import_items SET state = 'PLANNED', image_id = NULL, checksum = ?, mtime_ns = ?,
            source_path = ? WHERE source_path LIKE '%a.jpg'`,
          [world.checksum('secret.jpg'), ...placeOf(world, 'secret.jpg')],
        ],
      ],
    });
  }
  cases.push(
    {
      name: `a move from ${what} whose originals lie elsewhere`,
      importMode: 'move',
      works: ['opening', 'resuming the import', 'rolling the import back', 'undoing the import'],
      tamper: (world) => [
        ...job(world),
        ["UPDATE import_jobs SET status = 'INTERRUPTED'", []],
        [
          `UPDATE import_items SET state = 'DONE', mtime_ns = ?, source_path = ?
          WHERE source_path LIKE '%a.jpg'`,
          placeOf(world, 'a.jpg'),
        ],
      ],
    },
    {
      name: `a move from ${what} that was being undone to elsewhere`,
      importMode: 'move',
      works: ['opening', 'undoing the import'],
      keepsOwn: true,
      tamper: (world) => [
        ...job(world),
        [
          `UPDATE import_items SET state = 'UNDOING', temporary_path = destination_path,
            source_path = ? WHERE role = 'primary'`,
          [path.join(world.outside, 'new.jpg')],
        ],
      ],
    },
    {
      name: `a copy from ${what} whose originals lie elsewhere`,
      importMode: 'copy',
      works: ['undoing the import'],
      tamper: (world) => [
        ...job(world),
        [
          `UPDATE import_items SET source_path = ? WHERE source_path LIKE '%a.jpg'`,
          [path.join(world.outside, 'a.jpg')],
        ],
      ],
    },
  );
}

/** The modification time and the path of a file outside. */
function placeOf({ outside }: HostileWorld, name: string): [string, string] {
  const file = path.join(outside, name);
  return [fs.statSync(file, { bigint: true }).mtimeNs.toString(), file];
}

const forgetImage = (world: HostileWorld, name: string): Statement[] => [
  ['DELETE FROM images WHERE id = ?', [world.id(name)]],
];

/** A file in the trash of the invented operation, as a deletion leaves it. @returns its stored path */
function putInTrash(world: HostileWorld): string {
  const { managed } = world.fixture;
  const stored = `.imgcat-trash/${inventedOperation}/x.jpg`;
  fs.mkdirSync(path.dirname(path.join(managed, stored)), { recursive: true });
  fs.writeFileSync(path.join(managed, stored), world.content('a.jpg'));
  return stored;
}

/** An operation on one file that never took place. */
function operation(
  world: HostileWorld,
  invented: {
    readonly id?: string;
    readonly kind?: string;
    readonly from: string;
    readonly to: string;
    readonly name?: string;
    readonly state?: string;
    readonly managedDirectory?: string;
  },
): Statement[] {
  const { id = inventedOperation, kind = 'delete', name = 'a.jpg', state = 'DONE' } = invented;
  const { from, to, managedDirectory = world.fixture.managed } = invented;
  const at = '2024-06-01T12:00:00.000Z';
  const rows = JSON.stringify({ images: [], image_sidecars: [], image_tags: [] });
  return [
    [
      `INSERT INTO file_operations (id, kind, catalog_id, catalog_name, managed_directory, status,
        images_total, images_done, started_at) VALUES (?, ?, ?, 'Photos', ?, ?, 1, 1, ?)`,
      [
        id,
        kind,
        world.catalogId,
        managedDirectory,
        state === 'PLANNED' ? 'RUNNING' : 'SUCCESS',
        at,
      ],
    ],
    [
      `INSERT INTO file_operation_items (operation_id, image_id, role, from_path, to_path, checksum,
        size_bytes, state, removed_rows, updated_at) VALUES (?, ?, 'primary', ?, ?, ?, 1000, ?, ?, ?)`,
      [id, world.id(name), from, to, world.checksum(name), state, rows, at],
    ],
  ];
}

export const hostileCases: readonly HostileCase[] = cases;
