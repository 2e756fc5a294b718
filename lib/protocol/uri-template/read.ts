import { RESERVED } from '../iri/characters.js';
import { normalisePercentEncoding } from '../iri/normalise.js';
import { ENCODED } from './encode.js';
import { OPERATORS } from './operators.js';
import type { TemplateOperator, TemplateVariable } from './syntax.js';
import { decodeOctets } from './tokens.js';

/** What matching finds for one variable: always strings, alone, in a list or in a map. */
export type MatchedValue = string | readonly string[] | Readonly<Record<string, string>>;

/** What matching finds, by the variables' names; without a prototype. Absent variables are left out. */
export type MatchedValues = Readonly<Record<string, MatchedValue>>;

/**
 * Reads a variable's value from the items that its expansion consists of. Whether the value does
 * expand to all of them, and to nothing else, is not asked here.
 *
 * @param items - at least one, in normalised spelling
 */
export function readValue(
  variable: TemplateVariable,
  operator: TemplateOperator,
  items: readonly string[],
): MatchedValue {
  const { named, allowReserved } = OPERATORS[operator];
  const [item = ''] = items;
  if (allowReserved) return variable.explode ? items.map(decodeReserved) : decodeReserved(item);
  if (variable.explode)
    return readMembers(items, named ? normalisePercentEncoding(variable.name) : undefined);
  const text = named ? (splitPair(item)[1] ?? '') : item;
  return text.includes(',') ? text.split(',').map(decodeURIComponent) : decodeURIComponent(text);
}

/** The members of an exploded list or map. */
function readMembers(items: readonly string[], name: string | undefined): MatchedValue {
  const pairs = items.map(splitPair);
  if (name === undefined && pairs.every(([, value]) => value === undefined)) {
    return items.map(decodeURIComponent);
  }
  if (pairs.every(([key]) => key === name)) {
    return pairs.map(([, value = '']) => decodeURIComponent(value));
  }
  const map: Record<string, string> = Object.create(null);
  for (const [key, value = ''] of pairs) map[decodeURIComponent(key)] = decodeURIComponent(value);
  return map;
}

function splitPair(item: string): [key: string, value?: string] {
  const equals = item.indexOf('=');
  return equals === -1 ? [item] : [item.slice(0, equals), item.slice(equals + 1)];
}

const RESERVED_CHARACTER = new RegExp(`[${RESERVED}]`, 'u');

/** Decodes what the operators `+` and `#` encode again: not delimiters, nor "%" where it begins an octet. */
function decodeReserved(text: string): string {
  return text.replace(ENCODED, (octets, offset: number) => {
    const character = decodeOctets(octets);
    if (character === undefined || RESERVED_CHARACTER.test(character)) return octets;
    if (character === '%' && /^[0-9A-Fa-f]{2}/.test(text.slice(offset + 3, offset + 5))) return octets;
    return character;
  });
}
