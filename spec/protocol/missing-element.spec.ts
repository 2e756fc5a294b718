import assert from 'node:assert/strict';
import { validate, type ValidateOptions } from '../../lib/protocol/validate.js';

/** The findings on a document as `level rule pointer`. */
function findingsOn(document: unknown, options: ValidateOptions = {}): readonly string[] {
  return validate(document, options).findings.map(
    ({ level, rule, pointer }) => `${level} ${rule} ${pointer}`,
  );
}

function messageOn(document: object, options: ValidateOptions = {}): string {
  return validate(document, options).findings[0]?.message ?? '';
}

const self = 'http://library.example/books/';

describe('validate: documents that lost their element', () => {
  const clear: readonly (readonly [
    title: string,
    document: object,
    options: ValidateOptions,
    likely: string,
  ])[] = [
    ['self and a body', { self, body: {}, 'x-more': 1 }, {}, 'shoji:entity'],
    ['self and links', { self, views: { names: 'names' }, 'x-more': 1 }, {}, 'shoji:catalog'],
    ['self and entities', { self, entities: [] }, {}, 'shoji:catalog'],
    ['self and nothing that Shoji does not know', { self, title: 'Books' }, {}, 'shoji:catalog'],
    ['links of draft 01', { self, catalogs: ['authors/'] }, { dialect: 'draft-01' }, 'shoji:catalog'],
    ['an index', { self, index: {}, 'x-more': 1 }, { dialect: 'crunch' }, 'shoji:catalog'],
    ['a graph', { self, graph: [] }, { dialect: 'crunch' }, 'shoji:order'],
    ['a value', { self, value: 3 }, { dialect: 'crunch' }, 'shoji:view'],
    ['a body in a request', { body: { title: 'Akira' } }, { role: 'request' }, 'shoji:entity'],
    ['a misspelt element', { elemnet: 'shoji:entity', 'x-more': 1 }, {}, 'shoji:entity'],
  ];
  for (const [title, document, options, likely] of clear) {
    it(`refuses ${title}`, () => {
      assert.deepEqual(findingsOn(document, options), ['error missing-element ']);
      const message = messageOn(document, options);
      assert.ok(message.includes(`add "element": "${likely}"`), message);
      assert.match(message, /--value/);
    });
  }

  it('names the member that is probably meant to be "element"', () => {
    assert.match(messageOn({ Element: 'shoji:catalog', self }), /"Element" is probably meant to be it/);
  });

  it('warns where other documents could look like that as well', () => {
    for (const document of [
      { catalogs: {}, 'x-more': 1 },
      { catalogs: [], 'x-more': 1 },
      { entities: ['1/'] },
      { self, title: 'Books', 'x-more': 1 },
    ]) {
      assert.deepEqual(findingsOn(document), ['warning missing-element ']);
      assert.equal(validate(document).valid, true);
    }
    assert.deepEqual(findingsOn({ body: {}, 'x-more': 1 }, { role: 'request' }), [
      'warning missing-element ',
    ]);
    assert.deepEqual(findingsOn({ graph: [] }, { dialect: 'crunch', role: 'request' }), [
      'warning missing-element ',
    ]);
  });

  it('refuses a wrong element where the rest leaves no doubt, and warns where it leaves some', () => {
    for (const element of [1, null, '', 'entity', ['shoji:entity'], { shoji: 'entity' }]) {
      assert.deepEqual(findingsOn({ element, self, body: {} }), ['error wrong-element /element']);
    }
    assert.deepEqual(findingsOn({ element: 'Shoji/Catalog' }), ['error wrong-element /element']);
    assert.match(messageOn({ element: 'Shoji/Catalog' }), /write "shoji:catalog", or .*--value/);
    assert.deepEqual(findingsOn({ element: 'gold', entities: ['1/'] }), ['warning wrong-element /element']);
  });

  it('has nothing against plain values', () => {
    for (const value of [
      { element: 'gold', symbol: 'Au' },
      { element: Object.create(null), symbol: 'Au' },
      { title: 'Akira', description: 'A book' },
      { self: 'me', name: 'x' },
      { body: 'text', index: 3, graph: 'x' },
      { body: {}, head: {} },
      { value: 3 },
    ]) {
      assert.deepEqual(findingsOn(value), []);
    }
  });

  it('looks for no element where the document is known to be a Value document', () => {
    for (const document of [
      { self, body: {} },
      { element: 3, self, catalogs: [] },
      { element: 'shoji:catalog', self: 3, index: {} },
    ]) {
      assert.deepEqual(validate(document, { value: true }), {
        element: undefined,
        dialect: 'draft-02',
        valid: true,
        findings: [],
      });
    }
  });
});
