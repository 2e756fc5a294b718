import assert from 'node:assert/strict';
import { requireProblem } from './ground.js';
import type { Declare } from './ground.js';

export const testCustomers: Declare = (shop) => {
  it('have an e-mail address that no two share', async () => {
    const { staff } = shop();
    const taken = { name: 'Another Ada', email: 'ada@example.org' };
    const before = (await staff.get('/customers/')).headers.get('ETag');
    for (const reply of [
      staff.sendBody('POST', '/customers/', taken),
      staff.sendBody('PUT', '/customers/2/', taken),
      staff.sendBody('PATCH', '/customers/2/', { email: taken.email }),
      staff.sendIndex('/customers/', { '3/': { name: 'Clea' }, '2/': { email: taken.email } }),
    ]) {
      const { document } = await requireProblem(reply, 409, 'conflict');
      assert.match(document.detail ?? '', /"email"/);
    }
    assert.equal((await staff.get('/customers/')).headers.get('ETag'), before);
    assert.equal((await staff.get('/customers/3/')).document.body?.['name'], 'Cleo Costa');
  });

  it('have one that is free again once it is given up', async () => {
    const { staff } = shop();
    const [one, other] = ['dana@example.org', 'dan@example.org'];
    const created = await staff.sendBody('POST', '/customers/', { name: 'Dana', email: one });
    const dana = created.headers.get('Location') ?? '';
    assert.equal((await staff.sendBody('PATCH', dana, { email: other })).status, 200);
    const next = await staff.sendBody('POST', '/customers/', { name: 'Dana too', email: one });
    assert.equal(next.status, 201);
    const index = Object.fromEntries(
      [created, next].map(({ headers }) => [headers.get('Location') ?? '', null]),
    );
    assert.equal((await staff.sendIndex('/customers/', index)).status, 204);
    assert.equal((await staff.entities('customers')).length, 3);
  });

  it('are created once, of those who ask for one address at the same moment', async () => {
    const { staff } = shop();
    const body = { name: 'Emil', email: 'emil@example.org' };
    const replies = await Promise.all(
      Array.from({ length: 5 }, () => staff.sendBody('POST', '/customers/', body)),
    );
    const statuses = replies.map(({ status }) => status);
    assert.deepEqual(
      statuses.toSorted((a, b) => a - b),
      [201, 409, 409, 409, 409],
    );
    const created = replies.find(({ status }) => status === 201);
    assert.equal((await staff.send('DELETE', created?.headers.get('Location') ?? '')).status, 204);
  });

  it('are changed by an index, all at once', async () => {
    const { staff } = shop();
    assert.equal(
      (await staff.sendIndex('/customers/', { '2/': { name: 'Ben B.' }, '3/': { name: 'Cleo C.' } })).status,
      204,
    );
    assert.equal((await staff.get('/customers/3/')).document.body?.['name'], 'Cleo C.');
    const back = { '2/': { name: 'Ben Brandt' }, '3/': { name: 'Cleo Costa' } };
    assert.equal((await staff.sendIndex('/customers/', back)).status, 204);
  });
};
