import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { DIALECTS, dialects } from '../../lib/protocol/dialects/dialects.js';
import type { Dialect } from '../../lib/protocol/dialects/dialects.js';
import type { JsonObject } from '../../lib/protocol/documents.js';
import type { Role } from '../../lib/protocol/role.js';
import { RULES } from '../../lib/protocol/rules/names.js';
import { DOCUMENT_RULES } from '../../lib/protocol/rules/rules.js';
import type { Rule } from '../../lib/protocol/rules/rules.js';
import {
  CUT_REFERENCES,
  DOUBTFUL_IRIS,
  DOUBTFUL_LINKS,
  EMPTY_REFERENCES,
  ODD_REFERENCES,
  traitsOf,
} from '../../lib/protocol/rules/traits.js';
import { validate } from '../../lib/protocol/validate.js';
import { corpusFolder } from '../corpus.js';

/** References of all kinds, good and bad, and pairs of them that lead to one place. */
const REFERENCES: readonly string[] = [
  ...`
    bills/ 1/ 2 a.b/c /users/ /users //host/x /// ?page=2 #top . .. ./ ./1/ ../ ../1/ ../../1/ .././1/
    ./../1/ ..//x .//x a/../1/ a/./1/ /a/../b /.. https://api.example/ https://api.example/users/
    https://api.example HTTPS://api.example/users/ https://API.example/users/ https://api.example:8000/
    https://api.example:80/ http://api.example:65535/ http://api.example:99999/ https://a@api.example/x
    https://api.example/a:b https://:80/ http:///x https:///users/ http:x https: h:/x
    javascript:alert(1) data:,x c:/x mailto:a@b.example a:b 1:2 /a:b house/ http a%20b a%2 /a%zz /%41/
    /A/ é/ %C3%A9/ {id}/ {?page} {+x} {#x} { } {} /u/{id}/{?a,b} https://h.example/{id}/ {x}:y http{x}
    {/x} {&x} {x a{x}b:c < [ ^ | a-reference-that-is-long/ a-reference-that-is-long/a:b
    /a-path/that-is-rather-long/and/goes/on/a%20b https://api.example/users/a%2/
    https://api.example/users/?q=%7B%22a%22%7D users users/ users/1/
  `
    .trim()
    .split(/\s+/),
  '',
  'a b',
  ' a',
  '{a b}',
  '"',
  '\\',
  '`',
  'a\u0000',
  '\ud800',
  '\u202e',
];

const MEMBERS = [...new Set(DIALECTS.flatMap((name) => [...dialects[name].members.values()].flat()))];
const UNKNOWN = [
  'template',
  'order',
  'Self',
  'catalog',
  'entites',
  'boddy',
  'some_other_key',
  'x',
  'é',
  '',
  'view',
];

const reference = fc.constantFrom(...REFERENCES);
const linkName = fc.constantFrom('a', 'b', 'c', 'sold count', 'toString', '');
const scalar = fc.constantFrom(null, true, 0, 1.5, 3, '', 'text');
const date = fc.constantFrom(
  '#2003-12-13T18:30:02Z#',
  '2003-12-13T18:30:02Z',
  '#2003-02-29T18:30:02Z#',
  '#2004-02-29T18:30:02.5Z#',

  '#2003-04-31T00:00:00Z#',
  '#2003-12-31T23:59:60Z#',
  '#2003-12-13T24:00:00Z#',
  '#2003-12-13T18:30:02+01:00#',
  '##',
);
const map = fc.dictionary(linkName, fc.oneof({ weight: 9, arbitrary: reference }, scalar), { maxKeys: 3 });
const list = fc.array(fc.oneof({ weight: 9, arbitrary: reference }, scalar), { maxLength: 4 });
const index = fc.dictionary(reference, fc.constantFrom({}, { name: 'x' }, null, [], 1), { maxKeys: 4 });
const { graph } = fc.letrec<{ graph: unknown }>((tie) => ({
  graph: fc.array(
    fc.oneof({ maxDepth: 3 }, reference, fc.dictionary(linkName, tie('graph'), { maxKeys: 2 }), scalar),
    { maxLength: 3 },
  ),
}));

/** What a member may hold, mostly of the type that it must. */
function valueOf(name: string): fc.Arbitrary<unknown> {
  const fitting: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
    self: reference,
    specification: reference,
    updated: date,
    entities: list,
    index,
    graph,
    title: fc.constant('T'),
    description: fc.constant(''),
    size: fc.constantFrom(3, 1.5),
    body: map,
  };
  return fc.oneof(
    { weight: 12, arbitrary: fitting[name] ?? fc.oneof({ weight: 4, arbitrary: map }, list) },
    scalar,
    list,
    map,
  );
}

const documents = fc
  .record({
    element: fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom(...dialects.crunch.members.keys()) },
      fc.constantFrom('shoji:Catalog', 'shoji:other', 1),
    ),
    names: fc.uniqueArray(
      fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...MEMBERS) }, fc.constantFrom(...UNKNOWN)),
      {
        maxLength: 5,
      },
    ),
    self: fc.option(
      fc.constantFrom(
        '',
        '/users/',
        'https://api.example/users/?page=2',
        '/users',
        'https://api.example/users/1',
      ),
    ),
    body: fc.option(fc.constant({ first_name: 'Ada' })),
  })
  .chain(({ element, names, self, body }) =>
    fc
      .tuple(
        ...names
          .filter((name) => name !== 'element')
          .map((name) => valueOf(name).map((value) => [name, value] as const)),
      )
      .map((members) => ({
        element,
        ...(self === null ? {} : { self }),
        ...(body === null ? {} : { body }),
        ...Object.fromEntries(members),
      })),
  );

/** What rules about single references are concerned with. */
const OF_REFERENCES = DOUBTFUL_LINKS | DOUBTFUL_IRIS | EMPTY_REFERENCES | ODD_REFERENCES | CUT_REFERENCES;

/** Which rules of a dialect there are. */
function rulesOf(dialect: Dialect): readonly Rule[] {
  return DOCUMENT_RULES.filter((rule) => rule.dialects?.includes(dialect) !== false);
}

/**
 * Proves that no rule has anything to say of a document about which it is not asked.
 *
 * @returns whether nothing is wrong with the document
 */
function agree(json: unknown, dialect: Dialect, role: Role): boolean {
  const document = JSON.parse(JSON.stringify(json)) as JsonObject;
  const { element } = document;
  if (typeof element !== 'string' || !dialects[dialect].schemas.has(element)) return false;
  const subject = { document, dialect: dialects[dialect], role };
  const traits = traitsOf(subject);
  for (const { names, concerns, check } of rulesOf(dialect)) {
    if ((traits & concerns) !== 0) continue;
    assert.deepEqual([...check(subject)], [], `${names.join()}: ${JSON.stringify(document)}`);
  }
  return validate(document, { dialect, role }).findings.length === 0;
}

describe('rules', () => {
  it('are asked about every document of which they have something to say', () => {
    let good = 0;
    fc.assert(
      fc.property(
        documents,
        fc.constantFrom(...DIALECTS),
        fc.constantFrom('response', 'request'),
        (json, dialect, role) => {
          if (agree(json, dialect, role)) good += 1;
        },
      ),
      { numRuns: 5000 },
    );
    assert.ok(good > 100, `only ${good} documents were good`);
  });

  it('are asked about every two references in one place of which they have something to say', () => {
    const self = 'https://api.example/users/';
    for (const one of REFERENCES) {
      for (const other of REFERENCES) {
        agree({ element: 'shoji:catalog', self, entities: [one, other] }, 'draft-02', 'response');
        agree(
          { element: 'shoji:catalog', self: other, index: { [one]: {}, 'b/': {} } },
          'crunch',
          'response',
        );
        agree({ element: 'shoji:entity', self: one, body: {}, views: { other } }, 'draft-02', 'response');
      }
    }
  });

  it('are asked about lists of references that step up from a folder, where two are the same', () => {
    const up = fc.constantFrom('', './', '../', '../../', '../../../', '../../../../', '/', '/a/', '/a/b/');
    const down = fc.constantFrom('', 'a/', 'b/', 'a/b/', 'b/a/', 'a/b/c/', '1/', '01/', '2');
    const item = fc.tuple(up, down).map(([steps, rest]) => steps + rest);
    const items = fc.array(item, { minLength: 2, maxLength: 3 });
    const self = fc.constantFrom(
      '/',
      '/a/',
      '/a/b/',
      '/a/b/c/',
      'https://h.example/',
      'https://h.example/a/b/',
    );
    let good = 0;
    fc.assert(
      fc.property(items, self, (entities, folder) => {
        const names = Object.fromEntries(entities.map((name) => [name, {}]));
        if (agree({ element: 'shoji:catalog', self: folder, entities }, 'draft-02', 'response')) good += 1;
        agree({ element: 'shoji:catalog', self: folder, index: names }, 'crunch', 'response');
      }),
      { numRuns: 3000 },
    );
    assert.ok(good > 100, `only ${good} lists were good`);
  });

  it('are asked about members of every name of which they have something to say', () => {
    for (const dialect of DIALECTS) {
      for (const element of dialects.crunch.members.keys()) {
        for (const name of [...MEMBERS, ...UNKNOWN].flatMap(variantsOf)) {
          for (const value of ['x', 'a/', {}, { a: 'a/' }, [], ['a/'], 3, null]) {
            const full = { element, self: '/x/', body: {}, graph: [], [name]: value };
            agree(full, dialect, 'response');
            const { graph: _, body: __, ...bare } = full;
            agree(bare, dialect, 'request');
          }
        }
      }
    }
  });

  const ordinary: readonly (readonly [Dialect, Role, JsonObject])[] = [
    ['draft-02', 'response', { element: 'shoji:catalog', self: '' }],
    [
      'draft-02',
      'response',
      {
        element: 'shoji:catalog',
        self: 'https://api.example/users/?page=2',
        title: 'Users',
        description: 'All of them',
        updated: '#2003-12-13T18:30:02Z#',
        catalogs: { bills: 'bills/', 'sellers by sold count': 'sellers{?sold_count}', root: '/' },
        views: { 'Sold Counts': 'sold_counts' },
        entities: ['1/', '2/', '10/'],
      },
    ],
    ['draft-02', 'response', { element: 'shoji:catalog', self: '/users/', entities: ['9/', '1/', '10/'] }],
    [
      'draft-02',
      'response',
      { element: 'shoji:entity', self: '/users/1', body: { any: [1, { thing: null }] } },
    ],
    ['draft-02', 'request', { element: 'shoji:entity', body: {} }],
    ['draft-02', 'response', { element: 'shoji:entity', self: '/users/1/', body: {}, shoe_size: 43 }],
    [
      'draft-01',
      'response',
      { element: 'shoji:catalog', self: '/users/', catalogs: ['bills/'], entities: ['1/'] },
    ],
    [
      'crunch',
      'response',
      {
        element: 'shoji:catalog',
        self: 'https://api.example:8000/datasets/',
        index: { '../7a/': { name: 'x' }, '../7b/': {} },
        orders: { order: 'order/' },
        size: 2,
        graph: ['../7a/', '../7b/'],
        body: {},
      },
    ],
    [
      'crunch',
      'response',
      {
        element: 'shoji:catalog',
        self: 'https://api.example/datasets/7/folders/1/',
        index: { '../3/': {}, '../../variables/age/': {} },
      },
    ],
    ['crunch', 'request', { element: 'shoji:catalog', index: { 'a/': {} }, order: '/datasets/order/' }],
    ['crunch', 'response', { element: 'shoji:view', self: '/x/?filter=%7B%22a%22%7D', value: [1] }],
    [
      'crunch',
      'response',
      { element: 'shoji:order', self: '/o/', graph: ['a/', { Group: ['b/', { Inner: [] }] }] },
    ],
  ];
  for (const [dialect, role, json] of ordinary) {
    it(`find nothing wrong with the ${dialect} ${role} ${JSON.stringify(json).slice(0, 60)}`, () => {
      assert.ok(agree(json, dialect, role));
    });
  }

  it('are not asked about graphs that are cycles, nor about very deep ones', () => {
    const cycle: unknown[] = [];
    cycle.push({ again: cycle });
    const cyclic = { element: 'shoji:order', self: '', graph: cycle };
    const { findings } = validate(cyclic, { dialect: 'crunch' });
    assert.deepEqual(
      findings.map(({ rule }) => rule),
      ['too-deep'],
    );
  });

  it('have names that are listed, and findings that weigh no more than they say', () => {
    for (const { names } of DOCUMENT_RULES) {
      for (const name of names) assert.ok(RULES.includes(name), name);
    }
  });
});

describe('rules, on real documents', () => {
  const folder = corpusFolder('shoji');
  if (folder === undefined) {
    it('cannot be tried: shared/corpus/shoji is not beside the project', function () {
      this.skip();
    });
    return;
  }

  it('are asked about every document of which they have something to say, and seldom about good ones', () => {
    let asked = 0;
    let good = 0;
    for (const file of readdirSync(folder).filter(
      (name) => name.endsWith('.json') && name !== 'manifest.json',
    )) {
      const json = JSON.parse(readFileSync(join(folder, file), 'utf8')) as JsonObject;
      if (!agree(json, 'crunch', 'request')) continue;
      good += 1;
      const traits = traitsOf({ document: json, dialect: dialects.crunch, role: 'request' });
      if ((traits & OF_REFERENCES) !== 0) asked += 1;
    }
    assert.ok(good > 300 && asked < good / 50, `asked about ${asked} of ${good} good documents`);
  });
});

/** A name as people and fingers get it wrong. */
function variantsOf(name: string): readonly string[] {
  const slips = Array.from(name).flatMap((letter, at) => [
    name.slice(0, at) + name.slice(at + 1),
    `${name.slice(0, at)}x${name.slice(at + 1)}`,
    `${name.slice(0, at)}-${name.slice(at)}`,
    name.slice(0, at) + name.slice(at + 1, at + 2) + letter + name.slice(at + 2),
  ]);
  return [
    name,
    name.toUpperCase(),
    `${name}s`,
    `${name}es`,
    name.replace(/s$/, ''),
    name.replace(/y$/, 'ies'),
    ...slips,
  ];
}
