import { gzipSync } from 'node:zlib';
import type { Asked, Fault, Reply } from './bad-server.js';
import {
  A,
  asking,
  both,
  editing,
  type Expected,
  linking,
  ok,
  reading,
  type Seeded,
  setBody,
} from './faults-seeding.js';
import { serveDocument } from './serve-document.js';

const MODIFIED = 'Tue, 03 Feb 2015 10:00:00 GMT';

/** Adds Last-Modified to one target, and does what If-Modified-Since asks where no tag is sent. */
const dated =
  (field: string, change: (reply: Reply, asked: Asked) => void = () => undefined): Fault =>
  (reply, asked) => {
    if (asked.target !== A || (reply.status !== 200 && reply.status !== 304)) return;
    if (asked.method !== 'GET' && asked.method !== 'HEAD') return;
    reply.headers['last-modified'] = field;
    const since = asked.headers['if-modified-since'];
    if (since !== undefined && asked.headers['if-none-match'] === undefined && since === field) {
      const { etag, vary } = reply.headers;
      Object.assign(reply, { status: 304, headers: { etag, vary, 'last-modified': field }, body: '' });
    }
    change(reply, asked);
  };

/** Sets a field of the answers of one target, of 304 too. */
const field = (name: string, value: string): Fault =>
  reading(A, (reply) => {
    if (reply.status === 200 || reply.status === 304) reply.headers[name] = value;
  });

const accepting = (accept: string, change: (reply: Reply) => void): Fault =>
  ok(A, (reply, { headers }) => {
    if (headers.accept === accept) change(reply);
  });

const refuse = (status: number) => (reply: Reply) => {
  const { vary } = reply.headers;
  reply.status = status;
  reply.headers = { vary, 'content-type': 'application/problem+json' };
  setBody(reply, JSON.stringify({ type: 'about:blank', title: 'Refused', status }));
};

const compressing = (vary: string, isAsked: (asked: Asked) => boolean): Fault =>
  ok(A, (reply, asked) => {
    reply.headers['vary'] = vary;
    if (!isAsked(asked)) return;
    reply.headers['content-encoding'] = 'gzip';
    reply.headers['etag'] = `W/${reply.headers['etag']}`;
    setBody(reply, gzipSync(reply.body));
  });

const unmodifiedVary = (vary: string): Fault =>
  reading(A, (reply) => {
    if (reply.status === 304) Object.assign(reply.headers, { vary, etag: `W/${reply.headers['etag']}` });
  });

const everywhere = (change: (reply: Reply, asked: Asked) => void): Fault => change;

const cached = (name: string, value: string, rule: string): Seeded => ({
  name: `${name}: ${value}`,
  finds: [['caching', rule, A]],
  fault: field(name, value),
});

/** Faults of the fields of answers, and of what a second request is answered. */
export const SEEDED_FIELDS: readonly Seeded[] = [
  // status
  {
    name: '201 to GET',
    finds: [['status', 'unusual-status', A]],
    fault: ok(A, (reply) => {
      reply.status = 201;
    }),
  },
  {
    name: 'a second GET that fails',
    finds: [['status', 'unstable-status', A]],
    fault: second((reply) => {
      reply.status = 500;
    }),
  },

  // link-alive
  {
    name: 'a start that is forbidden',
    finds: [['link-alive', 'forbidden-start', '/']],
    fault: reading('/', challenged),
  },
  {
    name: 'a server that has had enough',
    finds: [['link-alive', 'too-many-requests', '/items/', '/entities/0']],
    fault: reading(A, refuse(429)),
  },

  {
    name: 'a 401 without a challenge',
    finds: [
      ['status', 'no-challenge', A],
      ['link-alive', 'forbidden-link', '/items/', '/entities/0'],
    ],
    fault: reading(A, refuse(401)),
  },
  {
    name: 'a status that is none',
    finds: [['status', 'invalid-status', A]],
    fault: reading(A, (reply) => {
      reply.raw = 'HTTP/1.1 099 Almost\r\nconnection: close\r\ncontent-length: 0\r\n\r\n';
    }),
  },

  // self
  {
    name: 'a self with a fragment',
    finds: [['self', 'self-fragment', A, '/self']],
    fault: editing(A, (document) => {
      document.self = `${A}#top`;
    }),
  },

  // media-type
  {
    name: 'a misspelt charset',
    finds: [['media-type', 'misspelt-charset', A]],
    fault: ok(A, (reply) => {
      reply.headers['content-type'] += '; charset=utf8';
    }),
  },
  {
    name: 'a value as Shoji',
    finds: [['media-type', 'wrong-content-type', '/count']],
    fault: ok('/count', (reply) => {
      reply.headers['content-type'] = 'application/shoji+json';
    }),
  },
  {
    name: 'a document as a problem',
    finds: [['media-type', 'wrong-content-type', A]],
    fault: ok(A, (reply) => {
      reply.headers['content-type'] = 'application/problem+json';
    }),
  },

  // etag
  {
    name: 'one strong ETag for the bytes of two media types',
    finds: [['etag', 'same-etag-other-bytes', A]],
    fault: both(
      accepting('application/json', (reply) => setBody(reply, `${String(reply.body)} `)),
      field('etag', '"same"'),
      ifNoneMatch('"same"'),
    ),
  },
  {
    name: 'an ETag that changes by itself',
    finds: [
      ['etag', 'unstable-etag', A],
      ['head', 'head-field', A],
    ],
    fault: second((reply) => {
      reply.headers['etag'] = '"second"';
    }),
  },
  {
    name: 'a document that changes by itself',
    finds: [
      ['etag', 'changing-document', A],
      ['head', 'head-field', A],
    ],
    fault: second((reply) => {
      setBody(reply, String(reply.body).replace('"size":3', '"size":4'));
      reply.headers['etag'] = '"second"';
    }),
  },
  {
    name: 'If-None-Match that breaks the server',
    finds: [['etag', 'conditional-error', A]],
    fault: conditional('GET', 500),
  },
  {
    name: 'If-None-Match that breaks HEAD',
    finds: [['etag', 'conditional-error', A]],
    fault: conditional('HEAD', 500),
  },
  {
    name: 'a 304 with another Content-Type',
    finds: [['etag', 'not-modified-field', A]],
    fault: reading(A, (reply) => {
      if (reply.status === 304) reply.headers['content-type'] = 'text/html';
    }),
  },

  // last-modified
  { name: 'a Last-Modified that is kept to', finds: [], fault: dated(MODIFIED) },
  {
    name: 'a Last-Modified of this second, which is another one for HEAD',
    finds: [],
    fault: reading(A, (reply, { method }) => {
      const time = method === 'HEAD' ? Date.now() : Date.now() - 1000;
      reply.headers['last-modified'] = new Date(time).toUTCString();
    }),
  },
  {
    name: 'a Last-Modified of long ago, which is another one for HEAD',
    finds: [['head', 'head-field', A]],
    fault: both(
      dated(MODIFIED),
      reading(A, (reply, { method }) => {
        if (method === 'HEAD') reply.headers['last-modified'] = MODIFIED.replace('2015', '2009');
      }),
    ),
  },
  {
    name: 'a Last-Modified that is no date',
    finds: [['last-modified', 'malformed-last-modified', A]],
    fault: dated('2015-02-03T10:00:00Z'),
  },
  {
    name: 'a Last-Modified on another day of the week',
    finds: [['last-modified', 'malformed-last-modified', A]],
    fault: dated(MODIFIED.replace('Tue', 'Mon')),
  },
  {
    name: 'a Last-Modified to come',
    finds: [['last-modified', 'modified-in-future', A]],
    fault: dated('Fri, 01 Jan 2100 00:00:00 GMT'),
  },
  {
    name: 'a Last-Modified that is the time of the request',
    finds: [
      ['last-modified', 'unstable-last-modified', A],
      ['head', 'head-field', A],
    ],
    fault: second((reply) => {
      reply.headers['last-modified'] = MODIFIED;
    }),
  },
  {
    name: 'If-Modified-Since that is not looked at',
    finds: [['last-modified', 'not-revalidated', A]],
    fault: both(
      (_, asked) => delete (asked.headers as Record<string, unknown>)['if-modified-since'],
      dated(MODIFIED),
    ),
  },
  {
    name: '304 to an older date',
    finds: [['last-modified', 'matched-older-date', A]],
    fault: dated(MODIFIED, (reply, { headers }) => {
      if (headers['if-modified-since'] !== undefined && headers['if-none-match'] === undefined)
        reply.status = 304;
    }),
  },
  {
    name: 'a date that counts before the tag',
    finds: [['last-modified', 'date-before-etag', A]],
    fault: dated(MODIFIED, (reply, { headers }) => {
      if (headers['if-modified-since'] === MODIFIED) reply.status = 304;
    }),
  },
  {
    name: 'If-Modified-Since that breaks the server',
    finds: [['last-modified', 'conditional-error', A]],
    fault: dated(MODIFIED, (reply, { headers }) => {
      if (headers['if-modified-since'] !== undefined) reply.status = 500;
    }),
  },
  {
    name: 'an "updated" that is later than Last-Modified',
    finds: [['last-modified', 'updated-later', A, '/updated']],
    fault: both(
      editing(A, (document) => Object.assign(document, { updated: '#2016-01-01T00:00:00Z#' })),
      dated(MODIFIED),
    ),
  },
  {
    name: 'an "updated" to come',
    finds: [['last-modified', 'updated-in-future', A, '/updated']],
    fault: editing(A, (document) => Object.assign(document, { updated: '#2100-01-01T00:00:00Z#' })),
  },

  // caching
  cached('cache-control', 'no-store, max-age=60', 'contradictory-cache-control'),
  cached('cache-control', 'public, private', 'contradictory-cache-control'),
  cached('cache-control', 'private, s-maxage=60', 'contradictory-cache-control'),
  cached('cache-control', 'max-age=60, max-age=5', 'contradictory-cache-control'),
  cached('cache-control', 'max-age=-1', 'malformed-cache-control'),
  cached('cache-control', 'max-age=60; public', 'malformed-cache-control'),
  cached('expires', 'tomorrow', 'malformed-expires'),
  cached('age', '-5', 'malformed-age'),
  cached('date', 'yesterday', 'malformed-date'),
  cached('date', 'Mon, 01 Jan 2001 00:00:00 GMT', 'other-date'),
  cached('vary', '*', 'varies-by-all'),
  {
    name: 'what may be said to caches',
    finds: [],
    fault: both(
      field(
        'cache-control',
        'No-Store, no-cache="Set-Cookie, X-Note", max-age=0, must-revalidate, x-ours="a,b"',
      ),
      field('expires', '0'),
      field('age', '0'),
    ),
  },
  {
    name: 'no Date',
    finds: [['caching', 'no-date', A]],
    fault: ok(A, (reply, { method }) => {
      const fields = Object.entries(reply.headers).map(([name, value]) => `${name}: ${value}\r\n`);
      const body = method === 'HEAD' ? '' : String(reply.body);
      reply.raw = `HTTP/1.1 200 OK\r\nconnection: close\r\n${fields.join('')}\r\n${body}`;
    }),
  },

  // accept
  {
    name: 'JSON that is another document',
    finds: [['accept', 'accept-document', A]],
    fault: accepting('application/json', (reply) => {
      setBody(reply, '{"element":"shoji:entity","self":"","body":{}}');
      reply.headers['etag'] = '"other"';
    }),
  },
  {
    name: 'JSON that breaks the server',
    finds: [['accept', 'accept-status', A]],
    fault: accepting('application/json', (reply) => {
      reply.status = 500;
    }),
  },
  {
    name: 'anything that is refused',
    finds: [['accept', 'accept-status', A]],
    fault: accepting('*/*', refuse(406)),
  },
  {
    name: 'HTML to who asks for anything',
    finds: [['accept', 'accept-type', A]],
    fault: accepting('*/*', (reply) => {
      reply.headers['content-type'] = 'text/html';
    }),
  },

  // encoding
  {
    name: 'compression that is told of',
    finds: [],
    fault: both(
      compressing('Accept, Accept-Encoding', isGzipAsked),
      unmodifiedVary('Accept, Accept-Encoding'),
    ),
  },
  {
    name: 'compression that no Vary tells of',
    finds: [['encoding', 'encoding-without-vary', A]],
    fault: both(compressing('Accept', isGzipAsked), unmodifiedVary('Accept')),
  },
  {
    name: 'compression that nobody asked for',
    finds: [['encoding', 'unasked-encoding', A]],
    fault: both(
      compressing('Accept, Accept-Encoding', () => true),
      unmodifiedVary('Accept, Accept-Encoding'),
    ),
  },

  // options
  {
    name: 'an Allow without commas',
    finds: [['options', 'malformed-allow', A]],
    fault: asking('OPTIONS', A, (reply) => {
      reply.headers['allow'] = 'GET HEAD OPTIONS';
    }),
  },
  {
    name: 'an Accept-Patch that is no media type',
    finds: [['options', 'malformed-accept', A]],
    fault: asking('OPTIONS', A, (reply) => {
      reply.headers['accept-patch'] = 'json';
    }),
  },

  // problem
  {
    name: 'HEAD of what is not there',
    finds: [['problem', 'found-nothing', A]],
    fault: asking('HEAD', `${A}shoji-check-nothing`, (reply) => {
      reply.status = 200;
    }),
  },
  {
    name: 'a problem whose type is no IRI',
    finds: [['problem', 'problem-member', A]],
    fault: reading(`${A}shoji-check-nothing`, (reply) =>
      setBody(reply, '{"type":"not found","title":"Not found","status":404}'),
    ),
  },
  {
    name: 'a problem whose detail is no text',
    finds: [['problem', 'problem-member', A]],
    fault: reading(`${A}shoji-check-nothing`, (reply) =>
      setBody(reply, '{"type":"about:blank","title":"Not found","status":404,"detail":{}}'),
    ),
  },

  // link-field
  {
    name: 'a Link to nothing',
    finds: [['link-field', 'dead-field', A]],
    fault: field('link', '</items/>; rel="collection", </a,b>; rel=up'),
  },
  {
    name: 'a Link that cannot be read',
    finds: [['link-field', 'malformed-link', A]],
    fault: field('link', 'items; rel=up'),
  },
  {
    name: 'a Content-Location that is not there',
    finds: [['link-field', 'dead-field', A]],
    fault: field('content-location', '/nowhere'),
  },

  // agreement
  {
    name: 'a fragment that says something else',
    finds: [['agreement', 'other-fragment', A, '/fragments/color']],
    fault: ok('/items/a/color', (reply) => setBody(reply, '"green"')),
  },

  // method
  {
    name: 'TRACE that is answered by closing the connection',
    finds: [],
    fault: asking('TRACE', A, (reply) => {
      reply.raw = '';
    }),
  },

  // duplicate-iri
  {
    name: 'the order of variables',
    finds: [['duplicate-iri', 'duplicate-iri', '/items/?b=2&a=1']],
    fault: both(
      editing('/', ({ catalogs }) => {
        Object.assign(catalogs, { one: 'items/?a=1&b=2', two: 'items/?b=2&a=1' });
      }),
      searched,
    ),
  },

  // What all resources share is told once.
  ...(
    [
      ['OPTIONS that no resource has', ['options', 'options', '/'], 'OPTIONS', 405],
      ['TRACE that finds no resource', ['method', 'unknown-method', '/'], 'TRACE', 404],
    ] satisfies [string, Expected, string, number][]
  ).map(([name, finds, method, status]): Seeded => ({
    name,
    finds: [finds],
    fault: everywhere((reply, asked) => {
      if (asked.method === method) refuse(status)(reply);
      if (asked.method === method && status === 405) reply.headers['allow'] = 'GET, HEAD';
    }),
  })),
  {
    name: 'errors that are pages everywhere',
    finds: [
      ['problem', 'no-problem', '/'],
      ['problem', 'no-problem', '/'],
      ['problem', 'no-problem', '/'],
    ],
    fault: everywhere((reply) => {
      if (reply.status >= 400) reply.headers['content-type'] = 'text/html';
    }),
  },
  {
    name: 'a link to a page for people',
    finds: [],
    options: { dialect: 'crunch' },
    fault: both(
      editing('/', (document) => Object.assign(document, { specification: 'help.html' })),
      reading('/help.html', (reply) =>
        Object.assign(reply, {
          status: 200,
          headers: { 'content-type': 'text/html' },
          body: '<h1>Help</h1>',
        }),
      ),
      asking('TRACE', '/help.html', refuse(501)),
    ),
  },
  {
    name: 'a specification that is not there',
    finds: [['link-alive', 'dead-link', '/', '/specification']],
    options: { dialect: 'crunch' },
    fault: editing('/', (document) => Object.assign(document, { specification: 'help.html' })),
  },
  {
    name: 'a template that is answered with 304 to no condition',
    finds: [['template', 'template-refused', '/', '/catalogs/items by color']],
    fault: reading('/items/?color=red', (reply) => Object.assign(reply, { status: 304, body: '' })),
  },
  {
    name: 'a template whose variable is ignored',
    finds: [['template', 'template-ignored', '/', '/catalogs/items by color']],
    fault: reading('/items/?color=red', (reply) => {
      if (reply.status !== 200) return;
      const document = JSON.parse(String(reply.body)) as object;
      setBody(reply, JSON.stringify({ ...document, entities: ['/items/a/', '/items/b/'] }));
    }),
  },
  {
    name: 'a template that a value matches by chance',
    finds: [],
    fault: linking('{item}/'),
  },
];

/** Changes every plain GET of one entity but the first. */
function second(change: (reply: Reply) => void): Fault {
  let count = 0;
  return asking('GET', A, (reply, { headers }) => {
    const isPlain =
      headers['if-none-match'] === undefined && headers.accept?.startsWith('application/shoji+json,');
    if (reply.status !== 200 || isPlain !== true) return;
    count += 1;
    if (count > 1) change(reply);
  });
}

function challenged(reply: Reply): void {
  refuse(401)(reply);
  reply.headers['www-authenticate'] = 'Bearer';
}

function conditional(method: string, status: number): Fault {
  return asking(method, A, (reply, { headers }) => {
    if (headers['if-none-match'] !== undefined) reply.status = status;
  });
}

function ifNoneMatch(tag: string): Fault {
  return reading(A, (reply, { headers }) => {
    const sent = headers['if-none-match'];
    if (reply.status !== 200 || sent === undefined || (sent !== '*' && !sent.includes(tag))) return;
    Object.assign(reply, { status: 304, headers: { etag: tag, vary: reply.headers['vary'] }, body: '' });
  });
}

function isGzipAsked({ headers }: Asked): boolean {
  return headers['accept-encoding']?.includes('gzip') === true;
}

/** A search that takes its variables in any order. */
function searched(reply: Reply, asked: Asked): void {
  if (!/^\/items\/\?(?:a=1&b=2|b=2&a=1)$/.test(asked.target)) return;
  serveDocument(reply, asked, { element: 'shoji:catalog', self: '', entities: ['/items/a/'] });
}
