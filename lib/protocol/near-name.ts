/**
 * How one name may have become another by mistake: `spelling` where they differ in case, spaces and
 * joints only (`Self`, `folder-trees`), `letters` where one is the other's plural or one slip of the
 * fingers away (`catalog`, `entites`).
 *
 * @returns undefined where the names are the same, or have nothing to do with each other
 */
export function nearness(name: string, known: string): 'spelling' | 'letters' | undefined {
  if (name === known || Math.abs(name.length - known.length) > MOST_LETTERS) return undefined;
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
