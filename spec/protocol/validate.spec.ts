import assert from 'node:assert/strict';
import {
  validate,
  validateText,
  type ValidateOptions,
  type ValidateTextOptions,
} from '../../lib/protocol/validate.js';

/** The findings on a document as `level rule pointer`. */
function findingsOn(document: unknown, options: ValidateOptions = {}): readonly string[] {
  return validate(document, options).findings.map(
    ({ level, rule, pointer }) => `${level} ${rule} ${pointer}`,
  );
}

function messageOn(document: object): string {
  return validate(document).findings[0]?.message ?? '';
}

/** The findings on a text as `rule line:column`. */
function placesIn(text: string, options: ValidateTextOptions = {}): readonly string[] {
  return validateText(text, options).findings.map(({ rule, line, column }) => `${rule} ${line}:${column}`);
}

const catalog = { element: 'shoji:catalog', self: 'http://library.example/books/' };
const entity = { element: 'shoji:entity', self: '', body: { title: 'Akira' } };

describe('validate: kinds of documents', () => {
  it('tells a catalog, an entity and a Value document apart', () => {
    assert.deepEqual(validate(catalog), {
      element: 'shoji:catalog',
      dialect: 'draft-02',
      valid: true,
      findings: [],
    });
    assert.equal(validate(entity).element, 'shoji:entity');
    for (const value of [
      387,
      null,
      'shoji:catalog',
      [1, 2],
      {},
      { element: 'gold', symbol: 'Au' },
      { element: 79 },
    ]) {
      assert.deepEqual(validate(value), {
        element: undefined,
        dialect: 'draft-02',
        valid: true,
        findings: [],
      });
    }
  });

  it('refuses an element that the dialect has not, and says what to write', () => {
    const cases: readonly (readonly [element: string, advice: RegExp])[] = [
      ['shoji:foo', /"shoji:foo" is no element .* write "shoji:catalog" or "shoji:entity"/],
      ['Shoji:Catalog', /write "shoji:catalog"$/],
      ['shoji: entity ', /write "shoji:entity"$/],
      ['shoji:view', /one of the dialect crunch/],
    ];
    for (const [element, advice] of cases) {
      const { valid, findings, ...rest } = validate({ ...catalog, element });
      assert.equal(valid, false);
      assert.equal(rest.element, element);
      const [finding, ...others] = findings.filter(({ level }) => level !== 'note');
      assert.equal(finding?.rule, 'unknown-element');
      assert.equal(finding.pointer, '/element');
      assert.match(finding.message, advice);
      assert.deepEqual(others, []);
    }
    assert.equal(validate({ element: 'shoji:view', self: '' }, { dialect: 'crunch' }).valid, true);
  });
});

describe('validate: members', () => {
  const cases: readonly (readonly [title: string, document: object, findings: readonly string[]])[] = [
    ['self where there is none', { element: 'shoji:catalog' }, ['error missing-member ']],
    ['body where there is none', { element: 'shoji:entity', self: '' }, ['error missing-member ']],
    ['members that no draft names, which are allowed', { ...catalog, index: 3, 'x-y': null }, []],
    [
      'every member of the wrong type, in order',
      { ...catalog, self: 1, views: [], title: null, entities: {}, updated: 3, description: ['x'] },
      [
        'error member-type /self',
        'error member-type /views',
        'note other-dialect /views',
        'error member-type /title',
        'error member-type /entities',
        'error member-type /updated',
        'error member-type /description',
      ],
    ],
    ['a body that is no object', { ...entity, body: [] }, ['error member-type /body']],
    [
      'links that are no strings',
      { ...catalog, catalogs: { ok: 'ok/', 'a/b': null, c: { href: 'c/' }, d: ['d/'] } },
      ['error item-type /catalogs/a~1b', 'error item-type /catalogs/c', 'error item-type /catalogs/d'],
    ],
    ['a link without a name', { ...catalog, views: { '': 'x' } }, ['error empty-link-name /views']],
    ['entities that are no strings', { ...catalog, entities: ['1/', 2] }, ['error item-type /entities/1']],
    ['a self that is no IRI', { ...catalog, self: 'http://a.example/b c' }, ['error malformed-iri /self']],
    ['a self that is a template', { ...catalog, self: 'books{?year}' }, ['error malformed-iri /self']],
    [
      'IRIs outside ASCII, which are allowed',
      { ...catalog, catalogs: { 書籍: '書籍/', all: '/本/{?q}' } },
      [],
    ],
    [
      'links that are no IRIs',
      { ...catalog, fragments: { a: '<a>', b: '50%', c: 'c\\d' } },
      [
        'error malformed-iri /fragments/a',
        'error malformed-iri /fragments/b',
        'error malformed-iri /fragments/c',
      ],
    ],
    [
      'links that are no templates',
      { ...catalog, catalogs: { a: 'a{?b', b: 'b}', c: '{!c}', d: 'd{/e*}{?f,g:3}' } },
      [
        'error malformed-template /catalogs/a',
        'error malformed-template /catalogs/b',
        'error malformed-template /catalogs/c',
      ],
    ],
    [
      'entities that are no IRIs',
      { ...catalog, entities: ['1/', 'a b'] },
      ['error malformed-iri /entities/1'],
    ],
    ['a good date', { ...entity, updated: '#2003-12-13T18:30:02.25+01:00#' }, []],
    [
      'a date without its marks',
      { ...entity, updated: '2003-12-13T18:30:02Z' },
      ['warning bare-date /updated'],
    ],
    ['what is no date', { ...entity, updated: '#2003-02-30T18:30:02Z#' }, ['error malformed-date /updated']],
    [
      'one name in two maps',
      { ...catalog, catalogs: { a: 'a/', b: 'b/' }, views: { b: 'bs', c: 'c' } },
      ['warning repeated-link-name /views/b'],
    ],
    [
      'entities that are the same once resolved',
      { ...catalog, entities: ['1/', './1/', '/books/1/', 'http://library.example/books/2/', '2/', '3/'] },
      [
        'warning repeated-entity /entities/1',
        'warning repeated-entity /entities/2',
        'warning repeated-entity /entities/4',
      ],
    ],
    [
      'entities that may differ, as long as nobody knows where the document is',
      { ...catalog, self: '', entities: ['1/', '/1/', '../1/', 'http://library.example/1/'] },
      [],
    ],
  ];
  for (const [title, document, findings] of cases) {
    it(`sees ${title}`, () => {
      assert.deepEqual(findingsOn(document), findings);
    });
  }

  it('asks a request for no self', () => {
    assert.deepEqual(findingsOn({ element: 'shoji:entity', body: {} }, { role: 'request' }), []);
    assert.deepEqual(findingsOn({ element: 'shoji:entity', self: 3 }, { role: 'request' }), [
      'error missing-member ',
      'error member-type /self',
    ]);
  });

  it('says what was found and what to write instead', () => {
    assert.match(
      messageOn({ ...catalog, catalogs: ['bills'] }),
      /is an array; it must be an object .*arrays of links are of draft 01/,
    );
    assert.match(
      messageOn({ ...catalog, catalogs: { a: null } }),
      /"a" in "catalogs" is null; it must be an IRI reference/,
    );
    assert.match(messageOn({ ...catalog, self: 3 }), /"self" is 3; it must be an IRI reference/);
    assert.match(messageOn({ ...entity, updated: 'today' }), /"today" is no date; write .*"#2003/);
    assert.match(messageOn({ ...entity, updated: '2003-12-13T18:30:02Z' }), /write "#2003-12-13T18:30:02Z#"/);
    assert.match(messageOn({ ...catalog, entities: ['1/', '1/'] }), /same entity as \/entities\/0/);
  });
});

describe('validate: dialects', () => {
  it('has arrays of links in draft 01', () => {
    const first = { ...catalog, catalogs: ['bills', 'sellers{?sold_count}'], entities: ['1'] };
    assert.deepEqual(findingsOn(first, { dialect: 'draft-01' }), []);
    assert.deepEqual(findingsOn({ ...first, catalogs: ['a b', 3, '{'] }, { dialect: 'draft-01' }), [
      'error malformed-iri /catalogs/0',
      'error item-type /catalogs/1',
      'error malformed-template /catalogs/2',
    ]);
    assert.deepEqual(findingsOn({ ...catalog, views: {} }, { dialect: 'draft-01' }), [
      'error member-type /views',
      'note other-dialect /views',
    ]);
  });

  it('takes null in an index for what a request removes, and for nothing that is served', () => {
    const document = { ...catalog, index: { '1/': null } };
    assert.deepEqual(findingsOn(document, { dialect: 'crunch', role: 'request' }), []);
    assert.deepEqual(findingsOn(document, { dialect: 'crunch' }), ['warning null-entry /index/1~1']);
  });

  it('checks the members that Crunch has added', () => {
    const document = {
      ...catalog,
      index: { '1/': {}, '2/': null, 'a b/': {}, '3/': 'x' },
      orders: { order: 3, '': 'x' },
      urls: { a: '<' },
      graph: {},
      specification: 'a b',
      size: 1.5,
    };
    assert.deepEqual(findingsOn(document, { dialect: 'crunch' }), [
      'warning null-entry /index/2~1',
      'error malformed-iri /index/a b~1',
      'error item-type /index/3~1',
      'error empty-link-name /orders',
      'error item-type /orders/order',
      'error malformed-iri /urls/a',
      'error member-type /graph',
      'error malformed-iri /specification',
      'error member-type /size',
    ]);
  });

  it('checks orders all the way down', () => {
    const order = { element: 'shoji:order', self: '' };
    const graph = ['../1/', { Group: ['../2/', { Inner: [] }] }];
    assert.deepEqual(findingsOn({ ...order, graph }, { dialect: 'crunch' }), []);
    assert.deepEqual(findingsOn(order, { dialect: 'crunch' }), ['error missing-member ']);
    const broken = [3, {}, { a: [], b: [] }, { 'c/d': [{ e: 'f' }, 'g h', null] }];
    assert.deepEqual(findingsOn({ ...order, graph: broken }, { dialect: 'crunch' }), [
      'error item-type /graph/0',
      'error order-group /graph/1',
      'error order-group /graph/2',
      'error item-type /graph/3/c~1d/0/e',
      'error malformed-iri /graph/3/c~1d/1',
      'error item-type /graph/3/c~1d/2',
    ]);
  });

  it('takes any JSON as the value of a view, and a view without one', () => {
    for (const value of [null, 'x', [], {}]) {
      assert.deepEqual(findingsOn({ element: 'shoji:view', self: '', value }, { dialect: 'crunch' }), []);
    }
    assert.deepEqual(findingsOn({ element: 'shoji:view', self: '', views: {} }, { dialect: 'crunch' }), []);
  });
});

describe('validate: texts', () => {
  it('gives lines and columns, down to the character of a link', () => {
    const text = [
      '{"element": "shoji:catalog",',
      ' "self": "a b",',
      ' "catalogs": {"x": "x/{?", "y": "\\u0079\\/ z", "z": 3},',
      ' "views": []}',
    ].join('\n');
    assert.deepEqual(placesIn(text), [
      'malformed-iri 2:12',
      'malformed-template 3:25',
      'malformed-iri 3:42',
      'item-type 3:52',
      'member-type 4:11',
    ]);
    assert.deepEqual(validate(JSON.parse(text), { text }), validateText(text));
  });

  it('has what is wrong with the JSON among the findings', () => {
    const text = '{"element": "shoji:entity", "self": 3, "body": {"a": 1e999, "a": 2}}';
    assert.deepEqual(placesIn(text), ['member-type 1:37', 'number-range 1:54', 'duplicate-name 1:61']);
    assert.equal(validateText('[1e999]').valid, false);
    assert.match(validateText('[1e999]').findings[0]?.see ?? '', /^RFC 7493/);
  });

  it('says nothing of Shoji where the text is no JSON or too deep', () => {
    assert.deepEqual(placesIn('{"element": "shoji:catalog"'), ['malformed-json 1:28']);
    assert.deepEqual(placesIn(''), ['empty 1:1']);
    const deep = `{"element": "shoji:order", "graph": ${'[{"a":'.repeat(5000)}[]${'}]'.repeat(5000)}}`;
    assert.deepEqual(placesIn(deep, { dialect: 'crunch' }), ['too-deep 1:416']);
  });

  it('finds all of very many errors', () => {
    const groups = Array.from({ length: 20_000 }, () => '{"a": [1]}').join(',');
    const text = `{"element": "shoji:order", "self": "", "graph": [${groups}]}`;
    assert.equal(validateText(text, { dialect: 'crunch' }).findings.length, 20_000);
  });
});
