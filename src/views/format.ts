/**
 * Figures as text, for the host side and the webviews alike: this file imports neither `vscode` nor the DOM.
 * Sentences come from `strings`, so that each side can hand in its translation.
 */
import { formatBytes } from '../catalog/model/byteText.js';
import type { ProgressReport } from '../catalog/model/progress.js';

/** The extension's texts are English until translated, so are its figures by default. */
const defaultLocale = 'en';

/** Translates a message with `{0}` placeholders; `vscode.l10n.t` has this shape. */
export type Translate = (message: string, ...values: (string | number)[]) => string;

/** Fills `{0}`, `{1}` … without translating. */
export const untranslated: Translate = (message, ...values) =>
  message.replace(/\{(\d+)\}/g, (whole, index: string) => String(values[Number(index)] ?? whole));

export { formatBytes };

/** A whole number with the locale's grouping: `12,345`. */
export function formatCount(count: number, locale = defaultLocale): string {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }).format(count);
}

/** A rate in bytes per second: `85 MB/s`. */
export function formatRate(bytesPerSecond: number, locale = defaultLocale): string {
  return `${formatBytes(bytesPerSecond, locale)}/s`;
}

/** A duration in its two largest units: `45 s`, `2 min 5 s`, `1 h 20 min`, `3 d 4 h`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return join(Math.floor(whole / 60), 'min', whole % 60, 's');
  const minutes = Math.round(whole / 60);
  if (minutes < 24 * 60) return join(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(whole / 3600);
  return join(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

/** A whole percentage from 0 to 100, or null while the total is not known or zero. */
export function progressPercent(report: ProgressReport): number | null {
  const { bytesDone, bytesTotal, filesDone, filesTotal } = report;
  if (bytesTotal !== null && bytesTotal > 0) return percent(bytesDone, bytesTotal);
  if (filesTotal !== null && filesTotal > 0) return percent(filesDone, filesTotal);
  return null;
}

/** A report as one line: `1,234 of 5,678 files · 1.2 GB of 3.4 GB · 85 MB/s · 26 s left`. */
export function formatProgress(
  report: ProgressReport,
  t: Translate = untranslated,
  locale = defaultLocale,
): string {
  const parts = [
    report.filesTotal === null
      ? t('{0} files', formatCount(report.filesDone, locale))
      : t(
          '{0} of {1} files',
          formatCount(report.filesDone, locale),
          formatCount(report.filesTotal, locale),
        ),
  ];
  if (report.bytesTotal !== null && report.bytesTotal > 0) {
    parts.push(
      t(
        '{0} of {1}',
        formatBytes(report.bytesDone, locale),
        formatBytes(report.bytesTotal, locale),
      ),
    );
  } else if (report.bytesDone > 0) {
    parts.push(formatBytes(report.bytesDone, locale));
  }
  if (report.bytesPerSecond > 0) parts.push(formatRate(report.bytesPerSecond, locale));
  if (report.secondsLeft !== null) parts.push(t('{0} left', formatDuration(report.secondsLeft)));
  return parts.join(' · ');
}

/** How long ago, in one unit: `3 hours ago`; `now` is a parameter so that a test can hold it. */
export function formatAgo(then: string, now = new Date(), locale = defaultLocale): string {
  const seconds = (new Date(then).getTime() - now.getTime()) / 1000;
  const units = [
    ['year', 31_557_600],
    ['month', 2_629_800],
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
  ] as const;
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  for (const [unit, length] of units) {
    if (Math.abs(seconds) >= length) return relative.format(Math.trunc(seconds / length), unit);
  }
  return relative.format(0, 'second');
}

/** Date and time of day in the reader's own time zone. */
export function formatDateTime(iso: string, locale = defaultLocale): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(
    new Date(iso),
  );
}

/**
 * A capture time as the camera's clock showed it, to the second, and its time zone if that is known:
 * `2023-06-15 14:30:45 +02:00`.
 */
export function formatCaptureTime(value: string): string {
  const [, date = value, clock = '', zone = ''] =
    /^([^T]*)(?:T([\d:]*)(?:\.\d+)?(Z|[+-][\d:]+)?)?/.exec(value) ?? [];
  return [date, clock, zone].filter((part) => part !== '').join(' ');
}

function percent(done: number, total: number): number {
  // Only complete work is 100 %.
  return Math.min(100, Math.max(0, Math.floor((done / total) * 100)));
}

function join(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}
