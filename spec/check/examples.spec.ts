// @slow: follows all links of the examples
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { check, type CheckFinding, type CheckOptions } from '../../lib/check/index.js';
import { ShojiProcess } from '../cli/shoji-process.js';
import { inTemporaryFolder } from '../faults/temporary.js';

/** Serves an example as `npm start` would, and checks it. */
async function findingsOf(
  example: string,
  runs: readonly CheckOptions[],
  env: NodeJS.ProcessEnv = {},
): Promise<readonly CheckFinding[]> {
  const server = await ShojiProcess.serve(`examples/${example}`, env);
  try {
    const findings: CheckFinding[] = [];
    for (const options of runs) {
      const run = check(server.address, options);
      for await (const finding of run) findings.push(finding);
      assert.equal(run.survey.unfinished, undefined);
      assert.ok(run.survey.resources.length > 10);
    }
    return findings;
  } finally {
    await server.stop();
  }
}

/** Checks the shop in a SQLite file of its own. */
const findingsOfShop = (options: CheckOptions): Promise<readonly CheckFinding[]> =>
  inTemporaryFolder((folder) => findingsOf('shop', [options], { STORE: join(folder, 'shop.db') }));

describe('check() finds nothing', () => {
  it('in examples/users', async () => {
    assert.deepEqual(await findingsOf('users', [{}]), []);
  });

  it('in examples/users, where it writes to the users and the bills', async () => {
    const runs = ['users/', 'users/bills/'].map((catalog) => ({ write: { catalog }, checks: ['write'] }));
    assert.deepEqual(await findingsOf('users', runs), []);
  });

  it('in examples/shop, as a visitor sees it', async () => {
    assert.deepEqual(await findingsOfShop({}), []);
  });

  it('in examples/shop, as the staff sees it', async () => {
    assert.deepEqual(await findingsOfShop({ headers: { Authorization: 'Bearer demo-staff' } }), []);
  });
});
