import assert from 'node:assert/strict';
import { Findings } from '../../lib/declaration/declaration-findings.js';
import { SchemaCompiler } from '../../lib/declaration/schema-compiler.js';
import type { ValueSchema } from '../../lib/declaration/body-schema.js';
import { countingReads } from '../reads.js';

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

  describe('[H70] of what is wrong everywhere', () => {
    const MANY = 2000;
    const objects = { type: 'object', properties: { a: { type: 'integer' } }, required: ['a', 'b'] };
    const items: readonly (readonly [string, object, unknown])[] = [
      ['items', { items: { type: 'integer' } }, 'x'],
      ['items with several mistakes each', { items: objects }, { a: 'x' }],
      ['items that are none of several', { items: { anyOf: [objects, { type: 'integer' }] } }, {}],
      ['items that must be one of several', { items: { oneOf: [objects, { type: 'integer' }] } }, {}],
      ['items within items', { items: { type: 'array', items: { type: 'integer' } } }, ['x', 'x']],
      ['items behind a reference', { $defs: { o: objects }, items: { $ref: '#/$defs/o' } }, { a: 'x' }],
    ];
    for (const [what, list, item] of items) {
      it(`[H70] finds the first 20 errors of ${what}, and reads no further`, () => {
        const { value, reads } = countingReads(Array<unknown>(MANY).fill(item));
        assert.equal(valueSchema({ type: 'array', ...list }).errors(value).length, 20);
        assert.ok(reads() < 200, `${reads()} reads of ${MANY} items`);
      });
    }

    for (const [what, members] of [
      ['members', { additionalProperties: { type: 'integer' } }],
      ['members of a pattern', { patternProperties: { '^m': { type: 'integer' } } }],
    ] as const) {
      it(`[H70] finds the first 20 errors of ${what}, and reads no further`, () => {
        const { value, reads } = countingReads(named(MANY));
        assert.equal(valueSchema({ type: 'object', ...members }).errors(value).length, 20);
        assert.ok(reads() < 200, `${reads()} reads of ${MANY} members`);
      });
    }

    it('[H70] begins a large object once, to show what was found, however many errors are about it', () => {
      const branches = Array.from({ length: 20 }, (_, index) => ({ maxProperties: index }));
      const { value, listings } = countingReads(named(MANY));
      assert.equal(valueSchema({ type: 'object', allOf: branches }).errors(value).length, 20);
      // Each branch counts the members once, and the first one did before.
      assert.ok(listings() <= branches.length + 3, `${listings()} listings of ${MANY} members`);
    });

    for (const [what, members] of [
      ['are not known', { additionalProperties: false }],
      ['are not evaluated', { unevaluatedProperties: false }],
      ['have wrong names', { propertyNames: { maxLength: 1 } }],
    ] as const) {
      it(`[H70] finds the first 20 errors of members that ${what}`, () =>
        assert.equal(valueSchema({ type: 'object', ...members }).errors(named(MANY)).length, 20));
    }

    it('[H70] still takes what one branch refuses often and another does not', () => {
      const list = (type: string) => ({ type: 'array', items: { type } });
      const errors = (keywords: object, value: unknown) => valueSchema(keywords).errors(value);
      const numbers = Array<number>(MANY).fill(1);
      assert.deepEqual(errors({ anyOf: [list('string'), list('integer')] }, numbers), []);
      assert.deepEqual(errors({ oneOf: [list('string'), list('integer')] }, numbers), []);
      assert.deepEqual(errors({ not: list('string') }, numbers), []);
      assert.deepEqual(errors({ if: list('string'), else: {} }, numbers), []);
      assert.deepEqual(errors({ contains: { type: 'string' } }, [...numbers, 'x']), []);
      assert.equal(errors({ allOf: [{ contains: { type: 'string' } }] }, numbers).length, 1);
      // All at once, and the one wrong member behind them.
      const both = {
        properties: { a: { anyOf: [list('string'), list('integer')] }, b: { type: 'string' } },
      };
      assert.deepEqual(
        errors(both, { a: numbers, b: 1 }).map(({ pointer }) => pointer),
        ['/b'],
      );
    });
  });

  describe('[H70] of a schema that leads to itself by several branches', () => {
    // The member that tells the branches apart comes last, so that each of them looks at all within.
    const node = (op: string) => ({
      type: 'object',
      properties: { left: { $ref: '#/$defs/tree' }, right: { $ref: '#/$defs/tree' }, op: { const: op } },
      required: ['left', 'op'],
    });
    const refusing = valueSchema({
      $defs: { tree: { anyOf: [{ type: 'number' }, node('add'), node('multiply'), node('subtract')] } },
      $ref: '#/$defs/tree',
    });
    /** Nests as deep as documents may. */
    function nested(innermost: unknown) {
      const all: { reads: () => number }[] = [];
      let value = innermost;
      for (let depth = 0; depth < 120; depth += 1) {
        const counted = countingReads({ left: value, op: 'subtract' });
        all.push(counted);
        value = counted.value;
      }
      return { value, reads: () => Math.max(...all.map(({ reads }) => reads())) };
    }

    it('[H70] takes what is right, and looks at each part a few times', () => {
      const { value, reads } = nested(1);
      assert.deepEqual(refusing.errors(value), []);
      assert.ok(reads() < 50, `${reads()} reads of one part`);
    });

    it('[H70] refuses what is wrong at the bottom, and looks at each part a few times', () => {
      const { value, reads } = nested('x');
      const [error, ...more] = refusing.errors(value);
      assert.deepEqual([error?.pointer, more], ['/left'.repeat(120), []]);
      assert.ok(reads() < 100, `${reads()} reads of one part`);
    });

    it('remembers nothing of one document for the next', () => {
      const document = { left: 1, op: 'add' };
      assert.deepEqual(refusing.errors(document), []);
      document.op = 'divide';
      assert.notDeepEqual(refusing.errors(document), []);
      document.op = 'add';
      assert.deepEqual(refusing.errors(document), []);
    });

    it('knows which members were evaluated, however often it is asked', () => {
      const strict = valueSchema({
        $defs: {
          base: { type: 'object', properties: { a: { $ref: '#/$defs/base' }, b: { type: 'integer' } } },
        },
        type: 'object',
        properties: {
          x: { allOf: [{ $ref: '#/$defs/base' }, { $ref: '#/$defs/base' }], unevaluatedProperties: false },
        },
      });
      assert.deepEqual(strict.errors({ x: { a: { a: {} }, b: 1 } }), []);
      assert.deepEqual(
        strict.errors({ x: { a: {}, c: 1 } }).map(({ pointer }) => pointer),
        ['/x/c'],
      );
    });
  });

  describe('[H70] of values that are compared', () => {
    it('[H70] tells repeated items by looking at each once', () => {
      const item = countingReads({ a: 1, b: [2] });
      const items = [...Array.from({ length: 500 }, (_, index) => ({ a: index, b: [] })), item.value];
      const refusing = valueSchema({ type: 'array', uniqueItems: true });
      assert.deepEqual(refusing.errors(items), []);
      assert.ok(item.reads() <= 4, `${item.reads()} reads`);
      assert.deepEqual(refusing.errors([{ a: 1, b: 2 }, {}, { b: 2, a: 1 }]), [
        {
          pointer: '',
          message:
            'must NOT have duplicate items (items ## 0 and 2 are identical); found [{"a":1,"b":2},{},{"b":2,"a":1}]',
          rule: 'uniqueItems',
        },
      ]);
      assert.deepEqual(refusing.errors([1, '1', [1], ['1'], { a: undefined }, {}, null, 'null', true]), []);
      assert.deepEqual(valueSchema({ type: 'array', uniqueItems: false }).errors([1, 1]), []);
    });

    it('[H70] finds a value among many by looking at it once', () => {
      const values = Array.from({ length: 500 }, (_, index) => ({ kind: index }));
      const refusing = valueSchema({ enum: values });
      const last = countingReads({ kind: 499 });
      assert.deepEqual(refusing.errors(last.value), []);
      assert.ok(last.reads() <= 2, `${last.reads()} reads`);
      assert.equal(refusing.errors({ kind: 500 })[0]?.rule, 'enum');
    });

    it('[H70] shows the beginning of what it found, and reads no more of it', () => {
      const { value, reads } = countingReads(Array<number>(MANY_ITEMS).fill(1));
      const [error] = valueSchema({ type: 'string' }).errors(value);
      assert.match(error?.message ?? '', /^must be string; found \[1,1,1.{1,60}…$/);
      assert.ok(reads() < 100, `${reads()} reads`);
    });

    it('[H70] names no more places than 64 KiB hold, for names are as long as clients like', () => {
      const name = 'x'.repeat(40_000);
      const refusing = valueSchema({ additionalProperties: { additionalProperties: { type: 'integer' } } });
      assert.equal(refusing.errors({ [name]: named(30) }).length, 1);
    });
  });
});

const MANY_ITEMS = 5000;

function named(count: number): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`m${index}`, 'x']));
}
