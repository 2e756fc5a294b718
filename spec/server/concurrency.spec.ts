import assert from 'node:assert/strict';
import { Agent, request as startRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';
import { Type } from 'typebox';
import { Catalog, Entity, shoji } from '../../lib/index.js';
import type { Store } from '../../lib/index.js';
import { assertProblem } from './problems.js';
import { serving } from './serve.js';
import { ADA, entity, shop } from './shop.js';
import { onEveryStore } from './stores.js';

const CLIENTS = 20;
const ROUNDS = 5;

/** A catalog of entities that have one counter for each client. */
function counters(store: Store) {
  class Tally extends Entity.of({ body: Type.Record(Type.String(), Type.Integer()) }) {}
  class Tallies extends Catalog.of(Tally, { iri: 'tallies/', ids: 'integer' }) {}
  return shoji([Tallies], { store });
}

onEveryStore('concurrent requests', (emptyStore) => {
  const serve = serving();
  const emptyShop = async () => shop({ store: await emptyStore() });
  const clients = <T>(act: (client: number) => Promise<T>) =>
    Promise.all(Array.from({ length: CLIENTS }, (_, client) => act(client)));

  it('PATCH without If-Match loses nothing where each changes a member of its own', async () => {
    const { origin } = await serve(counters(await emptyStore()));
    const names = Array.from({ length: CLIENTS }, (_, client) => `client${client}`);
    await request(origin)
      .post('/tallies/')
      .send(entity(Object.fromEntries(names.map((name) => [name, 0]))))
      .expect(201);
    await clients(async (client) => {
      const name = names[client] as string;
      for (let round = 0; round < ROUNDS; round++) {
        const { body } = JSON.parse((await request(origin).get('/tallies/1/')).text);
        const answer = await request(origin)
          .patch('/tallies/1/')
          .send(entity({ [name]: body[name] + 1 }));
        assert.equal(answer.status, 200, answer.text);
      }
    });
    const { body } = JSON.parse((await request(origin).get('/tallies/1/')).text);
    assert.deepEqual(body, Object.fromEntries(names.map((name) => [name, ROUNDS])));
  });

  for (const method of ['put', 'patch', 'delete'] as const) {
    it(`[H50] of many that ${method} with one ETag, one succeeds`, async () => {
      const { origin } = await serve(await emptyShop());
      const made = await request(origin).post('/customers/').send(entity(ADA)).expect(201);
      const etag = made.headers['etag'] as string;
      const answers = await clients((client) => {
        const write = request(origin)[method]('/customers/1/').set('If-Match', etag);
        return method === 'delete' ? write.send() : write.send(entity({ ...ADA, visits: client }));
      });
      const [first, ...others] = answers.filter(({ ok }) => ok);
      assert.deepEqual(others, []);
      for (const answer of answers) {
        if (answer === first) continue;
        if (method === 'delete' && answer.status === 404) assertProblem(answer, 404, 'not-found');
        else assertProblem(answer, 412, 'precondition-failed');
      }
      const after = await request(origin).get('/customers/1/');
      if (method === 'delete') assert.equal(after.status, 404);
      else assert.equal(after.text, first?.text);
    });
  }

  it('of many POSTs each makes an entity of its own', async () => {
    const { origin } = await serve(await emptyShop());
    const answers = await clients((visits) =>
      request(origin)
        .post('/customers/')
        .send(entity({ ...ADA, visits })),
    );
    assert.equal(new Set(answers.map(({ headers }) => headers['location'] as string)).size, CLIENTS);
    assert.equal(JSON.parse((await request(origin).get('/customers/')).text).entities.length, CLIENTS);
  });

  it('a DELETE between reading and writing is no resurrection', async () => {
    const { origin } = await serve(await emptyShop());
    await request(origin).post('/customers/').send(entity(ADA)).expect(201);
    const answers = await Promise.all([
      request(origin).delete('/customers/1/'),
      ...Array.from({ length: CLIENTS }, (_, visits) =>
        request(origin).patch('/customers/1/').send(entity({ visits })),
      ),
      ...Array.from({ length: CLIENTS }, (_, visits) =>
        request(origin)
          .put('/customers/1/')
          .send(entity({ ...ADA, visits })),
      ),
    ]);
    assert.equal(answers[0]?.status, 204);
    for (const answer of answers.slice(1)) {
      if (answer.status !== 200) assertProblem(answer, 404, 'not-found');
    }
    assertProblem(await request(origin).get('/customers/1/'), 404, 'not-found');
  });
});

onEveryStore('a counter that many change', (emptyStore, kind) => {
  const serve = serving();
  const [many, rounds] = kind === 'memory' ? [50, 20] : [20, 5];

  it('[H51] with If-Match and retry, ends at the sum', async function () {
    const { origin } = await serve(shop({ store: await emptyStore() }));
    await request(origin)
      .post('/customers/')
      .send(entity({ ...ADA, visits: 0 }))
      .expect(201);
    const agent = new Agent({ keepAlive: true, maxSockets: many });
    let refused = 0;
    const add = async () => {
      const read = await send(agent, origin, 'GET');
      const { visits } = JSON.parse(read.text).body;
      const answer = await send(agent, origin, 'PATCH', { 'If-Match': read.etag }, { visits: visits + 1 });
      if (answer.status === 412) refused++;
      else assert.equal(answer.status, 200, answer.text);
      return answer.status === 200;
    };
    await Promise.all(
      Array.from({ length: many }, async () => {
        for (let done = 0, late = 0; done < rounds;) {
          if (await add()) done++;
          // Whoever comes too late again and again, waits for the others to be done.
          else await sleep(Math.random() * 20 * Math.min(++late, 10));
        }
      }),
    );
    agent.destroy();
    const { body } = JSON.parse((await request(origin).get('/customers/1/')).text);
    assert.equal(body.visits, many * rounds);
    assert.ok(refused > 0, 'nobody was ever too late, so that nothing was proved');
  });
});

/** A request over one of few connections that stay open: fifty clients would otherwise open thousands. */
function send(
  agent: Agent,
  origin: string,
  method: string,
  fields: Readonly<Record<string, string>> = {},
  body?: unknown,
): Promise<{ status: number; text: string; etag: string }> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? fields : { ...fields, 'Content-Type': 'application/json' };
    const sent = startRequest(`${origin}/customers/1/`, { agent, method, headers }, (answer) => {
      answer.setEncoding('utf8');
      let text = '';
      answer.on('data', (chunk: string) => (text += chunk));
      answer.once('error', reject);
      answer.once('end', () =>
        resolve({ status: answer.statusCode ?? 0, text, etag: answer.headers.etag ?? '' }),
      );
    });
    sent.once('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(entity(body)));
  });
}
