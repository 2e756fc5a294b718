import assert from 'node:assert/strict';
import { Type } from 'typebox';
import { ProblemError } from '../../lib/http/problem.js';
import type { ErrorDetail } from '../../lib/http/problem.js';
import { Findings } from '../../lib/declaration/declaration-findings.js';
import { SchemaCompiler } from '../../lib/declaration/schema-compiler.js';
import { QuerySchema, refuseQuery } from '../../lib/declaration/query-schema.js';
import type { Keywords } from '../../lib/resource/schema.js';

function querySchema(properties: Record<string, object>): QuerySchema {
  const schema = { type: 'object', properties, additionalProperties: false };
  const compiled = new SchemaCompiler(new Findings()).compile(schema, { class: 'Test' });
  assert.ok(compiled !== undefined);
  return new QuerySchema({ schema, compiled });
}

function refusalOf(read: () => unknown): ProblemError {
  try {
    read();
  } catch (error) {
    assert.ok(error instanceof ProblemError);
    assert.equal(error.type, 'bad-query');
    return error;
  }
  return assert.fail('nothing was refused');
}

const rulesOf = (errors: readonly ErrorDetail[] | undefined) =>
  (errors ?? []).map(({ pointer, rule }) => [pointer, rule]);

describe('resource/query-schema', () => {
  const schema = querySchema({
    text: Type.String(),
    count: Type.Integer({ minimum: 0 }),
    ratio: Type.Number(),
    open: Type.Boolean(),
    tags: Type.Array(Type.String()),
    ids: Type.Array(Type.Integer()),
    pair: { type: 'array', prefixItems: [{ type: 'integer' }], items: { type: 'string' } },
    some: Type.Union([Type.String(), Type.Array(Type.Integer())]),
    order: Type.Union([Type.Literal('up'), Type.Literal('down')]),
    size: { enum: [1, 2, 'all'] },
    mixed: { type: ['integer', 'null', 'string'] },
    either: { anyOf: [{ type: 'boolean' }, { type: 'number' }] },
    only: { const: true },
    anything: {},
  });

  const read: readonly [string, object][] = [
    ['', {}],
    ['&&', {}],
    ['text=a', { text: 'a' }],
    ['text=', { text: '' }],
    ['text', { text: '' }],
    ['text=a=b', { text: 'a=b' }],
    ['text=5', { text: '5' }],
    ['text=a+b%2Bc%20d', { text: 'a b+c d' }],
    ['text=%E4%BE%8B', { text: '例' }],
    ['text=a%26b%3Dc', { text: 'a&b=c' }],
    ['%74ext=a', { text: 'a' }],
    ['text=a,b', { text: 'a,b' }],
    ['count=0', { count: 0 }],
    ['count=12&text=x', { count: 12, text: 'x' }],
    ['ratio=-1.5e3', { ratio: -1500 }],
    ['ratio=-0', { ratio: -0 }],
    ['ratio=1e%2B300', { ratio: 1e300 }],
    ['ratio=0.1234567890123456789', { ratio: 0.12345678901234568 }],
    ['count=1152921504606847000', { count: 2 ** 60 }],
    ['count=1e3', { count: 1000 }],
    ['open=true', { open: true }],
    ['open=false', { open: false }],
    ['tags=a,b', { tags: ['a', 'b'] }],
    ['tags=a&tags=b,c', { tags: ['a', 'b', 'c'] }],
    ['tags=a%2Cb', { tags: ['a,b'] }],
    ['tags=', { tags: [''] }],
    ['tags', { tags: [''] }],
    ['tags=a,', { tags: ['a', ''] }],
    ['tags=a&tags=', { tags: ['a', ''] }],
    ['tags=,', { tags: ['', ''] }],
    ['ids=1,2', { ids: [1, 2] }],
    ['pair=5,5', { pair: [5, '5'] }],
    ['some=a', { some: 'a' }],
    ['some=', { some: '' }],
    ['some=a%2Cb', { some: 'a,b' }],
    ['some=1,2', { some: [1, 2] }],
    ['some=1&some=2', { some: [1, 2] }],
    ['order=up', { order: 'up' }],
    ['size=2', { size: 2 }],
    ['size=all', { size: 'all' }],
    ['mixed=7', { mixed: 7 }],
    ['mixed=x7', { mixed: 'x7' }],
    ['either=true', { either: true }],
    ['either=1.5', { either: 1.5 }],
    ['only=true', { only: true }],
    ['anything=5', { anything: '5' }],
  ];
  for (const [text, query] of read) {
    it(`reads ${JSON.stringify(text)}`, () => assert.deepEqual(schema.read(text), query));
  }

  const refused: readonly [string, string, string][] = [
    ['count=', '/count', 'type'],
    ['count=%201', '/count', 'type'],
    ['count=+1', '/count', 'type'],
    ['count=0x10', '/count', 'type'],
    ['count=01', '/count', 'type'],
    ['count=1.5', '/count', 'type'],
    ['count=1e400', '/count', 'type'],
    ['count=9007199254740993', '/count', 'type'],
    ['count=9007199254740993.0', '/count', 'type'],
    ['count=1152921504606846976', '/count', 'type'],
    ['ratio=1.2345678901234567891e19', '/ratio', 'type'],
    ['ratio=1e-400', '/ratio', 'type'],
    ['count=-1', '/count', 'minimum'],
    ['count=1&count=2', '/count', 'repeated'],
    ['count=1,2', '/count', 'type'],
    ['ratio=NaN', '/ratio', 'type'],
    ['ratio=Infinity', '/ratio', 'type'],
    ['ratio=.5', '/ratio', 'type'],
    ['ratio=5.', '/ratio', 'type'],
    ['open=1', '/open', 'type'],
    ['open=TRUE', '/open', 'type'],
    ['ids=', '/ids/0', 'type'],
    ['ids=1,,2', '/ids/1', 'type'],
    ['ids=1,x', '/ids/1', 'type'],
    ['size=3', '/size', 'enum'],
    ['only=false', '/only', 'const'],
    ['cuont=1', '/cuont', 'unknown-variable'],
    ['a/b=1', '/a~1b', 'unknown-variable'],
    ['__proto__=1', '/__proto__', 'unknown-variable'],
    ['toString=1', '/toString', 'unknown-variable'],
  ];
  for (const [text, pointer, rule] of refused) {
    it(`refuses ${text}`, () =>
      assert.deepEqual(rulesOf(refusalOf(() => schema.read(text)).errors), [[pointer, rule]]));
  }

  it('names all that is wrong at once, and what is declared', () => {
    const { errors, message } = refusalOf(() => schema.read('count=x&open=1&nope=2'));
    assert.deepEqual(
      rulesOf(errors).toSorted(([a = ''], [b = '']) => a.localeCompare(b)),
      [
        ['/count', 'type'],
        ['/nope', 'unknown-variable'],
        ['/open', 'type'],
      ],
    );
    assert.match(message, /"nope" is no variable of this resource; declared are: text, count/);
  });

  it('names what is missing', () => {
    const strict = new SchemaCompiler(new Findings()).compile(Type.Object({ min: Type.Integer() }), {
      class: 'Test',
    });
    assert.ok(strict !== undefined);
    const { errors } = refusalOf(() =>
      new QuerySchema({
        schema: Type.Object({ min: Type.Integer() }) as unknown as Keywords,
        compiled: strict,
      }).read(''),
    );
    assert.deepEqual(rulesOf(errors), [['/min', 'required']]);
  });

  for (const text of ['text=%', 'text=%FF', 'text=%C3', 'text=%zz', 'text=%00', '%FF=1', 'tags=a,%FF']) {
    it(`refuses ${text}, which is no text`, () => {
      assert.match(refusalOf(() => schema.read(text)).message, /percent-encoding that is no text/);
    });
  }

  it('refuses a thousand parameters without looking at them', () => {
    const text = Array.from({ length: 1000 }, (_, index) => `p${index}=1`).join('&');
    assert.match(refusalOf(() => schema.read(text)).message, /1000 parameters; at most 100/);
    assert.match(refusalOf(() => refuseQuery(text)).message, /1000 parameters/);
  });

  it('reads a hundred parameters', () => {
    const text = Array.from({ length: 100 }, (_, index) => `ids=${index}`).join('&');
    assert.equal((schema.read(text)['ids'] as unknown[]).length, 100);
  });

  it('refuses any query where nothing is declared', () => {
    assert.deepEqual(rulesOf(refusalOf(() => refuseQuery('a=1&b')).errors), [
      ['/a', 'unknown-variable'],
      ['/b', 'unknown-variable'],
    ]);
    assert.match(refusalOf(() => refuseQuery('a')).message, /declares none/);
    refuseQuery('');
    refuseQuery('&');
  });
});
