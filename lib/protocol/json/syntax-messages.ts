/** What the grammar wants next. */
export type Wanted = 'value' | 'value-or-end' | 'name' | 'name-or-end' | 'colon' | 'comma-or-end' | 'nothing';

/** Says what stands in a place where the grammar wants something else. */
export function unexpected(text: string, at: number, wanted: Wanted, closer: string | undefined): string {
  return `${found(text, at)} ${describeWanted(wanted, closer)}${advice(text, at, wanted)}`;
}

/** Says what is wrong with the backslash at an offset. */
export function badEscape(text: string, at: number): string {
  return (
    `the backslash begins no escape of JSON (${found(text, at + 1)} behind it); ` +
    'the escapes are \\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u with four hexadecimal digits'
  );
}

/** Says that a control character stands in a string. */
export function controlCharacter(character: string): string {
  const escape = JSON.stringify(character).slice(1, -1);
  return `a string holds the control character ${named(character)}; write it as the escape ${escape}`;
}

/** Says that a minus sign stands alone. */
export function missingDigit(text: string, at: number): string {
  return `${found(text, at)} where a digit is wanted after -`;
}

/** Says that a number goes on in a way that no number does. */
export function brokenNumber(text: string, at: number): string {
  return (
    `${found(text, at)} within a number; a number is digits without a leading zero, ` +
    'then a fraction such as .5 or an exponent such as e-7 where it has one'
  );
}

const PLACES: Readonly<Record<Exclude<Wanted, 'comma-or-end'>, string>> = {
  value: 'where a value is wanted',
  'value-or-end': 'where a value or ] is wanted',
  name: 'where a name in double quotes is wanted',
  'name-or-end': 'where a name in double quotes or } is wanted',
  colon: 'where : is wanted after a name',
  nothing: 'after the end of the value; a text holds one value, so remove what follows',
};

function describeWanted(wanted: Wanted, closer: string | undefined): string {
  return wanted === 'comma-or-end' ? `where , or ${closer} is wanted` : PLACES[wanted];
}

/** What to write instead, for the mistakes that come from other languages' habits. */
function advice(text: string, at: number, wanted: Wanted): string {
  const rest = text.slice(at, at + 12);
  if (rest.startsWith("'")) return '; write strings and names in double quotes';
  if (/^(?:\/[/*]|#)/.test(rest)) return '; JSON has no comments, so remove it';
  if (rest.startsWith('\ufeff')) return '; remove the byte order mark';
  if (/^[}\]]/.test(rest) && (wanted === 'name' || wanted === 'value')) {
    return /,\s*$/.test(text.slice(Math.max(0, at - 100), at)) ? '; remove the comma before it' : '';
  }
  if (wanted === 'nothing') return '';
  if (/^(?:true|false|null|none|nil|undefined)\b/i.test(rest))
    return '; the literals are true, false and null';
  if (/^[+-]?(?:nan|inf)/i.test(rest)) return '; JSON has no such number, so write null or a string';
  if (/^\+?\.?\d/.test(rest)) return '; a number begins with a digit or -';
  return '';
}

function found(text: string, at: number): string {
  const codePoint = text.codePointAt(at);
  return codePoint === undefined ? 'the text ends' : `found ${named(String.fromCodePoint(codePoint))}`;
}

/** A character as a message can show it: itself where it can be seen, its number where not. */
function named(character: string): string {
  if (/^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(character)) return character;
  const number = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `U+${number}`;
}
