import type { Asked } from './counting.js';

/** The ways into an API that are counted. */
export const WAYS = ['koa', 'listener'] as const;

export type Way = (typeof WAYS)[number];

/** The requests that are counted. */
export const WORKLOADS = [
  'an entity',
  'an entity that the client has',
  'HEAD of an entity',
  'a value of an entity',
  'a view',
  'a catalog of 100 entities, again',
  'an entity that is not there',
  'a change of an entity',
  'changes of entities by index',
  'a new entity',
  'a new entity, by its key',
] as const;

export type Workload = (typeof WORKLOADS)[number];

/**
 * What is asked for.
 *
 * @param etag - of `/users/1/`
 */
export function requestsFor(etag: string): Readonly<Record<Workload, Omit<Asked, 'port'>>> {
  return {
    'an entity': { path: '/users/1/' },
    'an entity that the client has': { path: '/users/1/', fields: { 'If-None-Match': etag }, status: 304 },
    'HEAD of an entity': { path: '/users/1/', method: 'HEAD' },
    'a value of an entity': { path: '/users/1/sold_count' },
    'a view': { path: '/users/motto' },
    'a catalog of 100 entities, again': { path: '/users/' },
    'an entity that is not there': { path: '/users/0/', status: 404 },
    'a change of an entity': {
      path: '/users/2/',
      method: 'PATCH',
      body: '{"element":"shoji:entity","body":{"sold_count":5}}',
    },
    'changes of entities by index': {
      path: '/users/',
      method: 'PATCH',
      body: '{"element":"shoji:catalog","index":{"3/":{"sold_count":5},"4/":{"sold_count":6}}}',
      status: 204,
    },
    'a new entity': {
      path: '/users/',
      method: 'POST',
      body: '{"element":"shoji:entity","body":{"name":"Katsuhiro","sold_count":5}}',
      status: 201,
    },
    'a new entity, by its key': {
      path: '/users/',
      method: 'POST',
      body: '{"element":"shoji:entity","body":{"name":"Katsuhiro","sold_count":5}}',
      numbered: 'Idempotency-Key',
      status: 201,
    },
  };
}
