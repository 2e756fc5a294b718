import type { ApiContext } from './served.js';
import { withTimeout } from './settle.js';
import type { Visit } from './visit.js';

/** The last to come of those who wait, by what they wait for; each API has its own. */
const lines = new WeakMap<ApiContext, Map<string, Promise<unknown>>>();

/**
 * Lets requests that name the same thing go one after the other, in the order in which they came: what many
 * try at once, most would have to try again. Those of other processes are kept apart by the store alone.
 *
 * @throws@throws {ProblemError} `timeout`, where its turn and what it does then take longer than the time limit
 */
export async function inTurn<T>(
  { served, exchange }: Visit,
  name: string,
  act: () => Promise<T>,
): Promise<T> {
  const turn = async () => {
    // The client has been told that it took too long.
    if (exchange.aborted) throw exchange.signal.reason;
    return act();
  };
  const line = lineOf(served);
  const before = line.get(name);
  const done = before === undefined ? turn() : before.then(turn, turn);
  line.set(name, done);
  const leave = () => {
    if (line.get(name) === done) line.delete(name);
  };
  done.then(leave, leave);
  return withTimeout(served, exchange, done);
}

function lineOf(served: ApiContext): Map<string, Promise<unknown>> {
  let line = lines.get(served);
  if (line === undefined) lines.set(served, (line = new Map()));
  return line;
}
