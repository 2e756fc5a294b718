import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { applyJsonPatch } from '../../lib/http/json-patching.js';
import { readJsonPatch } from '../../lib/http/json-patch.js';
import { ProblemError } from '../../lib/http/problem.js';
import type { ProblemName } from '../../lib/http/problem.js';
import type { Json } from '../../lib/protocol/documents.js';
import { countingReads } from '../reads.js';

const BUDGET = 10_000;

function apply(document: Json, patch: Json): Json {
  return applyJsonPatch(document, readJsonPatch(patch), BUDGET).value;
}

type Case = readonly [name: string, document: Json, patch: Json, result: Json];

/** @see RFC 6902, appendix A; the rest follows from its section 4 and from RFC 6901 */
const CASES: readonly Case[] = [
  ['A.1', { foo: 'bar' }, [{ op: 'add', path: '/baz', value: 'qux' }], { baz: 'qux', foo: 'bar' }],
  ['A.2', { foo: ['bar', 'baz'] }, [{ op: 'add', path: '/foo/1', value: 'q' }], { foo: ['bar', 'q', 'baz'] }],
  ['A.3', { baz: 'qux', foo: 'bar' }, [{ op: 'remove', path: '/baz' }], { foo: 'bar' }],
  ['A.4', { foo: ['bar', 'q', 'baz'] }, [{ op: 'remove', path: '/foo/1' }], { foo: ['bar', 'baz'] }],
  [
    'A.5',
    { baz: 'q', foo: 'bar' },
    [{ op: 'replace', path: '/baz', value: 'boo' }],
    { baz: 'boo', foo: 'bar' },
  ],
  [
    'A.6',
    { foo: { bar: 'baz', waldo: 'fred' }, qux: { corge: 'grault' } },
    [{ op: 'move', from: '/foo/waldo', path: '/qux/thud' }],
    { foo: { bar: 'baz' }, qux: { corge: 'grault', thud: 'fred' } },
  ],
  [
    'A.7',
    { foo: ['a', 'b', 'c'] },
    [{ op: 'move', from: '/foo/1', path: '/foo/2' }],
    { foo: ['a', 'c', 'b'] },
  ],
  [
    'A.8',
    { baz: 'qux', foo: ['a', 2, 'c'] },
    [
      { op: 'test', path: '/baz', value: 'qux' },
      { op: 'test', path: '/foo/1', value: 2 },
    ],
    { baz: 'qux', foo: ['a', 2, 'c'] },
  ],
  ['A.10', { foo: 'bar' }, [{ op: 'add', path: '/c', value: { d: {} } }], { foo: 'bar', c: { d: {} } }],
  ['A.11', { foo: 'bar' }, [{ op: 'add', path: '/baz', value: 'q', xyz: 123 }], { foo: 'bar', baz: 'q' }],
  ['A.14', { '/': 9, '~1': 10 }, [{ op: 'test', path: '/~01', value: 10 }], { '/': 9, '~1': 10 }],
  ['A.16', { foo: ['bar'] }, [{ op: 'add', path: '/foo/-', value: ['a'] }], { foo: ['bar', ['a']] }],
  ['the whole replaced', { a: 1 }, [{ op: 'replace', path: '', value: { b: 2 } }], { b: 2 }],
  ['the whole added', { a: 1 }, [{ op: 'add', path: '', value: { b: 2 } }], { b: 2 }],
  ['a part for the whole', { a: { b: 2 } }, [{ op: 'copy', from: '/a', path: '' }], { b: 2 }],
  ['a part moved to the whole', { a: { b: 2 } }, [{ op: 'move', from: '/a', path: '' }], { b: 2 }],
  ['moved to where it is', { a: [1, 2] }, [{ op: 'move', from: '/a/0', path: '/a/0' }], { a: [1, 2] }],
  [
    'a copy is its own',
    { a: { b: 1 } },
    [
      { op: 'copy', from: '/a', path: '/c' },
      { op: 'add', path: '/c/d', value: 2 },
    ],
    { a: { b: 1 }, c: { b: 1, d: 2 } },
  ],
  ['the empty name', { '': 1 }, [{ op: 'replace', path: '/', value: 2 }], { '': 2 }],
  ['null is something', { a: null }, [{ op: 'replace', path: '/a', value: 1 }], { a: 1 }],
  ['names that objects inherit', {}, [{ op: 'add', path: '/toString', value: 1 }], { toString: 1 }],
  ['the end of an array by its number', { a: [1] }, [{ op: 'add', path: '/a/1', value: 2 }], { a: [1, 2] }],
  ['nothing at all', { a: 1 }, [], { a: 1 }],
  ['0 is -0', { a: 0 }, [{ op: 'test', path: '/a', value: -0 }], { a: 0 }],
  [
    'the order of members says nothing',
    { a: { b: 1, c: [2] } },
    [{ op: 'test', path: '', value: { a: { c: [2], b: 1 } } }],
    { a: { b: 1, c: [2] } },
  ],
];

type Refusal = readonly [name: string, patch: Json, type: ProblemName, pointer: string];

const DOCUMENT: Json = { name: 'Ada', tags: ['a', 'b'], inner: { deep: true }, text: 'abc' };

const REFUSALS: readonly Refusal[] = [
  ['no array', { op: 'remove', path: '/name' }, 'malformed-patch', ''],
  ['no object', [1], 'malformed-patch', '/0'],
  ['null', [null], 'malformed-patch', '/0'],
  ['an array within', [[]], 'malformed-patch', '/0'],
  ['no op', [{ path: '/name' }], 'malformed-patch', '/0/op'],
  ['an op of another spelling', [{ op: 'Add', path: '/name', value: 1 }], 'malformed-patch', '/0/op'],
  ['an op that objects inherit', [{ op: 'toString', path: '' }], 'malformed-patch', '/0/op'],
  ['no path', [{ op: 'remove' }], 'malformed-patch', '/0/path'],
  ['a path that is no text', [{ op: 'remove', path: 1 }], 'malformed-patch', '/0/path'],
  ['a path without a slash', [{ op: 'remove', path: 'name' }], 'malformed-patch', '/0/path'],
  ['a path with a bad escape', [{ op: 'remove', path: '/a~2' }], 'malformed-patch', '/0/path'],
  ['no value', [{ op: 'add', path: '/x' }], 'malformed-patch', '/0/value'],
  ['no value to test', [{ op: 'test', path: '/x' }], 'malformed-patch', '/0/value'],
  ['no from', [{ op: 'move', path: '/x' }], 'malformed-patch', '/0/from'],
  ['into itself', [{ op: 'move', from: '/inner', path: '/inner/x' }], 'malformed-patch', '/0/path'],
  ['the second', [{ op: 'test', path: '/name', value: 'Ada' }, { op: 'x' }], 'malformed-patch', '/1/op'],
  ['__proto__', [{ op: 'add', path: '/__proto__/polluted', value: 1 }], 'forbidden-name', '/0/path'],
  ['constructor', [{ op: 'add', path: '/constructor/prototype/x', value: 1 }], 'forbidden-name', '/0/path'],
  ['from __proto__', [{ op: 'copy', from: '/__proto__', path: '/x' }], 'forbidden-name', '/0/from'],
  ['a name that is not there', [{ op: 'remove', path: '/none' }], 'conflict', '/0/path'],
  ['a name that objects inherit', [{ op: 'remove', path: '/toString' }], 'conflict', '/0/path'],
  ['a part of a text', [{ op: 'replace', path: '/text/0', value: 'x' }], 'conflict', '/0/path'],
  ['into a text', [{ op: 'add', path: '/text/0', value: 'x' }], 'conflict', '/0/path'],
  ['into nothing', [{ op: 'add', path: '/none/x', value: 1 }], 'conflict', '/0/path'],
  ['past the end', [{ op: 'add', path: '/tags/3', value: 1 }], 'conflict', '/0/path'],
  ['at the end, where nothing is', [{ op: 'replace', path: '/tags/2', value: 1 }], 'conflict', '/0/path'],
  ['the item after the last', [{ op: 'remove', path: '/tags/-' }], 'conflict', '/0/path'],
  ['an index with a zero before', [{ op: 'remove', path: '/tags/01' }], 'conflict', '/0/path'],
  ['an index with a sign', [{ op: 'add', path: '/tags/+1', value: 1 }], 'conflict', '/0/path'],
  ['the length of an array', [{ op: 'test', path: '/tags/length', value: 2 }], 'conflict', '/0/path'],
  ['the whole removed', [{ op: 'remove', path: '' }], 'conflict', '/0/path'],
  ['from nowhere', [{ op: 'copy', from: '/none', path: '/x' }], 'conflict', '/0/from'],
  ['a test that fails', [{ op: 'test', path: '/name', value: 'Eve' }], 'conflict', '/0/path'],
  ['a test of a number as text', [{ op: 'test', path: '/inner/deep', value: 'true' }], 'conflict', '/0/path'],
  ['a test of what is not there', [{ op: 'test', path: '/none', value: null }], 'conflict', '/0/path'],
  [
    'after others went well',
    [
      { op: 'add', path: '/x', value: 1 },
      { op: 'remove', path: '/y' },
    ],
    'conflict',
    '/1/path',
  ],
];

describe('a JSON Patch:', () => {
  for (const [name, document, patch, result] of CASES) {
    it(`is carried out, ${name}: ${JSON.stringify(patch)}`, () => {
      const before = JSON.stringify(document);
      assert.deepEqual(apply(document, patch), result);
      assert.equal(JSON.stringify(document), before);
    });
  }

  for (const [name, patch, type, pointer] of REFUSALS) {
    it(`is refused as ${type}, ${name}: ${JSON.stringify(patch)}`, () => {
      assert.throws(
        () => apply(DOCUMENT, patch),
        (error) => {
          assert.ok(error instanceof ProblemError);
          assert.equal(error.type, type);
          assert.deepEqual(
            error.errors?.map((found) => found.pointer),
            [pointer],
          );
          return true;
        },
      );
      assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
    });
  }

  const refusesAs = (type: ProblemName, patch: Json, document: Json = DOCUMENT) =>
    assert.throws(
      () => apply(document, patch),
      (error) => error instanceof ProblemError && error.type === type,
    );

  it('a thousand operations are carried out, one more is too many', () => {
    const patch = Array.from({ length: 1000 }, () => ({ op: 'replace', path: '/name', value: 1 }));
    assert.deepEqual(apply({ name: 0 }, patch), { name: 1 });
    refusesAs('content-too-large', [...patch, patch[0] as Json]);
  });

  it('copies that double what is there are stopped', () => {
    const double = Array.from({ length: 30 }, (_, index) => ({
      op: 'copy',
      from: '',
      path: `/copy${index}`,
    }));
    refusesAs('content-too-large', double, { text: 'x'.repeat(100) });
  });

  it('moves of the same again and again are stopped', () => {
    const move = Array.from({ length: 1000 }, (_, index) => ({
      op: 'move',
      from: index % 2 === 0 ? '/a' : '/b',
      path: index % 2 === 0 ? '/b' : '/a',
    }));
    refusesAs('content-too-large', move, { a: 'x'.repeat(100) });
  });

  for (const [op, operation] of Object.entries({ add: { op: 'add', value: 0 }, remove: { op: 'remove' } })) {
    it(`[H70] items before very many others that come and go again and again are stopped: ${op}`, () => {
      const document = { list: Array<Json>(300_000).fill(1) };
      const at = (place: string, count: number) =>
        Array.from({ length: count }, () => ({ ...operation, path: `/list/${place}` }));
      refusesAs('content-too-large', at('0', 1000), document);
      assert.ok(apply(document, at('0', 100)));
      assert.ok(apply(document, at('200000', 900)));
    });
  }

  it('[H70] what is not on the path of an operation is not read', () => {
    const { value, reads } = countingReads(Array<Json>(1000).fill(1));
    const patch = [
      { op: 'add', path: '/a/b', value: 1 },
      { op: 'remove', path: '/name' },
    ];
    assert.deepEqual(Object.keys(apply({ list: value, a: {}, name: 'n' }, patch) as object), ['list', 'a']);
    assert.equal(reads(), 0);
  });

  it('[H70] a copy of more items than may be copied is refused without reading them', () => {
    const { value, reads } = countingReads(Array<Json>(BUDGET + 1).fill(1));
    refusesAs('content-too-large', [{ op: 'copy', from: '/list', path: '/more' }], { list: value });
    assert.equal(reads(), 0);
  });

  it('[H70] lists that are copied and changed by turns are stopped', () => {
    const document = { list: Array<Json>(300_000).fill(1), small: 0 };
    const turn = [
      { op: 'copy', from: '/small', path: '/other' },
      { op: 'add', path: '/list/-', value: 1 },
    ];
    refusesAs('content-too-large', Array.from({ length: 500 }, () => turn).flat(), document);
  });

  it('[H70] pointers that are very long together are refused', () => {
    const test = { op: 'test', path: '/a'.repeat(400), value: 1 };
    refusesAs(
      'content-too-large',
      Array.from({ length: 1000 }, () => test),
    );
  });

  it('what was copied keeps its value when one of the two changes, and the document does', () => {
    const document = { a: { list: [{ x: 1 }] } };
    const patch = [
      { op: 'add', path: '/a/list/0/y', value: 2 },
      { op: 'copy', from: '/a', path: '/b' },
      { op: 'replace', path: '/b/list/0/x', value: 3 },
      { op: 'remove', path: '/a/list/0/y' },
    ];
    assert.deepEqual(apply(document, patch), { a: { list: [{ x: 1 }] }, b: { list: [{ x: 3, y: 2 }] } });
    assert.deepEqual(document, { a: { list: [{ x: 1 }] } });
    const given = { n: 1 };
    apply({}, [
      { op: 'add', path: '/a', value: given },
      { op: 'replace', path: '/a/n', value: 2 },
    ]);
    assert.deepEqual(given, { n: 1 });
  });

  it('what would nest too deeply to be read again is refused', () => {
    const deep = Array.from({ length: 200 }, (_, index) => ({
      op: 'add',
      path: '/a'.repeat(index + 1),
      value: {},
    }));
    refusesAs('too-deep', deep, {});
    assert.ok(apply({}, deep.slice(0, 100)));
  });

  it('says where each operation wrote', () => {
    const patch = readJsonPatch([
      { op: 'add', path: '/tags/-', value: 'c' },
      { op: 'copy', from: '/name', path: '/tags/-' },
    ]);
    assert.deepEqual(applyJsonPatch(DOCUMENT, patch, BUDGET).places, [
      ['tags', '2'],
      ['tags', '3'],
    ]);
  });

  it('what was tested, replaced and put back is as before', () => {
    // What reads bodies lets no such name through.
    const json = fc.jsonValue().filter((given) => !JSON.stringify(given).includes('__proto__'));
    const object = fc.dictionary(fc.stringMatching(/^[a-z/~]{1,5}$/), json, { noNullPrototype: true });
    fc.assert(
      fc.property(object, json, (document, other) => {
        const patch = Object.entries(document).flatMap(([name, value]) => {
          const path = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
          return [
            { op: 'test', path, value },
            { op: 'replace', path, value: other },
            { op: 'remove', path },
            { op: 'add', path, value },
          ];
        });
        assert.deepEqual(apply(document as Json, patch as Json), document);
      }),
    );
  });
});
