import assert from 'node:assert/strict';
import request from 'supertest';
import { Type } from 'typebox';
import { Catalog, Entity, shoji } from '../../lib/index.js';
import { assertProblem } from './problems.js';
import { serving } from './serve.js';
import { ADA, entity, shop } from './shop.js';

const CLIENTS = 20;
const ROUNDS = 10;

/** A catalog of entities that have one counter for each client. */
function counters() {
  class Tally extends Entity {
    static override body = Type.Record(Type.String(), Type.Integer());
  }
  class Tallies extends Catalog<typeof Tally> {
    static override iri = 'tallies/';
    static override entity = Tally;
    static override ids = 'integer';
  }
  return shoji([Tallies]);
}

describe('concurrent requests', () => {
  const serve = serving();
  const clients = <T>(act: (client: number) => Promise<T>) =>
    Promise.all(Array.from({ length: CLIENTS }, (_, client) => act(client)));

  it('PATCH without If-Match loses nothing where each changes a member of its own', async () => {
    const { origin } = await serve(counters());
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

  it('[H51] a counter that is changed with If-Match and retry ends at the sum', async () => {
    const { origin } = await serve(shop());
    await request(origin)
      .post('/customers/')
      .send(entity({ ...ADA, visits: 0 }))
      .expect(201);
    await clients(async () => {
      for (let done = 0; done < ROUNDS;) {
        const read = await request(origin).get('/customers/1/');
        const { visits } = JSON.parse(read.text).body;
        const answer = await request(origin)
          .patch('/customers/1/')
          .set('If-Match', read.headers['etag'] as string)
          .send(entity({ visits: visits + 1 }));
        if (answer.status === 200) done++;
        else assertProblem(answer, 412, 'precondition-failed');
      }
    });
    const { body } = JSON.parse((await request(origin).get('/customers/1/')).text);
    assert.equal(body.visits, CLIENTS * ROUNDS);
  });

  for (const method of ['put', 'patch', 'delete'] as const) {
    it(`[H50] of many that ${method} with one ETag, one succeeds`, async () => {
      const { origin } = await serve(shop());
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
    const { origin } = await serve(shop());
    const answers = await clients((visits) =>
      request(origin)
        .post('/customers/')
        .send(entity({ ...ADA, visits })),
    );
    assert.equal(new Set(answers.map(({ headers }) => headers['location'] as string)).size, CLIENTS);
    assert.equal(JSON.parse((await request(origin).get('/customers/')).text).entities.length, CLIENTS);
  });

  it('a DELETE between reading and writing is no resurrection', async () => {
    const { origin } = await serve(shop());
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
