const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const MONTH = `(?<month>${MONTHS.join('|')})`;
const TIME = '(?<hour>[01]\\d|2[0-3]):(?<minute>[0-5]\\d):(?<second>[0-5]\\d|60)';
const DAY_NAME = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const LONG_DAY_NAME = '(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day';

/** IMF-fixdate, which is the only form to send, and the two obsolete ones. */
const FORMS: readonly RegExp[] = [
  new RegExp(`^${DAY_NAME}, (?<day>\\d\\d) ${MONTH} (?<year>\\d{4}) ${TIME} GMT$`),
  new RegExp(`^${LONG_DAY_NAME}, (?<day>\\d\\d)-${MONTH}-(?<year>\\d\\d) ${TIME} GMT$`),
  new RegExp(`^${DAY_NAME} ${MONTH} (?<day>\\d\\d| \\d) ${TIME} (?<year>\\d{4})$`),
];

/**
 * Reads an HTTP-date.
 *
 * @param now - what the two-digit year of an obsolete form is read against
 * @returns undefined where the text is none, or names a day that its month does not have
 * @see RFC 9110, section 5.6.7
 */
export function parseHttpDate(text: string, now: Date = new Date()): Date | undefined {
  // A recipient that parses a timestamp must accept all three formats, in this case only.
  const parts = FORMS.map((form) => form.exec(text)?.groups).find((groups) => groups !== undefined);
  if (parts === undefined) return undefined;

  const { year = '', month = '', day, hour, minute, second } = parts;
  const fullYear = year.length === 2 ? nearestYear(Number(year), now) : Number(year);
  const date = new Date(0);
  date.setUTCFullYear(fullYear, MONTHS.indexOf(month), Number(day));
  if (date.getUTCDate() !== Number(day)) return undefined;

  date.setUTCHours(Number(hour), Number(minute), Number(second));
  return date;
}

/**
 * Writes an instant as IMF-fixdate, the only form to send: `Sun, 06 Nov 1994 08:49:37 GMT`. What it has
 * of a fraction of a second is left away.
 *
 * @param time - in milliseconds since the epoch
 * @throws {RangeError} for what is no instant, and for years outside 0000 to 9999
 * @see RFC 9110, section 5.6.7
 */
export function formatHttpDate(time: number): string {
  const day = Math.floor(time / DAY);
  if (day !== lastDay) {
    lastDayText = dayText(day * DAY);
    lastDay = day;
  }
  const seconds = Math.floor((time - day * DAY) / 1000);
  const minutes = Math.floor(seconds / 60);
  return `${lastDayText} ${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(seconds % 60)} GMT`;
}

/** Milliseconds of a UTC day. */
const DAY = 86_400_000;

// Dates are sent with most answers, and most are of one day: its text is made once.
let lastDay = Number.NaN;
let lastDayText = '';

function dayText(time: number): string {
  const date = new Date(time);
  const year = date.getUTCFullYear();
  if (year >= 0 && year <= 9999) return date.toUTCString().slice(0, 'Sun, 06 Nov 1994'.length);
  throw new RangeError(`Found ${String(date)}; a date needs a year from 0000 to 9999`);
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

function nearestYear(lastDigits: number, now: Date): number {
  const thisYear = now.getUTCFullYear();
  const year = thisYear - (thisYear % 100) + lastDigits;

  // A two-digit year that appears to be more than 50 years in the future is the most recent year in
  // the past with the same last two digits.
  return year > thisYear + 50 ? year - 100 : year;
}

/**
 * The second to name in `Last-Modified`. While the second of the change lasts it is the one before the
 * change, with which nothing is validated, because further changes may come within it. Once it is over it is
 * the next full second: whatever changes from then on is later.
 *
 * @param changed - when the representation last changed, in milliseconds since the epoch
 * @param now - when the answer is made, in milliseconds since the epoch
 * @returns a full second, no later than `now`, in milliseconds since the epoch
 * @see RFC 9110, section 8.8.2
 */
export function lastModifiedAt(changed: number, now: number): number {
  const next = Math.ceil(changed / 1000) * 1000;
  if (now > next) return next;
  // A server must not name a date that is later than the answer (section 8.8.2.1).
  return Math.min(next, Math.ceil(now / 1000) * 1000) - 1000;
}
