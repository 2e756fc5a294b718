import { dialects } from './dialects/dialects.js';
import type { DialectDefinition } from './dialects/dialects.js';
import type { Json } from './documents.js';
import { isKindOf } from './members.js';
import { haveLettersInCommon, lettersOf, nearness } from './edit-distance.js';

/** All members that mean something, in whatever dialect and element. */
const KNOWN: readonly string[] = [...new Set([...dialects.crunch.members.values()].flat())];
const LETTERS: readonly number[] = KNOWN.map(lettersOf);

/** Whether a member is surely nobody's business: it means nothing in any dialect, and no other was meant. */
export function meansNothing(name: string, value: Json | undefined, dialect: DialectDefinition): boolean {
  const letters = lettersOf(name);
  const isMeant = KNOWN.some(
    (known, at) => haveLettersInCommon(letters, LETTERS[at] ?? 0) && mayMean(name, value, known, dialect),
  );
  return !isMeant && /^[ -~]*$/.test(name);
}

function mayMean(name: string, value: Json | undefined, known: string, dialect: DialectDefinition): boolean {
  if (name === known) return true;
  const near = nearness(name, known);
  return near === 'spelling' || (near === 'letters' && isKindOf(known, value, dialect));
}
