/** Most characters that a key may have. */
export const MOST_KEY_LENGTH = 255;

/** A string of a structured field: visible ASCII and spaces, in which quotes and backslashes are escaped. */
const QUOTED = /^"((?:[ !#-[\]-~]|\\["\\])*)"$/;

/** What clients send without quotes, such as a UUID; nothing that a list or a parameter would need. */
const BARE = /^[!#-+.-:<-[\]-~-]+$/;

/**
 * Reads the value of `Idempotency-Key`: a structured field's string, which many clients send without its quotes.
 *
 * @param values - of each field of that name
 * @returns undefined where it is none, or too long, or where there are several
 * @see draft-ietf-httpapi-idempotency-key-header, section 2.1; RFC 9651, section 3.3.3
 */
export function readIdempotencyKey(values: readonly string[]): string | undefined {
  const [value = '', ...others] = values;
  if (others.length > 0) return undefined;
  const key = QUOTED.exec(value)?.[1]?.replace(/\\(.)/g, '$1') ?? BARE.exec(value)?.[0] ?? '';
  return key !== '' && key.length <= MOST_KEY_LENGTH ? key : undefined;
}
