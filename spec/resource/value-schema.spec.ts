import assert from 'node:assert/strict';
import { Findings } from '../../lib/resource/declaration/findings.js';
import { SchemaCompiler } from '../../lib/resource/declaration/schema-compiler.js';
import type { ValueSchema } from '../../lib/resource/value-schema.js';

function valueSchema(schema: object): ValueSchema {
  const compiled = new SchemaCompiler(new Findings()).compile(schema, { class: 'Test' });
  assert.ok(compiled !== undefined);
  return compiled;
}

describe('resource/value-schema', () => {
  const schema = valueSchema({
    type: 'object',
    properties: {
      kind: { enum: ['a', 'b'] },
      one: { const: 1 },
      deep: { type: 'array', items: { type: 'integer' } },
      on: { type: 'string', format: 'date' },
    },
    required: ['kind'],
    additionalProperties: false,
  });

  it('has nothing against what it accepts', () => {
    assert.deepEqual(schema.errors({ kind: 'a', one: 1, deep: [1], on: '2026-11-22' }), []);
  });

  const refused: readonly [unknown, object][] = [
    [{}, { pointer: '/kind', message: 'is required, and missing', rule: 'required' }],
    [{ kind: 'c' }, { pointer: '/kind', message: 'must be one of "a", "b"; found "c"', rule: 'enum' }],
    [
      { kind: 'a', one: 2 },
      { pointer: '/one', message: 'must be 1; found 2', rule: 'const' },
    ],
    [
      { kind: 'a', deep: [1, 'x'] },
      { pointer: '/deep/1', message: 'must be integer; found "x"', rule: 'type' },
    ],
    [
      { kind: 'a', 'x/y~z': 1 },
      { pointer: '/x~1y~0z', message: 'is no member that the schema knows', rule: 'additionalProperties' },
    ],
    [
      { kind: 'a', on: '2026-02-30' },
      { pointer: '/on', message: 'must match format "date"; found "2026-02-30"', rule: 'format' },
    ],
    [[], { pointer: '', message: 'must be object; found []', rule: 'type' }],
  ];
  for (const [value, error] of refused) {
    it(`says what it has against ${JSON.stringify(value)}`, () =>
      assert.deepEqual(schema.errors(value), [error]));
  }

  it('points into the document that the value stands in', () => {
    assert.deepEqual(
      schema.errors({}, '/body').map(({ pointer }) => pointer),
      ['/body/kind'],
    );
  });

  it('names what an unevaluated member is', () => {
    const open = valueSchema({ type: 'object', properties: { a: {} }, unevaluatedProperties: false });
    assert.deepEqual(open.errors({ b: 1 }), [
      { pointer: '/b', message: 'is no member that the schema knows', rule: 'unevaluatedProperties' },
    ]);
  });

  it('says at most twenty things', () => {
    const many = valueSchema({ type: 'array', items: { type: 'string' } });
    assert.equal(many.errors(Array.from({ length: 100 }, () => 1)).length, 20);
  });
});
