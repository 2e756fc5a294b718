// @slow: judges thousands of variants
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Dialect } from '../../lib/protocol/dialects/dialect.js';
import type { Json } from '../../lib/protocol/documents.js';
import { validate, validateText, type ValidateTextOptions } from '../../lib/protocol/validate.js';
import { Random } from './mutants/random.js';
import type { Element } from './mutants/seeds.js';
import { treeOf } from './mutants/tree.js';
import { anyJson, validDocument } from './mutants/valid-documents.js';
import { write } from './mutants/write.js';

const SEED = 20_260_212;

/** How many documents of each kind. */
const RUNS = 400;

const elements: Readonly<Record<Dialect, readonly Element[]>> = {
  'draft-02': ['shoji:catalog', 'shoji:entity'],
  'draft-01': ['shoji:catalog', 'shoji:entity'],
  crunch: ['shoji:catalog', 'shoji:entity', 'shoji:view', 'shoji:order'],
};

const roles = ['response', 'request'] as const;

function errorsIn(text: string, options: ValidateTextOptions): readonly string[] {
  return validateText(text, options)
    .findings.filter(({ level }) => level === 'error')
    .map(({ rule, pointer, message }) => `${rule} at ${JSON.stringify(pointer)}: ${message}`);
}

const style = fc.integer({ min: 1, max: 0x7fffffff });

describe('validate: variants of valid documents', () => {
  for (const [dialect, names] of Object.entries(elements) as [Dialect, readonly Element[]][]) {
    for (const element of names) {
      for (const role of roles) {
        it(`finds no error in a ${role} with ${element} in ${dialect} (${RUNS} documents)`, () => {
          const property = fc.property(validDocument(dialect, element, role), style, (document, seed) => {
            const { text } = write(treeOf(document), new Random(seed));
            assert.deepEqual(errorsIn(text, { dialect, role }), [], text);
            const options = { dialect, role };
            assert.ok(validate(JSON.parse(text), options).valid);
          });
          fc.assert(property, { seed: SEED, numRuns: RUNS });
        });
      }
    }
  }

  for (const dialect of Object.keys(elements) as Dialect[]) {
    it(`finds no error in a Value document in ${dialect} (${RUNS} documents)`, () => {
      const property = fc.property(anyJson, style, (document, seed) => {
        const { text } = write(treeOf(document), new Random(seed));
        assert.deepEqual(errorsIn(text, { dialect }), [], text);
      });
      fc.assert(property, { seed: SEED, numRuns: RUNS });
    });
  }

  it('finds no error in a body as deep as documents may nest', () => {
    let body: Json = {};
    for (let level = 3; level <= 128; level += 1) body = level % 2 === 0 ? { body } : { list: body };
    const text = JSON.stringify({ element: 'shoji:entity', self: '', body });
    assert.deepEqual(errorsIn(text, {}), []);
    assert.notDeepEqual(errorsIn(text.replace('{}', '{"a":[]}'), {}), []);
  });

  it('finds no error in groups as deep as documents may nest', () => {
    let graph: Json = [];
    for (let level = 4; level <= 128; level += 2) graph = [{ group: graph }];
    const text = JSON.stringify({ element: 'shoji:order', self: '', graph });
    assert.deepEqual(errorsIn(text, { dialect: 'crunch' }), []);
    assert.notDeepEqual(errorsIn(text.replace('[]', '[[]]'), { dialect: 'crunch' }), []);
  });

  it('finds nothing at all in plain documents of every element', () => {
    const plain: readonly (readonly [Dialect, Json])[] = [
      ['draft-02', { element: 'shoji:catalog', self: '' }],
      [
        'draft-02',
        { element: 'shoji:catalog', self: '', catalogs: {}, fragments: {}, views: {}, entities: [] },
      ],
      ['draft-02', { element: 'shoji:entity', self: '', body: { catalogs: [], element: 3, self: null } }],
      ['draft-01', { element: 'shoji:catalog', self: '/', catalogs: [], views: ['a{?b}'], entities: ['1/'] }],
      [
        'crunch',
        {
          element: 'shoji:catalog',
          self: '',
          index: { '1/': {}, '2/': { name: null } },
          size: 2.0,
          graph: [],
        },
      ],
      ['crunch', { element: 'shoji:order', self: 'order/', graph: ['../1/', { '': [] }] }],
      ['crunch', { element: 'shoji:view', self: 'left', value: null }],
    ];
    for (const [dialect, document] of plain) assert.deepEqual(validate(document, { dialect }).findings, []);
  });
});
