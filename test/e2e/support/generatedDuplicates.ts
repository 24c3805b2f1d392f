/** An engine whose duplicates are computed, so that a report of 10,000 groups needs no files. */
import type {
  BurstGroup,
  DuplicateGroup,
  DuplicateLevel,
  DuplicateMember,
  ResolveEntry,
} from '../../../src/catalog/model/duplicates.js';
import { CatalogError } from '../../../src/catalog/model/errors.js';
import type { OperationControl } from '../../../src/catalog/model/progress.js';
import type { EngineClient } from '../../../src/catalog/rpc/engineConnection.js';
import { checksumOf } from './generatedGallery.js';
import { hostileName } from './generatedEngine.js';

type Input<Name extends keyof EngineClient> = EngineClient[Name] extends (
  input: infer Value,
  ...rest: never[]
) => unknown
  ? Value
  : never;

export interface GeneratedDuplicates extends EngineClient {
  /** Requests that reached the engine: name and input. */
  readonly calls: (readonly [name: string, input: unknown])[];
  /** While it is set, searches go on until they are cancelled or it is resolved. */
  held: Promise<void> | null;
  /** Tells the listeners that images changed. */
  changed(): void;
}

const levels: readonly DuplicateLevel[] = ['bytes', 'data', 'pixels', 'similar'];

export const groupId = (index: number): string => `group-${String(index)}`;
export const memberId = (group: number, member: number): string =>
  `image-${String(group)}-${String(member)}`;

/** Groups of two, of every level in turn; the first has a hostile name and 30 members, the last three are bursts. */
export function generatedDuplicates(count: number): GeneratedDuplicates {
  const calls: (readonly [string, unknown])[] = [];
  const listeners = new Set<(event: never) => void>();
  const told = new Set<string>();
  const gone = new Set<string>();
  const decisions: string[] = [];
  const plans = new Map<string, readonly ResolveEntry[]>();
  const all = Array.from({ length: count }, (_, index) => groupOf(index));
  const state = { held: null as Promise<void> | null };
  const listed = (input: Input<'findDuplicates'>): DuplicateGroup[] =>
    all.filter(
      ({ id, level, members }) =>
        !told.has(id) &&
        !members.some(({ imageId }) => gone.has(imageId ?? '')) &&
        (input.listedLevel === undefined || input.listedLevel === level) &&
        (input.managed === undefined ||
          members.some(({ isManaged }) => isManaged === input.managed)) &&
        (input.folder === undefined ||
          members.some(({ path }) => path.startsWith(input.folder ?? ''))),
    );
  const entriesOf = (groups: readonly DuplicateGroup[], keep?: string): ResolveEntry[] =>
    groups.flatMap(({ id, level, members }) => {
      const keeper = members.find(({ imageId }) => imageId === keep) ?? members[0];
      return members
        .filter((member) => member !== keeper)
        .map((member) => ({
          groupId: id,
          level,
          imageId: member.imageId ?? '',
          path: member.path,
          keepImageId: keeper?.imageId ?? '',
          keepPath: keeper?.path ?? '',
          action: member.isManaged ? ('trash' as const) : ('entry' as const),
          size: member.size,
        }));
    });
  const wait = async (control: OperationControl | undefined): Promise<void> => {
    control?.onProgress?.({
      phase: 'pictures',
      filesDone: 12,
      filesTotal: 48,
      bytesDone: 0,
      bytesTotal: null,
      bytesPerSecond: 0,
      secondsLeft: 9,
      currentPath: null,
    });
    const cancelled = new Promise<never>((_, reject) => {
      control?.signal?.addEventListener('abort', () => reject(new CatalogError('CANCELLED')));
    });
    if (state.held) await Promise.race([state.held, cancelled]);
  };
  const implemented: Partial<EngineClient> = {
    getCatalog: () => Promise.resolve({ id: 'catalog-1', name: 'Family' } as never),
    listSources: () =>
      Promise.resolve([
        { id: 'card', name: 'Camera card' },
        { id: 'disk', name: 'Old disk' },
      ] as never),
    getState: () => Promise.resolve({ readOnly: false } as never),
    findDuplicates: async (input, control) => {
      if (input.reportId === undefined) await wait(control);
      const groups = listed(input);
      const { offset = 0, limit = 100 } = input;
      const counts = Object.fromEntries(
        levels.map((level) => [level, all.filter((group) => group.level === level).length]),
      ) as Record<DuplicateLevel, number>;
      return {
        reportId: 'report-1',
        total: groups.length,
        bytesToWin: groups.length * 1_000_000,
        groups: groups.slice(offset, offset + limit),
        countsByLevel: counts,
        burstCount: 3,
        notCompared: { flat: 2, withoutPicture: 1 },
      };
    },
    listBursts: () =>
      Promise.resolve({ reportId: 'report-1', total: 3, bursts: [0, 1, 2].map(burstOf) }),
    decideDuplicates: ({ groups }) => {
      const [checksum] = groups[0]?.checksums ?? [];
      const group = all.find(({ members }) => members.some((each) => each.checksum === checksum));
      if (group && groups[0]?.decision === 'not-duplicate') told.add(group.id);
      decisions.push(group?.id ?? '');
      return Promise.resolve({
        decisionId: `decision-${String(decisions.length - 1)}`,
        groups: 1,
        pairs: 1,
      });
    },
    undoDuplicateDecision: ({ decisionId }) => {
      told.delete(decisions[Number(decisionId.slice('decision-'.length))] ?? '');
      return Promise.resolve({ pairs: 1 });
    },
    planResolve: (input) => {
      const chosen = input.groups
        ? all.filter(({ id }) => input.groups?.some((group) => group.groupId === id))
        : listed(input);
      const entries = entriesOf(chosen, input.groups?.[0]?.keepImageId);
      const planId = `plan-${String(plans.size)}`;
      plans.set(planId, entries);
      const trashed = entries.filter(({ action }) => action === 'trash');
      return Promise.resolve({
        planId,
        groups: chosen.length,
        total: entries.length,
        trashCount: trashed.length,
        entryCount: entries.length - trashed.length,
        bytes: trashed.reduce((sum, { size }) => sum + size, 0),
        refused: input.groups
          ? []
          : [{ groupId: 'x', path: '/a/b.jpg', reason: 'only-places' as const, error: null }],
        entries: [],
      });
    },
    listResolveEntries: ({ planId, offset = 0, limit = 100 }) => {
      const entries = plans.get(planId) ?? [];
      return Promise.resolve({
        total: entries.length,
        entries: entries.slice(offset, offset + limit),
      });
    },
    applyResolve: async ({ planId }, control) => {
      await wait(control);
      const entries = plans.get(planId) ?? [];
      for (const { imageId } of entries) gone.add(imageId);
      return {
        resolutionId: 'resolution-1',
        groups: 1,
        imagesRemoved: entries.length,
        filesTrashed: entries.length,
        bytes: 1_000_000,
        refused: [],
        kept: [],
      };
    },
    undoResolve: () => {
      const imagesDone = gone.size;
      gone.clear();
      return Promise.resolve({ operation: { imagesDone }, keptCount: 0, kept: [] } as never);
    },
    exportDuplicates: (input) => Promise.resolve({ groups: listed(input).length, bytes: 10 }),
    requestThumbnails: ({ imageIds }) =>
      Promise.resolve(
        imageIds.map((imageId) => ({
          imageId,
          state: 'ready' as const,
          path: `/thumbnails/${imageId}.webp`,
          error: null,
        })),
      ),
  };
  return new Proxy({ ...implemented, calls } as unknown as GeneratedDuplicates, {
    get: (target, name: keyof GeneratedDuplicates) => {
      if (name === 'held') return state.held;
      if (name === 'changed')
        return () => {
          for (const listener of listeners) listener({ entities: ['images'] } as never);
        };
      if (name === 'onChanged')
        return (listener: (event: never) => void) => {
          listeners.add(listener);
          return { dispose: () => listeners.delete(listener) };
        };
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (input: unknown, control: unknown): unknown => {
        calls.push([name, input]);
        return (value as (input: unknown, control: unknown) => unknown)(input, control);
      };
    },
    set: (_, name, value) => {
      if (name !== 'held') return false;
      state.held = value as Promise<void> | null;
      return true;
    },
  });
}

function groupOf(index: number): DuplicateGroup {
  const level = levels[index % levels.length] ?? 'bytes';
  const size = index === 0 ? 30 : 2;
  const members = Array.from({ length: size }, (_, member) => memberOf(index, member, level));
  const [keep] = members;
  return {
    id: groupId(index),
    level,
    distance: level === 'similar' ? 3 : 0,
    members,
    differences: ['size', 'path'],
    bytesToWin: 1_000_000,
    suggestedKeep: keep?.path ?? '',
    suggestedKeepImageId: keep?.imageId ?? null,
    reasons: [{ criterion: 'resolution', kept: '4000 x 3000', next: '2000 x 1500' }],
    decision: null,
    keptImageId: null,
  };
}

function memberOf(group: number, member: number, level: DuplicateLevel): DuplicateMember {
  const name =
    group === 0 && member === 0 ? hostileName : `IMG_${String(group)}_${String(member)}.jpg`;
  return {
    imageId: memberId(group, member),
    path: `/photos/${group % 2 === 0 ? 'even' : 'odd'}/${name}`,
    checksum: checksumOf(group * 100 + member),
    sourceId: member === 0 ? 'card' : 'disk',
    sourceName: member === 0 ? 'Camera card' : 'Old disk',
    isImageFile: true,
    isManaged: group % 3 !== 1,
    fileMissing: false,
    level: member === 0 ? 'bytes' : level,
    distance: level === 'similar' && member > 0 ? 3 : 0,
    size: member === 0 ? 2_000_000 : 1_000_000,
    mimeType: 'image/jpeg',
    capturedAt: '2024-03-09T14:05:22',
    cameraMake: 'Canon',
    cameraModel: 'EOS R5',
    width: 4000,
    height: 3000,
    qualityScore: 70,
  };
}

function burstOf(index: number): BurstGroup {
  const members = [0, 1, 2].map((member) => memberOf(1_000_000 + index, member, 'similar'));
  return {
    id: `burst-${String(index)}`,
    startedAt: '2024-03-09T14:05:22',
    seconds: 2,
    bestImageId: members[1]?.imageId ?? '',
    members,
  };
}
