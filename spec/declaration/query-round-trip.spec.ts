import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import * as fc from 'fast-check';
import request from 'supertest';
import { Type } from 'typebox';
import { Catalog, Entity, View, createServer, shoji } from '../../lib/index.js';
import type { QueryOf, ViewRequest } from '../../lib/index.js';
import { UriTemplate } from '../../lib/protocol/uri-template/uri-template.js';
import type { TemplateValues } from '../../lib/protocol/uri-template/uri-template.js';
import { Findings } from '../../lib/declaration/declaration-findings.js';
import { SchemaCompiler } from '../../lib/declaration/schema-compiler.js';
import { queryOf } from '../../lib/declaration/resource-iris.js';
import { QuerySchema } from '../../lib/declaration/query-schema.js';

/** Texts in which whatever separates something in a query stands often. */
const text = fc
  .oneof(
    fc.constantFrom(
      '',
      ',',
      '+',
      '%',
      '%2C',
      '&',
      '=',
      ';',
      ' ',
      'a b',
      'é',
      '例',
      '🦉',
      '/',
      '?',
      '#',
      '5',
      'true',
    ),
    fc.string({ unit: 'grapheme' }),
    fc.array(fc.constantFrom('', 'a', ',', '+', '%', '&', '=')).map((parts) => parts.join('')),
  )
  .filter((value) => !value.includes('\0'));
const integer = fc.maxSafeInteger();
const number = fc
  .double({ noNaN: true, min: -1e15, max: 1e15 })
  .map((value) => (Object.is(value, -0) ? 0 : value));
const word = fc.constantFrom('up', 'down', 'a,b', '');

interface Kind {
  readonly schema: object;
  readonly values: fc.Arbitrary<unknown>;
  /** What is read where two values are written alike. */
  readonly canonical?: (value: unknown) => unknown;
}

const words = Type.Union(['up', 'down', 'a,b', ''].map((one) => Type.Literal(one)));
const KINDS: readonly Kind[] = [
  { schema: Type.String(), values: text },
  { schema: {}, values: text },
  { schema: { type: ['string', 'null'] }, values: text },
  { schema: Type.Integer(), values: integer },
  { schema: Type.Number(), values: number },
  { schema: Type.Boolean(), values: fc.boolean() },
  { schema: words, values: word },
  { schema: { enum: [1, 2.5, 'all', true] }, values: fc.constantFrom(1, 2.5, 'all', true) },
  { schema: { const: 7 }, values: fc.constant(7) },
  { schema: Type.Array(Type.String()), values: fc.array(text) },
  { schema: Type.Array(Type.Integer()), values: fc.array(integer) },
  { schema: Type.Array(Type.Number()), values: fc.array(number) },
  { schema: Type.Array(Type.Boolean()), values: fc.array(fc.boolean()) },
  { schema: Type.Array(words), values: fc.array(word) },
  {
    schema: {
      type: 'array',
      prefixItems: [{ type: 'integer' }, { type: 'boolean' }],
      items: { type: 'string' },
    },
    values: fc
      .tuple(integer, fc.boolean(), fc.array(text))
      .map(([first, second, others]) => [first, second, ...others]),
  },
  {
    schema: Type.Union([Type.String(), Type.Array(Type.String())]),
    values: fc.oneof(text, fc.array(text)),
    canonical: (value) => (Array.isArray(value) && value.length === 1 ? value[0] : value),
  },
];

const variable = fc.constantFrom(...KINDS).chain(({ schema, values, canonical = (value) => value }) =>
  fc.record({
    schema: fc.constant(schema),
    value: fc.option(values, { nil: undefined }),
    explode: fc.boolean(),
    canonical: fc.constant(canonical),
  }),
);

/** Names of variables as a schema has them, with their spelling in a template. */
const NAMES: readonly (readonly [string, string])[] = [
  ['a', 'a'],
  ['sort_by', 'sort_by'],
  ['x.y', 'x.y'],
  ['größe', 'gr%C3%B6%C3%9Fe'],
];

function schemaOf(properties: Readonly<Record<string, object>>): QuerySchema {
  const schema = { type: 'object', properties, additionalProperties: false };
  const compiled = new SchemaCompiler(new Findings()).compile(schema, { class: 'Test' });
  assert.ok(compiled !== undefined);
  return new QuerySchema({ schema, compiled });
}

describe('a query, expanded from a template and read', () => {
  it('has the values that the template was given, and its self leads to the same values', () => {
    fc.assert(
      fc.property(fc.array(variable, { maxLength: NAMES.length }), (variables) => {
        const named = variables.map((one, index) => {
          const [name = '', spelling = ''] = NAMES[index] ?? [];
          return { ...one, name, spelling };
        });
        const schema = schemaOf(Object.fromEntries(named.map((one) => [one.name, one.schema])));
        const template = UriTemplate.parse(
          named.length === 0
            ? ''
            : `{?${named.map(({ spelling, explode }) => `${spelling}${explode ? '*' : ''}`).join(',')}}`,
        );
        const values = Object.fromEntries(named.map(({ spelling, value }) => [spelling, value]));
        const expected = Object.fromEntries(
          named.flatMap(({ name, value, canonical }) =>
            value === undefined || (Array.isArray(value) && value.length === 0)
              ? []
              : [[name, canonical(value)]],
          ),
        );

        const query = schema.read(template.expand(values as TemplateValues).slice(1));
        assert.deepEqual(query, expected);
        const self = queryOf(schema.names, query);
        const again = schema.read(self.slice(1));
        assert.deepEqual(again, expected);
        assert.equal(queryOf(schema.names, again), self);
      }),
      { numRuns: 200 },
    );
  });

  it('[H24] over a socket: a list of one empty string is not the list of nothing', async () => {
    const query = Type.Object({ tags: Type.Optional(Type.Array(Type.String())) });
    class Note extends Entity.of({ body: Type.Object({ text: Type.String() }) }) {}
    class Echo extends View.of({ iri: 'echo{?tags}', query: query }) {
      override value({ query: { tags } }: ViewRequest<typeof Echo>) {
        return tags ?? null;
      }
    }
    class Notes extends Catalog.of(Note, { iri: 'notes/{?tags}', query: query }) {
      static override views() {
        return { echo: Echo };
      }
      override list({ tags = [] }: QueryOf<typeof Notes>) {
        return tags.map((tag, index) => `${index}${tag}`);
      }
    }
    const api = shoji([Notes]);
    const server = createServer(api.listener()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const http = request(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
      for (const [tags, self] of [
        [[''], '/notes/?tags='],
        [['', ''], '/notes/?tags=&tags='],
        [['a,b', '+%'], '/notes/?tags=a%2Cb&tags=%2B%25'],
        [[], '/notes/'],
      ] as const) {
        const list = await http.get(api.iri(Notes, { tags }));
        assert.equal(JSON.parse(list.text).self, self);
        assert.equal(JSON.parse(list.text).entities.length, tags.length);
        assert.equal((await http.get(self)).text, list.text);
        const echo = await http.get(api.link(Notes, 'echo', { tags }));
        assert.deepEqual(JSON.parse(echo.text), tags.length === 0 ? null : tags);
      }
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });
});
