/** The tables of the server version's generations, with every column, as their databases have them. */

/** The server version of 2025. Embeddings are text here: the vector extension need not be there. */
export const generation5 = `
  CREATE TABLE catalogs (id UUID PRIMARY KEY, name VARCHAR(255) NOT NULL,
    schema_name VARCHAR(255) UNIQUE NOT NULL, source_directories TEXT[] NOT NULL,
    organized_directory TEXT, created_at TIMESTAMP NOT NULL DEFAULT now(),
    updated_at TIMESTAMP NOT NULL DEFAULT now());
  CREATE TABLE image_statuses (id VARCHAR(50) PRIMARY KEY, name VARCHAR(100) NOT NULL,
    description TEXT, created_at TIMESTAMP DEFAULT now());
  INSERT INTO image_statuses (id, name) VALUES ('active', 'Active'), ('rejected', 'Rejected'),
    ('archived', 'Archived'), ('flagged', 'Flagged');
  CREATE TABLE bursts (id UUID PRIMARY KEY, catalog_id UUID NOT NULL REFERENCES catalogs ON DELETE CASCADE,
    image_count INTEGER NOT NULL, start_time TIMESTAMP, end_time TIMESTAMP, duration_seconds FLOAT,
    camera_make VARCHAR(255), camera_model VARCHAR(255), best_image_id TEXT,
    selection_method VARCHAR(50) DEFAULT 'quality', created_at TIMESTAMP NOT NULL DEFAULT now());
  CREATE TABLE images (id TEXT PRIMARY KEY, catalog_id UUID NOT NULL REFERENCES catalogs ON DELETE CASCADE,
    source_path TEXT NOT NULL, file_type TEXT NOT NULL, checksum TEXT NOT NULL, size_bytes BIGINT,
    dates JSONB NOT NULL DEFAULT '{}', metadata JSONB NOT NULL DEFAULT '{}', thumbnail_path TEXT,
    dhash TEXT, ahash TEXT, whash TEXT, geohash_4 VARCHAR(4), geohash_6 VARCHAR(6), geohash_8 VARCHAR(8),
    quality_score INTEGER, status_id VARCHAR(50) REFERENCES image_statuses DEFAULT 'active',
    processing_flags JSONB NOT NULL DEFAULT '{}', burst_id UUID REFERENCES bursts ON DELETE SET NULL,
    burst_sequence INTEGER, clip_embedding TEXT, description TEXT, edit_data JSONB,
    created_at TIMESTAMP NOT NULL DEFAULT now(), updated_at TIMESTAMP DEFAULT now(),
    UNIQUE (catalog_id, checksum));
  CREATE TABLE tags (id SERIAL PRIMARY KEY, catalog_id UUID NOT NULL REFERENCES catalogs ON DELETE CASCADE,
    name TEXT NOT NULL, category TEXT, parent_id INTEGER REFERENCES tags ON DELETE SET NULL,
    synonyms TEXT[], description TEXT, created_at TIMESTAMP NOT NULL DEFAULT now(),
    UNIQUE (catalog_id, name));
  CREATE TABLE image_tags (image_id TEXT REFERENCES images ON DELETE CASCADE,
    tag_id INTEGER REFERENCES tags ON DELETE CASCADE, confidence REAL DEFAULT 1.0,
    source TEXT DEFAULT 'manual', openclip_confidence REAL, ollama_confidence REAL,
    created_at TIMESTAMP NOT NULL DEFAULT now(), PRIMARY KEY (image_id, tag_id));
  CREATE TABLE duplicate_groups (id SERIAL PRIMARY KEY,
    catalog_id UUID NOT NULL REFERENCES catalogs ON DELETE CASCADE, primary_image_id TEXT NOT NULL,
    similarity_type TEXT NOT NULL, confidence INTEGER NOT NULL, reviewed BOOLEAN DEFAULT false,
    created_at TIMESTAMP NOT NULL DEFAULT now());
  CREATE TABLE duplicate_members (group_id INTEGER REFERENCES duplicate_groups ON DELETE CASCADE,
    image_id TEXT, similarity_score INTEGER NOT NULL, PRIMARY KEY (group_id, image_id));
  CREATE TABLE duplicate_pairs (catalog_id UUID, image_1 TEXT, image_2 TEXT, hash_type TEXT,
    distance INTEGER, compared_at TIMESTAMP DEFAULT now(), job_id TEXT, PRIMARY KEY (catalog_id, image_1, image_2));
  CREATE TABLE jobs (id VARCHAR(255) PRIMARY KEY, catalog_id UUID REFERENCES catalogs ON DELETE CASCADE,
    job_type VARCHAR(50) NOT NULL, status VARCHAR(50) NOT NULL, parameters JSONB, result JSONB,
    error TEXT, created_at TIMESTAMP DEFAULT now(), updated_at TIMESTAMP DEFAULT now());
  CREATE TABLE job_batches (id UUID PRIMARY KEY, parent_job_id TEXT, catalog_id UUID, batch_number INTEGER,
    total_batches INTEGER, job_type TEXT, status TEXT, work_items JSONB, items_count INTEGER,
    worker_id TEXT, processed_count INTEGER, success_count INTEGER, error_count INTEGER, results JSONB);
  CREATE TABLE config (catalog_id UUID, key TEXT, value JSONB NOT NULL, updated_at TIMESTAMP DEFAULT now(),
    PRIMARY KEY (catalog_id, key));
  CREATE TABLE statistics (id SERIAL PRIMARY KEY, catalog_id UUID, timestamp TIMESTAMP DEFAULT now(),
    total_images INTEGER);
  CREATE TABLE performance_snapshots (id SERIAL PRIMARY KEY, catalog_id UUID,
    timestamp TIMESTAMP DEFAULT now(), phase TEXT NOT NULL, files_processed INTEGER, rate_mb_per_sec FLOAT);
  CREATE VIEW images_of_today AS SELECT * FROM images WHERE created_at > now() - interval '1 day';
`;

/** What the continued program added in 2026. */
export const generation6 = `
  ALTER TABLE catalogs ADD backup_destinations JSONB DEFAULT '[]';
  ALTER TABLE images ADD organized_path TEXT, ADD dhash_16 TEXT, ADD dhash_32 TEXT,
    ADD capture_time TIMESTAMP, ADD capture_time_source VARCHAR(50), ADD date_confidence INTEGER,
    ADD camera_make VARCHAR(255), ADD camera_model VARCHAR(255), ADD lens_model VARCHAR(255),
    ADD width INTEGER, ADD height INTEGER, ADD iso INTEGER, ADD aperture FLOAT,
    ADD shutter_speed VARCHAR(50), ADD focal_length FLOAT, ADD latitude FLOAT, ADD longitude FLOAT,
    ADD gps_altitude FLOAT, ADD orientation INTEGER, ADD format VARCHAR(20), ADD metadata_extra JSONB,
    ADD content_class TEXT, ADD quality_verified_score INTEGER, ADD quality_verified_at TIMESTAMP;
  INSERT INTO image_statuses (id, name) VALUES ('pending_duplicate', 'Pending duplicate');
  ALTER TABLE jobs ADD progress JSONB, ADD completed_at TIMESTAMP, ADD job_source VARCHAR(50) DEFAULT 'user',
    ADD priority INTEGER DEFAULT 0, ADD scheduled_at TIMESTAMP, ADD warehouse_trigger TEXT;
  CREATE TABLE collections (id UUID PRIMARY KEY, catalog_id UUID, name VARCHAR(255) NOT NULL,
    description TEXT, cover_image_id TEXT, source VARCHAR(16) DEFAULT 'user', system_key TEXT,
    parent_id UUID, created_at TIMESTAMP DEFAULT now(), updated_at TIMESTAMP DEFAULT now());
  CREATE TABLE collection_images (id UUID PRIMARY KEY, collection_id UUID REFERENCES collections,
    image_id TEXT, position INTEGER DEFAULT 0, added_at TIMESTAMP DEFAULT now(),
    confidence FLOAT DEFAULT 1, confirmed BOOLEAN DEFAULT true, source VARCHAR(16) DEFAULT 'user');
  CREATE TABLE faces (id UUID PRIMARY KEY, catalog_id UUID, image_id TEXT, bbox_x FLOAT, bbox_y FLOAT,
    bbox_w FLOAT, bbox_h FLOAT, detection_score FLOAT, embedding TEXT, person_collection_id UUID,
    detected_at TIMESTAMP DEFAULT now());
  CREATE TABLE duplicate_candidates (id UUID PRIMARY KEY, catalog_id UUID, image_id_a TEXT, image_id_b TEXT,
    layer VARCHAR(50) NOT NULL, confidence FLOAT NOT NULL, verify_carefully BOOLEAN DEFAULT false,
    verify_reason TEXT, detection_meta JSONB DEFAULT '{}', created_at TIMESTAMP DEFAULT now(),
    reviewed_at TIMESTAMP);
  CREATE TABLE duplicate_decisions (id UUID PRIMARY KEY, candidate_id UUID REFERENCES duplicate_candidates,
    decision VARCHAR(50) NOT NULL, primary_id TEXT, decided_at TIMESTAMP DEFAULT now(), notes TEXT);
  CREATE TABLE suppression_pairs (id_a TEXT, id_b TEXT, decision VARCHAR(50) NOT NULL,
    created_at TIMESTAMP DEFAULT now(), PRIMARY KEY (id_a, id_b));
  CREATE TABLE archived_images (id TEXT PRIMARY KEY, catalog_id UUID, source_path TEXT NOT NULL,
    file_type TEXT NOT NULL, checksum TEXT NOT NULL, size_bytes BIGINT, dates JSONB DEFAULT '{}',
    metadata JSONB DEFAULT '{}', thumbnail_path TEXT, dhash TEXT, quality_score INTEGER,
    capture_time TIMESTAMP, camera_make TEXT, camera_model TEXT, width INTEGER, height INTEGER,
    format TEXT, latitude FLOAT, longitude FLOAT, processing_flags JSONB DEFAULT '{}',
    created_at TIMESTAMP, archived_at TIMESTAMP DEFAULT now(), archive_reason VARCHAR(50) NOT NULL,
    decision_id UUID, primary_image_id TEXT NOT NULL, original_catalog_id UUID NOT NULL,
    restoration_path TEXT);
  CREATE TABLE skipped_imports (id UUID PRIMARY KEY, catalog_id UUID, source_path TEXT NOT NULL,
    checksum TEXT NOT NULL, matched_image_id TEXT NOT NULL, skipped_at TIMESTAMP DEFAULT now(),
    reviewed_at TIMESTAMP, overridden BOOLEAN DEFAULT false);
  CREATE TABLE events (id UUID PRIMARY KEY, catalog_id UUID, name TEXT);
  CREATE TABLE event_images (event_id UUID REFERENCES events, image_id TEXT, PRIMARY KEY (event_id, image_id));
`;

/** The upgrade that was applied by hand in January 2026. */
export const importWorkflow = `
  ALTER TABLE catalogs ADD destination_path TEXT, ADD import_mode TEXT DEFAULT 'source',
    ADD source_metadata JSONB DEFAULT '{}';
  UPDATE catalogs SET destination_path = coalesce(organized_directory, source_directories[1]);
  CREATE TABLE import_jobs (id UUID PRIMARY KEY, catalog_id UUID NOT NULL REFERENCES catalogs,
    source_path TEXT NOT NULL, status TEXT NOT NULL DEFAULT 'analyzing', images_found INTEGER DEFAULT 0,
    images_imported INTEGER DEFAULT 0, images_skipped INTEGER DEFAULT 0, images_failed INTEGER DEFAULT 0,
    bytes_total BIGINT DEFAULT 0, bytes_imported BIGINT DEFAULT 0, operation TEXT DEFAULT 'copy',
    duplicate_handling TEXT DEFAULT 'skip', error TEXT, result JSONB, created_at TIMESTAMP DEFAULT now(),
    started_at TIMESTAMP, completed_at TIMESTAMP);
  CREATE TABLE import_items (id UUID PRIMARY KEY, import_job_id UUID NOT NULL REFERENCES import_jobs,
    source_file_path TEXT NOT NULL, destination_file_path TEXT, original_filename TEXT, checksum TEXT,
    action TEXT DEFAULT 'copy', status TEXT DEFAULT 'pending', skip_reason TEXT, error TEXT,
    file_size BIGINT, file_type TEXT, image_id TEXT REFERENCES images, created_at TIMESTAMP DEFAULT now(),
    completed_at TIMESTAMP);
  ALTER TABLE images ADD original_source_path TEXT, ADD import_job_id UUID REFERENCES import_jobs,
    ADD file_checksum TEXT;
  UPDATE images SET file_checksum = checksum;
  CREATE VIEW import_jobs_summary AS SELECT id, status FROM import_jobs;
  CREATE TABLE schema_migrations (id SERIAL PRIMARY KEY, version VARCHAR(50) NOT NULL UNIQUE,
    description TEXT, applied_at TIMESTAMP DEFAULT now());
  INSERT INTO schema_migrations (version) VALUES ('001');
`;

/** A text as an SQL literal. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** One row as an INSERT; objects become JSON, lists of texts arrays. */
export function insert(table: string, row: Readonly<Record<string, unknown>>): string {
  const values = Object.values(row).map((value) => {
    if (value === null || value === undefined) return 'NULL';
    if (Array.isArray(value))
      return `ARRAY[${value.map((each) => literal(String(each))).join(', ')}]::text[]`;
    if (typeof value === 'object') return literal(JSON.stringify(value));
    return typeof value === 'string' ? literal(value) : JSON.stringify(value);
  });
  return `INSERT INTO ${table} (${Object.keys(row).join(', ')}) VALUES (${values.join(', ')});\n`;
}
