/**
 * How one name may have become another by mistake: `spelling` where they differ in case, spaces and
 * joints only (`Self`, `folder-trees`), `letters` where one is the other's plural or one slip of the
 * fingers away (`catalog`, `entites`).
 *
 * @returns undefined where the names are the same, or have nothing to do with each other
 */
export function nearness(name: string, known: string): 'spelling' | 'letters' | undefined {
  if (name === known || Math.abs(name.length - known.length) > MOST_LETTERS) return undefined;
  if (!haveLettersInCommon(lettersOf(name), lettersOf(known))) return undefined;
  const [one, other] = [name.toLowerCase(), known.toLowerCase()];
  if (one === other || withoutJoints(one) === withoutJoints(other)) return 'spelling';
  const isNear = plurals(one).includes(other) || plurals(other).includes(one) || isOneSlip(one, other);
  return isNear ? 'letters' : undefined;
}

/** How many letters more or less a near name can have: a plural in "es", two joints. */
const MOST_LETTERS = 2;

function withoutJoints(name: string): string {
  return /[-_\s]/.test(name) ? name.replaceAll(/[-_\s]/g, '') : name;
}

function plurals(name: string): readonly string[] {
  return [`${name}s`, `${name}es`, name.replace(/y$/, 'ies')];
}

/** Whether one letter more, less, or other, or two letters the other way round, makes the difference. */
function isOneSlip(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (long.length - short.length > 1) return false;
  let start = 0;
  while (start < short.length && short[start] === long[start]) start += 1;
  if (long.length > short.length) return short.slice(start) === long.slice(start + 1);
  if (short.slice(start + 1) === long.slice(start + 1)) return true;
  const isSwapped = short[start] === long[start + 1] && short[start + 1] === long[start];
  return isSwapped && short.slice(start + 2) === long.slice(start + 2);
}

/** Which letters of ASCII a name has, in either case, each as a bit. */
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
