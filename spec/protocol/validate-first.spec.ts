import assert from 'node:assert/strict';
import { DIALECTS, dialects } from '../../lib/protocol/dialects/dialects.js';
import { DOCUMENT_RULES } from '../../lib/protocol/rules/rules.js';
import { validate } from '../../lib/protocol/validate.js';
import { countingReads } from '../reads.js';

const FIRST = { role: 'request', maxErrors: 20 } as const;
const MANY = 2000;

describe('validate: the first errors alone', () => {
  for (const [what, member, element, links, once] of [
    ['links that are no strings', 'catalogs', 'shoji:catalog', named(() => 1), false],
    ['links that are no templates', 'catalogs', 'shoji:catalog', named(() => '{=x}'), true],
    ['entities that are no strings', 'entities', 'shoji:catalog', Array(MANY).fill(1), false],
    ['entities that are no IRIs', 'entities', 'shoji:catalog', Array(MANY).fill('a b'), true],
  ] as const) {
    it(`[H70] looks for no more of ${what}`, () => {
      const { value, reads } = countingReads(links as object);
      const { findings, valid } = validate({ element, [member]: value }, FIRST);
      assert.equal(findings.length, 20);
      assert.equal(valid, false);
      assert.deepEqual(
        findings.map(({ pointer }) => pointer),
        Array.from({ length: 20 }, (_, index) => `/${member}/${index}`),
      );
      // The schema reads those that are strings once, and nothing reads all of them again.
      const most = (once ? MANY : 0) + 200;
      assert.ok(reads() < most, `${reads()} reads of ${MANY} links`);
    });
  }

  it('[H70] looks for no warnings: entities that are repeated are read once by each rule about errors', () => {
    const { value, reads } = countingReads(Array<string>(MANY).fill('1/'));
    const document = { element: 'shoji:catalog', index: {}, entities: value };
    assert.deepEqual(validate(document, FIRST).findings, []);
    const found = reads();
    assert.equal(validate(document, { role: 'request' }).findings.length, MANY - 1);
    assert.ok(found < 4 * MANY, `${found} reads of ${MANY} entities`);
  });

  it('[H70] finds errors in every group of an order, and not more of them', () => {
    const graph = Array.from({ length: MANY }, () => ({ group: [1, 2] }));
    const { value, reads } = countingReads(graph);
    const order = { element: 'shoji:order', graph: value };
    assert.equal(validate(order, { ...FIRST, dialect: 'crunch' }).findings.length, 20);
    // How deep it nests is asked of all of it.
    assert.ok(reads() < MANY + 200, `${reads()} reads of ${MANY} items`);
    assert.equal(validate(order, { role: 'request', dialect: 'crunch' }).findings.length, 2 * MANY);
  });

  it('finds what is found without a limit, where that is less', () => {
    const document = {
      element: 'shoji:catalog',
      updated: 'today',
      catalogs: { a: 1, b: 'x y', c: 'c/' },
      entities: ['1/', '1/', '<'],
    };
    for (const dialect of DIALECTS) {
      for (const role of ['request', 'response'] as const) {
        const all = validate(document, { dialect, role });
        const errors = all.findings.filter(({ level }) => level === 'error');
        assert.deepEqual(validate(document, { dialect, role, maxErrors: 20 }).findings, errors);
        assert.deepEqual(validate(document, { dialect, role, maxErrors: 1 }).findings.length, 1);
      }
    }
  });

  it('leaves out no rule that has errors to find', () => {
    const wrong = { self: 'x y', updated: 'today', specification: '<', size: 'x' };
    const links = { a: '', b: '{', c: 'http://a@b/', d: 'javascript:x', e: 'a b' };
    for (const { name, members } of Object.values(dialects)) {
      const rules = DOCUMENT_RULES.filter((rule) => rule.dialects?.includes(name) !== false);
      for (const element of members.keys()) {
        const document = {
          ...wrong,
          element,
          ...Object.fromEntries(['catalogs', 'fragments', 'views', 'orders'].map((map) => [map, links])),
          entities: ['a b', 'a b'],
          index: { 'a b': null, '1/': {} },
          graph: ['a b', { x: ['<'] }],
          catalog: {},
        };
        for (const { names, level: heaviest, check } of rules) {
          if (heaviest === 'error') continue;
          const found = [...check({ document, dialect: dialects[name], role: 'response' })];
          assert.ok(
            found.every(({ level }) => level !== 'error'),
            `${name} ${element} ${names.join()}`,
          );
        }
      }
    }
  });
});

function named(link: () => unknown): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Array.from({ length: MANY }, (_, index) => [String(index), link()]));
}
