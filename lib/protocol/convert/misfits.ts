import type { Dialect } from '../dialects/dialect.js';
import type { JsonObject } from '../documents.js';
import { quote } from '../json/quote.js';
import { formatPointer, parsePointer } from '../json-pointer.js';
import type { Role } from '../role.js';
import { validate } from '../validate.js';
import { ConversionError } from './conversion-error.js';
import type { Loss } from './loss.js';

/** A document, and what had to be left out of it. */
export interface Fitted {
  readonly document: JsonObject;
  readonly losses: readonly Loss[];
}

/**
 * Leaves out members that the dialect they came from gives no meaning, and the one they come to
 * does, if they are not what it wants there.
 *
 * @throws {ConversionError} where leaving out members does not make the document valid
 */
export function withoutMisfits(document: JsonObject, dialect: Dialect, role: Role): Fitted {
  const { findings } = validate(document, { dialect, role });
  const errors = findings.filter(({ level }) => level === 'error');
  const reasons = new Map<string, string>();
  for (const { pointer, message } of errors) {
    const [member] = parsePointer(pointer) ?? [];
    if (member === undefined || member === 'element') throw new ConversionError(errors);
    if (!reasons.has(member)) reasons.set(member, message);
  }
  return {
    document: Object.fromEntries(Object.entries(document).filter(([member]) => !reasons.has(member))),
    losses: [...reasons].map(([member, reason]) => ({
      pointer: formatPointer([member]),
      message: `the member ${quote(member)} is left out, because it has a meaning of its own in ${dialect}: ${reason}`,
    })),
  };
}
