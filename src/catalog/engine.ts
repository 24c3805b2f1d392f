import type { CatalogOperations, EngineOptions } from './protocol.js';
import { catalogOperations } from './engine/catalogOperations.js';
import { importOperations } from './engine/importOperations.js';
import { imageOperations } from './engine/imageOperations.js';
import { duplicateOperations } from './engine/duplicateOperations.js';
import { fileOperations } from './engine/fileOperations.js';
import { integrityOperations } from './engine/integrityOperations.js';
import { legacyOperations } from './engine/legacyOperations.js';
import { storageOperations } from './engine/storageOperations.js';
import { createDecoder as createDecoderPool } from './media/decode/createDecoder.js';
import type { CreateDecoder } from './pictures/pictureWork.js';
import { CatalogSession, type EngineEvents } from './session.js';

/**
 * The engine on one catalog file: one method per operation, each a call into a feature. Opening is lazy and
 * is tried again after a failure, so a damaged or locked file is an error of the call, not of the engine.
 * All methods reject with CatalogError.
 */
export interface CatalogEngine extends CatalogOperations {
  /** Cancels running work, waits for it, and gives the catalog file free. */
  close(): Promise<void>;
}

/**
 * Nothing is read or written before the first operation.
 * @param createDecoder default: this program's own, from the folder of `options.program`
 */
export function openCatalogEngine(
  options: EngineOptions,
  events: Partial<EngineEvents> = {},
  createDecoder: CreateDecoder = (limits) =>
    createDecoderPool({ programFolder: options.program ?? import.meta.dirname, ...limits }),
): CatalogEngine {
  const session = new CatalogSession(options, events, createDecoder);
  return {
    ...catalogOperations(session),
    ...importOperations(session),
    ...imageOperations(session, createDecoder),
    ...duplicateOperations(session),
    ...fileOperations(session),
    ...integrityOperations(session),
    ...legacyOperations(session),
    ...storageOperations(session),
    close: () => session.close(),
  };
}
