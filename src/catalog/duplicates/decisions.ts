import { CatalogError } from '../model/errors.js';
import type { DecideDuplicatesInput } from '../model/duplicates.js';
import type { DuplicatePairDecision } from '../store/duplicateDecisionRepository.js';

/** So many contents make half a million pairs. */
const maximumContents = 1000;

/**
 * The pairs of contents that decisions about groups are remembered by.
 * @throws CatalogError INVALID_ARGUMENT
 */
export function pairsOf(groups: DecideDuplicatesInput['groups']): DuplicatePairDecision[] {
  return groups.flatMap((group) => {
    const checksums = [...new Set(group.checksums)].sort();
    check(checksums, group.keep, group.decision === 'keep');
    const [only] = checksums;
    if (checksums.length === 1 && only !== undefined) {
      // One content at several places: all are to stay.
      return [{ checksumA: only, checksumB: only, decision: 'keep-all' as const }];
    }
    return checksums.flatMap((a, at) =>
      checksums.slice(at + 1).flatMap((b) => pairOf(a, b, group)),
    );
  });
}

function pairOf(
  checksumA: string,
  checksumB: string,
  { decision, keep }: DecideDuplicatesInput['groups'][number],
): DuplicatePairDecision[] {
  if (decision !== 'keep') return [{ checksumA, checksumB, decision }];
  if (keep === checksumA) return [{ checksumA, checksumB, decision: 'keep-a' }];
  return keep === checksumB ? [{ checksumA, checksumB, decision: 'keep-b' }] : [];
}

function check(checksums: readonly string[], keep: string | undefined, keeps: boolean): void {
  const fail = (name: string, detail: string): never => {
    throw new CatalogError('INVALID_ARGUMENT', { name, detail });
  };
  if (!checksums.every((checksum) => /^[0-9a-f]{64}$/.test(checksum))) {
    fail('checksums', 'each is 64 hex digits');
  }
  if (checksums.length === 0 || checksums.length > maximumContents) {
    fail('checksums', `between 1 and ${maximumContents}`);
  }
  if (keeps && (keep === undefined || !checksums.includes(keep))) {
    fail('keep', 'must be one of the checksums');
  }
}
