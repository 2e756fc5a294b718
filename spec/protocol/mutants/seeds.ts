import type { Dialect } from '../../../lib/protocol/dialects/dialects.js';
import type { JsonObject } from '../../../lib/protocol/documents.js';
import type { Role } from '../../../lib/protocol/role.js';

export type Element = 'shoji:catalog' | 'shoji:entity' | 'shoji:view' | 'shoji:order';

/** A valid document, against which nothing at all is to be said. */
export interface Seed {
  readonly name: string;
  readonly dialect: Dialect;
  readonly role: Role;
  readonly element: Element;
  readonly document: JsonObject;
}

const wine = {
  body: {
    label: 'Brauneberger Juffer',
    year: 2019,
    dry: false,
    grapes: ['Riesling'],
    price: { amount: 14.5, currency: 'EUR', history: [{ year: 2018, amount: 13 }] },
    remark: null,
  },
};

const words = {
  title: 'The cellar',
  description: 'What lies below.',
  updated: '#2019-10-27T09:15:00+02:00#',
};

const named = {
  catalogs: { racks: 'racks/', 'vintages by year': 'vintages/{?year,grape*}', 生産者: '/生産者/' },
  fragments: { 'door code': 'door', lamp: './lamp#switch' },
  views: { 'bottles left': 'left{;min}{&max:3}', 'oldest first': '?sort=age' },
};

const unnamed = {
  catalogs: ['racks/', 'vintages/{?year,grape*}', '/生産者/'],
  fragments: ['door', './lamp#switch'],
  views: ['left{;min}{&max:3}', '?sort=age'],
};

const entities = ['1/', '2/', '/elsewhere/3/', '//cellar.example:8080/4/', 'https://[2001:db8::7]/5%2F/'];

const extended = {
  stewards: [{ name: 'Ada', since: 2011 }],
  opened: null,
  'x y': { z: { deep: [[1], []] } },
};

const crunchLinks = {
  orders: { 'by shelf': 'orders/shelf/' },
  urls: { manual: 'https://manuals.example/cellar', door_url: '../door{/side}' },
  folder_trees: { places: 'places/' },
  specification: 'https://specs.example/cellar#1',
};

const index = {
  index: {
    '1/': { label: 'Juffer', tags: { region: ['Mosel'] } },
    '/elsewhere/3/': {},
    'https://cellar.example/cellar/9/': { label: null },
  },
};

const graph = {
  graph: [
    '../1/',
    { Red: ['../2/', { 'Very red': ['../3/', { 'Reddest of all': ['../4/', { 'the/last~one': [] }] }] }] },
    { White: [] },
    'https://cellar.example/cellar/9/',
  ],
};

const self = 'https://cellar.example/cellar/';

const documents: readonly (readonly [name: string, dialect: Dialect, document: JsonObject])[] = [
  ['small catalog', 'draft-02', { element: 'shoji:catalog', self: '', entities: ['1/'] }],
  ['linked catalog', 'draft-02', { element: 'shoji:catalog', self, ...named }],
  ['rich catalog', 'draft-02', { element: 'shoji:catalog', self, ...words, ...named, entities, ...extended }],
  ['small entity', 'draft-02', { element: 'shoji:entity', self: '', body: {} }],
  ['rich entity', 'draft-02', { element: 'shoji:entity', self, ...words, ...named, ...wine, ...extended }],
  ['small catalog', 'draft-01', { element: 'shoji:catalog', self: '', catalogs: ['racks/'] }],
  [
    'rich catalog',
    'draft-01',
    { element: 'shoji:catalog', self, ...words, ...unnamed, entities, ...extended },
  ],
  ['small entity', 'draft-01', { element: 'shoji:entity', self: '/cellar/', body: { label: 'Juffer' } }],
  ['rich entity', 'draft-01', { element: 'shoji:entity', self, ...words, ...unnamed, ...wine, ...extended }],
  ['small catalog', 'crunch', { element: 'shoji:catalog', self: '', index: {} }],
  [
    'rich catalog',
    'crunch',
    {
      element: 'shoji:catalog',
      self,
      ...words,
      ...named,
      ...index,
      ...crunchLinks,
      graph: ['1/', { any: 'thing' }, 3],
      size: 3,
      ...wine,
      ...extended,
    },
  ],
  [
    'rich entity',
    'crunch',
    {
      element: 'shoji:entity',
      self,
      ...words,
      ...named,
      ...crunchLinks,
      ...wine,
      ...index,
      graph: [],
      ...extended,
    },
  ],
  ['small view', 'crunch', { element: 'shoji:view', self: 'https://cellar.example/left', value: 387 }],
  [
    'rich view',
    'crunch',
    { element: 'shoji:view', self, ...words, ...named, value: { left: [3, { of: 9 }] } },
  ],
  ['small order', 'crunch', { element: 'shoji:order', self: '', graph: [] }],
  [
    'rich order',
    'crunch',
    { element: 'shoji:order', self: `${self}orders/shelf/`, ...words, ...graph, ...extended },
  ],
];

/** Documents of every element in every dialect, as servers and as clients send them, small to rich. */
export const seeds: readonly Seed[] = documents.flatMap(([name, dialect, document]) => {
  const element = document['element'] as Element;
  const { self: _, ...withoutSelf } = document;
  return [
    { name: `${dialect} ${name}`, dialect, role: 'response', element, document },
    { name: `${dialect} ${name} of a client`, dialect, role: 'request', element, document: withoutSelf },
  ] as const;
});
