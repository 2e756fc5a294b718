/** A date as a document writes it. */
export interface ParsedDate {
  /** The instant, to the millisecond: further digits are cut off. */
  readonly date: Date;
  /** Whether it stood between two `#`, as the protocol wants; without them it deserves a warning. */
  readonly marked: boolean;
}

/**
 * Writes an instant as the protocol's date: `#2003-12-13T18:30:02Z#`, with three digits of a
 * fraction where the milliseconds are not 0.
 *
 * @example
 * ```ts
 * import { formatDate } from 'koa-shoji/protocol';
 *
 * console.log(formatDate(new Date(Date.UTC(2003, 11, 13, 18, 30, 2)))); // #2003-12-13T18:30:02Z#
 * ```
 *
 * @throws {RangeError} for an invalid Date, and for years outside 0000 to 9999
 * @see RFC 3339, section 5.6
 */
export function formatDate(date: Date): string {
  const time = date.getTime();
  const day = Math.floor(time / DAY);
  if (day !== lastDay) {
    lastDayText = dayText(date);
    lastDay = day;
  }
  let rest = time - day * DAY;
  const milliseconds = rest % 1000;
  const seconds = (rest = (rest - milliseconds) / 1000) % 60;
  const minutes = (rest = (rest - seconds) / 60) % 60;
  const fraction = milliseconds === 0 ? '' : `.${String(milliseconds).padStart(3, '0')}`;
  return `#${lastDayText}T${two((rest - minutes) / 60)}:${two(minutes)}:${two(seconds)}${fraction}Z#`;
}

/** Milliseconds of a UTC day. */
const DAY = 86_400_000;

// Dates are written into every document, and mostly of one day: its text is made once.
let lastDay = Number.NaN;
let lastDayText = '';

function dayText(date: Date): string {
  const year = date.getUTCFullYear();
  if (year >= 0 && year <= 9999) return date.toISOString().slice(0, 10);
  throw new RangeError(`Found ${String(date)}; a date needs a year from 0000 to 9999`);
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

const DATE_TIME =
  /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)T(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)(?<fraction>\.\d+)?(?:Z|(?<sign>[+-])(?<offsetHour>\d\d):(?<offsetMinute>\d\d))$/i;

/**
 * Reads a date: an RFC 3339 date-time, between two `#` or bare.
 *
 * Days must exist in the calendar. A leap second (`:60`) is read where one can be, in the last
 * minute of a month in UTC, as the first instant of the next month, since Date knows none.
 *
 * @returns undefined for anything else
 * @see RFC 3339, sections 5.6 and 5.7
 */
export function parseDate(text: string): ParsedDate | undefined {
  const marked = text.length > 1 && text.startsWith('#') && text.endsWith('#');
  const date = parseDateTime(marked ? text.slice(1, -1) : text);
  return date && { date, marked };
}

/** What most dates look like: of them it is known without reading them that the day exists. */
const PLAIN_DATE =
  /^#\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?Z#$/;

/** Whether a text is a date between two `#`, as {@link parseDate} reads it. */
export function isMarkedDate(text: string): boolean {
  return PLAIN_DATE.test(text) || parseDate(text)?.marked === true;
}

function parseDateTime(text: string): Date | undefined {
  const groups = DATE_TIME.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const number = (name: string): number => Number(groups[name] ?? 0);
  const [year, month, day] = [number('year'), number('month'), number('day')];
  const [hour, minute, second] = [number('hour'), number('minute'), number('second')];
  const [offsetHour, offsetMinute] = [number('offsetHour'), number('offsetMinute')];
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 60 || offsetHour > 23 || offsetMinute > 59) return undefined;
  const offset = (offsetHour * 60 + offsetMinute) * (groups['sign'] === '-' ? -1 : 1);
  const milliseconds = Number((groups['fraction'] ?? '.').slice(1, 4).padEnd(3, '0'));
  const date = new Date(0);
  // Not Date.UTC, which takes the years 0 to 99 for 1900 to 1999.
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute - offset, second, milliseconds);
  return second === 60 && !startsMonth(date) ? undefined : date;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function startsMonth(date: Date): boolean {
  return date.getUTCDate() === 1 && date.getUTCHours() === 0 && date.getUTCMinutes() === 0;
}
