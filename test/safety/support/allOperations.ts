import { catalogDeletions } from './catalogDeletions.js';
import { conversions } from './conversions.js';
import { deletions } from './deletions.js';
import type { SafetyOperation } from './operations.js';
import { imports, laterOperations } from './operations.js';
import { reorganizations } from './reorganizations.js';
import { rowChanges } from './rowChanges.js';

/** Every operation that can be disturbed, imports first. */
export function allOperations(): readonly SafetyOperation[] {
  return [
    ...imports,
    ...laterOperations,
    ...conversions,
    ...deletions,
    ...catalogDeletions,
    ...reorganizations,
    ...rowChanges,
  ];
}
