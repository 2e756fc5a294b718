import assert from 'node:assert/strict';
import Koa from 'koa';
import users from '../../examples/users/index.js';
import shop, { api } from '../../examples/shop/index.js';
import { check, type CheckFinding, type CheckOptions } from '../../lib/check/index.js';
import { listen } from '../examples/client.js';

async function findingsOf(app: Koa, options: CheckOptions = {}): Promise<readonly CheckFinding[]> {
  const { origin, close } = await listen(app);
  try {
    const findings: CheckFinding[] = [];
    const checkup = check(`${origin}/`, options);
    for await (const finding of checkup) findings.push(finding);
    assert.equal(checkup.survey.unfinished, undefined);
    assert.ok(checkup.survey.resources.length > 10);
    return findings;
  } finally {
    await close();
  }
}

describe('check() finds nothing', () => {
  after(async () => {
    await users.stop();
    await api.stop();
  });

  it('in examples/users', async () => {
    const app = new Koa().use(users.routes()).use(users.allowedMethods());
    assert.deepEqual(await findingsOf(app), []);
  }).timeout(60_000);

  it('in examples/users, where it writes to the users and the bills', async () => {
    const app = new Koa().use(users.routes()).use(users.allowedMethods());
    for (const catalog of ['users/', 'users/bills/']) {
      assert.deepEqual(await findingsOf(app, { write: { catalog }, checks: ['write'] }), []);
    }
  });

  it('in examples/shop, as a visitor sees it', async () => {
    assert.deepEqual(await findingsOf(shop), []);
  });

  it('in examples/shop, as the staff sees it', async () => {
    assert.deepEqual(await findingsOf(shop, { headers: { Authorization: 'Bearer demo-staff' } }), []);
  });
});
