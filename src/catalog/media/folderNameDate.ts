import { isPlausibleDay } from './fileNameDate.js';

/**
 * The date that the folders of a path name, or null: `2023/06/15`, `2023/06-15`, `2023-06-15 Trip`,
 * `20230615`, `2023-06`, `2023/06`, `2023`. The deepest folder that names one wins.
 * @param relativePath Relative to the source, `/` separated; its last part, the file, is not looked at.
 */
export function folderNameDate(relativePath: string, now: Date): string | null {
  const folders = relativePath.split('/').slice(0, -1);
  for (let depth = folders.length - 1; depth >= 0; depth--) {
    const [grandparent, parent, folder] = [
      folders[depth - 2] ?? '',
      folders[depth - 1] ?? '',
      folders[depth] ?? '',
    ];
    const value =
      dayIn(folder, now) ??
      dayBelow(grandparent, parent, folder, now) ??
      monthIn(parent, folder, now) ??
      yearIn(folder, now);
    if (value !== null) return value;
  }
  return null;
}

function dayIn(folder: string, now: Date): string | null {
  const match = /(?<![0-9A-Za-z])(\d{4})([-_.]?)(\d{2})\2(\d{2})(?![0-9A-Za-z])/.exec(folder);
  return match ? plausible(match[1], match[3], match[4], now) : null;
}

/** `2023/06-15` and `2023/06/15`; words may follow the number. */
function dayBelow(grandparent: string, parent: string, folder: string, now: Date): string | null {
  const monthDay = /^(\d{2})[-_.](\d{2})(?!\d)/.exec(folder);
  if (monthDay) return plausible(exactYear(parent), monthDay[1], monthDay[2], now);
  const day = /^(\d{2})(?!\d)/.exec(folder)?.[1];
  return day
    ? plausible(exactYear(grandparent), /^(\d{2})(?!\d)/.exec(parent)?.[1], day, now)
    : null;
}

function monthIn(parent: string, folder: string, now: Date): string | null {
  const whole = /(?<![0-9A-Za-z])(\d{4})[-_.](\d{2})(?![0-9A-Za-z])/.exec(folder);
  if (whole) return plausible(whole[1], whole[2], '01', now)?.slice(0, 7) ?? null;
  const month = /^(\d{2})(?!\d)/.exec(folder)?.[1];
  return plausible(exactYear(parent), month, '01', now)?.slice(0, 7) ?? null;
}

function yearIn(folder: string, now: Date): string | null {
  const year =
    exactYear(folder) ?? /^(\d{4}) (?=\D)/.exec(folder)?.[1] ?? / (\d{4})$/.exec(folder)?.[1];
  return plausible(year, '01', '01', now)?.slice(0, 4) ?? null;
}

function exactYear(folder: string): string | undefined {
  return /^\d{4}$/.test(folder) ? folder : undefined;
}

function plausible(
  year: string | undefined,
  month: string | undefined,
  day: string | undefined,
  now: Date,
): string | null {
  if (!year || !month || !day) return null;
  return isPlausibleDay(Number(year), Number(month), Number(day), now)
    ? `${year}-${month}-${day}`
    : null;
}
