import type { Asked, Fault, Reply } from './bad-server.js';
import {
  A,
  answering,
  asking,
  both,
  editing,
  image,
  linking,
  ok,
  reading,
  type Seeded,
  setBody,
  type ShojiDocument,
  tagged,
  unmodified,
  writing,
} from './faults-seeding.js';
import { serveDocument } from './serve-document.js';

const STATUS_LINK = [['link-alive', 'dead-link', '/', '/catalogs/other']] as const;

export const SEEDED: readonly Seeded[] = [
  // document
  {
    name: 'a document that breaks its schema',
    finds: [['document', 'missing-member', A]],
    fault: editing(A, (document) => delete (document as Partial<ShojiDocument>).body),
  },
  {
    name: 'a document that is no JSON',
    finds: [['document', 'malformed-json', A]],
    fault: ok(A, (reply) => setBody(reply, '{"element":')),
  },
  {
    name: 'a value that is no JSON',
    finds: [['document', 'malformed-json', '/count']],
    fault: ok('/count', (reply) => setBody(reply, 'two')),
  },
  {
    name: 'a document that is no UTF-8',
    finds: [['document', 'not-utf8', A]],
    fault: ok(A, (reply) => setBody(reply, Buffer.from([0x22, 0xff, 0x22]))),
  },
  {
    name: 'a malformed template',
    finds: [['document', 'malformed-template', '/', '/catalogs/other']],
    fault: linking('items/{?color'),
  },

  // status
  { name: 'a server error on one entity', finds: [['status', 'server-error', A]], fault: answering(A, 500) },
  {
    name: '204 for a document',
    finds: [['status', 'no-content', A]],
    fault: ok(A, (reply) => {
      reply.status = 204;
      reply.headers = { etag: reply.headers['etag'], vary: reply.headers['vary'] };
      reply.body = '';
    }),
  },
  {
    name: '206 for a document',
    finds: [['status', 'partial-content', A]],
    fault: ok(A, (reply) => {
      reply.status = 206;
    }),
  },
  {
    name: 'an empty body',
    finds: [['status', 'empty-body', A]],
    fault: ok(A, (reply) => setBody(reply, '')),
  },

  // link-alive
  { name: 'a dead link', finds: STATUS_LINK, fault: linking('nowhere/') },
  {
    name: 'a dead entity',
    finds: [['link-alive', 'dead-link', '/items/', '/entities/2']],
    fault: editing('/items/', ({ entities }) => entities.push('z/')),
  },
  {
    name: 'a link that works by the reading of the draft alone',
    finds: [
      ['link-alive', 'link-needs-slash', '/extra', '/entities/0'],
      ['document', 'self-without-slash', '/extra', '/self'],
    ],
    fault: both(linking('extra'), (reply, asked) => extra(reply, asked)),
  },
  {
    name: 'a link to what is forbidden',
    finds: [['link-alive', 'forbidden-link', '/items/', '/entities/0']],
    fault: answering(A, 403),
  },
  {
    name: 'a link that is redirected for good',
    finds: [['link-alive', 'moved-link', '/', '/catalogs/other']],
    fault: both(linking('old'), answering('/old', 301, { location: '/items/' })),
  },
  {
    name: 'a redirect in circles',
    finds: [['link-alive', 'too-many-redirects', '/', '/catalogs/other']],
    fault: both(
      linking('old'),
      answering('/old', 302, { location: '/older' }),
      answering('/older', 302, { location: '/old' }),
    ),
  },
  {
    name: 'a redirect to nowhere',
    finds: [['link-alive', 'malformed-redirect', '/', '/catalogs/other']],
    fault: both(linking('old'), answering('/old', 302, { location: 'http://[::/' })),
  },
  {
    name: 'a connection that is closed',
    finds: [['link-alive', 'unreachable', '/items/', '/entities/0']],
    fault: reading(A, (reply) => {
      reply.raw = '';
    }),
  },

  // link-kind
  {
    name: 'an entity among the catalogs',
    finds: [['link-kind', 'link-kind', '/', '/catalogs/other']],
    fault: linking('items/a/'),
  },
  {
    name: 'a catalog among the entities',
    finds: [['link-kind', 'link-kind', '/items/', '/entities/2']],
    fault: editing('/items/', ({ entities }) => entities.push('../')),
  },
  {
    name: 'an entity among the views',
    finds: [['link-kind', 'link-kind', '/', '/views/other']],
    fault: editing('/', ({ views }) => {
      views['other'] = 'items/a/';
    }),
  },
  {
    name: 'a value among the catalogs',
    finds: [['link-kind', 'link-kind', '/', '/catalogs/other']],
    fault: linking('count'),
  },

  // self
  {
    name: 'the self of another',
    finds: [['self', 'self', A, '/self']],
    fault: editing(A, (document) => {
      document.self = '/items/elsewhere/';
      document.fragments = {};
    }),
  },
  {
    name: 'a self that lost its last segment',
    finds: [
      ['self', 'self', '/items/', '/self'],
      ['link-alive', 'link-needs-slash', '/items/', '/entities/0'],
      ['link-alive', 'link-needs-slash', '/items/', '/entities/1'],
      ['document', 'self-without-slash', '/items/', '/self'],
    ],
    fault: editing('/items/', (document) => {
      document.self = '/items';
    }),
  },

  // media-type
  {
    name: 'no Content-Type',
    finds: [['media-type', 'missing-content-type', A]],
    fault: ok(A, (reply) => {
      delete reply.headers['content-type'];
    }),
  },
  {
    name: 'a malformed Content-Type',
    finds: [['media-type', 'malformed-content-type', A]],
    fault: ok(A, (reply) => {
      reply.headers['content-type'] = 'json';
    }),
  },
  {
    name: 'a document as text/html',
    finds: [['media-type', 'wrong-content-type', A]],
    fault: ok(A, (reply) => {
      reply.headers['content-type'] = 'text/html';
    }),
  },
  {
    name: 'a value as text/plain',
    finds: [['media-type', 'wrong-content-type', '/count']],
    fault: ok('/count', (reply) => {
      reply.headers['content-type'] = 'text/plain';
    }),
  },
  {
    name: 'another charset',
    finds: [['media-type', 'other-charset', A]],
    fault: ok(A, (reply) => {
      reply.headers['content-type'] = 'application/shoji+json; charset=iso-8859-1';
    }),
  },

  {
    name: 'a byte order mark',
    finds: [['media-type', 'byte-order-mark', A]],
    fault: ok(A, (reply) => setBody(reply, `\ufeff${String(reply.body)}`)),
  },

  // head
  {
    name: 'another status to HEAD',
    finds: [['head', 'head-status', A]],
    fault: asking('HEAD', A, (reply) => {
      reply.status = 404;
    }),
  },
  {
    name: 'no ETag in the answer to HEAD',
    finds: [['head', 'head-field', A]],
    fault: asking('HEAD', A, (reply) => {
      delete reply.headers['etag'];
    }),
  },
  {
    name: 'no Vary in the answer to HEAD',
    finds: [['head', 'head-field', A]],
    fault: asking('HEAD', A, (reply) => {
      delete reply.headers['vary'];
    }),
  },
  {
    name: 'another Content-Length in the answer to HEAD',
    finds: [['head', 'head-field', A]],
    fault: asking('HEAD', A, (reply) => {
      reply.headers['content-length'] = '1';
    }),
  },

  {
    name: 'a Content-Length of nothing in the answer to HEAD',
    finds: [['head', 'head-field', A]],
    fault: both(
      asking('GET', A, (reply) => {
        delete reply.headers['content-length'];
      }),
      asking('HEAD', A, (reply) => {
        reply.headers['content-length'] = '0';
      }),
    ),
  },

  // etag
  {
    name: 'an entity without ETag',
    finds: [
      ['etag', 'no-etag', A],
      ['etag', 'unguarded', A],
    ],
    fault: reading(A, (reply) => {
      delete reply.headers['etag'];
    }),
  },
  {
    name: 'no ETag anywhere',
    finds: [
      ['etag', 'no-etags', '/'],
      ['etag', 'unguarded', A],
      ['etag', 'unguarded', '/items/b/'],
    ],
    fault: (reply) => {
      delete reply.headers['etag'];
    },
  },
  {
    name: 'an ETag without quotes',
    finds: [['etag', 'malformed-etag', A]],
    fault: ok(A, (reply) => {
      reply.headers['etag'] = 'v1';
    }),
  },
  {
    name: 'one strong ETag for different bytes',
    finds: [['etag', 'same-etag-other-bytes', A]],
    fault: varying(A),
  },
  {
    name: 'no 304',
    finds: [['etag', 'not-revalidated', A]],
    fault: (reply, asked) => {
      if (asked.target === A) delete asked.headers['if-none-match'];
      return again(reply, asked);
    },
  },
  {
    name: 'no 304 to the weak form',
    finds: [['etag', 'not-revalidated', A]],
    fault: tagged(A, 'W/', (reply) => whole(reply)),
  },
  {
    name: 'no 304 to a list',
    finds: [['etag', 'not-revalidated', A]],
    fault: tagged(A, '"shoji-check-other", ', (reply) => whole(reply)),
  },
  {
    name: 'no 304 to *',
    finds: [['etag', 'not-revalidated', A]],
    fault: tagged(A, '*', (reply) => whole(reply)),
  },
  {
    name: '304 to an ETag that does not match',
    finds: [['etag', 'matched-other-etag', A]],
    fault: asking('GET', A, (reply, { headers }) => {
      if (headers['if-none-match'] === '"shoji-check-other"') Object.assign(reply, { status: 304, body: '' });
    }),
  },
  {
    name: 'a 304 without ETag',
    finds: [['etag', 'not-modified-field', A]],
    fault: unmodified(A, (reply) => {
      delete reply.headers['etag'];
    }),
  },
  {
    name: 'a 304 without Vary',
    finds: [['etag', 'not-modified-field', A]],
    fault: unmodified(A, (reply) => {
      delete reply.headers['vary'];
    }),
  },

  // not-acceptable
  {
    name: '200 to who asks for an image',
    finds: [['not-acceptable', 'not-acceptable', A]],
    fault: image(A, (reply) =>
      Object.assign(reply, {
        status: 200,
        headers: { 'content-type': 'application/json', vary: 'Accept' },
        body: '{}',
      }),
    ),
  },
  {
    name: '400 to who asks for an image',
    finds: [
      ['not-acceptable', 'not-acceptable-status', A],
      ['problem', 'problem-status', A],
    ],
    fault: image(A, (reply) => {
      reply.status = 400;
    }),
  },

  // method
  {
    name: 'TRACE that is answered',
    finds: [['method', 'trace', A]],
    fault: asking('TRACE', A, (reply) => Object.assign(reply, { status: 200, headers: {}, body: 'TRACE' })),
  },
  {
    name: '405 without Allow',
    finds: [['method', 'no-allow', A]],
    fault: asking('TRACE', A, (reply) => {
      delete reply.headers['allow'];
    }),
  },
  {
    name: '404 to a method',
    finds: [
      ['method', 'unknown-method', A],
      ['problem', 'problem-status', A],
    ],
    fault: asking('TRACE', A, (reply) => {
      reply.status = 404;
    }),
  },
  {
    name: 'Allow with what was refused',
    finds: [
      ['method', 'allows-refused', A],
      ['options', 'allow-disagrees', A],
    ],
    fault: asking('TRACE', A, (reply) => {
      reply.headers['allow'] += ', TRACE';
    }),
  },

  // options
  {
    name: 'OPTIONS that is refused',
    finds: [['options', 'options', A]],
    fault: asking('OPTIONS', A, (reply) => {
      reply.status = 404;
      reply.headers = {};
    }),
  },
  {
    name: 'OPTIONS without Allow',
    finds: [['options', 'options-allow', A]],
    fault: asking('OPTIONS', A, (reply) => {
      reply.headers = {};
    }),
  },
  {
    name: 'an Allow without HEAD',
    finds: [['options', 'options-lacks-method', A]],
    fault: allowing(A, 'GET, OPTIONS'),
  },
  {
    name: 'POST without Accept-Post',
    finds: [['options', 'options-lacks-accept', '/items/']],
    fault: asking('OPTIONS', '/items/', (reply) => {
      delete reply.headers['accept-post'];
    }),
  },
  {
    name: 'PATCH without Accept-Patch',
    finds: [['options', 'options-lacks-accept', A]],
    fault: asking('OPTIONS', A, (reply) => {
      delete reply.headers['accept-patch'];
    }),
  },
  {
    name: 'another Allow in OPTIONS than in 405',
    finds: [['options', 'allow-disagrees', A]],
    fault: asking('OPTIONS', A, (reply) => {
      reply.headers['allow'] = 'GET, HEAD, OPTIONS, PUT';
    }),
  },

  // vary
  {
    name: 'no Vary',
    finds: [['vary', 'vary', A]],
    fault: (reply, asked) => {
      if (asked.target === A) delete reply.headers['vary'];
    },
  },

  // template
  {
    name: 'a template that refuses what documents hold',
    finds: [['template', 'template-refused', '/', '/catalogs/items by color']],
    fault: answering('/items/?color=red', 400),
  },
  {
    name: 'a template that leads to nothing',
    finds: [['template', 'template-not-found', '/', '/catalogs/items by color']],
    fault: answering('/items/?color=red', 404),
  },
  {
    name: 'a template that needs values',
    finds: [['template', 'template-needs-values', '/', '/catalogs/other']],
    fault: both(linking('search/{?q}')),
  },
  {
    name: 'a template that lets values choose the host',
    finds: [['template', 'template-leaves-origin', A, '/fragments/home']],
    fault: editing(A, ({ body, fragments }) => {
      body['home'] = '//evil.example/';
      fragments['home'] = '{+home}';
    }),
    options: { values: { home: '//evil.example/' } },
  },
  {
    name: 'a template for another origin',
    finds: [['template', 'template-other-origin', '/', '/catalogs/other']],
    fault: linking('https://other.example/{id}'),
  },
  {
    name: 'a template without end',
    finds: [['template', 'template-too-long', '/', '/catalogs/other']],
    fault: linking(`items/${'{?color}'.repeat(1000)}`),
  },
  {
    name: 'an expansion without end',
    finds: [['template', 'template-too-long', '/', '/catalogs/other']],
    fault: linking(`items/${'{color}'.repeat(100)}`),
    options: { values: { color: 'x'.repeat(100) } },
  },
  {
    name: 'a template that cannot be filled',
    finds: [['template', 'template-not-expanded', '/', '/catalogs/other']],
    fault: linking('items/{list:3}'),
    options: { values: { list: ['a', 'b'] } },
  },

  // unknown-variable
  {
    name: 'a variable that breaks the server',
    finds: [['unknown-variable', 'unknown-variable-error', A]],
    fault: answering(`${A}?shoji_check=1`, 500),
  },
  {
    name: 'a variable that is ignored',
    finds: [['unknown-variable', 'unknown-variable-ignored', '/']],
    fault: reading('/?shoji_check=1', (reply) => {
      reply.status = 200;
    }),
  },

  // problem
  {
    name: '200 to what is not there',
    finds: [['problem', 'found-nothing', A]],
    fault: reading(`${A}shoji-check-nothing`, (reply) => {
      reply.status = 200;
    }),
  },
  {
    name: 'an error as HTML',
    finds: [['problem', 'no-problem', A]],
    fault: reading(`${A}shoji-check-nothing`, (reply) => {
      reply.headers['content-type'] = 'text/html';
    }),
  },
  {
    name: 'a problem that is no object',
    finds: [['problem', 'malformed-problem', A]],
    fault: reading(`${A}shoji-check-nothing`, (reply) => setBody(reply, '[]')),
  },
  {
    name: 'a problem with another status',
    finds: [['problem', 'problem-status', A]],
    fault: reading(`${A}shoji-check-nothing`, (reply) =>
      setBody(reply, '{"type":"about:blank","title":"Gone","status":410}'),
    ),
  },
  {
    name: 'a problem without title',
    finds: [['problem', 'problem-member', A]],
    fault: reading(`${A}shoji-check-nothing`, (reply) =>
      setBody(reply, '{"type":"about:blank","status":404}'),
    ),
  },

  // duplicate-iri
  {
    name: 'one entity under two IRIs',
    finds: [['duplicate-iri', 'duplicate-iri', '/ITEMS/']],
    fault: both(linking('ITEMS/'), upperCase),
  },
  {
    name: 'one entity under two names',
    finds: [['duplicate-iri', 'duplicate-content', '/two/']],
    fault: both(
      editing('/', (document) => {
        document.entities = ['one/', 'two/'];
      }),
      twins,
    ),
  },
  {
    name: 'two IRIs with one self',
    finds: [
      ['duplicate-iri', 'duplicate-self', '/items/b/', '/self'],
      ['self', 'self', '/items/b/', '/self'],
    ],
    fault: editing('/items/b/', (document) => {
      document.self = A;
    }),
  },

  // orphan
  {
    name: 'what no link leads to',
    finds: [['orphan', 'orphan', '/hidden']],
    fault: hidden,
    options: { known: ['/hidden', '/items/a/', '/items/b/color'] },
  },
  {
    name: 'what is known and dead',
    finds: [['orphan', 'known-dead', '/hidden']],
    fault: () => undefined,
    options: { known: ['/hidden'] },
  },

  // address
  {
    name: 'a link to a file',
    finds: [['address', 'unsafe-scheme', '/', '/catalogs/other']],
    fault: linking('file:///etc/passwd'),
  },
  {
    name: 'a link to a script',
    finds: [['address', 'unsafe-scheme', '/', '/catalogs/other']],
    fault: linking('javascript:alert(1)'),
  },
  {
    name: 'a link to data',
    finds: [['address', 'unsafe-scheme', '/', '/catalogs/other']],
    fault: linking('data:application/json,1'),
  },
  {
    name: 'a link to an address of mail',
    finds: [['address', 'other-scheme', '/', '/catalogs/other']],
    fault: linking('mailto:nobody@example.org'),
  },
  {
    name: 'a link to another origin',
    finds: [['address', 'other-origin', '/', '/catalogs/other']],
    fault: linking('https://other.example/'),
  },
  {
    name: 'a link that is too long',
    finds: [['address', 'unusable-iri', '/', '/catalogs/other']],
    fault: linking('x'.repeat(9000)),
  },
  {
    name: 'a link to a private address',
    finds: [['address', 'private-address', '/', '/catalogs/other']],
    fault: linking('http://10.0.0.1/'),
    options: { origins: ['http://10.0.0.1'] },
  },
  ...[
    // Other spellings of the server's own host are its own host.
    ['http://2130706433:1/', 'other-origin'],
    ['http://0x7f.1:1/', 'other-origin'],
    ['http://[::ffff:127.0.0.1]/', 'private-address'],
    ['http://169.254.169.254/', 'private-address'],
    ['http://192.168.1.1/', 'private-address'],
    ['http://localhost/', 'private-address'],
  ].map(([href = '', rule = '']): Seeded => ({
    name: `a link to ${href}`,
    finds: [['address', rule, '/', '/catalogs/other']],
    fault: linking(href),
  })),
  {
    name: 'a redirect to another origin',
    finds: [['address', 'redirected-away', '/', '/catalogs/other']],
    fault: both(linking('old'), answering('/old', 302, { location: 'https://other.example/' })),
  },

  // limits
  {
    name: 'an answer that is too large',
    finds: [['limits', 'too-large', '/items/', '/entities/0']],
    fault: ok(A, (reply) => setBody(reply, 'x'.repeat(20_000))),
    options: { bytes: 10_000 },
  },
  {
    name: 'an answer that is too slow',
    finds: [['limits', 'too-slow', '/items/', '/entities/0']],
    fault: reading(A, (reply) => {
      reply.hangs = true;
    }),
    options: { timeout: 300 },
  },
  {
    name: 'an encoding that is none',
    finds: [['limits', 'bad-encoding', '/items/', '/entities/0']],
    fault: ok(A, (reply) => {
      reply.headers['content-encoding'] = 'gzip';
    }),
  },
  {
    name: 'what is no HTTP',
    finds: [['limits', 'bad-http', '/items/', '/entities/0']],
    fault: reading(A, (reply) => {
      reply.raw = 'hello\r\n\r\n';
    }),
  },
  {
    name: 'more documents than the limit',
    finds: [['limits', 'unfinished', '/']],
    fault: () => undefined,
    options: { documents: 3 },
  },
  {
    name: 'a HEAD that is never answered',
    finds: [['head', 'no-answer', A]],
    fault: asking('HEAD', A, (reply) => {
      reply.raw = '';
    }),
  },

  // write
  {
    name: 'POST that is refused',
    finds: [['write', 'not-created', '/items/']],
    options: writing,
    fault: asking('POST', '/items/', (reply) => {
      reply.status = 403;
    }),
  },
  {
    name: '200 to POST',
    finds: [['write', 'created-status', '/items/']],
    options: writing,
    fault: asking('POST', '/items/', (reply) => {
      if (reply.status === 201) reply.status = 200;
    }),
  },
  {
    name: '201 without Location',
    finds: [['write', 'no-location', '/items/']],
    options: writing,
    fault: asking('POST', '/items/', (reply) => {
      delete reply.headers['location'];
    }),
  },
  {
    name: 'a Location that was there before',
    finds: [['write', 'not-new', '/items/']],
    options: writing,
    fault: asking('POST', '/items/', (reply) => {
      reply.headers['location'] = A;
    }),
  },
  {
    name: 'a Location that does not answer',
    finds: [['write', 'not-readable', '/items/new1/']],
    options: writing,
    fault: asking('GET', '/items/new1/', (reply) => {
      reply.status = 404;
    }),
  },
  {
    name: 'If-Match that is not looked at',
    finds: [
      ['write', 'lost-update', '/items/new1/'],
      ['write', 'lost-update', '/items/new1/'],
      ['write', 'lost-update', '/items/new1/'],
    ],
    options: writing,
    fault: (reply) => {
      if (reply.status === 412) reply.status = 200;
    },
  },
  {
    name: 'If-Match that is answered with 409',
    finds: [
      ['write', 'if-match-status', '/items/new1/'],
      ['write', 'if-match-status', '/items/new1/'],
    ],
    options: writing,
    fault: (reply) => {
      if (reply.status === 412) reply.status = 409;
    },
  },
  {
    name: 'PATCH that is refused',
    finds: [['write', 'not-changed', '/items/new1/']],
    options: writing,
    fault: asking('PATCH', '/items/new1/', (reply) => {
      if (reply.status === 200) reply.status = 422;
    }),
  },
  {
    name: 'DELETE that is refused',
    finds: [['write', 'not-removed', '/items/new1/']],
    options: writing,
    fault: asking('DELETE', '/items/new1/', (reply) => {
      reply.status = 403;
    }),
  },
  {
    name: 'DELETE that removes nothing',
    finds: [['write', 'still-there', '/items/new1/']],
    options: writing,
    fault: undead,
  },
  {
    name: 'a scratch catalog that is empty',
    finds: [['write', 'nothing-to-write', '/']],
    options: (origin) => ({ write: { catalog: `${origin}/` } }),
    fault: () => undefined,
  },
];

/** A 304 becomes the 200 that it would be without its condition. */
function whole(reply: Reply): void {
  const body = JSON.stringify({ element: 'shoji:entity', self: A, fragments: { color: 'color' }, body: {} });
  Object.assign(reply, {
    status: 200,
    headers: { ...reply.headers, 'content-type': 'application/shoji+json' },
  });
  setBody(reply, body);
}

function again(reply: Reply, { target }: Asked): void {
  if (target === A && reply.status === 304) whole(reply);
}

/** An entity whose bytes differ each time. */
function varying(target: string): Fault {
  let count = 0;
  return ok(target, (reply, { method }) => {
    if (method === 'GET') count += 1;
    setBody(reply, String(reply.body).replace('"size":3', `"size":${3 + (count % 2)}`));
  });
}

/** An entity that answers after it was removed. */
function undead(reply: Reply, asked: Asked): void {
  if (asked.target === '/items/new1/' && asked.method === 'GET' && reply.status === 404) reply.status = 200;
}

function allowing(target: string, allow: string): Fault {
  return (reply, asked) => {
    if (asked.target === target && reply.headers['allow'] !== undefined) reply.headers['allow'] = allow;
  };
}

/** A catalog whose IRI has no slash at its end, as in the draft's examples. */
function extra(reply: Reply, asked: Asked): void {
  if (!asked.target.startsWith('/extra')) return;
  const self = asked.target;
  const document =
    self === '/extra'
      ? { element: 'shoji:catalog', self, entities: ['1'] }
      : { element: 'shoji:entity', self, body: {} };
  if (self === '/extra' || self === '/extra/1') serveDocument(reply, asked, document);
}

/** One entity under two IRIs. */
function twins(reply: Reply, asked: Asked): void {
  if (asked.target !== '/one/' && asked.target !== '/two/') return;
  serveDocument(reply, asked, { element: 'shoji:entity', self: '', body: { color: 'red' } });
}

function hidden(reply: Reply, asked: Asked): void {
  if (asked.target === '/hidden') serveDocument(reply, asked, 1);
}

/** The same API once more under names in capitals. */
function upperCase(reply: Reply, asked: Asked): void {
  if (asked.target !== '/ITEMS/' && asked.target !== '/items/') return;
  serveDocument(reply, asked, { element: 'shoji:catalog', self: '', entities: ['/items/a/', '/items/b/'] });
}
