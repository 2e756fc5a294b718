const LONGEST = 60;

/** Quotes a text within a message, as JSON would write it, cut where it is long. */
export function quote(text: string): string {
  return JSON.stringify(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
}

/** Names a JSON value within a message: scalars are shown, of others the kind. */
export function describeJson(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'string' ? `the string ${quote(value)}` : String(value);
}

/** The beginning of a value as JSON, found without writing more of it than that; `nothing` of undefined. */
export function excerpt(value: unknown): string {
  const text = beginning(value, LONGEST + 1);
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** At least so many characters of a value as JSON, or all of it. */
function beginning(value: unknown, most: number): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, most));
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'nothing';
  const isArray = Array.isArray(value);
  let text = isArray ? '[' : '{';
  for (const name in value) {
    if (text.length >= most) return text;
    if (!Object.hasOwn(value, name)) continue;
    if (text.length > 1) text += ',';
    if (!isArray) text += `${JSON.stringify(name.slice(0, most))}:`;
    text += beginning((value as Readonly<Record<string, unknown>>)[name], most - text.length);
  }
  return text + (isArray ? ']' : '}');
}
