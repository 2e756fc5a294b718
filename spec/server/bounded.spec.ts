import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Api } from '../../lib/index.js';
import { assertProblem } from './problems.js';
import { raw, requestText } from './raw.js';
import type { RawResponse } from './raw.js';
import { serving } from './serve.js';
import { onEveryStore } from './stores.js';
import { SPADE, warehouse } from './warehouse.js';

const MEBIBYTE = 1_048_576;

/** A text with as many parts between its ends as a body may have bytes. */
function full(start: string, part: (index: number) => string, end: string): string {
  const parts: string[] = [];
  let length = start.length + end.length;
  for (let index = 0; ; index += 1) {
    const next = part(index);
    length += next.length + 1;
    if (length > MEBIBYTE) return start + parts.join(',') + end;
    parts.push(next);
  }
}

const CATALOG = '{"element":"shoji:catalog"';
const ENTITY = '{"element":"shoji:entity","body":';

/** What is sent, the type of the problem that comes back and how many errors it has. */
type Wrong = readonly [
  what: string,
  target: string,
  body: string,
  status: number,
  type: string,
  errors: number,
];

const WRONG: readonly Wrong[] = [
  [
    'links that are no templates',
    'POST /articles/',
    full(`${ENTITY}{},"catalogs":{`, (index) => `"${index}":"{=x}"`, '}}'),
    422,
    'invalid-document',
    20,
  ],
  [
    'entities that are no references',
    'PATCH /articles/',
    full(`${CATALOG},"index":{},"entities":[`, () => '1', ']}'),
    422,
    'invalid-document',
    20,
  ],
  [
    'members that the schema does not know',
    'POST /articles/',
    full(`${ENTITY}{`, (index) => `"x${index}":1`, '}}'),
    422,
    'invalid-document',
    20,
  ],
  [
    'items that break the schema',
    'POST /articles/',
    full(`${ENTITY}{"name":"a","price":1,"tags":[`, () => '1', ']}}'),
    422,
    'invalid-document',
    20,
  ],
  [
    'entity tags',
    'PATCH /articles/',
    full(`${CATALOG},"index":{},"etags":{`, (index) => `"${index}/":1`, '}}'),
    413,
    'content-too-large',
    0,
  ],
  ['names that stand twice', 'POST /articles/', full('{', () => '"a":1', '}'), 400, 'duplicate-name', 1],
  ['levels', 'POST /articles/', full('[', () => '[', ']').replaceAll(',', ''), 400, 'malformed-json', 0],
];

onEveryStore('a body that is wrong all over', (emptyStore) => {
  const serve = serving();
  const stops: (() => Promise<unknown>)[] = [];

  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
  });

  const listening = async (api: Api): Promise<number> => {
    const server = createServer(api.listener()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    stops.push(async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      await api.stop();
    });
    return (server.address() as AddressInfo).port;
  };

  const send = (port: number, target: string, body: string): Promise<RawResponse> =>
    raw(
      port,
      requestText(target, ['Content-Type: application/json', `Content-Length: ${body.length}`], body),
      { timeout: 60_000 },
    );

  for (const [way, start] of [
    ['through Koa', async (api: Api) => (await serve(api)).port],
    ['through listener()', listening],
  ] as const) {
    it(`[H70] is told its first errors, ${way}`, async () => {
      const port = await start(warehouse({ store: await emptyStore() }));
      for (const [what, target, body, status, type, errors] of WRONG) {
        const answer = await send(port, target, body);
        const problem = assertProblem(answer, status, type as Parameters<typeof assertProblem>[2]);
        assert.equal(problem.errors?.length ?? 0, errors, what);
        assert.ok(answer.text.length < 8192, `${what}: ${answer.text.length} characters`);
      }
      const made = await send(port, 'POST /articles/', `${ENTITY}${JSON.stringify(SPADE)}}`);
      assert.equal(made.status, 201);
      assert.match(made.headers['location'] ?? '', /\/articles\/1\/$/);
    });
  }
});

describe('what was found in a body', () => {
  const serve = serving();

  for (const [what, body] of [
    ['an element', `{"element":"${'e'.repeat(100_000)}"}`],
    ['a self', `${ENTITY}{"name":"a","price":1},"self":"${'../'.repeat(300_000)}"}`],
    ['a value', `${ENTITY}{"name":[${Array(100_000).fill(1).join()}],"price":1}}`],
    [
      'a name',
      `${ENTITY}{"name":"a","price":1},"catalogs":{"${'c'.repeat(1000)}":${'[1]'.padEnd(100_000)}}}`,
    ],
  ] as const) {
    it(`[H70] is shown in part only: ${what}`, async () => {
      const { port } = await serve(warehouse());
      const answer = await raw(
        port,
        requestText(
          'POST /articles/',
          [`Content-Type: application/json`, `Content-Length: ${body.length}`],
          body,
        ),
      );
      assert.ok(answer.status === 422 || answer.status === 409);
      assert.ok(answer.text.length < 4096, `${answer.text.length} characters`);
    });
  }
});
