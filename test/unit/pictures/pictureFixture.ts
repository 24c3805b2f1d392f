import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { sampleJpeg } from '../../../bench/lib/sampleFiles.js';
import type { CatalogEngine } from '../../../src/catalog/engine.js';
import { openCatalogEngine } from '../../../src/catalog/engine.js';
import { CatalogError, type ErrorCode } from '../../../src/catalog/model/errors.js';
import type { ImportMode } from '../../../src/catalog/model/importJob.js';
import type { Decoder, PictureRequest, PictureResult } from '../../../src/catalog/model/picture.js';
import type { PictureProgress } from '../../../src/catalog/model/pictureWork.js';
import type { EngineOptions } from '../../../src/catalog/protocol.js';
import type { CreateDecoder } from '../../../src/catalog/pictures/pictureWork.js';

/** Decodes in this process: writes a few bytes for a thumbnail, fails at what it was told to. */
export class TestDecoder implements Decoder {
  readonly requests: (PictureRequest & { readonly urgent: boolean })[] = [];
  /** Part of a file's name, and what it fails with. */
  readonly failures = new Map<string, ErrorCode>();
  /** While set, nothing is finished. */
  #held: Promise<void> | null = null;
  #release: () => void = () => undefined;
  closed = false;

  hold(): void {
    this.#held = new Promise((resolve) => (this.#release = resolve));
  }

  release(): void {
    this.#held = null;
    this.#release();
  }

  async process(
    request: PictureRequest,
    { urgent = false, signal }: { readonly urgent?: boolean; readonly signal?: AbortSignal } = {},
  ): Promise<PictureResult> {
    this.requests.push({ ...request, urgent });
    if (this.#held) {
      const aborted = new Promise<never>((_, reject) => {
        signal?.addEventListener('abort', () => reject(new CatalogError('CANCELLED')));
      });
      await Promise.race([this.#held, aborted]);
    }
    await new Promise((resolve) => setImmediate(resolve));
    for (const [part, code] of this.failures) {
      if (path.basename(request.path).includes(part)) {
        throw new CatalogError(code, { path: request.path, detail: 'test' });
      }
    }
    for (const { path: file, size } of request.thumbnails)
      fs.writeFileSync(file, `picture ${size}`);
    const hash = request.hashes ? '0123456789abcdef' : null;
    return {
      width: 40,
      height: 30,
      colorSpace: 'srgb',
      dhash: hash,
      ahash: hash,
      whash: hash,
      phash: hash,
      hashVersion: request.hashes ? 1 : null,
      contrast: request.hashes ? 50 : null,
      pixelHash: null,
      damage: null,
    };
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }

  get decoded(): string[] {
    return this.requests.map(({ path: file }) => path.basename(file)).sort();
  }
}

/** A workspace with a source, and engines on it. */
export class PictureFixture {
  readonly root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'imgcat-pictures-')));
  readonly workspace = path.join(this.root, 'workspace');
  readonly source = path.join(this.root, 'card');
  readonly managed = path.join(this.root, 'managed');
  readonly state = path.join(this.root, 'state');
  readonly decoder = new TestDecoder();
  readonly told = { ready: [] as string[], failed: [] as string[] };
  readonly progress: PictureProgress[] = [];
  readonly logged: string[] = [];
  readonly #engines: CatalogEngine[] = [];
  catalogId = '';
  sourceId = '';

  constructor() {
    fs.mkdirSync(this.workspace);
    fs.mkdirSync(this.source);
  }

  /** An engine on the workspace; without background work unless asked for. */
  async open(
    options: Partial<EngineOptions> = {},
    createDecoder: CreateDecoder = () => this.decoder,
  ): Promise<CatalogEngine> {
    const engine = openCatalogEngine(
      {
        workspaceDirectory: this.workspace,
        trusted: true,
        machineStateDirectory: this.state,
        ...options,
      },
      {
        pictures: ({ ready, failed }) => {
          this.told.ready.push(...ready);
          this.told.failed.push(...failed);
        },
        pictureProgress: (event) => void this.progress.push(event),
        log: (level, message) => void this.logged.push(`${level} ${message}`),
      },
      createDecoder,
    );
    this.#engines.push(engine);
    return engine;
  }

  /** A file that reads as a JPEG; with the test decoder it has a picture. */
  put(name: string, content: Buffer = sampleJpeg(name)): string {
    const file = path.join(this.source, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
    return file;
  }

  /** Makes the catalog and its source at the first call, and imports what is new. */
  async import(engine: CatalogEngine, importMode: ImportMode = 'copy'): Promise<string> {
    if (this.catalogId === '') {
      const catalog = await engine.createCatalog({
        name: 'Photos',
        managedDirectory: this.managed,
      });
      this.catalogId = catalog.id;
      const source = await engine.createSource({ catalogId: catalog.id, sourcePath: this.source });
      this.sourceId = source.id;
    }
    const { scanId } = await engine.scanSource({ sourceId: this.sourceId });
    const job = await engine.importSource({
      sourceId: this.sourceId,
      scanId,
      importMode,
      organizationStrategy: 'FLAT/ORIGINAL',
    });
    return job.id;
  }

  /** Image ids by file name. */
  async images(engine: CatalogEngine): Promise<Map<string, { id: string; checksum: string }>> {
    const { images } = await engine.listImages({ catalogId: this.catalogId, limit: 10_000 });
    return new Map(images.map((image) => [path.basename(image.originalSourcePath), image]));
  }

  thumbnail(checksum: string, suffix = '.webp'): string {
    const folder = path.join(this.workspace, '.image-catalog', 'thumbnails');
    return path.join(folder, checksum.slice(0, 2), `${checksum}${suffix}`);
  }

  async remove(): Promise<void> {
    this.decoder.release();
    await Promise.all(this.#engines.map((engine) => engine.close()));
    fs.rmSync(this.root, { recursive: true, force: true });
  }
}

/** Waits until the condition holds. */
export async function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  const end = performance.now() + 10_000;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`not within ten seconds: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
