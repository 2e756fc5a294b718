import assert from 'node:assert/strict';
import request from 'supertest';
import { assertProblem } from './problems.js';
import { serving } from './serve.js';
import { ADA, entity, shop } from './shop.js';

const PEN = { item: 'pen', quantity: 2 };

describe('catalogs within entities', () => {
  const serve = serving();

  async function served() {
    const http = request((await serve(shop())).origin);
    for (const name of ['Ada', 'Grace'])
      await http
        .post('/customers/')
        .send(entity({ ...ADA, name }))
        .expect(201);
    const made = await http.post('/customers/1/orders/').send(entity(PEN)).expect(201);
    return { http, made };
  }

  it('keep their entities apart', async () => {
    const { http, made } = await served();
    assert.equal(made.headers['location'], '/customers/1/orders/1/');
    assert.equal(JSON.parse(made.text).self, '/customers/1/orders/1/');
    assert.deepEqual(JSON.parse((await http.get('/customers/1/orders/')).text).entities, ['1/']);
    assert.deepEqual(JSON.parse((await http.get('/customers/2/orders/')).text).entities, []);
    assertProblem(await http.get('/customers/2/orders/1/'), 404, 'not-found');
    assert.equal((await http.get('/customers/1/orders/1/item')).text, '"pen"');
  });

  it('are not there below an entity that is not', async () => {
    const { http } = await served();
    const attempts = [
      http.get('/customers/9/orders/'),
      http.get('/customers/9/orders/1/'),
      http.get('/customers/9/orders/1/item'),
      http.post('/customers/9/orders/').send(entity(PEN)),
      http.put('/customers/9/orders/1/').send(entity(PEN)),
      http.patch('/customers/9/orders/1/').send(entity(PEN)),
      http.delete('/customers/9/orders/1/'),
      http.put('/customers/9/orders/1/item').type('json').send('"ink"'),
    ];
    for (const attempt of attempts) assertProblem(await attempt, 404, 'not-found');
  });

  it('[H53] hold their entity while they have any', async () => {
    const { http } = await served();
    assertProblem(await http.delete('/customers/1/'), 409, 'in-use');
    assert.equal((await http.get('/customers/1/')).status, 200);
    assert.equal((await http.get('/customers/1/orders/1/')).status, 200);
    await http.delete('/customers/1/orders/1/').expect(204);
    await http.delete('/customers/1/').expect(204);
    assertProblem(await http.get('/customers/1/orders/'), 404, 'not-found');
  });

  it('[H54] DELETE is 204 once, and 404 from then on', async () => {
    const { http } = await served();
    assert.equal((await http.delete('/customers/2/')).status, 204);
    assertProblem(await http.delete('/customers/2/'), 404, 'not-found');
    assertProblem(await http.get('/customers/2/'), 404, 'not-found');
  });

  it("list other catalogs' entities under the IRIs that they have", async () => {
    const { http } = await served();
    await http
      .patch('/customers/2/')
      .send(entity({ visits: 7 }))
      .expect(200);
    const answer = JSON.parse((await http.get('/customers/frequent/?visits=7')).text);
    assert.equal(answer.self, '/customers/frequent/?visits=7');
    assert.deepEqual(answer.entities, ['../2/']);
    assert.deepEqual(JSON.parse((await http.get('/customers/frequent/')).text).entities, ['../1/', '../2/']);
  });
});
