import type { MediaFacts } from '../catalog/model/media.js';
import type { ScanFile } from '../catalog/model/scan.js';
import { errorObject } from './output.js';

/** The facts under the names that `images` has too. */
function factColumns(facts: MediaFacts | null): Record<string, unknown> {
  if (!facts) return {};
  return {
    fileType: facts.fileType,
    mimeType: facts.mimeType,
    width: facts.width,
    height: facts.height,
    orientation: facts.orientation,
    capturedAt: facts.captureTime?.value ?? null,
    capturedAtSource: facts.captureTime?.source ?? null,
    capturedAtConfidence: facts.captureTime?.confidence ?? null,
    capturedAtSuspicious: facts.captureTime?.suspicious ?? null,
    cameraMake: facts.cameraMake,
    cameraModel: facts.cameraModel,
    warnings: facts.warnings,
  };
}

/** One file of `scan --json`. */
export function scanFileObject(file: ScanFile): Record<string, unknown> {
  return {
    id: file.id,
    path: file.path,
    relativePath: file.relativePath,
    sizeBytes: file.sizeBytes,
    checksum: file.checksum,
    ...factColumns(file.facts),
    ...(file.state === 'new' && {
      sidecars: file.sidecars,
      groupKey: file.groupKey,
      plannedPath: file.plannedPath,
    }),
    ...(file.duplicateOf && { duplicateOf: file.duplicateOf }),
    ...(file.error && { error: errorObject(file.error.code, file.error.data) }),
  };
}
