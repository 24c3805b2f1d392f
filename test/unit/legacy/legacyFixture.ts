import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { CatalogEngine } from '../../../src/catalog/engine.js';
import { openCatalogEngine } from '../../../src/catalog/engine.js';

/** Folders of a test: an old catalog, the photos that it speaks of, and a workspace for the new one. */
export interface LegacyWorld {
  readonly root: string;
  readonly old: string;
  readonly photos: string;
  readonly workspace: string;
  readonly engine: CatalogEngine;
  /** A second engine on the same workspace, after the first one is closed. */
  reopen(): Promise<CatalogEngine>;
  close(): Promise<void>;
}

export async function legacyWorld(): Promise<LegacyWorld> {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'ic-legacy-')));
  const [old, photos, workspace, machine] = ['old', 'photos', 'workspace', 'machine'].map(
    (name) => {
      const folder = path.join(root, name);
      fs.mkdirSync(folder);
      return folder;
    },
  ) as [string, string, string, string];
  const open = (): CatalogEngine =>
    openCatalogEngine({
      workspaceDirectory: workspace,
      trusted: true,
      machineStateDirectory: machine,
    });
  let engine = open();
  return {
    root,
    old,
    photos,
    workspace,
    get engine() {
      return engine;
    },
    reopen: async () => {
      await engine.close();
      engine = open();
      return engine;
    },
    close: async () => {
      await engine.close();
      fs.rmSync(root, { recursive: true, force: true });
    },
  };
}

export const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Writes a photo of its own content and returns its path, checksum and size. */
export function photo(
  file: string,
  content = file,
): { path: string; checksum: string; size: number } {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content);
  return { path: file, checksum: sha(content), size: Buffer.byteLength(content) };
}

type Json = Record<string, unknown>;

/** An image's record of catalog.json 2.0.0, with every key. */
export function jsonImage(file: string, checksum: string, changes: Json = {}): Json {
  return {
    id: checksum,
    source_path: file,
    file_type: 'image',
    checksum,
    dates: {
      exif_dates: {},
      filename_date: null,
      directory_date: null,
      filesystem_created: '2023-07-01T10:00:00Z',
      filesystem_modified: '2023-07-01T10:00:00Z',
      selected_date: null,
      selected_source: null,
      confidence: 0,
      suspicious: false,
      user_verified: false,
    },
    metadata: {
      exif: {},
      format: 'JPEG',
      resolution: [4000, 3000],
      width: 4000,
      height: 3000,
      size_bytes: 1234,
      camera_make: null,
      camera_model: null,
      lens_model: null,
      focal_length: null,
      aperture: null,
      shutter_speed: null,
      iso: null,
      gps_latitude: null,
      gps_longitude: null,
      perceptual_hash_dhash: 'ffff0000ffff0000',
      perceptual_hash_ahash: 'ffff0000ffff0000',
      perceptual_hash_whash: 'ffff000000000000',
      merged_from: [],
    },
    thumbnail_path: `thumbnails/${checksum}.jpg`,
    duplicate_group_id: null,
    duplicate_role: null,
    burst_group_id: null,
    burst_role: null,
    status: 'complete',
    issues: [],
    plan: null,
    execution: { executed: false, executed_at: null, verified: false, rollback_info: null },
    ...changes,
  };
}

/** A catalog.json 2.0.0 with every section. */
export function jsonCatalog(images: readonly Json[], changes: Json = {}): Json {
  return {
    version: '2.0.0',
    catalog_path: '/app/catalogs/family',
    catalog_id: '0b0e8a3e-9c55-4a0e-9b57-3f5a0d0d8f11',
    created: '2025-10-30T08:00:00Z',
    last_updated: '2025-11-10T09:30:00Z',
    configuration: {
      source_directories: [],
      import_directory: null,
      date_format: 'YYYY-MM',
      file_naming: '{date}_{time}_{checksum}.{ext}',
      burst_threshold_seconds: 10.0,
      burst_min_images: 3,
      ai_model: 'hybrid',
      video_support: true,
      checkpoint_interval_seconds: 300,
    },
    state: { phase: 'reviewing', images_processed: images.length, images_total: images.length },
    statistics: { total_images: images.length },
    images: Object.fromEntries(images.map((image) => [image['id'] as string, image])),
    duplicate_groups: {},
    burst_groups: {},
    problematic_files: {},
    review_queue: [],
    transactions: { current: null, history: [] },
    ...changes,
  };
}

export function writeJson(folder: string, catalog: Json, name = 'catalog.json'): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, JSON.stringify(catalog, null, 2));
  return file;
}
