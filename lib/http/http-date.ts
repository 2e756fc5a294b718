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

function nearestYear(lastDigits: number, now: Date): number {
  const thisYear = now.getUTCFullYear();
  const year = thisYear - (thisYear % 100) + lastDigits;

  // A two-digit year that appears to be more than 50 years in the future is the most recent year in
  // the past with the same last two digits.
  return year > thisYear + 50 ? year - 100 : year;
}
