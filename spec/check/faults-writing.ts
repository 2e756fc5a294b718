import type { Fault, Reply } from './bad-server.js';
import { asking, type Expected, reading, type Seeded, setBody, writing } from './faults-seeding.js';

const NEW = '/items/new1/';

interface Entity {
  self: string;
  body: Record<string, unknown>;
}

/** Changes the document of an answer. */
function edit(reply: Reply, change: (document: Entity) => void): void {
  const document = JSON.parse(String(reply.body)) as Entity;
  change(document);
  setBody(reply, JSON.stringify(document));
}

/** Shows what was created otherwise than it is stored. */
const showing = (change: (document: Entity) => void): Fault =>
  reading(NEW, (reply) => {
    if (reply.status === 200) edit(reply, change);
  });

const written = (name: string, finds: readonly Expected[], fault: Fault): Seeded => ({
  name,
  finds,
  fault,
  options: writing,
});

/** Shows what was created otherwise after a request of one method, until another changes it. */
function after(method: string, status: number, change: (document: Entity) => void): Fault {
  let isChanged = false;
  return (reply, asked) => {
    if (asked.target !== NEW) return;
    if (asked.method === method && reply.status === status) isChanged = true;
    else if (['PUT', 'PATCH'].includes(asked.method) && reply.status === 200) isChanged = false;
    if (asked.method === 'GET' && reply.status === 200 && isChanged) edit(reply, change);
  };
}

/** Lists what was removed. */
function listsForEver(): Fault {
  let isCreated = false;
  return (reply, asked) => {
    if (asked.method === 'POST') isCreated = true;
    if (asked.method !== 'GET' || asked.target !== '/items/' || reply.status !== 200 || !isCreated) return;
    const document = JSON.parse(String(reply.body)) as { entities: string[] };
    document.entities = [...new Set([...document.entities, 'new1/'])];
    setBody(reply, JSON.stringify(document));
  };
}

/** Faults that show only where something is written. */
export const SEEDED_WRITING: readonly Seeded[] = [
  written(
    'a Location at another origin',
    [['write', 'location-elsewhere', '/items/']],
    asking('POST', '/items/', (reply) => {
      if (reply.status === 201) reply.headers['location'] = 'https://other.example/';
    }),
  ),
  written(
    'a Location that is not the self',
    [['write', 'location-differs', '/items/']],
    asking('POST', '/items/', (reply) => {
      if (reply.status === 201) edit(reply, (document) => (document.self = '/items/a/'));
    }),
  ),
  written(
    'POST that drops a member',
    [['write', 'created-lacks', NEW]],
    showing(({ body }) => delete body['size']),
  ),
  written(
    'an ETag of POST that GET does not give',
    [['write', 'stale-etag', NEW]],
    asking('POST', '/items/', (reply) => {
      if (reply.status === 201) reply.headers['etag'] = '"posted"';
    }),
  ),
  written(
    'a catalog that does not list what was created',
    [['write', 'not-listed', '/items/']],
    asking('GET', '/items/', (reply) => {
      if (reply.status === 200) setBody(reply, String(reply.body).replace(',"new1/"', ''));
    }),
  ),
  written('a catalog that lists what was removed', [['write', 'still-listed', '/items/']], listsForEver()),
  written(
    'changes that are not kept',
    [
      ['write', 'change-not-kept', NEW],
      ['write', 'change-not-kept', NEW],
    ],
    showing((document) => (document.body = { color: 'red', size: 3 })),
  ),
  written(
    'PATCH that loses members',
    [['write', 'patch-loses-members', NEW]],
    after('PATCH', 200, ({ body }) => delete body['size']),
  ),
  written(
    '412 that changes all the same',
    [['write', 'refused-but-changed', NEW]],
    after('PUT', 412, ({ body }) => (body['size'] = 99)),
  ),
  written('DELETE that does not look at If-Match', [['write', 'lost-update', NEW]], (reply, asked) => {
    if (asked.method === 'DELETE' && reply.status === 412) Object.assign(reply, { status: 204, body: '' });
  }),
  written(
    'a second DELETE that breaks the server',
    [['write', 'delete-again', NEW]],
    asking('DELETE', NEW, (reply) => {
      if (reply.status === 404) reply.status = 500;
    }),
  ),
  written(
    'what is no JSON that breaks the server',
    [['write', 'malformed-accepted', '/items/']],
    asking('POST', '/items/', (reply) => {
      if (reply.status === 400) reply.status = 500;
    }),
  ),
  written(
    'text that is taken for an entity',
    [['write', 'malformed-accepted', '/items/']],
    asking('POST', '/items/', (reply) => {
      if (reply.status === 415) reply.status = 201;
    }),
  ),
  written(
    'an ETag that stays when the document changes',
    [
      ['write', 'etag-kept', NEW],
      ['write', 'etag-kept', NEW],
    ],
    sameTag,
  ),
];

/** One ETag for all that an entity ever is. */
function sameTag(
  reply: Reply,
  asked: { method: string; target: string; headers: Record<string, unknown> },
): void {
  if (reply.headers['etag'] !== undefined && (asked.target === NEW || reply.headers['location'] === NEW)) {
    reply.headers['etag'] = 'W/"same"';
  }
}
