// What Fastify's serializer is compiled from.

const TEXT = { type: 'string' };
const TEXTS = { type: 'object', additionalProperties: TEXT };
const USER = {
  type: 'object',
  properties: { first_name: TEXT, last_name: TEXT, sold_count: { type: 'integer' }, last_modified: TEXT },
};
const FRAGMENTS = {
  type: 'object',
  properties: { 'first name': TEXT, 'last name': TEXT, 'sold count': TEXT },
};

export const ENTITY = {
  type: 'object',
  properties: { element: TEXT, self: TEXT, updated: TEXT, fragments: FRAGMENTS, body: USER },
};

export const CATALOG = {
  type: 'object',
  properties: {
    element: TEXT,
    self: TEXT,
    title: TEXT,
    description: TEXT,
    updated: TEXT,
    catalogs: TEXTS,
    views: TEXTS,
    entities: { type: 'array', items: TEXT },
  },
};

export const COUNT = { type: 'integer' };

export const COUNTS = { type: 'array', items: COUNT };

/** Options of a route that answers with this. */
export function schemaOf(response: object) {
  return { schema: { response: { 200: response } } };
}
