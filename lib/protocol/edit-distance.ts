import { formatValue } from './format-value.js';

/**
 * How many slips of the fingers lie between two words: a letter more, less or other, or two neighbours the
 * other way round.
 */
export function editDistance(one: string, other: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const isSame = one[row - 1] === other[column - 1];
      const substituted = (last[column - 1] ?? 0) + (isSame ? 0 : 1);
      const isSwapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      const swapped = isSwapped ? (beforeLast[column - 2] ?? Infinity) + 1 : Infinity;
      current.push(Math.min(substituted, swapped, (last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    [beforeLast, last] = [last, current];
  }
  return last[other.length] ?? 0;
}

/** Picks the candidate that a misspelt word most likely meant; undefined where none is near enough. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Infinity;
  for (const candidate of candidates) {
    const distance = editDistance(word, candidate);
    if (distance <= maxEdits(word, candidate) && distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** By how many letters two words may differ: of a short one, two make another word. */
function maxEdits(word: string, candidate: string): number {
  const shorter = Math.min(word.length, candidate.length);
  return shorter <= 3 ? Math.min(1, shorter - 1) : Math.max(2, Math.ceil(word.length / 3));
}

/** Ends a message about a word that an author wrote: `; did you mean "…"?`, or nothing. */
export function suggestion(word: string, candidates: Iterable<string>): string {
  const near = nearest(word, candidates);
  return near === undefined ? '' : `; did you mean ${JSON.stringify(near)}?`;
}

/**
 * Ends a message about a value that a client sent: ` (did you mean "…"?)`, or nothing. Data may differ by a
 * letter or two and be meant, so that no more than one slip is taken for a mistake, and none in short words.
 */
export function valueSuggestion(found: unknown, known: readonly unknown[]): string {
  if (typeof found !== 'string' || found.length < 3) return '';
  const near = known.find(
    (name) => typeof name === 'string' && name.length > 2 && nearness(found, name) !== undefined,
  );
  return near === undefined ? '' : ` (did you mean ${formatValue(near)}?)`;
}

/**
 * Tells how one name may have become another by mistake: `spelling` where they differ in case, spaces and joints
 * only (`Self`, `folder-trees`), `letters` where one is the other's plural or one slip of the fingers away
 * (`catalog`, `entites`).
 *
 * @returns undefined where the names are the same, or have nothing to do with each other
 */
export function nearness(name: string, known: string): 'spelling' | 'letters' | undefined {
  if (name === known || Math.abs(name.length - known.length) > MAX_MORE_LETTERS) return undefined;
  if (!haveLettersInCommon(lettersOf(name), lettersOf(known))) return undefined;
  const [one, other] = [name.toLowerCase(), known.toLowerCase()];
  if (one === other || withoutJoints(one) === withoutJoints(other)) return 'spelling';
  const isNear =
    plurals(one).includes(other) || plurals(other).includes(one) || editDistance(one, other) <= 1;
  return isNear ? 'letters' : undefined;
}

/** How many letters more or less a near name can have: a plural in "es", two joints. */
const MAX_MORE_LETTERS = 2;

function withoutJoints(name: string): string {
  return /[-_\s]/.test(name) ? name.replaceAll(/[-_\s]/g, '') : name;
}

function plurals(name: string): readonly string[] {
  return [`${name}s`, `${name}es`, name.replace(/y$/, 'ies')];
}

/** Reads which letters of ASCII a name has, in either case, each as a bit. */
export function lettersOf(name: string): number {
  let letters = 0;
  for (let at = 0; at < name.length; at += 1) {
    const place = (name.charCodeAt(at) | 0x20) - 0x61;
    if (place >= 0 && place < 26) letters |= 1 << place;
  }
  return letters;
}

/**
 * Whether no more than four letters differ, as many as between a name in "y" and its plural: where more
 * do, as with most names, the names are not near, which is seen here with the least work.
 */
export function haveLettersInCommon(letters: number, others: number): boolean {
  let rest = letters ^ others;
  // Each turn takes one letter away, the lowest.
  for (let count = 0; count < 4; count += 1) rest &= rest - 1;
  return rest === 0;
}
