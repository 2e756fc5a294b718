/** Where an error goes that belongs to no request any more. */
export type ErrorSink = (error: Error) => void;

const sinks = new Set<ErrorSink>();

/** Tells this listener from a program's own, also where the package is installed twice. */
const MARK = Symbol.for('koa-shoji.containment');

/**
 * Keeps the process alive when a resource class leaves a rejected promise behind, which by Node's default
 * would end it and every request with it: the rejection is given to the sink instead.
 *
 * It only stands in for that default. Where the program listens to `unhandledRejection` itself, its own
 * listener decides, and this one does nothing.
 */
export function contain(sink: ErrorSink): void {
  if (sinks.size === 0) process.on('unhandledRejection', onUnhandledRejection);
  sinks.add(sink);
}

/** Ends what {@link contain} began. */
export function release(sink: ErrorSink): void {
  if (sinks.delete(sink) && sinks.size === 0) process.off('unhandledRejection', onUnhandledRejection);
}

function onUnhandledRejection(reason: unknown): void {
  const others = process.listeners('unhandledRejection').filter((listener) => !(MARK in listener));
  if (others.length > 0) return;
  const error = new Error('a rejected promise was left behind', { cause: reason });
  for (const sink of sinks) sink(error);
}
Object.assign(onUnhandledRejection, { [MARK]: true });
