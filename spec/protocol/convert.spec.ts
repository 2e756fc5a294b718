import assert from 'node:assert/strict';
import { convert, ConversionError } from '../../lib/protocol/convert/convert.js';
import type { ConvertOptions } from '../../lib/protocol/convert/convert.js';
import type { Dialect } from '../../lib/protocol/dialects/dialects.js';
import { validateText } from '../../lib/protocol/validate.js';

/** Source, what it becomes, and the pointer of each loss with a part of its message. */
type Row = readonly [
  title: string,
  source: object,
  converted: unknown,
  losses?: readonly (readonly [pointer: string, message: RegExp])[],
];

function table(from: Dialect, to: Dialect, rows: readonly Row[]): void {
  describe(`convert: ${from} to ${to}`, () => {
    for (const [title, source, converted, losses = []] of rows) {
      it(title, () => {
        const before = JSON.stringify(source);
        const result = convert(source, { from, to, role: 'request' });
        // Texts show the order of members as well.
        assert.equal(JSON.stringify(result.document), JSON.stringify(converted));
        assert.deepEqual(
          result.losses.map(({ pointer }) => pointer),
          losses.map(([pointer]) => pointer),
        );
        for (const [index, [, message]] of losses.entries()) {
          assert.match(result.losses[index]?.message ?? '', message);
        }
        assert.equal(JSON.stringify(source), before, 'the source is left as it was');
        const judged = validateText(JSON.stringify(result.document), { dialect: to, role: 'request' });
        assert.deepEqual(
          judged.findings.filter(({ level }) => level === 'error'),
          [],
        );
      });
    }
  });
}

const catalog = (members: object): object => ({ element: 'shoji:catalog', self: '/things/', ...members });
const entity = (members: object): object => ({ element: 'shoji:entity', self: '/things/1/', ...members });
const view = (members: object): object => ({ element: 'shoji:view', self: '/sum', ...members });

table('draft-01', 'draft-02', [
  ['keeps what has no links', catalog({ title: 'T', x: [1] }), catalog({ title: 'T', x: [1] })],
  [
    'names the links of all three members, where they stand',
    catalog({ views: ['total'], catalogs: ['bills/', 'bills/{?year}'], entities: ['1/'], fragments: [] }),
    catalog({
      views: { total: 'total' },
      catalogs: { bills: 'bills/', 'bills by year': 'bills/{?year}' },
      entities: ['1/'],
      fragments: {},
    }),
  ],
  [
    'names the links of entities',
    entity({ fragments: ['name'], body: {} }),
    entity({ fragments: { name: 'name' }, body: {} }),
  ],
  [
    'keeps a link once that stands twice in one array',
    catalog({ catalogs: ['a/', 'b/', 'a/'] }),
    catalog({ catalogs: { a: 'a/', b: 'b/' } }),
    [['/catalogs/2', /^the link "a\/" stands in "catalogs" more than once, and is kept once/]],
  ],
  [
    'tells one link in two members apart',
    catalog({ catalogs: ['a/'], views: ['a/'] }),
    catalog({ catalogs: { 'a/ in catalogs': 'a/' }, views: { 'a/ in views': 'a/' } }),
  ],
]);

table('draft-02', 'draft-01', [
  [
    'keeps links without their names, one for each name',
    catalog({
      catalogs: { bills: 'bills/', 'by year/~': 'bills/{?year}' },
      views: {},
      extra: { catalogs: {} },
    }),
    catalog({ catalogs: ['bills/', 'bills/{?year}'], views: [], extra: { catalogs: {} } }),
    [
      ['/catalogs/bills', /^the name "bills" is lost: .* by where it leads, "bills\/"$/],
      ['/catalogs/by year~1~0', /^the name "by year\/~" is lost/],
    ],
  ],
  [
    'lists a link once that has two names',
    catalog({ views: { sum: 'total', total: 'total' } }),
    catalog({ views: ['total'] }),
    [
      ['/views/sum', /"sum"/],
      ['/views/total', /"total"/],
    ],
  ],
]);

table('crunch', 'draft-02', [
  [
    'lists the items of an index as entities, in its place',
    catalog({ title: 'T', index: { 'b/': {}, 'a/': {} }, size: 2 }),
    catalog({ title: 'T', entities: ['b/', 'a/'], size: 2 }),
  ],
  ['keeps an empty index', catalog({ index: {} }), catalog({ entities: [] })],
  [
    'loses attributes',
    catalog({ index: { '1/': { name: 'One', 'kind/of': 2 }, '2/': {} } }),
    catalog({ entities: ['1/', '2/'] }),
    [['/index/1~1', /^the attributes of "1\/" are lost \("name", "kind\/of"\): .* fetch the entity/]],
  ],
  [
    'names only some attributes where there are many',
    catalog({ index: { '1/': { a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, g: 7 } } }),
    catalog({ entities: ['1/'] }),
    [['/index/1~1', /\("a", "b", "c", "d", "e" and 2 more\)/]],
  ],
  [
    'cannot remove',
    catalog({ index: { '1/': null, '2/': {} } }),
    catalog({ entities: ['2/'] }),
    [['/index/1~1', /^null asks to remove "1\/".*DELETE/]],
  ],
  [
    'takes the order from a graph that is one, and needs it no longer',
    catalog({ graph: ['9/', '/things/10/'], index: { '10/': {}, '9/': {} } }),
    catalog({ entities: ['9/', '10/'] }),
  ],
  [
    'keeps a graph that is no order of the items',
    catalog({ index: { '1/': {} }, graph: ['1/', { group: ['2/'] }] }),
    catalog({ entities: ['1/'], graph: ['1/', { group: ['2/'] }] }),
  ],
  [
    'keeps a graph that has an item twice',
    catalog({ index: { '1/': {}, '2/': {} }, graph: ['1/', '1/'] }),
    catalog({ entities: ['1/', '2/'], graph: ['1/', '1/'] }),
  ],
  [
    'lists an item once that stands in the index twice',
    catalog({ index: { '1/': {}, './1/': { name: 'One' } } }),
    catalog({ entities: ['1/'] }),
    [['/index/.~11~1', /^".\/1\/" leads to the same entity as "1\/"/]],
  ],
  [
    'adds the index to entities that are there already',
    catalog({ index: { '2/': {}, '/things/1/': {} }, entities: ['1/'] }),
    catalog({ entities: ['1/', '2/'] }),
  ],
  [
    'makes views of orders and catalogs of folder trees',
    catalog({ orders: { flat: 'flat/' }, views: { sum: 'sum' }, folder_trees: { hidden: 'hidden/' } }),
    catalog({ views: { sum: 'sum', flat: 'flat/' }, catalogs: { hidden: 'hidden/' } }),
    [
      ['/orders', /^draft 02 has no "orders"; .* "views", since an order is/],
      ['/folder_trees', /^draft 02 has no "folder_trees"; .* "catalogs", since a tree/],
    ],
  ],
  [
    'gives moved links other names where theirs are taken, in any map',
    catalog({
      views: { order: '1', 'order (orders)': '2' },
      orders: { order: '3' },
      folder_trees: { order: '4', f: '5' },
      fragments: { f: '6' },
    }),
    catalog({
      views: { order: '1', 'order (orders)': '2', 'order (orders) (orders)': '3' },
      catalogs: { 'order (folder_trees)': '4', 'f (folder_trees)': '5' },
      fragments: { f: '6' },
    }),
    [
      ['/orders', /"views"/],
      ['/orders/order', /^the link "order" is called "order \(orders\) \(orders\)" now/],
      ['/folder_trees', /"catalogs"/],
      ['/folder_trees/order', /is called "order \(folder_trees\)" now/],
      ['/folder_trees/f', /is called "f \(folder_trees\)" now/],
    ],
  ],
  [
    'loses urls, of which nothing tells what they lead to',
    entity({ urls: { owner_url: '/users/1/' }, body: { name: 'x' } }),
    entity({ body: { name: 'x' } }),
    [['/urls/owner_url', /^the link "owner_url" to "\/users\/1\/" is lost/]],
  ],
  [
    'leaves nothing of maps without links',
    entity({ orders: {}, urls: {}, folder_trees: {}, body: {} }),
    entity({ body: {} }),
  ],
  [
    'loses the index of an entity, which has no entities in draft 02',
    entity({ index: { '1/': {}, '2/': { name: 'x' } }, graph: ['1/'], body: {} }),
    entity({ graph: ['1/'], body: {} }),
    [['/index', /^the entity's index of 2 items is lost/]],
  ],
  [
    'keeps what draft 02 gives no meaning',
    catalog({ specification: '/s/', size: 2, template: 't' }),
    catalog({ specification: '/s/', size: 2, template: 't' }),
  ],
  [
    'loses the body of a catalog, to which draft 02 gives another meaning',
    catalog({ body: { name: 'Folder' }, index: {} }),
    catalog({ entities: [] }),
    [['/body', /^the member "body" is lost: in draft 02 it is the values of an entity/]],
  ],
  ['leaves nothing of a body without values', catalog({ body: {} }), catalog({})],
  [
    'makes a Value document of a view',
    view({ value: { rows: 2 }, description: 'd', views: { a: 'a' } }),
    { rows: 2 },
    [
      ['/self', /^the member "self" \(the string "\/sum"\) is lost: .* fetched from$/],
      ['/description', /^the member "description"/],
      ['/views', /^the member "views" is lost/],
    ],
  ],
  ['makes null of a view of null', { element: 'shoji:view', value: null }, null],
  [
    'makes a catalog of a view without a value',
    view({ views: { csv: 'csv/' } }),
    { element: 'shoji:catalog', self: '/sum', views: { csv: 'csv/' } },
    [['/element', /^that this is a view is lost: it has no value/]],
  ],
  [
    'makes a catalog of a view without what is no catalog’s',
    view({ index: 5, size: 'big', entities: [1], other: 1 }),
    { element: 'shoji:catalog', self: '/sum', other: 1 },
    [
      ['/element', /view/],
      ['/index', /^the member "index" is left out, because it has a meaning of its own in crunch: /],
      ['/size', /^the member "size" is left out/],
      ['/entities', /^the member "entities" is left out/],
    ],
  ],
  [
    'says where a value would be taken for something else',
    view({ self: '', value: { element: 'shoji:entity', self: '', body: {} } }),
    { element: 'shoji:entity', self: '', body: {} },
    [
      ['/self', /self/],
      [
        '/value/element',
        /^the value has an "element" of its own, by which readers take it for a shoji:entity/,
      ],
    ],
  ],
  [
    'makes a Value document of an order',
    { element: 'shoji:order', self: '/o/', graph: ['1/', { Group: ['2/'] }] },
    ['1/', { Group: ['2/'] }],
    [['/self', /^the member "self" /]],
  ],
]);

table('draft-02', 'crunch', [
  [
    'makes an index of entities, without attributes',
    catalog({ entities: ['b/', 'a/'], catalogs: { bills: 'bills/' }, extra: 1 }),
    catalog({ index: { 'b/': {}, 'a/': {} }, catalogs: { bills: 'bills/' }, extra: 1 }),
  ],
  ['keeps an empty catalog', catalog({ entities: [] }), catalog({ index: {} })],
  ['adds no index where nothing is said of entities', catalog({}), catalog({})],
  [
    'keeps the order of names that are integers in a graph',
    catalog({ entities: ['2', '1'], title: 'T' }),
    catalog({ index: { 1: {}, 2: {} }, graph: ['2', '1'], title: 'T' }),
  ],
  [
    'has each entity once',
    catalog({ entities: ['1/', '2/', '1/'] }),
    catalog({ index: { '1/': {}, '2/': {} } }),
    [['/entities/2', /^"1\/" stands among the entities more than once/]],
  ],
  [
    'never makes a name that reaches a prototype',
    catalog({ entities: ['__proto__'] }),
    catalog({ index: { './__proto__': {} } }),
  ],
  [
    'leaves entities as they are',
    entity({ fragments: { a: 'a' }, body: { entities: ['1'] } }),
    entity({ fragments: { a: 'a' }, body: { entities: ['1'] } }),
  ],
  ['leaves Value documents as they are', [{ entities: ['1'] }], [{ entities: ['1'] }]],
  [
    'leaves out members to which crunch gives another meaning',
    catalog({ size: 'big', orders: [1], body: 5, specification: 's/', index: 1, entities: ['a/'] }),
    catalog({ specification: 's/', index: { 'a/': {} } }),
    [
      [
        '/size',
        /^the member "size" is left out, because it has a meaning of its own in crunch: "size" is .*integer/,
      ],
      ['/orders', /"orders"/],
      ['/body', /"body"/],
      ['/index', /"index"/],
    ],
  ],
  [
    'adds entities to an index that is there already',
    catalog({ index: { 'a/': { name: 'A' }, 'c/': {} }, entities: ['b/', 'a/'] }),
    catalog({ index: { 'b/': {}, 'a/': { name: 'A' }, 'c/': {} } }),
  ],
  [
    'keeps a graph in the order of the entities',
    catalog({ graph: ['/things/2', '1'], entities: ['2', '1'] }),
    catalog({ graph: ['/things/2', '1'], index: { 1: {}, 2: {} } }),
  ],
  [
    'leaves out a graph in another order',
    catalog({ graph: ['1', '2'], entities: ['2', '1'] }),
    catalog({ graph: ['2', '1'], index: { 1: {}, 2: {} } }),
    [['/graph', /^the member "graph" is left out: /]],
  ],
  [
    'loses an order for which there is no room',
    catalog({ entities: ['2', '1'], graph: ['other'] }),
    catalog({ index: { 1: {}, 2: {} }, graph: ['other'] }),
    [['/entities', /^the order of the entities is lost: .* rename that member$/]],
  ],
]);

table('draft-01', 'crunch', [
  [
    'goes by way of draft 02',
    catalog({ catalogs: ['a/', 'a/'], entities: ['1/', '1/'], size: 'big' }),
    catalog({ catalogs: { a: 'a/' }, index: { '1/': {} } }),
    [
      ['/catalogs/1', /more than once/],
      ['/size', /left out/],
      ['/entities/1', /more than once/],
    ],
  ],
]);

table('crunch', 'draft-01', [
  [
    'goes by way of draft 02, with losses that point into the source',
    catalog({
      views: { sum: 'sum' },
      orders: { sum: 'order/' },
      folder_trees: { 'a/b': 'f/' },
      index: { '1/': {} },
    }),
    catalog({ views: ['sum', 'order/'], catalogs: ['f/'], entities: ['1/'] }),
    [
      ['/orders', /"views"/],
      ['/orders/sum', /is called "sum \(orders\)" now/],
      ['/folder_trees', /"catalogs"/],
      ['/views/sum', /^the name "sum" is lost/],
      ['/orders/sum', /^the name "sum \(orders\)" is lost/],
      ['/folder_trees/a~1b', /^the name "a\/b" is lost/],
    ],
  ],
  ['makes Value documents as draft 02 does', { element: 'shoji:view', value: [1] }, [1]],
]);

describe('convert', () => {
  const options: ConvertOptions = { from: 'draft-02', to: 'crunch' };

  it('leaves a document alone whose dialect is the one that is wanted', () => {
    const document = catalog({ catalogs: { a: 'a/' } });
    assert.deepEqual(convert(document, { from: 'draft-02', to: 'draft-02' }), { document, losses: [] });
  });

  it('refuses what is not valid in its own dialect, with the findings', () => {
    const wrong = { element: 'shoji:catalog', catalogs: ['a'] };
    assert.throws(
      () => convert(wrong, options),
      (error) => {
        assert.ok(error instanceof ConversionError);
        const errors = error.findings.filter(({ level }) => level === 'error');
        assert.deepEqual(errors.map(({ rule, pointer }) => `${rule} ${pointer}`).toSorted(), [
          'member-type /catalogs',
          'missing-member ',
        ]);
        assert.match(error.message, /^The document cannot be converted: /);
        return true;
      },
    );
  });

  it('asks servers for self, and clients not', () => {
    const document = { element: 'shoji:catalog' };
    assert.throws(() => convert(document, options), ConversionError);
    assert.deepEqual(convert(document, { ...options, role: 'request' }), { document, losses: [] });
  });

  it('refuses a text with faults that JSON.parse would hide', () => {
    for (const text of [
      '{"element": "shoji:catalog", "self": "", "a": 1, "a": 2}',
      '{"element": "shoji:catalog", "self": "", "a": 12345678901234567890}',
      '{"element": "shoji:catalog", "self": "", "__proto__": {}}',
    ]) {
      assert.throws(() => convert(JSON.parse(text), { ...options, text }), ConversionError);
    }
  });

  it('keeps the name "__proto__" harmlessly where there is no text to refuse', () => {
    const document: unknown = JSON.parse(
      '{"element":"shoji:catalog","self":"","__proto__":{"polluted":true}}',
    );
    const { document: converted } = convert(document, options);
    assert.equal(JSON.stringify(converted), JSON.stringify(document));
    assert.equal(Reflect.get(converted as object, 'polluted'), undefined);
  });

  it('refuses a view whose value would be no valid document, and says where', () => {
    const text = '{"element": "shoji:view", "self": "",\n "value": {"element": "shoji:shape"}}';
    assert.throws(
      () => convert(JSON.parse(text), { from: 'crunch', to: 'draft-02', text }),
      (error) => {
        assert.ok(error instanceof ConversionError);
        const [{ rule, pointer, line, column } = assert.fail('no finding')] = error.findings;
        assert.deepEqual([rule, pointer, line, column], ['unknown-element', '/value/element', 2, 23]);
        return true;
      },
    );
  });

  it('takes values of views as a server or a client would send them', () => {
    const source = { element: 'shoji:view', self: '', value: { body: {} } };
    const { document } = convert(source, { from: 'crunch', to: 'draft-02' });
    assert.deepEqual(document, { body: {} });
    assert.ok(validateText('{"body": {}}').valid);
    const toDraft02 = { from: 'crunch', to: 'draft-02', role: 'request' } as const;
    assert.equal(validateText('{"body": {}}', { role: 'request' }).valid, false);
    assert.throws(() => convert(source, toDraft02), ConversionError);
  });

  it('says where losses stand in the text, in its order', () => {
    const text =
      '{"element": "shoji:entity", "self": "",\n "index": {"1/": {}},\n "urls": {"u": "u/"}, "body": {}}';
    const { losses } = convert(JSON.parse(text), { from: 'crunch', to: 'draft-02', text });
    assert.deepEqual(
      losses.map(({ pointer, line, column }) => [pointer, line, column]),
      [
        ['/index', 2, 11],
        ['/urls/u', 3, 16],
      ],
    );
  });

  it('keeps the order of names that are integers where the text shows it', () => {
    const indexed = '{"element": "shoji:catalog", "self": "", "index": {"10": {}, "9": {}, "x": {}}}';
    const named = '{"element": "shoji:catalog", "self": "", "views": {"10": "ten", "9": "nine"}}';
    assert.deepEqual(
      convert(JSON.parse(indexed), { from: 'crunch', to: 'draft-02', text: indexed }).document,
      { element: 'shoji:catalog', self: '', entities: ['10', '9', 'x'] },
    );
    assert.deepEqual(convert(JSON.parse(named), { from: 'draft-02', to: 'draft-01', text: named }).document, {
      element: 'shoji:catalog',
      self: '',
      views: ['ten', 'nine'],
    });
  });
});
