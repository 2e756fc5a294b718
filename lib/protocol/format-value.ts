/** How many characters of a value a message tells. */
const MAX_LENGTH = 60;

/**
 * Writes a value into a message, as JSON and cut where it is long: no more of the value is written than is told.
 *
 * @returns `nothing` of undefined
 */
export function formatValue(value: unknown): string {
  const text = beginning(value, MAX_LENGTH + 1);
  return text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** Writes a text into a message, in quotes as JSON has them, and cut within them where it is long. */
export function quote(text: string): string {
  return JSON.stringify(text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text);
}

/** Writes a JSON Pointer into a message, cut where it is long. */
export function shortenPointer(pointer: string): string {
  return quote(pointer).slice(1, -1);
}

/** Names a value within a message by what kind of value it is; scalars are written out. */
export function describeValue(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  switch (typeof value) {
    case 'object':
      return value === null ? 'null' : 'an object';
    case 'string':
      return `the string ${quote(value)}`;
    case 'function':
      return 'a function';
    case 'bigint':
      return 'a BigInt';
    case 'symbol':
      return 'a symbol';
    default:
      return String(value);
  }
}

/** At least so many characters of a value as JSON, or all of it. */
function beginning(value: unknown, length: number): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, length));
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'nothing';
  const isArray = Array.isArray(value);
  let text = isArray ? '[' : '{';
  for (const name in value) {
    if (text.length >= length) return text;
    if (!Object.hasOwn(value, name)) continue;
    if (text.length > 1) text += ',';
    if (!isArray) text += `${JSON.stringify(name.slice(0, length))}:`;
    text += beginning((value as Readonly<Record<string, unknown>>)[name], length - text.length);
  }
  return text + (isArray ? ']' : '}');
}
