import assert from 'node:assert/strict';
import { pause, Semaphore } from '../../../lib/check/client/semaphore.js';

const never = new AbortController().signal;

describe('turns', () => {
  it('begin in the order in which they were asked for, so many at once', async () => {
    const turns = new Semaphore(2, Infinity);
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    const works = [0, 1, 2, 3].map((index) =>
      turns.run(never, () => {
        begun.push(index);
        return new Promise<void>((resolve) => ends.push(resolve));
      }),
    );
    await settled();
    assert.deepEqual(begun, [0, 1]);
    ends[1]?.();
    await settled();
    assert.deepEqual(begun, [0, 1, 2]);
    ends[0]?.();
    await settled();
    assert.deepEqual(begun, [0, 1, 2, 3]);
    ends[2]?.();
    ends[3]?.();
    await Promise.all(works);
  });

  it('are handed on by work that fails', async () => {
    const turns = new Semaphore(1, Infinity);
    const failing = turns.run(never, () => Promise.reject(new Error('broken')));
    const next = turns.run(never, () => Promise.resolve('done'));
    await assert.rejects(failing, /broken/);
    assert.equal(await next, 'done');
    assert.equal(await turns.run(never, () => Promise.resolve('again')), 'again');
  });

  it('keep to a rate, however many may be at once', async () => {
    const turns = new Semaphore(8, 50);
    const begun = await Promise.all(
      [0, 1, 2, 3].map(() => turns.run(never, () => Promise.resolve(performance.now()))),
    );
    const [first = 0] = begun;
    // Not before their time; how much later, the machine decides.
    begun.forEach((start, index) => assert.ok(start - first >= index * 20 - 5, `${index}: ${start - first}`));
  });

  it('do not come any more once the signal is aborted', async () => {
    const turns = new Semaphore(1, 0.001);
    const ending = new AbortController();
    await turns.run(ending.signal, () => Promise.resolve());
    const waitsForRate = turns.run(ending.signal, () => assert.fail('it ran'));
    const waitsForTurn = turns.run(ending.signal, () => assert.fail('it ran'));
    const both = Promise.allSettled([waitsForRate, waitsForTurn]);
    ending.abort(new Error('stopped'));
    for (const result of await both) {
      assert.equal(result.status, 'rejected');
      assert.match(String(result.reason), /stopped/);
    }
  });

  it('pause until a time has passed', async () => {
    const before = performance.now();
    await pause(30, never);
    assert.ok(performance.now() - before >= 25);
  });
});

/** Lets everything run that can run. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
