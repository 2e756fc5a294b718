import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { DIALECTS, dialects } from '../../lib/protocol/dialects/dialects.js';
import { validate, validateText } from '../../lib/protocol/validate.js';

const crunch = { dialect: 'crunch' } as const;

function findingsOn(document: unknown, options: Parameters<typeof validate>[1] = {}): readonly string[] {
  return validate(document, options).findings.map(
    ({ level, rule, pointer }) => `${level} ${rule} ${pointer}`,
  );
}

describe('validate: values that no JSON text gives', () => {
  it('says so of those that JSON cannot hold', () => {
    for (const value of [undefined, Number.NaN, Number.POSITIVE_INFINITY, 1n, Symbol('x'), () => 1]) {
      for (const dialect of ['draft-02', 'auto'] as const) {
        assert.deepEqual(findingsOn(value, { dialect }), ['error malformed-json ']);
      }
    }
    assert.match(validate(undefined).findings[0]?.message ?? '', /^undefined is no JSON value/);
    assert.match(validate(() => 1).findings[0]?.message ?? '', /^a function is no JSON value/);
  });

  it('names what it found in a member', () => {
    const catalogs = { a: () => 1, b: 1n, c: Symbol('x'), d: undefined, e: Number.NaN };
    const { findings } = validate({ element: 'shoji:catalog', self: '', catalogs });
    assert.deepEqual(
      findings.map(({ rule, message }) => `${rule} ${/is ([^;]*);/.exec(message)?.[1]}`),
      ['a function', 'a BigInt', 'a symbol', 'undefined', 'NaN'].map((found) => `item-type ${found}`),
    );
  });

  it('takes objects of any prototype', () => {
    const bare: Record<string, unknown> = Object.create(null);
    Object.assign(bare, { element: 'shoji:catalog', self: '', catalogs: Object.create(null) });
    assert.deepEqual(findingsOn(bare), []);
    class Book {
      readonly element = 'shoji:entity';
      readonly self = '';
      readonly body = new Map();
    }
    assert.deepEqual(findingsOn(new Book()), []);
    assert.deepEqual(findingsOn(new Date(0)), []);
  });

  it('takes a body of any depth, and one that is in itself', () => {
    let deep: unknown = {};
    for (let level = 0; level < 100_000; level += 1) deep = [deep];
    const cyclic: Record<string, unknown> = {};
    cyclic['self'] = cyclic;
    for (const body of [{ deep }, cyclic]) {
      assert.deepEqual(findingsOn({ element: 'shoji:entity', self: '', body }), []);
      assert.deepEqual(findingsOn({ element: 'shoji:entity', body, self: 3 }), ['error member-type /self']);
      assert.deepEqual(findingsOn({ body, self: '', 'x-more': body }), ['error missing-element ']);
    }
  });

  it('refuses a graph without bottom', () => {
    let deep: unknown[] = [];
    for (let level = 0; level < 100_000; level += 1) deep = [{ group: deep }];
    const cyclic: unknown[] = [];
    cyclic.push({ group: cyclic });
    for (const graph of [deep, cyclic]) {
      const [finding, ...others] = findingsOn({ element: 'shoji:order', self: '', graph }, crunch);
      assert.match(finding ?? '', /^error too-deep \/graph\/0\/group\/0\/group/);
      assert.deepEqual(others, []);
    }
  });

  it('has a verdict on anything that stands in any member', () => {
    const members = [...dialects.crunch.members.values()].flat();
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.constantFrom(
        'shoji:catalog',
        'shoji:entity',
        'shoji:view',
        'shoji:order',
        'shoji: order',
        '1/',
        '{',
        '{x',
      ),
    );
    const value = fc.oneof(
      text,
      fc.anything({ withBigInt: true, withNullPrototype: true, withDate: true, withMap: true }),
      fc.dictionary(text, text),
      fc.array(fc.oneof(text, fc.dictionary(text, fc.array(text)))),
    );
    const document = fc.dictionary(fc.oneof(fc.constantFrom(...members, 'Self', 'bodies'), text), value);
    const options = fc.record({
      dialect: fc.constantFrom(...DIALECTS, 'auto' as const),
      role: fc.constantFrom('response' as const, 'request' as const),
    });
    fc.assert(
      fc.property(document, options, (candidate, asked) => {
        const { valid, findings } = validate(candidate, asked);
        assert.equal(
          valid,
          findings.every(({ level }) => level !== 'error'),
        );
        for (const { message } of findings) assert.ok(message.length < 1000, message);
      }),
      { numRuns: 200 },
    );
  });

  it('takes arrays of a hundred thousand items', () => {
    const entities = Array.from({ length: 100_000 }, (_, index) => `${index}/`);
    assert.deepEqual(findingsOn({ element: 'shoji:catalog', self: '', entities }), []);
    assert.deepEqual(findingsOn({ element: 'shoji:order', self: '', graph: entities }, crunch), []);
    assert.equal(
      findingsOn({ element: 'shoji:catalog', self: '', entities: entities.slice(0, 10_000).fill('a b') })
        .length,
      19_999,
    );
  });
});

describe('validateText: a byte order mark', () => {
  it('is refused, and what follows it is judged', () => {
    const { element, findings } = validateText('\uFEFF{"element": "shoji:catalog", "self": 3}');
    assert.equal(element, 'shoji:catalog');
    assert.deepEqual(
      findings.map(({ rule, line, column }) => `${rule} ${line}:${column}`),
      ['byte-order-mark 1:1', 'member-type 1:39'],
    );
    assert.deepEqual(
      validateText('\uFEFF').findings.map(({ rule }) => rule),
      ['byte-order-mark', 'empty'],
    );
  });
});
