import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DIALECTS, dialects } from '../../lib/protocol/dialects/dialects.js';
import { nearness } from '../../lib/protocol/edit-distance.js';
import { validate } from '../../lib/protocol/validate.js';
import type { ValidateOptions } from '../../lib/protocol/validate.js';

/** The findings on a document as `level rule pointer`. */
function findingsOn(document: unknown, options: ValidateOptions = {}): readonly string[] {
  return validate(document, options).findings.map(
    ({ level, rule, pointer }) => `${level} ${rule} ${pointer}`,
  );
}

const catalog = { element: 'shoji:catalog', self: '/books/' };
const entity = { element: 'shoji:entity', self: '/books/1/', body: {} };

describe('the members that a dialect knows', () => {
  const schemas = join(fileURLToPath(import.meta.url), '../../../../schemas');
  for (const name of DIALECTS) {
    for (const [element, members] of dialects[name].members) {
      it(`are those of the schema, in ${element} of ${name}`, () => {
        const file = join(schemas, name, `${element.slice('shoji:'.length)}.json`);
        const schema: { readonly properties: object } = JSON.parse(readFileSync(file, 'utf8'));
        assert.deepEqual(members.toSorted(), Object.keys(schema.properties).toSorted());
      });
    }
  }
});

describe('validate: misplaced members', () => {
  it('warns of body in a catalog and of entities in an entity', () => {
    for (const dialect of ['draft-01', 'draft-02'] as const) {
      assert.deepEqual(findingsOn({ ...catalog, body: {} }, { dialect }), ['warning misplaced-member /body']);
      assert.deepEqual(findingsOn({ ...entity, entities: [] }, { dialect }), [
        'warning misplaced-member /entities',
      ]);
    }
  });

  it('warns of what other elements of Crunch have', () => {
    const options = { dialect: 'crunch' } as const;
    assert.deepEqual(findingsOn({ ...catalog, body: {}, graph: [], index: {} }, options), []);
    assert.deepEqual(findingsOn({ ...entity, graph: [], index: {} }, options), []);
    assert.deepEqual(findingsOn({ ...entity, value: 3 }, options), ['warning misplaced-member /value']);
    assert.deepEqual(findingsOn({ element: 'shoji:view', self: '', body: {} }, options), [
      'warning misplaced-member /body',
    ]);
  });

  it('says where the member belongs', () => {
    const [finding] = validate({ ...catalog, body: {} }).findings;
    assert.match(finding?.message ?? '', /"body" means nothing in "shoji:catalog".*"shoji:entity"/);
  });
});

describe('validate: misspelt members', () => {
  it('warns of a member that is nearly an absent one', () => {
    const cases: readonly (readonly [name: string, value: unknown])[] = [
      ['entites', ['1/']],
      ['entity', ['1/']],
      ['Entities', ['1/']],
      ['catalog', { authors: 'authors/' }],
      ['Catalogs', 'whatever it holds'],
      ['veiws', {}],
      ['view', {}],
      ['fragment', {}],
      ['titel', 'Books'],
      ['Title', 'Books'],
      ['descripton', 'All of them'],
      ['updated ', '#2003-12-13T18:30:02Z#'],
      ['update', '#2003-12-13T18:30:02Z#'],
    ];
    for (const [name, value] of cases) {
      assert.deepEqual(findingsOn({ ...catalog, [name]: value }), [`warning misspelt-member /${name}`]);
    }
    assert.deepEqual(findingsOn({ ...catalog, 'folder-trees': {} }, { dialect: 'crunch' }), [
      'warning misspelt-member /folder-trees',
    ]);
  });

  it("has nothing against somebody's own members", () => {
    const cases: readonly (readonly [name: string, value: unknown])[] = [
      ['catalog', 'catalog/'],
      ['entity', { name: 'x' }],
      ['view', 'list'],
      ['titles', ['Akira']],
      ['shelf', 3],
      ['x-title', 'Books'],
      ['', 'x'],
      ['language', 'en'],
      ['count', 3],
    ];
    for (const [name, value] of cases) assert.deepEqual(findingsOn({ ...catalog, [name]: value }), []);
    assert.deepEqual(findingsOn({ ...catalog, title: 'Books', Title: 'Books' }), []);
    assert.deepEqual(findingsOn({ ...catalog, url: 'http://a.example/' }, { dialect: 'crunch' }), []);
  });

  it('names the misspelt member where the right one is required', () => {
    const { findings } = validate({ element: 'shoji:entity', Self: '', bodies: {} });
    assert.deepEqual(findings.map(({ rule, pointer }) => `${rule} ${pointer}`).toSorted(), [
      'missing-member ',
      'missing-member ',
      'misspelt-member /Self',
      'misspelt-member /bodies',
    ]);
    const messages = findings.map(({ message }) => message).join('\n');
    assert.match(messages, /"Self" is probably meant to be it/);
    assert.match(messages, /"bodies" is probably meant to be it/);
  });

  it('tells near names from others', () => {
    const near = [
      ['SELF', 'self', 'spelling'],
      ['folder trees', 'folder_trees', 'spelling'],
      ['slef', 'self', 'letters'],
      ['elf', 'self', 'letters'],
      ['selff', 'self', 'letters'],
      ['bodies', 'body', 'letters'],
      ['indexes', 'index', 'letters'],
      ['self', 'self', undefined],
      ['sell', 'body', undefined],
      ['sfle', 'self', undefined],
      ['', 'self', undefined],
      ['shelves', 'self', undefined],
    ] as const;
    for (const [one, other, expected] of near)
      assert.equal(nearness(one, other), expected, `${one} ${other}`);
  });
});
