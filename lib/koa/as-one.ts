import type { Transaction } from '../resource/exchange.js';
import type { Awaitable } from '../resource/found.js';
import { inTurn } from './turns.js';
import type { Visit } from './visit.js';

/**
 * Does several things for a request as one. What is not done within the time limit is not done at all.
 *
 * @param name - what it is about: requests with the same name wait for each other
 * @param run - is given the request as part of a transaction; may run more than once
 * @throws@throws {ProblemError} `timeout`
 */
export function asOne<T>(
  visit: Visit,
  name: string,
  run: (visit: Visit, transaction: Transaction) => Awaitable<T>,
): Promise<T> {
  const { exchange } = visit;
  return inTurn(visit, name, () =>
    exchange.atomically(async (part, transaction) => {
      const result = await run({ ...visit, exchange: part }, transaction);
      // The client has been told that it took too long, and must not find it done all the same.
      if (exchange.aborted) throw exchange.signal.reason;
      return result;
    }),
  );
}
