import { Fault } from './fault.js';

/**
 * Does work that is to end within a time. The signal that the work is given is aborted by a {@link Fault}:
 * `too-slow`, or the reason of the outer signal.
 */
export async function withinTime<Result>(
  milliseconds: number,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  outer.throwIfAborted();
  const ending = new AbortController();
  const stop = () => ending.abort(outer.reason);
  outer.addEventListener('abort', stop, { once: true });
  const timer = setTimeout(() => {
    const message = `no whole answer came within ${milliseconds} ms; --timeout (in code \`timeout\`) gives it longer`;
    ending.abort(new Fault('too-slow', message));
  }, milliseconds);
  try {
    return await work(ending.signal);
  } finally {
    clearTimeout(timer);
    outer.removeEventListener('abort', stop);
  }
}
