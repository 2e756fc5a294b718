import assert from 'node:assert/strict';
import {
  check,
  type CheckFinding,
  type CheckOptions,
  type CheckProgress,
  CHECKS,
} from '../../lib/check/index.js';
import { BadServer, type Fault } from './bad-server.js';
import { serveDocument } from './serve-document.js';

async function findingsOf(url: string, options: CheckOptions = {}): Promise<readonly CheckFinding[]> {
  const findings: CheckFinding[] = [];
  for await (const finding of check(url, options)) findings.push(finding);
  return findings;
}

/** Serves whatever document a path is given, and 404 elsewhere. */
const documents =
  (documentAt: (path: string) => unknown): Fault =>
  (reply, asked) => {
    const document = documentAt(asked.target);
    if (document !== undefined) serveDocument(reply, asked, document);
  };

const catalog = (self: string, catalogs: Readonly<Record<string, string>>) => ({
  element: 'shoji:catalog',
  self,
  catalogs,
});

/** A catalog in a catalog in a catalog, without end. */
const endless = documents((path) => (/^\/(?:n\/)*$/.test(path) ? catalog(path, { next: 'n/' }) : undefined));

describe('check()', () => {
  let server: BadServer;
  const serve = async (fault?: Fault): Promise<string> => {
    server = await BadServer.start(fault);
    return `${server.origin}/`;
  };
  afterEach(() => server.close());

  describe('an API that is right', () => {
    it('gives no finding at all', async () => {
      assert.deepEqual(await findingsOf(await serve()), []);
    });

    it('gives none where the scratch catalog is written to, and leaves it as it was', async () => {
      const url = await serve();
      assert.deepEqual(await findingsOf(url, { write: { catalog: 'items/' } }), []);
      assert.deepEqual(server.items, ['a', 'b']);
      const methods = new Set(server.asked.map(({ method }) => method));
      assert.ok(['POST', 'PUT', 'PATCH', 'DELETE'].every((method) => methods.has(method)));
    });

    it('is sent nothing but safe methods', async () => {
      await findingsOf(await serve());
      assert.deepEqual([...new Set(server.asked.map(({ method }) => method))].toSorted(), [
        'GET',
        'HEAD',
        'OPTIONS',
        'TRACE',
      ]);
    });

    it('is surveyed', async () => {
      const url = await serve();
      const run = check(url);
      assert.deepEqual(run.survey.resources, []);
      for await (const _ of run);
      const { survey } = run;
      const short = (iri: string) => iri.replace(url, '/');
      assert.equal(survey.start, url);
      assert.equal(survey.unfinished, undefined);
      assert.equal(survey.requests, server.asked.length);
      assert.deepEqual(
        survey.resources.map(({ iri, kind, status, title, depth }) => [
          short(iri),
          kind,
          status,
          title,
          depth,
        ]),
        [
          ['/', 'catalog', 200, 'Root', 0],
          ['/items/', 'catalog', 200, undefined, 1],
          ['/count', 'value', 200, undefined, 1],
          ['/items/a/', 'entity', 200, undefined, 2],
          ['/items/b/', 'entity', 200, undefined, 2],
          ['/items/a/color', 'value', 200, undefined, 3],
          ['/items/b/color', 'value', 200, undefined, 3],
          ['/items/?color=red', 'catalog', 200, undefined, 1],
        ],
      );
      const template = survey.links.find(({ to }) => short(to) === '/items/?color=red');
      assert.deepEqual(template, {
        from: url,
        to: `${url}items/?color=red`,
        member: 'catalogs',
        name: 'items by color',
        pointer: '/catalogs/items by color',
        template: 'items/{?color}',
        followed: true,
      });
    });
  });

  it('fails a test suite where an API is wrong, and names what is', async () => {
    const url = await serve((reply, { target }) => {
      if (target === '/items/b/') reply.status = 500;
    });
    const suite = async () => {
      for await (const { level, iri, message } of check(url))
        assert.ok(level !== 'error', `${iri}: ${message}`);
    };
    await assert.rejects(suite, new RegExp(`^AssertionError.*: ${url}items/b/: GET was answered with 500`));
  });

  it('asks for nothing more once the iteration is left', async () => {
    const url = await serve(endless);
    for await (const _ of check(url, { known: ['nowhere'], documents: 3 })) break;
    const { length } = server.asked;
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(server.asked.length, length);
  });

  it('gives the same findings in the same order, however many are checked side by side', async () => {
    const url = await serve((reply) => {
      delete reply.headers['vary'];
    });
    const [one, many] = [
      await findingsOf(url, { concurrency: 1 }),
      await findingsOf(url, { concurrency: 8 }),
    ];
    assert.ok(one.length > 5);
    assert.deepEqual(one, many);
  });

  it('makes the checks that are asked for alone', async () => {
    const url = await serve((reply) => {
      delete reply.headers['vary'];
      delete reply.headers['etag'];
    });
    const found = await findingsOf(url, { checks: ['vary'] });
    assert.deepEqual(new Set(found.map((finding) => finding.check)), new Set(['vary']));
  });

  describe('loops and ends', () => {
    it('[H82] walks a loop once', async () => {
      const url = await serve(
        documents((path) =>
          /^\/[ab]?\/?$/.test(path) ? catalog(path, { a: '/a/', b: '/b/', root: '/' }) : undefined,
        ),
      );
      const run = check(url, { checks: ['link-alive'] });
      for await (const _ of run);
      assert.deepEqual(
        run.survey.resources.map(({ iri }) => iri),
        [url, `${url}a/`, `${url}b/`],
      );
      assert.equal(server.asked.length, 3);
    });

    for (const [name, options, why] of [
      ['documents', { documents: 5 }, /more than 5 resources.*raise the limit on documents/],
      ['depth', { depth: 4 }, /links more than 4 away.*raise the limit on depth/],
    ] as const) {
      it(`[H82] ends at the limit on ${name}, and says so`, async () => {
        const url = await serve(endless);
        const run = check(url, { ...options, checks: ['limits'] });
        const found: CheckFinding[] = [];
        for await (const finding of run) found.push(finding);
        assert.equal(server.asked.length, 5);
        assert.match(run.survey.unfinished ?? '', why);
        assert.deepEqual(
          found.map(({ rule, level }) => [rule, level]),
          [['unfinished', 'note']],
        );
        assert.equal(run.survey.links.at(-1)?.followed, false);
      });
    }

    it('[H82] ends at the limit on time, and says so', async () => {
      const url = await serve(endless);
      const run = check(url, { time: 100, documents: 1_000_000 });
      for await (const _ of run);
      assert.match(run.survey.unfinished ?? '', /longer than 100 ms.*raise the limit on time/);
    });

    it('ends on a signal with what is known so far', async () => {
      const url = await serve(endless);
      const stop = new AbortController();
      const run = check(url, {
        signal: stop.signal,
        onProgress: ({ done }) => {
          if (done === 3) stop.abort();
        },
      });
      const found: CheckFinding[] = [];
      for await (const finding of run) found.push(finding);
      assert.equal(run.survey.unfinished, 'the walk was stopped');
      assert.ok(run.survey.resources.length >= 3);
      assert.ok(found.some(({ rule }) => rule === 'unfinished'));
    });

    it('asks for nothing where the signal came before', async () => {
      const run = check(await serve(), { signal: AbortSignal.abort() });
      for await (const _ of run);
      assert.deepEqual(server.asked, []);
      assert.equal(run.survey.unfinished, 'the walk was stopped');
    });
  });

  it('writes nothing once it was stopped', async () => {
    const url = await serve(endless);
    for await (const _ of check(url, {
      time: 50,
      documents: 1_000_000,
      write: { catalog: 'items/', body: {} },
    }));
    assert.ok(server.asked.every(({ method }) => method !== 'POST'));
  });

  it('removes what it wrote even where the iteration is left in the middle', async () => {
    const url = await serve((reply, { method }) => {
      if (reply.status === 412 && method === 'PATCH') reply.status = 200;
    });
    for await (const { rule } of check(url, { write: { catalog: 'items/' } }))
      if (rule === 'lost-update') break;
    assert.ok(server.asked.some(({ method }) => method === 'DELETE'));
    assert.deepEqual(server.items, ['a', 'b']);
  });

  it('tells how far it has come after each resource', async () => {
    const told: CheckProgress[] = [];
    const run = check(await serve(), { onProgress: (progress) => told.push(progress) });
    for await (const _ of run);
    assert.deepEqual(
      told.map(({ done }) => done),
      run.survey.resources.map((_, index) => index + 1),
    );
    assert.ok(told.every(({ done, known }) => done <= known));
    assert.equal(told.at(-1)?.requests, server.asked.length);
    assert.equal(told.at(-1)?.findings, 0);
  });

  it('goes on where a redirect leads', async () => {
    const url = await serve((reply, { target }) => {
      if (target === '/') Object.assign(reply, { status: 302, headers: { location: '/items/' }, body: '' });
    });
    const run = check(url);
    for await (const _ of run);
    assert.ok(run.survey.resources.some(({ iri }) => iri === `${url}items/a/`));
  });

  it('says of a start that does not answer that it does not', async () => {
    const url = await serve((reply) => {
      reply.raw = '';
    });
    const [finding] = await findingsOf(url);
    assert.deepEqual([finding?.rule, finding?.iri], ['unreachable', url]);
    assert.match(finding?.message ?? '', /the IRI that the walk starts from/);
  });

  describe('hostile documents', () => {
    it('[H84] expands no half of a surrogate pair', async () => {
      const url = await serve((reply, asked) => {
        if (asked.target !== '/items/a/' || reply.status !== 200) return;
        const text = String(reply.body).replace('"red"', '"\\ud800"');
        reply.body = text;
        reply.headers['content-length'] = String(Buffer.byteLength(text));
      });
      const found = await findingsOf(url);
      assert.deepEqual(
        found.map(({ rule, pointer }) => [rule, pointer]),
        [['lone-surrogate', '/body/color']],
      );
      assert.ok(server.asked.every(({ target }) => !/%ED%A0%80|%EF%BF%BD/i.test(target)));
    });

    it('[H84] keeps to the origin where a value of a document says otherwise', async () => {
      const url = await serve(
        documents((path) => {
          if (path === '/') return { ...catalog('/', { other: '{+home}' }), entities: ['e/'] };
          if (path === '/e/')
            return { element: 'shoji:entity', self: '/e/', body: { home: '//evil.example/' } };
          return undefined;
        }),
      );
      const run = check(url);
      const found: CheckFinding[] = [];
      for await (const finding of run) found.push(finding);
      assert.deepEqual(
        found.map(({ rule, pointer, iri }) => [rule, pointer, iri]),
        [['template-leaves-origin', '/catalogs/other', url]],
      );
      const link = run.survey.links.find(({ template }) => template === '{+home}');
      assert.deepEqual([link?.to, link?.followed], ['http://evil.example/', false]);
    });

    it('[H85] compiles no schema and no pattern that a document brings', async () => {
      const schema = {
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        $ref: 'http://10.0.0.1/schema.json',
        type: 'no such type',
        pattern: '(',
        properties: { color: { pattern: '^(a+)+$' } },
      };
      const url = await serve(
        documents((path) => {
          if (path === '/')
            return { ...catalog('/', {}), schema, $schema: 'http://10.0.0.1/', entities: ['e/'] };
          if (path === '/e/') {
            return { element: 'shoji:entity', self: '/e/', ...schema, body: { color: `${'a'.repeat(60)}!` } };
          }
          return undefined;
        }),
      );
      assert.deepEqual(await findingsOf(url), []);
    });
  });

  it('walks an API of the Crunch dialect', async () => {
    const url = await serve(
      documents((path) => {
        switch (path) {
          case '/':
            return {
              ...catalog('/', { mine: 'mine/' }),
              index: { 'e/': { name: 'one' }, 'sub/': {} },
              orders: { hier: 'order/' },
              views: { by: 'by/{name}/' },
            };
          case '/order/':
            return { element: 'shoji:order', self: '/order/', graph: ['../e/', { group: ['../f/'] }] };
          case '/e/':
          case '/f/':
            return {
              element: 'shoji:entity',
              self: path,
              body: { name: path },
              urls: { page: '/mine/' },
              views: { view: '/view/' },
            };
          case '/sub/':
          case '/mine/':
            return { element: 'shoji:catalog', self: path, folder_trees: { all: '/sub/' } };
          case '/view/':
          case '/by/one/':
            return { element: 'shoji:view', self: path, value: [1] };
          default:
            return undefined;
        }
      }),
    );
    for (const dialect of ['crunch', 'auto'] as const) {
      const run = check(url, { dialect });
      const found: CheckFinding[] = [];
      for await (const finding of run) if (finding.level !== 'note') found.push(finding);
      assert.deepEqual(found, [], dialect);
      assert.deepEqual(
        run.survey.resources.map(({ iri, kind }) => `${kind} ${iri.replace(url, '/')}`).toSorted(),
        [
          'catalog /',
          'catalog /mine/',
          'catalog /sub/',
          'entity /e/',
          'entity /f/',
          'order /order/',
          'view /by/one/',
          'view /view/',
        ],
      );
    }
  });
});

describe('check() refuses', () => {
  const refused: readonly (readonly [string, string, CheckOptions, RegExp])[] = [
    ['a relative IRI', '/users/', {}, /absolute/],
    ['an IRI that is not of HTTP', 'file:///etc/passwd', {}, /absolute/],
    [
      'a check that there is not',
      'http://h/',
      { checks: ['etags'] },
      /no check "etags"; the checks are: status, /,
    ],
    [
      'a dialect that there is not',
      'http://h/',
      { dialect: 'draft-03' as 'draft-02' },
      /no dialect "draft-03"/,
    ],
    [
      'a negative limit',
      'http://h/',
      { documents: -1 },
      /documents is -1; write a whole number of at least 1/,
    ],
    ['a limit that is no number', 'http://h/', { depth: Number.NaN }, /depth is NaN/],
    ['no connections', 'http://h/', { concurrency: 0 }, /concurrency is 0/],
    ['no bytes', 'http://h/', { bytes: 0 }, /bytes is 0/],
    ['no rate', 'http://h/', { rate: 0 }, /rate is 0/],
    ['an origin that is none', 'http://h/', { origins: ['example.org'] }, /"example.org" is no origin/],
  ];
  for (const [what, url, options, message] of refused) {
    it(what, () => assert.throws(() => check(url, options), { name: 'CheckOptionsError', message }));
  }
});

describe('CHECKS', () => {
  it('have a name, a summary, an explanation and a source each', () => {
    assert.equal(new Set(CHECKS.map(({ name }) => name)).size, CHECKS.length);
    for (const { name, summary, explanation, see } of CHECKS) {
      assert.match(name, /^[a-z]+(?:-[a-z]+)*$/);
      for (const text of [summary, explanation, see]) assert.ok(text.length > 5, name);
    }
  });
});
