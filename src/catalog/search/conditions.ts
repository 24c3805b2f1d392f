import { isRawName } from '../media/fileKinds.js';
import { imageFlagBits } from '../store/imageIndexRepository.js';
import { keywordsOf } from '../store/imageColumns.js';
import { fold } from './fold.js';
import { undatedDay, vagueness } from './imageIndex/captureKey.js';
import type { DictionaryColumn } from './imageIndex/dictionaryColumn.js';
import { partSeparator } from './imageIndex/imageDetails.js';
import type { ImageAspect, ImageIndex } from './imageIndex/imageIndex.js';
import { withinCircle } from './near.js';
import type { Condition, ImageFlag, NumberField, TextField } from './query/filters.js';
import {
  daysAround,
  wallClock,
  type CalendarDay,
  type CalendarPeriod,
  type PeriodRange,
} from './query/periods.js';
import type { Interval } from './query/values.js';

export type SlotTest = (slot: number) => boolean;

/** What conditions need beside the index. */
export interface ConditionContext {
  readonly index: ImageIndex;
  readonly sources: readonly { readonly id: string; readonly name: string }[];
  readonly rowsByChecksum: (prefix: string) => readonly number[];
}

/** The aspects of images that a condition looks at. */
export function aspectsOf(condition: Condition): readonly ImageAspect[] {
  switch (condition.kind) {
    case 'word':
      return ['names', 'values'];
    case 'text':
      return condition.field === 'type' ? ['names', 'values', 'flags'] : ['names', 'values'];
    case 'flag':
      return ['names', 'flags', 'captured', 'values'];
    case 'period':
      return condition.field === 'taken' ? ['captured'] : ['values'];
    case 'mode':
      return ['flags'];
    case 'number':
    case 'near':
    case 'checksum':
      return ['values'];
  }
}

/** A test for the images that meet a condition. Everything that does not depend on one image is done before. */
export function testOf(condition: Condition, context: ConditionContext): SlotTest {
  const { index } = context;
  switch (condition.kind) {
    case 'word':
      return wordTest(condition.text, index);
    case 'text':
      return anyOf(condition.values.map((value) => textTest(condition.field, value, context)));
    case 'mode': {
      const both = imageFlagBits.copied | imageFlagBits.moved;
      const bits = { reference: 0, copy: imageFlagBits.copied, move: imageFlagBits.moved };
      return anyOf(
        condition.modes.map((mode) => flagTest(index, (flags) => (flags & both) === bits[mode])),
      );
    }
    case 'flag':
      return anyOf(condition.flags.map((flag) => stateTest(flag, index)));
    case 'number':
      return anyOf(condition.intervals.map((each) => numberTest(condition.field, each, index)));
    case 'period':
      return anyOf(
        condition.ranges.map((range) =>
          condition.field === 'taken' ? takenTest(range, index) : importedTest(range, index),
        ),
      );
    case 'near': {
      const { latitude, longitude } = index.details.numbers;
      const isNear = withinCircle(condition.latitude, condition.longitude, condition.km);
      return (slot) => isNear(latitude[slot] ?? NaN, longitude[slot] ?? NaN);
    }
    case 'checksum': {
      const slots = condition.prefixes.flatMap((prefix) =>
        context.rowsByChecksum(prefix).map((rowId) => index.slotOf(rowId)),
      );
      const found = new Set(slots);
      return (slot) => found.has(slot);
    }
  }
}

function anyOf(tests: readonly SlotTest[]): SlotTest {
  const [first, ...others] = tests;
  if (first && others.length === 0) return first;
  return (slot) => tests.some((test) => test(slot));
}

/** 1 for the codes of the texts that pass, or null if none does. */
function passingCodes(
  texts: readonly string[],
  test: (text: string) => boolean,
): Uint8Array<ArrayBuffer> | null {
  const codes = new Uint8Array(texts.length);
  let any = false;
  for (let code = 1; code < texts.length; code++) {
    if (!test(texts[code] ?? '')) continue;
    codes[code] = 1;
    any = true;
  }
  return any ? codes : null;
}

function codeTest(column: DictionaryColumn, test: (folded: string) => boolean): SlotTest {
  const codes = passingCodes(column.folded(), test);
  return codes ? (slot) => codes[column.code(slot)] === 1 : () => false;
}

/** A word is found in the name, the folders, the camera, the lens, keywords and the caption. */
function wordTest(word: string, index: ImageIndex): SlotTest {
  const { details } = index;
  const { folders, originalFolders, cameras, lenses, captions, keywords } = details;
  const hits = new Uint8Array(index.count);
  details.names.search(word, hits);
  for (const column of [folders, originalFolders, cameras, lenses, captions]) {
    column.mark(
      passingCodes(column.folded(), (text) => text.includes(word)),
      hits,
    );
  }
  keywords.mark(
    passingCodes(keywords.values, (text) => hasKeyword(text, word)),
    hits,
  );
  const isHit: SlotTest = (slot) => hits[slot] === 1;
  const paths = pathTests(word, index);
  return paths.length === 0 ? isHit : anyOf([isHit, ...paths]);
}

/** A pasted path goes over the border between folder and name. */
function pathTests(word: string, index: ImageIndex): SlotTest[] {
  const slash = word.lastIndexOf('/');
  const name = word.slice(slash + 1);
  if (slash < 0 || name === '') return [];
  const { names, folders, originalFolders } = index.details;
  const hits = new Uint8Array(index.count);
  names.search(name, hits);
  const ends = (text: string): boolean => `${text}/`.endsWith(word.slice(0, slash + 1));
  return [folders, originalFolders].map((column) => {
    const isFolder = codeTest(column, ends);
    return (slot) =>
      hits[slot] === 1 &&
      isFolder(slot) &&
      names
        .get(slot)
        .split(partSeparator)
        .some((part) => part.startsWith(name));
  });
}

/** The single keywords and tags of a text of the column. */
export function keywordsIn(text: string): string[] {
  const [json = '', ...tags] = text.split(partSeparator);
  return [...keywordsOf(json === '' ? null : json), ...tags];
}

function keywordTest(word: string, index: ImageIndex): SlotTest {
  const { keywords } = index.details;
  const codes = passingCodes(keywords.values, (text) => hasKeyword(text, word));
  return codes ? (slot) => codes[keywords.code(slot)] === 1 : () => false;
}

const hasKeyword = (text: string, word: string): boolean =>
  keywordsIn(text).some((keyword) => fold(keyword).includes(word));

function textTest(field: TextField, value: string, context: ConditionContext): SlotTest {
  const { index } = context;
  const { details } = index;
  const contains = (text: string): boolean => text.includes(value);
  switch (field) {
    case 'camera':
      return codeTest(details.cameras, contains);
    case 'lens':
      return codeTest(details.lenses, contains);
    case 'keyword':
      return keywordTest(value, index);
    case 'ext': {
      const extension = value.replace(/^\./, '');
      return codeTest(details.extensions, (text) => text === extension);
    }
    case 'source': {
      const named = context.sources.filter(({ id, name }) => id === value || contains(fold(name)));
      const codes = new Set(named.map(({ id }) => details.sources.codeOf(id)));
      return (slot) => codes.has(details.sources.code(slot));
    }
    case 'folder': {
      const parts = `/${value.replace(/^\/+|\/+$/g, '')}/`;
      const isInside = (folder: string): boolean => `/${folder}/`.includes(parts);
      return anyOf([
        codeTest(details.folders, isInside),
        codeTest(details.originalFolders, isInside),
      ]);
    }
    case 'type':
      if (value === 'image' || value === 'video' || value === 'raw') return stateTest(value, index);
      return codeTest(details.mimeTypes, contains);
  }
}

const flagTest = (index: ImageIndex, test: (flags: number) => boolean): SlotTest => {
  const { flags } = index.details;
  return (slot) => test(flags[slot] ?? 0);
};

function stateTest(flag: ImageFlag, index: ImageIndex): SlotTest {
  const { details } = index;
  const has = (bit: number, wanted = true): SlotTest =>
    flagTest(index, (flags) => ((flags & bit) !== 0) === wanted);
  switch (flag) {
    case 'managed':
      return has(imageFlagBits.managed);
    case 'referenced':
      return has(imageFlagBits.managed, false);
    case 'missing':
      return has(imageFlagBits.missing);
    case 'changed':
      return has(imageFlagBits.changed);
    case 'damaged':
      return has(imageFlagBits.damaged);
    case 'suspicious':
      return has(imageFlagBits.suspicious);
    case 'video':
      return has(imageFlagBits.video);
    case 'image':
      return has(imageFlagBits.video, false);
    case 'raw':
      return codeTest(details.extensions, (extension) => isRawName(`x.${extension}`));
    case 'dated':
      return (slot) => index.days[slot] !== undatedDay;
    case 'undated':
      return (slot) => index.days[slot] === undatedDay;
    case 'gps':
      return (slot) =>
        !Number.isNaN(details.numbers.latitude[slot]) &&
        !Number.isNaN(details.numbers.longitude[slot]);
    case 'rated':
      return (slot) => {
        const rating = details.numbers.rating[slot] ?? NaN;
        return !Number.isNaN(rating) && rating !== 0;
      };
  }
}

function numberTest(field: NumberField, { min, max }: Interval, index: ImageIndex): SlotTest {
  const { numbers } = index.details;
  if (field === 'megapixels') {
    const { width, height } = numbers;
    return (slot) => {
      const megapixels = ((width[slot] ?? NaN) * (height[slot] ?? NaN)) / 1e6;
      return megapixels >= min && megapixels < max;
    };
  }
  const column = numbers[field === 'size' ? 'sizeBytes' : field];
  return (slot) => {
    const value = column[slot] ?? NaN;
    return value >= min && value < max;
  };
}

/** By the camera's wall clock, whatever time zone this computer is in. */
function takenTest({ first, last }: PeriodRange, index: ImageIndex): SlotTest {
  const min = first ? wallClock(daysAround(first).first) - before(first) : -Infinity;
  // Vague dates of the next period come less than a millisecond before it.
  const max = last ? wallClock(daysAround(last).next) - 1 : Infinity;
  const { times } = index;
  return (slot) => {
    const time = times[slot] ?? Infinity;
    return time >= min && time <= max && time !== Infinity;
  };
}

/** As far before its start as dates of the period's own precision come; a day holds no bare month. */
function before({ month, day }: CalendarPeriod): number {
  const precision = month === null ? 'year' : day === null ? 'month' : 'day';
  return vagueness[precision] + 0.05;
}

/** By this computer's calendar: an import is a moment, and people remember the day that it was here. */
function importedTest({ first, last }: PeriodRange, index: ImageIndex): SlotTest {
  const min = first ? localMidnight(daysAround(first).first) : -Infinity;
  const max = last ? localMidnight(daysAround(last).next) : Infinity;
  const { importedAt } = index.details;
  return (slot) => {
    const at = importedAt[slot] ?? NaN;
    return at >= min && at < max;
  };
}

function localMidnight({ year, month, day }: CalendarDay): number {
  const date = new Date(0);
  date.setHours(0, 0, 0, 0);
  date.setFullYear(year, month - 1, day);
  return date.getTime();
}
