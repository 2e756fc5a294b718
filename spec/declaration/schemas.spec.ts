import { Type } from 'typebox';
import { Catalog, Entity, Fragment, View } from '../../lib/index.js';
import { assertFound, findingsOf } from './declared.js';

const withBody = (body: unknown) => {
  class User extends Entity.of({ body: body as object }) {}
  return class Users extends Catalog.of(User, { iri: 'users/' }) {};
};
const ofBody = { class: 'User', member: 'body' };

describe('declaration: the schema of a body', () => {
  const wrong: readonly [string, unknown, RegExp][] = [
    ['that is missing', undefined, /is missing: declare the JSON Schema of the body, such as Type\.Object/],
    ['that is null', null, /must be a JSON Schema, an object; found null/],
    ['that is no object', 'object', /must be a JSON Schema, an object; found "object"/],
    [
      'of another type than object',
      Type.Array(Type.String()),
      /body of an entity is an object; the schema's type is "array"/,
    ],
    [
      'with a misspelt keyword',
      { type: 'object', properties: { n: { type: 'integer', minimun: 0 } } },
      /no JSON Schema \(2020-12\) that can be compiled.*minimun/,
    ],
    [
      'with a keyword of a value that the meta-schema refuses',
      { type: 'object', properties: { n: { type: 'string', minLength: -1 } } },
      /schema is invalid: data\/properties\/n\/minLength must be >= 0/,
    ],
    [
      'in a dialect that is not known',
      { $schema: 'http://json-schema.org/draft-07/schema#', type: 'object' },
      /no schema with key or ref "http:\/\/json-schema\.org\/draft-07\/schema#"/,
    ],
    [
      'with a type that is none',
      { type: 'object', properties: { n: { type: 'int' } } },
      /cannot|can be compiled/,
    ],
    [
      'with a format that is none',
      { type: 'object', properties: { n: { type: 'string', format: 'e-mail' } } },
      /e-mail/,
    ],
    [
      'with a reference to nowhere',
      { type: 'object', properties: { n: { $ref: '#/$defs/none' } } },
      /\$defs\/none/,
    ],
    ['with a member that is null', { type: 'object', properties: { n: null } }, /can be compiled/],
    [
      'with read-only members that cannot be kept',
      { type: 'object', properties: { list: { type: 'array', items: { type: 'string', readOnly: true } } } },
      /readOnly stands where the server could not keep a value/,
    ],
    [
      'with a pattern that is no regular expression',
      { type: 'object', properties: { n: { type: 'string', pattern: '(' } } },
      /pattern \/\(\/ at \/properties\/n\/pattern is no regular expression/,
    ],
  ];
  for (const [what, body, message] of wrong) {
    it(`${what} is found`, () => assertFound(findingsOf([withBody(body)]), [ofBody, message]));
  }

  it('may have read-only members in nested objects, and in what is read-only itself', () => {
    const by = Type.String({ readOnly: true });
    assertFound(
      findingsOf([
        withBody(
          Type.Object({
            one: Type.Object({ by: Type.Optional(by) }),
            two: Type.Optional(Type.Object({ by }, { readOnly: true })),
          }),
        ),
      ]),
    );
  });

  it('may stand at two places under one $id', () => {
    class User extends Entity.of({ body: Type.Object({}, { $id: 'user' }) }) {}
    class A extends Catalog.of(User, { iri: 'a/' }) {}
    class B extends Catalog.of(User, { iri: 'b/' }) {}
    assertFound(findingsOf([A, B]));
  });

  it('of one class is found wrong once, wherever the class stands', () => {
    class User extends Entity.of({ body: { type: 'object', minimun: 1 } }) {}
    class A extends Catalog.of(User, { iri: 'a/' }) {}
    class B extends Catalog.of(User, { iri: 'b/' }) {}
    assertFound(findingsOf([A, B]), [ofBody, /minimun/]);
  });
});

describe('declaration: patterns', function () {
  // Proving a pattern safe loads a program that takes a second to warm up on a slow machine.

  for (const pattern of ['(a+)+$', '(a|a)*$', '\\s+$', '(x+x+)+y', '^(\\w+\\s?)*$']) {
    it(`[H86] /${pattern}/ can backtrack without bound`, () => {
      const body = { type: 'object', properties: { n: { type: 'string', pattern } } };
      assertFound(findingsOf([withBody(body)]), [
        ofBody,
        /at \/properties\/n\/pattern can backtrack without bound \((?:exponential|\d).*\), so that one request could stop the server; make its parts exclude each other/,
      ]);
    });
  }

  for (const pattern of [
    '^[^@]+@[^@]+\\.[a-z]+$',
    '^\\p{L}+$',
    '^[a-z]+(?:-[a-z]+)*$',
    '^\\d{4}-\\d{2}-\\d{2}$',
    '^(?:new|used)$',
  ]) {
    it(`/${pattern}/ is safe`, () => {
      assertFound(findingsOf([withBody({ type: 'object', properties: { n: { type: 'string', pattern } } })]));
    });
  }

  const nested: readonly [string, object, string][] = [
    [
      'items',
      { properties: { n: { type: 'array', items: { type: 'string', pattern: '(a+)+$' } } } },
      '/properties/n/items/pattern',
    ],
    [
      'nested properties',
      { properties: { a: { type: 'object', properties: { b: { type: 'string', pattern: '(a+)+$' } } } } },
      '/properties/a/properties/b/pattern',
    ],
    ['patternProperties', { patternProperties: { '(a+)+$': { type: 'string' } } }, '/patternProperties'],
    [
      'alternatives',
      { properties: { n: { anyOf: [{ type: 'null' }, { type: 'string', pattern: '(a+)+$' }] } } },
      '/properties/n/anyOf/1/pattern',
    ],
    ['definitions', { $defs: { n: { type: 'string', pattern: '(a+)+$' } } }, '/$defs/n/pattern'],
    [
      'negations',
      { not: { properties: { n: { type: 'string', pattern: '(a+)+$' } } } },
      '/not/properties/n/pattern',
    ],
    [
      'a property named pattern',
      { properties: { pattern: { type: 'string', pattern: '(a+)+$' } } },
      '/properties/pattern/pattern',
    ],
    [
      'a property named default',
      { properties: { default: { type: 'string', pattern: '(a+)+$' } } },
      '/properties/default/pattern',
    ],
  ];
  for (const [what, schema, pointer] of nested) {
    it(`are looked for in ${what}`, () => {
      const escaped = pointer.replaceAll('$', '\\$');
      assertFound(findingsOf([withBody({ type: 'object', ...schema })]), [
        ofBody,
        new RegExp(` at ${escaped} can backtrack`),
      ]);
    });
  }

  it('are not looked for in data', () => {
    const data = { pattern: '(a+)+$' };
    const body = {
      type: 'object',
      properties: { n: { type: 'object', default: data, enum: [data], examples: [data] } },
    };
    assertFound(findingsOf([withBody(body)]));
  });

  it('are looked for in queries and values too', () => {
    const bad = Type.String({ pattern: '(a+)+$' });
    class Counts extends View.of({ iri: 'counts{?q}', query: Type.Object({ q: bad }), schema: bad }) {
      value() {
        return [];
      }
      replace(value: unknown) {
        return value;
      }
    }
    assertFound(
      findingsOf([Counts]),
      [{ class: 'Counts', member: 'query' }, /can backtrack/],
      [{ class: 'Counts', member: 'schema' }, /can backtrack/],
    );
  });
});

describe('declaration: the schema of a query', () => {
  const viewWith = (iri: string, query: unknown) =>
    class Counts extends View.of({ iri: iri, query: query as object }) {
      value() {
        return [];
      }
    };
  const ofQuery = { class: 'Counts', member: 'query' };

  it('is there if the IRI has variables', () => {
    assertFound(findingsOf([viewWith('counts{?min,max}', undefined)]), [
      ofQuery,
      /is missing: the IRI "counts\{\?min,max\}" has the variables min, max/,
    ]);
  });

  it('has all variables of the IRI', () => {
    assertFound(findingsOf([viewWith('counts{?mim}', Type.Object({ min: Type.Integer() }))]), [
      { class: 'Counts', member: 'iri', iri: 'counts{?mim}' },
      /the variable mim is missing in the option query; did you mean "min"\?/,
    ]);
  });

  it('is of an object', () => {
    assertFound(findingsOf([viewWith('counts', Type.Integer())]), [
      ofQuery,
      /an object with one property a variable; its type is "integer"/,
    ]);
  });

  for (const [what, query] of [
    ['null', null],
    ['a string', 'min'],
    ['an array', []],
  ] as const) {
    it(`is not ${what}`, () =>
      assertFound(findingsOf([viewWith('counts', query)]), [ofQuery, /must be a JSON Schema, an object/]));
  }

  for (const [what, variable] of [
    ['objects', Type.Object({})],
    ['arrays of objects', Type.Array(Type.Object({}))],
    ['arrays of arrays', Type.Array(Type.Array(Type.String()))],
    ['strings or objects', Type.Union([Type.String(), Type.Object({})])],
    ['nulls', Type.Null()],
  ] as const) {
    it(`has no ${what} in it`, () => {
      assertFound(findingsOf([viewWith('counts', Type.Object({ min: variable }))]), [
        ofQuery,
        /the variable min is of a type that no query can carry; use a string, number, boolean, or an array of them/,
      ]);
    });
  }

  for (const variable of [{ $ref: '#/$defs/count' }, { allOf: [{ type: 'integer' }] }, { minimum: 1 }]) {
    it(`says of what type a variable is: ${JSON.stringify(variable)}`, () => {
      const query = {
        type: 'object',
        properties: { min: variable },
        $defs: { count: { type: 'integer' } },
      };
      assertFound(findingsOf([viewWith('counts', query)]), [
        ofQuery,
        /the variable min says [$\w]+ and not of what type it is, so that it would be read as a string; write type/,
      ]);
    });
  }

  it('may name a variable that a template can only spell by its octets', () => {
    assertFound(
      findingsOf([
        viewWith('counts{?gr%C3%B6%C3%9Fe}', Type.Object({ größe: Type.Optional(Type.String()) })),
      ]),
    );
  });

  it('compiles', () => {
    const query = { type: 'object', properties: { min: { type: 'integer', minimun: 1 } } };
    assertFound(findingsOf([viewWith('counts', query)]), [ofQuery, /minimun/]);
  });
});

describe('declaration: values that can be replaced', () => {
  it('have a schema of what PUT takes', () => {
    class Settings extends View.of({ iri: 'settings' }) {
      value() {
        return {};
      }
      replace(value: unknown) {
        return value;
      }
    }
    assertFound(findingsOf([Settings]), [
      { class: 'Settings', member: 'schema' },
      /is missing: replace\(\) is declared/,
    ]);
  });

  it('have a replace that takes what the schema describes', () => {
    class Settings extends View.of({ iri: 'settings', schema: Type.Object({}) }) {
      value() {
        return {};
      }
    }
    assertFound(findingsOf([Settings]), [
      { class: 'Settings', member: 'schema' },
      /replace\(\) is not: nothing would take what is PUT/,
    ]);
  });

  it('may be fragments', () => {
    class Motto extends Fragment.of({ iri: 'motto' }) {
      value() {
        return '';
      }
      replace(value: unknown) {
        return value;
      }
    }
    class Users extends Catalog.of({ iri: 'users/' }) {
      static fragments() {
        return { motto: Motto };
      }
    }
    assertFound(findingsOf([Users]), [{ class: 'Motto', member: 'schema' }, /is missing/]);
  });
});

describe('declaration: defaults', () => {
  const bodyWith = (keywords: object) =>
    class Things extends Catalog.of(
      class Thing extends Entity.of({ body: { type: 'object', ...keywords } }) {},
      { iri: 'things/' },
    ) {};
  const ofThing = { class: 'Thing', member: 'body' };

  const wrong: readonly [string, object, RegExp][] = [
    ['of the body itself', { default: {} }, /the default at its root is applied by nothing/],
    [
      'of an alternative',
      { properties: { a: { anyOf: [{ type: 'string', default: 'x' }] } } },
      /at \/properties\/a\/anyOf\/0 is applied by nothing; defaults are of members of objects/,
    ],
    [
      'of items',
      { properties: { a: { type: 'array', items: { type: 'string', default: 'x' } } } },
      /at \/properties\/a\/items is applied by nothing/,
    ],
    [
      'that is of another type',
      { properties: { 'a/b c': { type: 'integer', default: 'x' } } },
      /the default at \/properties\/a~1b c breaks its own schema: it must be integer/,
    ],
    [
      'that breaks what a $ref leads to',
      { properties: { a: { $ref: '#/$defs/n', default: 5 } }, $defs: { n: { type: 'integer', maximum: 3 } } },
      /breaks its own schema: it must be <= 3/,
    ],
    [
      'that lacks a member',
      {
        $id: 'http://example.org/thing',
        properties: { a: { type: 'object', properties: {}, required: ['b'], default: {} } },
      },
      /breaks its own schema: it must have required property 'b'/,
    ],
    [
      'that JSON cannot hold',
      { properties: { a: { default: new Map() } } },
      /is no value that could be kept: JSON cannot hold a Map/,
    ],
  ];
  for (const [what, keywords, message] of wrong) {
    it(`one ${what} is found`, () => assertFound(findingsOf([bodyWith(keywords)]), [ofThing, message]));
  }

  it('those that are right are not, and those that are data neither', () => {
    const body = {
      properties: {
        a: {
          type: 'object',
          properties: { b: { type: 'integer', default: 1 } },
          required: ['b'],
          default: {},
        },
        made: { type: 'string', readOnly: true, default: 'now' },
        data: { const: { default: 1 } },
      },
    };
    assertFound(findingsOf([bodyWith(body)]));
  });

  it('of queries and values are held to the same', () => {
    class Counts extends View.of({
      iri: 'counts{?min}',
      query: Type.Object({ min: Type.Integer({ minimum: 1, default: 0 }) }),
      schema: Type.Object({ a: Type.Integer({ default: 'x' }) }),
    }) {
      override value() {
        return [];
      }
      override replace() {}
    }
    assertFound(
      findingsOf([Counts]),
      [{ class: 'Counts', member: 'query' }, /at \/properties\/min breaks its own schema: it must be >= 1/],
      [{ class: 'Counts', member: 'schema' }, /at \/properties\/a breaks its own schema: it must be integer/],
    );
  });
});
