import assert from 'node:assert/strict';
import request from 'supertest';
import { Type } from 'typebox';
import { Catalog, Entity, ProblemError, shoji } from '../../lib/index.js';
import type { Access, Guard, ShojiOptions } from '../../lib/index.js';
import { check } from '../../lib/check/index.js';
import { fill, library } from './library.js';
import { assertProblem } from './problems.js';
import { raw, requestText } from './raw.js';
import { onEveryAdapter, serving } from './serve.js';
import { entity } from './shop.js';
import { onEveryStore } from './stores.js';

/** What a request may have besides its method and path. */
interface Sent {
  readonly fields?: readonly string[];
  readonly body?: unknown;
}

/** Requests of every kind, good and bad ones. */
const SENT: readonly (readonly [method: string, sent: Sent])[] = [
  ['GET', {}],
  ['GET', { fields: ['Accept: text/html'] }],
  ['GET', { fields: ['If-None-Match: *'] }],
  ['GET', { fields: ['If-Match: "x"'] }],
  ['HEAD', {}],
  ['OPTIONS', {}],
  ['TRACE', {}],
  ['BREW', {}],
  ['POST', { body: entity({ name: 'x', label: 'x', text: 'x' }) }],
  ['POST', { body: 5 }],
  ['POST', { body: entity({ label: 'x', text: 'x' }), fields: ['Idempotency-Key: "a"'] }],
  ['PUT', { body: entity({ name: 'x' }) }],
  ['PUT', { body: 'Other' }],
  ['PUT', { fields: ['Content-Type: text/plain'] }],
  ['PUT', { body: entity({ name: 'x' }), fields: ['If-Match: *'] }],
  ['PUT', { body: entity({ name: 'x' }), fields: ['If-Match: nonsense'] }],
  ['PUT', { body: entity({ name: 'x' }), fields: ['Accept: text/html'] }],
  ['PATCH', { body: entity({ name: 'x' }) }],
  ['PATCH', { body: { element: 'shoji:catalog', index: { '1/': { label: 'x' } } } }],
  ['PATCH', { body: entity({ name: 'x' }), fields: ['If-Match: "x"'] }],
  ['DELETE', {}],
  ['DELETE', { fields: ['If-Match: *'] }],
];

/** What leads to an entity of `/docs/`, and to all that is below it. */
const BELOW = [
  '',
  '/',
  '/?x=1',
  '/name',
  '/author',
  '/initial',
  '/size',
  '/size?x=1',
  '/parts',
  '/parts/',
  '/parts/1',
  '/parts/1/',
  '/parts/1/label',
  '/parts/1/notes/',
  '/parts/1/notes/1/',
  '/nothing',
];

const isOther = ({ params }: Access): boolean => params['doc'] !== '2';

/** Guards that hide the document 2. */
const GUARDS: Readonly<Record<string, Guard>> = {
  'refuses everything about it': isOther,
  'refuses to read it': (access) => access.method !== 'GET' || isOther(access),
  'lets nobody write, either': (access) => access.method === 'GET' && isOther(access),
  'looks at the entity alone': (access) => access.resource.name !== 'Doc' || isOther(access),
  'refuses to read the entity, and it alone': (access) =>
    access.resource.name !== 'Doc' || access.method !== 'GET' || isOther(access),
};

onEveryStore('[H76] what a guard hides', (emptyStore, kind) => {
  onEveryAdapter('and what does not exist:', (serve) => {
    async function served(options: ShojiOptions) {
      const api = library({ store: await emptyStore(), caller: () => 'ada', ...options });
      await fill(api);
      const { port, origin } = await serve(api);
      return { api, port, http: request(origin) };
    }

    const answerTo = async (port: number, method: string, path: string, { fields = [], body }: Sent) => {
      const text = body === undefined ? '' : JSON.stringify(body);
      const own =
        body === undefined ? [] : ['Content-Type: application/json', `Content-Length: ${text.length}`];
      const { all } = await raw(port, requestText(`${method} ${path}`, [...own, ...fields], text));
      return all.replace(/^date: .*\r\n/im, '');
    };

    // What stores have to do with it does not depend on the guard.
    const guards = Object.entries(GUARDS).slice(0, kind === 'memory' ? undefined : 1);
    for (const [what, guard] of guards) {
      it(`both are answered alike, byte for byte, by a guard that ${what}`, async () => {
        const { port, http } = await served({ guard });
        for (const below of BELOW) {
          for (const [method, sent] of SENT) {
            const [hidden, missing] = await Promise.all(
              ['2', '9'].map((id) => answerTo(port, method, `/docs/${id}${below}`, sent)),
            );
            assert.equal(hidden, missing, `${method} ${below} ${JSON.stringify(sent)}`);
            assert.match(hidden ?? '', /^HTTP\/1\.1 (?:4\d\d|501) /);
          }
        }
        assert.equal((await http.get('/docs/1/name')).status, 200);
      });
    }

    it('both are told apart by creation alone, which is 409 at an id that is hidden', async () => {
      const { http, api } = await served({ guard: isOther });
      const put = (id: string, body: unknown, accept = '*/*') =>
        http.put(`/docs/${id}/`).set({ 'If-None-Match': '*', Accept: accept }).send(entity(body));
      assertProblem(await put('2', { name: 'x' }), 409, 'conflict');
      assert.equal((await put('9', { name: 'x' })).status, 201);
      for (const [body, accept] of [
        [{ name: '' }, '*/*'],
        [{ name: 'x' }, 'text/html'],
      ] as const) {
        const [hidden, missing] = [await put('2', body, accept), await put('8', body, accept)];
        assert.deepEqual([hidden.status, hidden.text], [missing.status, missing.text]);
      }
      const { body } = (await api.store.get({ collection: 'docs', parentIds: [] }, '2')) ?? {};
      assert.equal((body as { name: string } | undefined)?.name, 'Doc 2');
    });

    it('both are unknown keys to a change by index', async () => {
      const { http } = await served({ guard: isOther });
      for (const members of [{ name: 'x' }, null]) {
        const patch = (id: string) =>
          http
            .patch('/docs/')
            .send({ element: 'shoji:catalog', index: { '1/': { name: 'y' }, [`${id}/`]: members } });
        const [hidden, missing] = [await patch('2'), await patch('9')];
        assertProblem(hidden, 422, 'invalid-document');
        assert.equal(hidden.text.replaceAll('2~1', '9~1'), missing.text);
      }
      const name = await http.get('/docs/1/name');
      assert.equal(name.text, '"Doc 1"');
    });
  });
});

describe('[H76] a guard is asked', () => {
  onEveryAdapter('from the top down', (serve) => {
    async function asked(path: string, guard: Guard = () => true) {
      const seen: string[] = [];
      const api = library({
        guard: (access) => {
          const { resource, parent, method, params } = access;
          seen.push(`${method} ${resource.name} in ${parent?.name} ${JSON.stringify(params)}`);
          return guard(access);
        },
      });
      await fill(api);
      const { origin } = await serve(api);
      const { status } = await request(origin).get(path);
      return { status, seen };
    }

    it('about each resource on the path, with the variables of its own path', async () => {
      const { status, seen } = await asked('/docs/1/parts/1/label');
      assert.equal(status, 200);
      assert.deepEqual(seen, [
        'GET Docs in shoji() {}',
        'GET Doc in Docs {"doc":"1"}',
        'GET Parts in Doc {"doc":"1"}',
        'GET Part in Parts {"doc":"1","part":"1"}',
        'GET Part.fragments.label in Part {"doc":"1","part":"1"}',
      ]);
    });

    it('no further than where it refuses', async () => {
      const { status, seen } = await asked(
        '/docs/1/parts/1/label',
        ({ resource }) => resource.name !== 'Doc',
      );
      assert.equal(status, 404);
      assert.deepEqual(seen, ['GET Docs in shoji() {}', 'GET Doc in Docs {"doc":"1"}']);
    });

    it('about links with the variables that the target shares with the document', async () => {
      class Work extends Entity.of({ iri: '{work}/', body: Type.Object({}) }) {}
      class Works extends Catalog.of(Work, { iri: 'works/' }) {}
      class Author extends Entity.of({ body: Type.Object({}) }) {
        static override catalogs() {
          return { works: Works };
        }
      }
      class Authors extends Catalog.of(Author, { iri: 'authors/' }) {}
      class Book extends Entity.of({
        body: Type.Object({ title: Type.String() }),
        fragments: { title: 'title' },
        catalogs: { 'works of an author': '/authors/{id}/works/' },
      }) {}
      class Books extends Catalog.of(Book, { iri: 'books/', ids: 'integer' }) {}
      const seen: string[] = [];
      const api = shoji([Books, Authors], {
        guard: ({ resource, params }) => seen.push(`${resource.name} ${JSON.stringify(params)}`) > 0,
      });
      const { origin } = await serve(api);
      await request(origin)
        .post('/books/')
        .send(entity({ title: 'x' }))
        .expect(201);
      seen.length = 0;
      await request(origin).get('/books/1/').expect(200);
      assert.deepEqual(
        new Set(seen),
        new Set(['Books {}', 'Book {"id":"1"}', 'Book.fragments.title {"id":"1"}', 'Authors {}', 'Works {}']),
      );
    });

    it('and shows no link to what stands below something hidden', async () => {
      const api = library({ guard: ({ resource }) => resource.name !== 'Docs' });
      await fill(api);
      const { origin } = await serve(api);
      const { body } = await request(origin).get('/authors/ada/');
      assert.equal(body.catalogs, undefined);
      const root = await request(origin).get('/');
      assert.deepEqual(root.body.catalogs, { authors: 'authors/', letters: 'letters/' });
    });
  });
});

onEveryStore('[H78] references to what a guard hides', (emptyStore) => {
  onEveryAdapter('are refused as those to nothing', (serve) => {
    /** Hides the author `eve`, and with `X-User: staff` nothing. */
    const guard: Guard = ({ params, state }) => params['author'] !== 'eve' || state['user'] === 'staff';

    async function served(options: ShojiOptions = {}) {
      const api = library({ store: await emptyStore(), guard, ...options });
      await fill(api);
      const { origin } = await serve(api, (headers) => ({ user: headers['x-user'] }));
      return request(origin);
    }

    type Http = Awaited<ReturnType<typeof served>>;
    type Writing = (http: Http, author: string) => request.Test;

    const writings: Readonly<Record<string, Writing>> = {
      POST: (http, author) => http.post('/letters/').send(entity({ author })),
      'POST beside another reference to nothing': (http, author) =>
        http.post('/letters/').send(entity({ author, translator: 'zoe' })),
      'POST after another reference to nothing': (http, translator) =>
        http.post('/letters/').send(entity({ author: 'zoe', translator })),
      'POST of what breaks a unique constraint too': (http, author) =>
        http.post('/letters/').send(entity({ author, code: 'l1' })),
      'PUT at a chosen id': (http, author) =>
        http
          .put('/docs/4/')
          .set('If-None-Match', '*')
          .send(entity({ name: 'x', author })),
      PUT: (http, author) => http.put('/letters/1/').send(entity({ author })),
      'PUT with If-Match': (http, author) =>
        http.put('/letters/1/').set('If-Match', '*').send(entity({ author })),
      PATCH: (http, author) => http.patch('/letters/1/').send(entity({ author })),
      'a merge patch': (http, author) =>
        http.patch('/letters/1/').type('application/merge-patch+json').send(JSON.stringify({ author })),
      'a JSON patch': (http, author) =>
        http
          .patch('/letters/1/')
          .type('application/json-patch+json')
          .send(JSON.stringify([{ op: 'replace', path: '/author', value: author }])),
      'PUT of a fragment': (http, author) =>
        http.put('/letters/1/author').type('json').send(JSON.stringify(author)),
      'a change by index': (http, author) =>
        http.patch('/letters/').send({ element: 'shoji:catalog', index: { '1/': { author } } }),
    };

    it('whatever they are written by, byte for byte, and whatever else stands against the write', async () => {
      const http = await served();
      for (const [what, write] of Object.entries(writings)) {
        const [hidden, missing] = [await write(http, 'eve'), await write(http, 'zed')];
        const told = ({ status, text, headers }: request.Response) => [
          status,
          text,
          { ...headers, date: '' },
        ];
        assert.ok([409, 422].includes(hidden.status), `${what}: ${hidden.text}`);
        assert.deepEqual(told(hidden), told(missing), what);
        assert.equal((await http.get('/letters/1/author')).text, '"ada"');
      }
      assert.deepEqual((await http.get('/letters/')).body.entities, ['1/']);
    });

    it('and to what is seen, or by who sees it, are kept', async () => {
      const http = await served();
      for (const [what, write] of Object.entries(writings)) {
        if (what.includes('nothing') || what.includes('unique')) continue;
        const ben = await write(http, 'ben');
        assert.ok(ben.status < 300, `${what}: ${ben.text}`);
        const staff = what === 'PUT at a chosen id' ? ben : await write(http, 'eve').set('X-User', 'staff');
        assert.ok(staff.status < 300, `${what}: ${staff.text}`);
      }
    });

    it('unless they were there before, and are left as they are', async () => {
      const http = await served();
      const eve = entity({ author: 'eve' });
      await http.put('/letters/1/').set('X-User', 'staff').send(eve).expect(200);
      await http.put('/letters/1/').send(eve).expect(200);
      await http
        .patch('/letters/1/')
        .send(entity({ code: 'x' }))
        .expect(200);
      assertProblem(
        await http.patch('/letters/1/').send(entity({ translator: 'eve' })),
        422,
        'invalid-document',
      );
    });
  });
});

describe('[H78] a reference that the guard hides', () => {
  const serve = serving();

  it('is refused where a class keeps in a transaction of its own what was sent, and is free to keep its own', async () => {
    class Person extends Entity.of({ iri: '{person}/', body: Type.Object({}) }) {}
    class People extends Catalog.of(Person, { iri: 'people/', ids: 'client' }) {}
    class Task extends Entity.of({
      iri: '{task}/',
      body: Type.Object({
        owner: Type.String(),
        seenBy: Type.Optional(Type.String({ readOnly: true })),
      }),
    }) {
      static override references() {
        return { owner: People, seenBy: People };
      }
    }
    class Tasks extends Catalog.of(Task, { iri: 'tasks/' }) {
      override create(body: { owner: string }) {
        return this.request.transaction(async ({ catalogOf }) =>
          catalogOf(Tasks).collection.create({ ...body, seenBy: 'eve' }),
        );
      }
    }
    const api = shoji([People, Tasks], { guard: ({ params }) => params['person'] !== 'eve' });
    await api.start();
    for (const id of ['ada', 'eve']) {
      await api.store.write([{ do: 'create', key: { collection: 'people', parentIds: [] }, id, body: {} }]);
    }
    const { origin } = await serve(api);
    const post = (owner: string) => request(origin).post('/tasks/').send(entity({ owner }));
    assertProblem(await post('eve'), 422, 'invalid-document');
    assert.equal((await post('ada')).status, 201);
  });
});

onEveryAdapter('[H79] with `caller` and `challenge`', (serve) => {
  const CHALLENGE = 'Bearer realm="library"';
  const READABLE = new Set(['Docs', 'Doc', 'Recent', 'Doc.fragments.name', 'Authors', 'Author']);

  const guard: Guard = ({ resource, method, params }) => {
    return method === 'GET' && READABLE.has(resource.name) && params['doc'] !== '2';
  };

  async function served(options: ShojiOptions = {}) {
    const api = library({
      guard,
      caller: ({ user }) => user as string | undefined,
      challenge: CHALLENGE,
      ...options,
    });
    await fill(api);
    const { origin, errors } = await serve(api, (headers) => ({ user: headers['x-user'] }));
    return { http: request(origin), errors };
  }

  const assertChallenged = (answer: request.Response) => {
    assertProblem(answer, 401, 'unauthorized');
    assert.equal(answer.headers['www-authenticate'], CHALLENGE);
  };

  it('a method that is refused is 401 to who is not known, and 403 to who is', async () => {
    const { http } = await served();
    const attempts = () => [
      http.put('/docs/1/').send(entity({ name: 'x' })),
      http.delete('/docs/1/'),
      http.put('/docs/1/name').type('json').send('"x"'),
      http.patch('/docs/').send({ element: 'shoji:catalog', index: { '1/': null } }),
    ];
    for (const attempt of attempts()) assertChallenged(await attempt);
    for (const attempt of attempts()) {
      const answer = await attempt.set('X-User', 'ada');
      assertProblem(answer, 403, 'forbidden');
      assert.equal(answer.headers['www-authenticate'], undefined);
    }
  });

  it('an entry of an index that is refused is 401 to who is not known, and 403 to who is', async () => {
    const { http } = await served({
      guard: ({ resource, method }) => method === 'GET' || resource.name === 'Docs',
    });
    const patch = () => http.patch('/docs/').send({ element: 'shoji:catalog', index: { '1/': null } });
    assertChallenged(await patch());
    assertProblem(await patch().set('X-User', 'ada'), 403, 'forbidden');
  });

  it('a catalog, a view or a fragment that is hidden is 401 to who is not known, and 404 to who is', async () => {
    const { http } = await served();
    for (const path of [
      '/letters/',
      '/letters',
      '/letters/1/',
      '/docs/1/size',
      '/docs/1/initial',
      '/docs/1/parts/',
    ]) {
      for (const method of ['get', 'head', 'options', 'post', 'delete'] as const) {
        const answer = await http[method](path);
        assert.equal(answer.status, 401, `${method} ${path}`);
        assert.equal(answer.headers['www-authenticate'], CHALLENGE);
        assert.equal((await http[method](path).set('X-User', 'ada')).status, 404);
      }
    }
  });

  it('an entity that is hidden is 404 to everybody, and so is all below it', async () => {
    const { http } = await served();
    for (const below of ['', 'name', 'size', 'parts/', 'parts/1/']) {
      for (const user of [undefined, 'ada']) {
        const [hidden, missing] = await Promise.all(
          ['2', '9'].map((id) => {
            const get = http.get(`/docs/${id}/${below}`);
            return user === undefined ? get : get.set('X-User', user);
          }),
        );
        assertProblem(hidden as request.Response, 404, 'not-found');
        assert.equal(hidden?.text, missing?.text);
        assert.equal(missing?.status, 404, below);
      }
    }
  });

  it('401 that a guard or a class throws has the challenge, unless it brings its own', async () => {
    for (const own of [undefined, 'Basic realm="other"']) {
      const headers: Record<string, string> = own === undefined ? {} : { 'www-authenticate': own };
      const { http } = await served({
        guard: () => {
          throw new ProblemError('unauthorized', { detail: 'Sign in.', headers });
        },
      });
      const answer = await http.get('/docs/');
      const { detail } = assertProblem(answer, 401, 'unauthorized');
      assert.equal(detail, 'Sign in.');
      assert.equal(answer.headers['www-authenticate'], own ?? CHALLENGE);
    }
  });

  it('a caller that is no text is a fault of the author, which the log names', async () => {
    const wrong: readonly [unknown, RegExp][] = [
      [async () => 'ada', /the option caller gives a string at once, or undefined; found Promise/],
      [() => 5, /found 5/],
      [() => null, /found null/],
      [
        () => {
          throw new Error('no session');
        },
        /no session/,
      ],
    ];
    for (const [caller, message] of wrong) {
      const { http, errors } = await served({ caller: caller as () => string });
      assertProblem(await http.delete('/docs/1/'), 500, 'internal-error');
      assert.match(errors[0]?.message ?? '', message);
    }
  });
});

describe('shoji check', () => {
  const serve = serving();

  it('says of entities that are listed, and hidden by a guard, what is likely the matter', async () => {
    const api = library({ guard: ({ params }) => params['doc'] !== '2' });
    await fill(api);
    const { origin } = await serve(api);
    const found: string[] = [];
    for await (const { rule, pointer, message } of check(`${origin}/docs/`, { checks: ['link-alive'] })) {
      found.push(`${rule} ${pointer}`);
      assert.match(
        message,
        /answers 404; list what is there; if it is there, and hidden .* by a guard, the list/,
      );
    }
    assert.deepEqual(found, ['dead-link /entities/1', 'dead-link /entities/1']);
  });
});
