/** One character of a text: as it is, escaped, of a class, or any. */
const CHARACTER = String.raw`[^\\^$.*+?()[\]{}|]|\\[dDwWsSfnrtv\\^$.*+?()[\]{}|/-]|\\[pP]\{[^}]+\}|\[(?:[^\]\\]|\\.)*\]|\.`;

/** How often, where that is left open. */
const OPEN = String.raw`(?:[*+?]|\{\d+,\d*\})\??`;

/** A character with how often it comes, or the end of the text. */
const PART = new RegExp(String.raw`(?:${CHARACTER})(?:\{\d\d?\}|${OPEN})?|\$$`, 'gsu');

const ENDS_OPEN = new RegExp(String.raw`^(?:${CHARACTER})${OPEN}$`, 'su');

/**
 * Whether a pattern is so plain that it cannot backtrack without bound, as most are: characters in a row, without
 * groups and alternatives. Where it begins with `^`, one of them may come any number of times: each of these
 * numbers is then tried once, and what follows it is as long for all of them.
 *
 * @param pattern - a regular expression that compiles with the flag `u`
 */
export function isPlainPattern(pattern: string): boolean {
  const isAnchored = pattern.startsWith('^');
  const rest = isAnchored ? pattern.slice(1) : pattern;
  const parts = rest.match(PART) ?? [];
  if (parts.join('') !== rest) return false;
  return parts.filter((part) => ENDS_OPEN.test(part)).length <= (isAnchored ? 1 : 0);
}
