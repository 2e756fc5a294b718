import type { Absence } from './outcome.js';
import type { Request } from './request.js';
import type { HttpWorkload } from './workload.js';
import { entries, entry } from './workload.js';
import { catalogName, userOf } from './users.js';

/** The connections that all workloads use; the durable writes are asked for under 32. */
const CONNECTIONS = 32;

/** How many different requests a workload has that asks for many things. */
const VARIETY = 1000;

/** Frameworks that do by hand what is asked of them; a quick run leaves out some. */
const FRAMEWORKS = ['koa-router', 'fastify', 'express', 'hono', 'nest-express', 'nest-fastify'];
const FEW_FRAMEWORKS = ['koa-router', 'fastify'];

const EVERYONE = [
  'shoji',
  'shoji-listener',
  'node',
  'koa',
  'koa-header',
  'koa-router',
  'fastify',
  'express',
  'hono',
  'feathers',
  'loopback',
  'jsonapi-server',
  'fortune',
  'nest-express',
  'nest-fastify',
];

/** Whom one entity is to be served faster than. */
const PEERS = [
  'koa-router',
  'express',
  'feathers',
  'loopback',
  'jsonapi-server',
  'fortune',
  'nest-express',
  'nest-fastify',
];

const CHANGE = { element: 'shoji:entity' };

const ABSENT: readonly Absence[] = [
  {
    label: 'json-api-nestjs',
    reason:
      'version 7.0.3 is made for NestJS 10, which does not stand beside NestJS 12 in one installation, and ' +
      'serves nothing but tables of TypeORM; NestJS itself is here',
  },
];

/** @param quick - whether there is little time: then there are fewer frameworks, and a million is less */
export function workloads(quick: boolean): HttpWorkload[] {
  const million = quick ? 50_000 : 1_000_000;
  const frameworks = quick ? FEW_FRAMEWORKS : FRAMEWORKS;
  return [
    {
      name: 'entity',
      title: 'One entity',
      entries: entries(EVERYONE),
      absent: ABSENT,
      reference: 'koa',
      connections: CONNECTIONS,
      goals: [
        { of: 'shoji', against: 'koa-header', atLeast: 0.9 },
        { of: 'shoji', against: 'koa', atLeast: 0.9 },
        ...PEERS.map((against) => ({ of: 'shoji', against, atLeast: 1 })),
        { of: 'shoji-listener', against: 'fastify', atLeast: 1 },
      ],
      requests: () => [{ path: '/users/1/' }],
    },
    {
      name: 'not-modified',
      title: 'One entity, asked for with the ETag that it has; koa and node answer 200',
      entries: entries(['shoji', 'shoji-listener', 'node', 'koa', ...frameworks], { conditional: true }),
      reference: 'koa',
      connections: CONNECTIONS,
      goals: [{ of: 'shoji', against: 'koa', atLeast: 1 }],
      revalidate: true,
      requests: () => [{ path: '/users/1/' }],
    },
    {
      name: 'value',
      title: 'One value of an entity',
      entries: entries(['shoji', 'shoji-listener', 'node', 'koa', ...frameworks]),
      reference: 'koa',
      connections: CONNECTIONS,
      goals: [],
      requests: () => [{ path: '/users/1/sold_count' }],
    },
    {
      name: 'view',
      title: 'A view with a query, over 100 entities',
      entries: entries(['shoji', 'shoji-listener', 'koa', ...frameworks]),
      reference: 'koa-router',
      connections: CONNECTIONS,
      goals: [],
      requests: () => many(10, (index) => ({ path: `/users/sold_counts?min=${19_000 + index}` })),
    },
    catalogOf(100, frameworks, []),
    catalogOf(10_000, frameworks, [{ of: 'shoji', against: 'koa-stringify', atLeast: 0.95 }]),
    {
      name: 'page',
      title: `A page of 100, out of ${million.toLocaleString('en')} entities`,
      entries: entries(['shoji', 'shoji-listener', 'koa', ...frameworks], {
        entities: million,
        paged: true,
      }),
      reference: 'koa-router',
      connections: CONNECTIONS,
      goals: [],
      requests: () =>
        many(VARIETY, (index) => ({ path: `/users/?after=${scatter(index, million)}&limit=100` })),
    },
    {
      name: 'classes',
      title: '1,000 entities, spread over 1, 100 and 1,000 resource classes',
      entries: ['shoji', ...(quick ? [] : ['koa-router', 'fastify', 'express', 'hono'])].flatMap(
        (contestant) =>
          [1, 100, 1000].map((classes) =>
            entry(`${contestant}, ${classes}`, contestant, { classes, entities: 1000 }),
          ),
      ),
      reference: 'shoji, 1',
      connections: CONNECTIONS,
      goals: [{ of: 'shoji, 1000', against: 'shoji, 1', atLeast: 0.97 }],
      requests: ({ spec: { classes, entities } }) =>
        many(entities, (index) => ({
          path: `/${catalogName(index % classes)}/${1 + Math.floor(index / classes)}/`,
        })),
    },
    {
      name: 'million',
      title: `One entity out of 10, and out of ${million.toLocaleString('en')}, in memory`,
      entries: [
        entry('shoji, 10', 'shoji', { entities: 10 }),
        entry('shoji, million', 'shoji', { entities: million }),
      ],
      reference: 'shoji, 10',
      connections: CONNECTIONS,
      goals: [{ of: 'shoji, million', against: 'shoji, 10', atLeast: 1 }],
      requests: ({ spec: { entities } }) =>
        many(VARIETY, (index) => ({ path: `/users/${scatter(index, entities)}/` })),
    },
    ...storage('sqlite', 'SQLite', 'koa-sqlite', 0.75, 3),
    ...storage('postgres', 'PostgreSQL', 'koa-postgres', 0.9, undefined),
  ];
}

function catalogOf(count: number, frameworks: readonly string[], goals: HttpWorkload['goals']): HttpWorkload {
  return {
    name: `catalog-${count}`,
    title: `A catalog of ${count.toLocaleString('en')} entities`,
    entries: entries(['shoji', 'shoji-listener', 'koa', 'koa-stringify', ...frameworks], {
      entities: count,
    }),
    reference: 'koa-stringify',
    connections: CONNECTIONS,
    goals,
    requests: () => [{ path: '/users/' }],
  };
}

function storage(
  store: string,
  name: string,
  peer: string,
  reading: number,
  patching: number | undefined,
): HttpWorkload[] {
  const common = { entries: entries(['shoji', peer], { store, entities: VARIETY }), reference: peer };
  return [
    {
      ...common,
      name: `${store}-entity`,
      title: `One entity of ${VARIETY.toLocaleString('en')}, from ${name}`,
      connections: CONNECTIONS,
      goals: [{ of: 'shoji', against: peer, atLeast: reading }],
      requests: () => many(VARIETY, (index) => ({ path: `/users/${scatter(index, VARIETY)}/` })),
    },
    {
      ...common,
      name: `${store}-patch`,
      title: `PATCH of an entity, durable in ${name}, ${CONNECTIONS} clients`,
      connections: CONNECTIONS,
      goals: patching === undefined ? [] : [{ of: 'shoji', against: peer, atLeast: patching }],
      requests: () =>
        many(VARIETY * 2, (index) => ({
          method: 'PATCH',
          path: `/users/${scatter(index, VARIETY)}/`,
          body: JSON.stringify({ ...CHANGE, body: { sold_count: index } }),
        })),
    },
    {
      ...common,
      name: `${store}-post`,
      title: `POST of an entity, durable in ${name}, ${CONNECTIONS} clients`,
      connections: CONNECTIONS,
      goals: [],
      requests: () =>
        many(VARIETY, (index) => ({
          method: 'POST',
          path: '/users/',
          body: JSON.stringify({ ...CHANGE, body: userOf(index) }),
        })),
    },
  ];
}

function many(count: number, make: (index: number) => Request): Request[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** A number from 1 to `most`; those of neighbouring indices are far apart. */
function scatter(index: number, most: number): number {
  return 1 + ((index * 48_271) % most);
}
