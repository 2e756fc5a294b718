import assert from 'node:assert/strict';
import { Type } from 'typebox';
import { Findings } from '../../lib/declaration/declaration-findings.js';
import { SchemaCompiler } from '../../lib/declaration/schema-compiler.js';

const compiler = new SchemaCompiler(new Findings());

/** What a schema says of a value, each with its pointer; the rules are looked at where they matter. */
function said(schema: object, value: unknown): readonly string[] {
  const findings = new Findings();
  const compiled = new SchemaCompiler(findings).compile(schema, { class: 'Test' });
  findings.throwIfAny();
  assert.ok(compiled !== undefined);
  return compiled.errors(value).map(({ pointer, message }) => `${pointer} ${message}`);
}

const Colour = Type.Union([Type.Literal('red'), Type.Literal('green'), Type.Literal('blue')]);

const Cat = Type.Object({ kind: Type.Literal('cat'), lives: Type.Integer({ maximum: 9 }) });
const Dog = Type.Object({ kind: Type.Literal('dog'), tricks: Type.Array(Type.String()) });
const Bird = Type.Object({
  kind: Type.Union([Type.Literal('owl'), Type.Literal('hen')]),
  wings: Type.Integer(),
});
const Animal = Type.Union([Cat, Dog, Bird]);

const OF_REFERENCES = {
  type: 'object',
  properties: { pet: { oneOf: [{ $ref: '#/$defs/cat' }, { $ref: '#/$defs/dog' }, { type: 'null' }] } },
  $defs: {
    named: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
    cat: {
      allOf: [
        { $ref: '#/$defs/named' },
        { type: 'object', properties: { kind: { const: 'cat' } }, required: ['kind'] },
      ],
    },
    dog: {
      allOf: [
        { $ref: '#/$defs/named' },
        { type: 'object', properties: { kind: { enum: ['dog'] } }, required: ['kind'] },
      ],
    },
  },
};

/** A list whose items are lists, or the end. */
const RECURSIVE = {
  $ref: '#/$defs/list',
  $defs: {
    list: {
      anyOf: [
        { type: 'null' },
        {
          type: 'object',
          properties: { head: { type: 'integer' }, tail: { $ref: '#/$defs/list' } },
          required: ['head', 'tail'],
        },
      ],
    },
  },
};

describe('what a schema says of alternatives', () => {
  const cases: readonly [string, object, unknown, readonly string[]][] = [
    [
      'which values are allowed, and which was nearly meant',
      Colour,
      'rde',
      [' must be one of "red", "green", "blue"; found "rde" (did you mean "red"?)'],
    ],
    ['which values are allowed', Colour, 'pink', [' must be one of "red", "green", "blue"; found "pink"']],
    [
      'which values are allowed to another type',
      Colour,
      7,
      [' must be one of "red", "green", "blue"; found 7'],
    ],
    [
      'the same of an enum',
      { enum: ['red', 'green', null] },
      'gren',
      [' must be one of "red", "green", null; found "gren" (did you mean "green"?)'],
    ],
    [
      'which values are allowed beside null',
      Type.Union([Colour, Type.Null()]),
      'pink',
      [' must be one of "red", "green", "blue", null; found "pink"'],
    ],
    ['one value that is allowed alone', Type.Union([Type.Literal('a')]), 'b', [' must be "a"; found "b"']],
    [
      'which types are allowed',
      Type.Union([Type.String(), Type.Null()]),
      5,
      [' must be string or null; found 5'],
    ],
    [
      'what is wrong with a value that may be null',
      Type.Union([Type.String({ minLength: 2 }), Type.Null()]),
      'a',
      [' must NOT have fewer than 2 characters; found "a"'],
    ],
    [
      'which values and types are allowed',
      Type.Union([Type.Literal('auto'), Type.Integer(), Type.Boolean()]),
      'aut',
      [' must be "auto", integer or boolean; found "aut" (did you mean "auto"?)'],
    ],
    ['types given as a list', { type: ['string', 'null'] }, 1, [' must be string or null; found 1']],
    [
      'what is wrong with the one that was meant',
      Animal,
      { kind: 'cat', lives: 10 },
      ['/lives must be <= 9; found 10'],
    ],
    [
      'everything that is wrong with the one that was meant',
      Animal,
      { kind: 'dog', tricks: [1, 'sit', 2] },
      ['/tricks/0 must be string; found 1', '/tricks/2 must be string; found 2'],
    ],
    ['what the one that was meant lacks', Animal, { kind: 'hen' }, ['/wings is required, and missing']],
    [
      'which there are, where none was meant',
      Animal,
      { kind: 'cta', lives: 3 },
      ['/kind must be one of "cat", "dog", "owl", "hen"; found "cta" (did you mean "cat"?)'],
    ],
    [
      'which there are, where nothing says which was meant',
      Animal,
      { lives: 3 },
      ['/kind is required, and missing; must be one of "cat", "dog", "owl", "hen"'],
    ],
    ['that an object is wanted', Animal, 'cat', [' must be object; found "cat"']],
    [
      'what is wrong with one of several in an array',
      Type.Array(Animal),
      [{ kind: 'cat', lives: 1 }, { kind: 'cat' }, { kind: 'cow' }],
      ['/1/lives is required, and missing', '/2/kind must be one of "cat", "dog", "owl", "hen"; found "cow"'],
    ],
    [
      'the same through references and allOf',
      OF_REFERENCES,
      { pet: { kind: 'cat', name: 5 } },
      ['/pet/name must be string; found 5'],
    ],
    [
      'which there are through references and allOf',
      OF_REFERENCES,
      { pet: { kind: 'cow', name: 'Ada' } },
      ['/pet/kind must be one of "cat", "dog"; found "cow"'],
    ],
    [
      'which types there are through references and allOf',
      OF_REFERENCES,
      { pet: 5 },
      ['/pet must be object or null; found 5'],
    ],
    [
      'what is wrong deep within itself',
      RECURSIVE,
      { head: 1, tail: { head: 2, tail: { head: 'x', tail: null } } },
      ['/tail/tail/head must be integer; found "x"'],
    ],
    [
      'what is wrong with the alternative whose members are there',
      Type.Union([
        Type.Object({ name: Type.String(), age: Type.Integer() }),
        Type.Object({ title: Type.String() }),
      ]),
      { name: 'Ada', age: 'x' },
      ['/age must be integer; found "x"'],
    ],
    [
      'what each wants where none is nearer',
      Type.Union([Type.Object({ a: Type.String() }), Type.Object({ b: Type.String() })]),
      {},
      [' fits no alternative: /a is required, and missing, or /b is required, and missing; found {}'],
    ],
    [
      'what each format wants',
      Type.Union([Type.String({ format: 'date' }), Type.String({ format: 'email' })]),
      'x',
      [' fits no alternative: must match format "date", or must match format "email"; found "x"'],
    ],
    [
      'that two fit where one may',
      { oneOf: [{ type: 'integer' }, { minimum: 3 }] },
      5,
      [' fits more than one of the alternatives that exclude each other; found 5'],
    ],
    [
      'nothing of a condition but what it asks for',
      {
        type: 'object',
        properties: { a: {} },
        if: { properties: { a: false } },
        else: { required: ['b'], properties: { b: {} } },
      },
      { a: 1 },
      ['/b is required, and missing'],
    ],
    [
      'nothing of each item where one of them is to fit',
      { type: 'array', contains: { type: 'string', minLength: 3 } },
      [1, 2, 'x'],
      [' must contain at least 1 valid item(s); found [1,2,"x"]'],
    ],
    [
      'of a name that it is the name',
      { type: 'object', propertyNames: { pattern: '^[a-z]+$' } },
      { A: 1, b: 2 },
      ['/A has a name that must match pattern "^[a-z]+$"'],
    ],
    [
      'what may not be there',
      { type: 'object', properties: { a: false } },
      { a: 1 },
      ['/a must not be there; found 1'],
    ],
    ['what is excluded', { not: { const: 'root' } }, 'root', [' must not be "root"; found "root"']],
    [
      'which member was nearly meant',
      Type.Object({ title: Type.String() }, { additionalProperties: false }),
      { titel: 'x', other: 1 },
      [
        '/title is required, and missing',
        '/titel is no member that the schema knows (did you mean "title"?)',
        '/other is no member that the schema knows',
      ],
    ],
    [
      'the discriminator that the schema names',
      {
        discriminator: { propertyName: 'b' },
        anyOf: ['x', 'y'].map((value) => ({
          type: 'object',
          properties: { a: { const: `a${value}` }, b: { const: value } },
          required: ['a', 'b'],
        })),
      },
      { a: 'ax', b: 'y' },
      ['/a must be "ay"; found "ax"'],
    ],
    [
      'a few of many values',
      { enum: Array.from({ length: 100 }, (_, value) => value) },
      'x',
      [
        ` must be one of ${Array.from({ length: 20 }, (_, value) => value).join(', ')}, … (100 in all); found "x"`,
      ],
    ],
    [
      'the beginning of a long value',
      Type.Object({}),
      [['x'.repeat(1_000_000)], { a: 1 }],
      [` must be object; found [["${'x'.repeat(57)}…`],
    ],
  ];
  for (const [what, schema, value, expected] of cases) {
    it(`is ${what}`, () => assert.deepEqual(said(schema, value), expected));
  }

  it('is one error for each place, however many alternatives there are', () => {
    const schema = Type.Array(
      Type.Union(Array.from({ length: 50 }, (_, index) => Type.Literal(`v${index}`))),
    );
    const compiled = compiler.compile(schema, { class: 'Test' });
    const errors = compiled?.errors(Array.from({ length: 100 }, () => 'x')) ?? [];
    assert.deepEqual(
      errors.map(({ pointer, rule }) => [pointer, rule]),
      Array.from({ length: 20 }, (_, index) => [`/${index}`, 'anyOf']),
    );
  });

  it('is said of values with very many parts too', () => {
    const schema = Type.Object({ list: Type.Array(Type.Integer()), pet: Animal });
    const list = Array.from({ length: 20_000 }, () => 1);
    assert.deepEqual(said(schema, { list, pet: { kind: 'cat', lives: 10 } }), [
      '/pet/lives must be <= 9; found 10',
    ]);
    assert.deepEqual(said(schema, { list, pet: { kind: 'cow' } }), [
      '/pet/kind must be one of "cat", "dog", "owl", "hen"; found "cow"',
    ]);
  });
});
