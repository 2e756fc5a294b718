import * as fc from 'fast-check';
import type { Dialect } from '../../../lib/protocol/dialects/dialects.js';
import type { Json, JsonObject } from '../../../lib/protocol/documents.js';
import type { Role } from '../../../lib/protocol/role.js';
import type { Element } from './seeds.js';
import { kindsOf, REQUIRED } from './sites.js';
import type { Kind } from './sites.js';
import { iriReference, uriTemplate } from './valid-iris.js';

/** A text that any reader takes. */
const text = fc.string({ unit: 'grapheme', maxLength: 8 }).filter((string) => !string.includes('\0'));

/** A name that a member may have, and that means nothing to JavaScript. */
const freeName = text.filter((name) => name !== '__proto__' && name !== 'constructor');
const linkName = fc
  .oneof(freeName, fc.constantFrom('sellers by sold count', '生産者', 'a/b~c', '*'))
  .filter((name) => name !== '');

const number = fc.oneof(
  fc.maxSafeInteger(),
  fc.double({ noDefaultInfinity: true, noNaN: true, min: -1e6, max: 1e6 }),
);
const scalar: fc.Arbitrary<Json> = fc.oneof(text, number, fc.boolean(), fc.constant(null));

/** Any JSON value. */
export const anyJson: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(freeName, tie('value'), { maxKeys: 3 }),
  ),
})).value;

const digits = (number_: number, length: number): string => String(number_).padStart(length, '0');
const day = fc.date({ min: new Date('0001-01-01'), max: new Date('9998-12-31'), noInvalidDate: true });
const fraction = fc.constantFrom('', '.5', '.000', '.123456789012');
const offset = fc.oneof(
  fc.constantFrom('Z', 'z', '+00:00', '-00:00', '+23:59'),
  fc
    .tuple(fc.constantFrom('+', '-'), fc.nat(23), fc.nat(59))
    .map(([sign, hour, minute]) => `${sign}${digits(hour, 2)}:${digits(minute, 2)}`),
);
const dateTime = fc.oneof(
  fc.tuple(day, fc.constantFrom('T', 't'), fraction, offset).map(([date, letter, part, zone]) => {
    const [dayText = '', time = ''] = date.toISOString().split('T');
    return `${dayText}${letter}${time.slice(0, 8)}${part}${zone}`;
  }),
  fc.constantFrom(
    '2016-12-31T23:59:60Z',
    '2017-01-01T00:59:60.9+01:00',
    '1990-06-30T15:59:60-08:00',
    '2020-02-29T00:00:00Z',
  ),
);
/** With its marks, and now and then without them, which deserves no more than a warning. */
const date = fc.tuple(dateTime, fc.boolean()).map(([bare, marked]) => (marked ? `#${bare}#` : bare));

const link = fc.oneof(iriReference, uriTemplate);

const graph: fc.Arbitrary<Json> = fc.letrec<{ graph: Json }>((tie) => ({
  graph: fc.oneof(
    { maxDepth: 3 },
    fc.array(iriReference, { maxLength: 3 }),
    fc.array(
      fc.oneof(
        iriReference,
        fc
          .tuple(
            text.filter((name) => name !== '__proto__'),
            tie('graph'),
          )
          .map(([name, items]) => ({ [name]: items })),
      ),
      { maxLength: 3 },
    ),
  ),
})).graph;

function arbitraryOf(kind: Kind, dialect: Dialect): fc.Arbitrary<Json> {
  switch (kind) {
    case 'iri':
      return iriReference;
    case 'text':
      return text;
    case 'date':
      return date;
    case 'integer':
      return fc.maxSafeInteger();
    case 'links':
      return dialect === 'draft-01'
        ? fc.array(link, { maxLength: 3 })
        : fc.dictionary(linkName, link, { maxKeys: 3 });
    case 'iris':
      return fc.array(iriReference, { maxLength: 4 });
    case 'index':
      return fc.dictionary(
        iriReference,
        fc.oneof(fc.dictionary(freeName, scalar, { maxKeys: 2 }), fc.constant(null)),
        { maxKeys: 3 },
      );
    case 'order':
      return graph;
    case 'array':
      return fc.array(anyJson, { maxLength: 3 });
    case 'object':
      return fc.dictionary(freeName, anyJson, { maxKeys: 3 });
    default:
      return anyJson;
  }
}

/** Valid documents of one kind, their members in any order, with others among them that no draft names. */
export function validDocument(dialect: Dialect, element: Element, role: Role): fc.Arbitrary<JsonObject> {
  const kinds = Object.entries(kindsOf({ dialect, element }));
  const model = Object.fromEntries(
    kinds.map(([name, kind]) => [
      name,
      name === 'element' ? fc.constant(element) : arbitraryOf(kind, dialect),
    ]),
  );
  const requiredKeys = ['element', ...REQUIRED[element]].filter(
    (name) => role === 'response' || name !== 'self',
  );
  const known = new Set(kinds.map(([name]) => name));
  const extensions = fc.dictionary(
    freeName.filter((name) => !known.has(name)),
    anyJson,
    { maxKeys: 3 },
  );
  return fc
    .tuple(fc.record(model, { requiredKeys }), extensions)
    .chain(([members, more]) => fc.constant(Object.entries({ ...members, ...more })).chain(shuffled))
    .map((entries) => Object.fromEntries(entries));
}

function shuffled<T>(items: readonly T[]): fc.Arbitrary<T[]> {
  return fc.shuffledSubarray([...items], { minLength: items.length });
}
