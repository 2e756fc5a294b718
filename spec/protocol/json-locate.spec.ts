import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { formatPointer, parsePointer } from '../../lib/protocol/json-pointer.js';
import { locate } from '../../lib/protocol/json/locate.js';

describe('JSON Pointers', () => {
  it('escape ~ and /', () => {
    assert.equal(formatPointer(['catalogs', 'a/b~c', '', 3]), '/catalogs/a~1b~0c//3');
    assert.equal(formatPointer([]), '');
    assert.deepEqual(parsePointer('/catalogs/a~1b~0c//3'), ['catalogs', 'a/b~c', '', '3']);
    assert.deepEqual(parsePointer('/~01'), ['~1']);
    assert.deepEqual(parsePointer(''), []);
  });

  it('are refused where they are malformed', () => {
    for (const pointer of ['a', '/~', '/~2', '/a~']) assert.equal(parsePointer(pointer), undefined);
  });

  it('come back from any names', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (names) => {
        assert.deepEqual(parsePointer(formatPointer(names)), names);
      }),
    );
  });
});

describe('locate', () => {
  const text = '{\n  "a/b": [10, {"c": "x,]}\\""}, null],\n  "": true, "d": {}\n}';
  const at = (pointer: string) => {
    const position = locate(text, pointer);
    return position && `${position.line}:${position.column}`;
  };

  it('finds where values begin', () => {
    assert.equal(at(''), '1:1');
    assert.equal(at('/a~1b'), '2:10');
    assert.equal(at('/a~1b/0'), '2:11');
    assert.equal(at('/a~1b/1/c'), '2:21');
    assert.equal(at('/a~1b/2'), '2:32');
    assert.equal(at('/'), '3:7');
    assert.equal(at('/d'), '3:18');
  });

  it('finds nothing where a pointer leads nowhere', () => {
    for (const pointer of ['/x', '/a~1b/3', '/a~1b/01', '/d/e', 'd', '/~'])
      assert.equal(at(pointer), undefined);
  });

  it('finds nothing in what is no JSON', () => {
    for (const broken of ['', '{', '{"a": "', '["\\u12', ']']) assert.equal(locate(broken, ''), undefined);
  });

  it('takes the last of duplicate names, as JSON.parse does', () => {
    const duplicate = '{"a": {"b": 1}, "a": {"c": 2}}';
    assert.equal(locate(duplicate, '/a')?.column, 22);
    assert.equal(locate(duplicate, '/a/c')?.column, 28);
    assert.equal(locate(duplicate, '/a/b'), undefined);
  });

  it('leads to every value of any document', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(0, 2), (compact, space) => {
        const document: unknown = JSON.parse(compact);
        const written = JSON.stringify(document, undefined, space);
        for (const [pointer, value] of valuesIn(document)) {
          const offset = locate(written, pointer)?.offset;
          assert.ok(offset !== undefined, pointer);
          const rest = written.slice(offset);
          const scalar = typeof value === 'object' && value !== null ? undefined : JSON.stringify(value);
          assert.ok(rest.startsWith(scalar ?? (Array.isArray(value) ? '[' : '{')), pointer);
        }
      }),
    );
  });
});

function* valuesIn(
  value: unknown,
  path: readonly (string | number)[] = [],
): Generator<readonly [string, unknown]> {
  yield [formatPointer(path), value];
  if (Array.isArray(value))
    for (const [index, item] of value.entries()) yield* valuesIn(item, [...path, index]);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) yield* valuesIn(member, [...path, name]);
  }
}
