import assert from 'node:assert/strict';
import { Type } from 'typebox';
import { defaultsIn, withDefaults } from '../../lib/declaration/body-schema.js';

describe('resource/defaults', () => {
  const schema = Type.Object({
    state: Type.String({ default: 'open' }),
    tags: Type.Array(Type.String(), { default: [] }),
    size: Type.Object({ unit: Type.String({ default: 'cm' }), width: Type.Optional(Type.Number()) }),
    box: Type.Object({ lid: Type.Boolean({ default: true }) }, { default: {} }),
    lines: Type.Optional(Type.Array(Type.Object({ count: Type.Integer({ default: 1 }) }))),
    pair: Type.Optional(
      Type.Unsafe<unknown>({
        prefixItems: [{ type: 'integer' }, { properties: { on: { default: false } } }],
      }),
    ),
    nothing: Type.Optional(Type.Unknown({ default: null })),
  });
  const whole = { state: 'open', tags: [], box: { lid: true }, nothing: null };

  const cases: readonly [what: string, value: object, filled: object][] = [
    ['members', {}, whole],
    ['members of objects that are there', { size: {} }, { ...whole, size: { unit: 'cm' } }],
    [
      'items that are objects',
      { lines: [{}, { count: 2 }] },
      { ...whole, lines: [{ count: 1 }, { count: 2 }] },
    ],
    ['items of a tuple', { pair: [1, {}] }, { ...whole, pair: [1, { on: false }] }],
    ['what a default lacks itself', { box: {} }, whole],
    ['nothing of what is there, be it null', { state: null, tags: 5 }, { ...whole, state: null, tags: 5 }],
    ['nothing of what is no object', { size: 'large', lines: {} }, { ...whole, size: 'large', lines: {} }],
  ];
  for (const [what, value, filled] of cases) {
    it(`fills ${what}: ${JSON.stringify(value)}`, () => {
      const before = JSON.stringify(value);
      assert.deepEqual(withDefaults(schema, value), filled);
      assert.equal(JSON.stringify(value), before);
    });
  }

  it('gives back what lacks nothing as it is', () => {
    const value = { ...whole, size: { unit: 'm' }, lines: [{ count: 1 }] };
    assert.equal(withDefaults(schema, value), value);
    assert.equal(withDefaults(true, value), value);
    assert.deepEqual(withDefaults(schema, []), []);
  });

  it('gives out no default twice, so that nobody changes it for others', () => {
    const [one, other] = [withDefaults(schema, {}), withDefaults(schema, {})] as { tags: string[] }[];
    one?.tags.push('mine');
    assert.deepEqual(other?.tags, []);
  });

  it('takes a member named as those that objects have by themselves for what it is', () => {
    const odd = JSON.parse(
      '{"properties":{"__proto__":{"default":1},"constructor":{"default":2}}}',
    ) as object;
    assert.equal(JSON.stringify(withDefaults(odd, {})), '{"__proto__":1,"constructor":2}');
    assert.equal(({} as Record<string, unknown>)['1'], undefined);
  });

  it('knows where a default is applied', () => {
    const odd = {
      default: 0,
      properties: {
        a: { default: 1, anyOf: [{ default: 2 }, { properties: { b: { default: 3 } } }] },
        default: { items: { default: 4, properties: { c: { default: 5 } } } },
        data: { const: { default: 6 }, examples: [{ default: 7 }] },
      },
      $defs: { default: { default: 8 } },
      if: { properties: { d: { default: 9 } } },
      'x-note': { default: 10 },
    };
    assert.deepEqual(
      [...defaultsIn(odd)].map(({ pointer, isApplied }) => `${pointer} ${isApplied}`),
      [
        ' false',
        '/properties/a true',
        '/properties/a/anyOf/0 false',
        '/properties/a/anyOf/1/properties/b false',
        '/properties/default/items false',
        '/properties/default/items/properties/c true',
        '/$defs/default false',
        '/if/properties/d false',
      ],
    );
  });
});
