import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { convert } from '../../lib/protocol/convert/convert.js';
import { DIALECTS } from '../../lib/protocol/dialects/dialects.js';
import type { Dialect } from '../../lib/protocol/dialects/dialects.js';
import type { JsonObject } from '../../lib/protocol/documents.js';
import { validate, validateText } from '../../lib/protocol/validate.js';

const RUNS = { numRuns: 150 };

const reference = fc
  .tuple(
    fc.constantFrom('', '/', '../', 'http://example.org/', '/things/'),
    fc.array(fc.constantFrom('a', 'b', '1', '2', '10', 'x%20y', 'é', '__proto__', 'a_b'), { maxLength: 3 }),
    fc.constantFrom('/', '', '?a=1', '#f'),
  )
  .map(([start, segments, end]) => start + segments.join('/') + (segments.length > 0 ? end : ''));
const link = fc
  .tuple(reference, fc.constantFrom('', '', '{?q}', '{?q,r}'))
  .map(([iri, query]) => (/[?#]/.test(iri) || iri === '' ? `${iri.replace(/[?#].*/, '')}x/` : iri) + query);
const name = fc.oneof(
  fc.constantFrom('bills', 'sellers', 'order', '1', '2', 'a/b', '~', 'bills (orders)', 'constructor'),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }).filter((text) => text !== '__proto__'),
);
const iriMap = fc.dictionary(name, link, { maxKeys: 5, noNullPrototype: true });
const iriArray = fc.uniqueArray(link, { maxLength: 6 });
const attributes = fc.dictionary(name, fc.jsonValue({ maxDepth: 1 }), { maxKeys: 2, noNullPrototype: true });
const anything = fc.jsonValue({ maxDepth: 2 });

function optional(members: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<object> {
  return fc.record(members, { requiredKeys: [], noNullPrototype: true });
}

/** Members that mean the same in all dialects, and one that means nothing in any. */
const common = { title: fc.string(), description: fc.string(), unknown: anything };
const self = fc.constantFrom('', '/things/', 'http://example.org/things/', 'x');

function withLinks(links: fc.Arbitrary<unknown>): fc.Arbitrary<object> {
  return optional({ ...common, catalogs: links, fragments: links, views: links });
}

function documents(element: string, ...members: fc.Arbitrary<object>[]): fc.Arbitrary<JsonObject> {
  return fc
    .tuple(self, ...members)
    .map(([own, ...others]) => Object.assign({}, ...others, { element, self: own }) as JsonObject);
}

const entities = optional({ entities: fc.array(reference, { maxLength: 6 }) });
const body = fc.record({ body: attributes }, { noNullPrototype: true });

const draft01 = fc.oneof(
  documents('shoji:catalog', withLinks(iriArray), entities),
  documents('shoji:entity', withLinks(iriArray), body),
);
const draft02 = fc.oneof(
  documents('shoji:catalog', withLinks(iriMap), entities),
  documents('shoji:entity', withLinks(iriMap), body),
);
const crunchOnly = optional({
  orders: iriMap,
  urls: iriMap,
  folder_trees: iriMap,
  index: fc.dictionary(
    reference.filter((iri) => iri !== '__proto__'),
    fc.option(attributes),
    {
      maxKeys: 5,
      noNullPrototype: true,
    },
  ),
  graph: fc.array(reference, { maxLength: 5 }),
  size: fc.integer(),
  specification: reference,
});
const crunch = fc.oneof(
  documents('shoji:catalog', withLinks(iriMap), crunchOnly, entities),
  documents('shoji:entity', withLinks(iriMap), crunchOnly, body),
  documents('shoji:view', withLinks(iriMap), optional({ value: anything })),
  documents(
    'shoji:order',
    optional({ ...common }),
    fc.record({ graph: fc.array(reference, { maxLength: 3 }) }),
  ),
);
const sources: Readonly<Record<Dialect, fc.Arbitrary<JsonObject>>> = {
  'draft-01': draft01,
  'draft-02': draft02,
  crunch,
};

const rulesOf = (document: unknown, dialect: Dialect): readonly string[] => [
  ...new Set(validate(document, { dialect }).findings.map(({ rule }) => rule)),
];

describe('convert: properties', () => {
  for (const from of DIALECTS) {
    for (const to of DIALECTS.filter((other) => other !== from)) {
      it(`makes valid ${to} of valid ${from}, and losses point to what is there`, () => {
        fc.assert(
          fc.property(sources[from], (source) => {
            const text = JSON.stringify(source);
            fc.pre(validate(source, { dialect: from, text }).valid);
            const { document, losses } = convert(source, { from, to, text });
            const { valid, findings } = validateText(JSON.stringify(document), { dialect: to });
            assert.deepEqual(
              findings.filter(({ level }) => level === 'error'),
              [],
            );
            assert.ok(valid);
            for (const { message, line, column } of losses) {
              assert.ok(message !== '' && line === 1 && column !== undefined && column > 1);
            }
            assert.equal(JSON.stringify(source), text);
          }),
          RUNS,
        );
      });
    }
  }

  it('says nothing new against what becomes of draft 01', () => {
    fc.assert(
      fc.property(draft01, (source) => {
        fc.pre(validate(source, { dialect: 'draft-01' }).valid);
        const { document } = convert(source, { from: 'draft-01', to: 'draft-02' });
        const known = rulesOf(source, 'draft-01');
        assert.deepEqual(
          rulesOf(document, 'draft-02').filter((rule) => !known.includes(rule)),
          [],
        );
      }),
      RUNS,
    );
  });

  it('comes back from crunch as it was', () => {
    fc.assert(
      fc.property(draft02, (source) => {
        fc.pre(validate(source).findings.length === 0);
        const there = convert(source, { from: 'draft-02', to: 'crunch' });
        const back = convert(there.document, { from: 'crunch', to: 'draft-02' });
        assert.deepEqual(there.losses, []);
        assert.deepEqual(back.losses, []);
        // Written with "./", a name that reaches prototypes leads to the same place.
        assert.equal(
          JSON.stringify(back.document).replaceAll('"./__proto__"', '"__proto__"'),
          JSON.stringify(source),
        );
      }),
      RUNS,
    );
  });

  it('comes back from draft 01 as it was, but for names', () => {
    const unnamed = (document: unknown): unknown =>
      Object.fromEntries(
        Object.entries(document as JsonObject).map(([member, value]) => [
          member,
          ['catalogs', 'fragments', 'views'].includes(member) ? new Set(Object.values(value ?? {})) : value,
        ]),
      );
    fc.assert(
      fc.property(draft02, (source) => {
        fc.pre(validate(source).valid);
        const there = convert(source, { from: 'draft-02', to: 'draft-01' });
        const back = convert(there.document, { from: 'draft-01', to: 'draft-02' });
        assert.deepEqual(back.losses, []);
        assert.deepEqual(unnamed(back.document), unnamed(source));
      }),
      RUNS,
    );
  });

  it('loses no name in silence on the way to draft 01', () => {
    fc.assert(
      fc.property(draft02, (source) => {
        fc.pre(validate(source).valid);
        const { losses } = convert(source, { from: 'draft-02', to: 'draft-01' });
        const names = ['catalogs', 'fragments', 'views'].flatMap((member) =>
          Object.keys(source[member] ?? {}),
        );
        assert.equal(losses.length, names.length);
      }),
      RUNS,
    );
  });
});
