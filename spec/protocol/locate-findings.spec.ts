import assert from 'node:assert/strict';
import { sortByDocument, locateInText } from '../../lib/protocol/locate-findings.js';
import type { UnlocatedFinding } from '../../lib/protocol/findings.js';

function remark(pointer: string, at?: number): UnlocatedFinding {
  const said = { rule: 'item-type', level: 'error', pointer, message: 'it is wrong', see: 'a page' } as const;
  return at === undefined ? said : { ...said, at };
}

describe('sortByDocument', () => {
  it('puts remarks in the order of the document', () => {
    const document = { b: ['x', { 'c/d': 1 }], a: { '~': 2 } };
    const pointers = ['/a/~0', '/b/1/c~1d', '/b/0', '', '/a', '/b/1'];
    assert.deepEqual(
      sortByDocument(
        pointers.map((pointer) => remark(pointer)),
        document,
      ).map(({ pointer }) => pointer),
      ['', '/b/0', '/b/1', '/b/1/c~1d', '/a', '/a/~0'],
    );
  });

  it('puts remarks on one string in the order of the string', () => {
    const findings = sortByDocument([{ ...remark('/a', 5), message: 'late' }, remark('/a', 2)], {
      a: 'a  b  c',
    });
    assert.deepEqual(
      findings.map(({ message }) => message),
      ['it is wrong', 'late'],
    );
  });

  it('walks along the pointers only, however deep or circular the rest is', () => {
    let deep: unknown[] = [];
    for (let level = 0; level < 100_000; level += 1) deep = [deep];
    const document: Record<string, unknown> = { deep, wrong: 1 };
    document['self'] = document;
    assert.deepEqual(
      sortByDocument([remark('/wrong'), remark('/deep')], document).map(({ pointer }) => pointer),
      ['/deep', '/wrong'],
    );
  });
});

describe('locateInText', () => {
  it('gives remarks their lines and columns, among the faults of the text', () => {
    const text = '{\n  "a": "x y",\n  "b": [1e999]\n}';
    const fault = { ...remark('/b/0'), rule: 'number-range', offset: text.indexOf('1e999') } as const;
    const findings = locateInText([remark('/b'), remark('/a', 1)], [fault], text);
    assert.deepEqual(
      findings.map(({ rule, pointer, line, column }) => [rule, pointer, line, column]),
      [
        ['item-type', '/a', 2, 10],
        ['item-type', '/b', 3, 8],
        ['number-range', '/b/0', 3, 9],
      ],
    );
  });
});
