/** A year, month or day of the calendar. */
export interface CalendarPeriod {
  readonly year: number;
  /** 1-12, or null for the whole year. */
  readonly month: number | null;
  readonly day: number | null;
}

/** From the first period's start to the last one's end; null is open. */
export interface PeriodRange {
  readonly first: CalendarPeriod | null;
  readonly last: CalendarPeriod | null;
}

/**
 * Reads `2023`, `2023-06`, `2023-06-15`, ranges of them with `..`, `>2020`, `>=2020`, `<2020`, `<=2020`, `today` and
 * `yesterday`; null if it is none of them.
 * @param today the day that it is where the query is asked
 */
export function periodRange(text: string, today: CalendarPeriod): PeriodRange | null {
  const range = /^(.*?)\.\.(.*)$/.exec(text);
  if (range) {
    const [low, high] = [range[1] ?? '', range[2] ?? ''];
    const first = low === '' ? null : period(low, today);
    const last = high === '' ? null : period(high, today);
    if ((low !== '' && !first) || (high !== '' && !last) || (!first && !last)) return null;
    return { first, last };
  }
  const compared = /^(>=|<=|>|<|=)?(.*)$/.exec(text);
  const found = period(compared?.[2] ?? '', today);
  if (!found) return null;
  switch (compared?.[1]) {
    case '>':
      return { first: following(found), last: null };
    case '>=':
      return { first: found, last: null };
    case '<':
      return { first: null, last: preceding(found) };
    case '<=':
      return { first: null, last: found };
    default:
      return { first: found, last: found };
  }
}

function period(text: string, today: CalendarPeriod): CalendarPeriod | null {
  const word = text.toLowerCase();
  if (word === 'today') return today;
  if (word === 'yesterday') return preceding(today);
  const match = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/.exec(text);
  if (!match) return null;
  const year = Number(match[1]);
  const month = match[2] === undefined ? null : Number(match[2]);
  const day = match[3] === undefined ? null : Number(match[3]);
  if (month !== null && (month < 1 || month > 12)) return null;
  if (month !== null && day !== null && (day < 1 || day > daysOf(year, month))) return null;
  return { year, month, day };
}

/** Date.UTC without its meaning of the years 0 to 99. */
function utc(year: number, month: number, day: number): Date {
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  return date;
}

const daysOf = (year: number, month: number): number => utc(year, month, 0).getUTCDate();

const following = (start: CalendarPeriod): CalendarPeriod => shifted(start, 1);
const preceding = (start: CalendarPeriod): CalendarPeriod => shifted(start, -1);

function shifted({ year, month, day }: CalendarPeriod, by: number): CalendarPeriod {
  if (month === null) return { year: year + by, month, day };
  const date = day === null ? utc(year, month - 1 + by, 1) : utc(year, month - 1, day + by);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: day === null ? null : date.getUTCDate(),
  };
}

/** The first day of a period, and the first one after it. */
export function daysAround(found: CalendarPeriod): { first: CalendarDay; next: CalendarDay } {
  return { first: firstDay(found), next: firstDay(following(found)) };
}

export interface CalendarDay {
  readonly year: number;
  /** 1-12 */
  readonly month: number;
  readonly day: number;
}

const firstDay = ({ year, month, day }: CalendarPeriod): CalendarDay => ({
  year,
  month: month ?? 1,
  day: day ?? 1,
});

/** Milliseconds of a day's start on a clock without time zones. */
export const wallClock = ({ year, month, day }: CalendarDay): number =>
  utc(year, month - 1, day).getTime();
