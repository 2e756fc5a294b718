import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Load } from './load.js';
import { ShojiProcess } from './shoji-process.js';

const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}.js`, import.meta.url));

/** Of the fixture's answer: the quotes are part of it. */
const SIZE = 'shoji '.length * 20_000 + 2;

const ERROR = 50;

describe('shoji serve, from start to stop', () => {
  for (const grace of ['0', '300']) {
    it(`[H66] under load, on SIGTERM with a grace period of ${grace} ms: no answer is cut short`, async () => {
      const server = await ShojiProcess.serve(fixture('busy'), {}, ['--log', 'silent', '--grace', grace]);
      const load = new Load(`${server.address}long`, 8, SIZE);
      await load.answered(200);
      assert.equal(await server.stop(), 0);
      const { answered, closing, truncated, unanswered } = await load.end();
      assert.equal(truncated, 0);
      assert.ok(answered >= 200 && closing > 0 && unanswered > 0, `${answered} ${closing} ${unanswered}`);
    });
  }

  it('[H66] cuts off what hangs past the limit, says so, and exits 0 all the same', async () => {
    const server = await ShojiProcess.serve(fixture('busy'), {}, ['--drain', '100']);
    const answer = fetch(`${server.address}hanging`).catch((error: unknown) => error);
    await server.printed('asked');
    assert.equal(await server.stop(), 0);
    assert.ok((await answer) instanceof Error);
    const [cut] = server.log.filter(({ msg }) => String(msg).startsWith('cut off'));
    assert.equal(cut?.['connections'], 1);
    assert.equal(server.log.filter(({ aborted }) => aborted === true).length, 1);
  });

  it('[H66] ends at once on a second signal', async () => {
    const server = await ShojiProcess.serve(fixture('busy'), {}, ['--drain', '60000']);
    const answer = fetch(`${server.address}hanging`).catch((error: unknown) => error);
    await server.printed('asked');
    server.child.kill('SIGTERM');
    await server.printed('Stopping.');
    assert.equal(await server.stop('SIGINT'), null);
    assert.equal(server.child.signalCode, 'SIGINT');
    await answer;
  });

  it('[H69] answers those who watch over it, and says first that it is stopping', async () => {
    const server = await ShojiProcess.serve(fixture('busy'), {}, ['--grace', '500']);
    for (const path of ['live', 'ready'])
      assert.equal((await fetch(`${server.address}health/${path}`)).status, 200);
    const stopped = server.stop();
    await server.printed('Stopping.');
    const ready = await fetch(`${server.address}health/ready`);
    assert.equal(ready.status, 503);
    assert.equal(ready.headers.get('connection'), 'close');
    assert.equal((await fetch(`${server.address}health/live`)).status, 200);
    assert.equal(await stopped, 0);
  });

  it('logs requests and errors to standard error, and nothing else to standard output', async () => {
    const server = await ShojiProcess.serve(fixture('busy'));
    const failed = await fetch(`${server.address}failing?why=secret`, {
      headers: { 'X-Request-Id': 'mine' },
    });
    assert.equal(failed.status, 400, 'there is no such variable');
    assert.equal(
      (await fetch(`${server.address}failing`, { headers: { 'X-Request-Id': 'mine' } })).status,
      500,
    );
    assert.equal(await server.stop(), 0);
    assert.deepEqual(
      server.log.map(({ requestId, status, level, query }) => [requestId, status, level, query]),
      [
        ['mine', 400, 30, ['why']],
        ['mine', undefined, ERROR, undefined],
        ['mine', 500, ERROR, undefined],
      ],
    );
    const { stack } = (server.log[1] ?? {})['err'] as { stack: string };
    assert.match(stack, /the failing view failed\n\s+at /);
    assert.doesNotMatch(server.errors, /secret/);
    const printed = server.output.replace(server.errors, '');
    assert.match(printed, /^(?:Serving \S+ at http:\/\/127\.0\.0\.1:\d+\/|Stopping\.)$/m);
    assert.doesNotMatch(printed, /^\{/m);
  });

  it('[H68] logs a rejected promise that a resource class leaves behind, and goes on', async () => {
    const server = await ShojiProcess.serve(fixture('busy'));
    assert.equal((await fetch(`${server.address}careless`)).status, 200);
    await server.printed('left behind by the careless view');
    assert.equal((await fetch(`${server.address}careless`)).status, 200);
    assert.equal(await server.stop(), 0);
    const left = server.log.filter(({ msg }) => msg === 'a rejected promise was left behind');
    assert.equal(left.length, 2);
    for (const { level, err } of left) {
      assert.deepEqual([level, (err as Error).message], [ERROR, 'left behind by the careless view']);
    }
  });

  it('logs as much as the environment or the option says', async () => {
    for (const [env, options, lines] of [
      [{ LOG_LEVEL: 'silent' }, [], 0],
      [{ LOG_LEVEL: 'silent' }, ['--log', 'info'], 1],
      [{ LOG_LEVEL: 'info' }, ['--log', 'error'], 0],
    ] as const) {
      const server = await ShojiProcess.serve(fixture('busy'), env, options);
      await fetch(`${server.address}nowhere`);
      await server.stop();
      assert.equal(server.log.length, lines, server.errors);
    }
  });

  it('leaves the log to an application that has its own', async () => {
    const server = await ShojiProcess.serve(fixture('own-log'));
    assert.equal((await fetch(server.address)).status, 200);
    await server.printed('"name":"own"');
    await sleep(0);
    assert.equal(await server.stop(), 0);
    assert.equal(server.errors, '');
    assert.equal(server.output.split('answered').length, 2);
  });
});
