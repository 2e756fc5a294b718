/** Takes an error that belongs to no request any more. */
export type ErrorLog = (error: Error) => void;

const logs = new Set<ErrorLog>();

/** Tells this listener from a program's own, also where the package is installed twice. */
const MARK = Symbol.for('koa-shoji.containment');

/**
 * Keeps the process alive when a resource class leaves a rejected promise behind, which by Node's default
 * would end it and every request with it: the rejection is logged instead.
 *
 * It only stands in for that default. Where the program listens to `unhandledRejection` itself, its own
 * listener decides, and this one does nothing.
 */
export function logUnhandledRejections(log: ErrorLog): void {
  if (logs.size === 0) process.on('unhandledRejection', onUnhandledRejection);
  logs.add(log);
}

/** Ends what {@link logUnhandledRejections} began. */
export function stopLoggingUnhandledRejections(log: ErrorLog): void {
  if (logs.delete(log) && logs.size === 0) process.off('unhandledRejection', onUnhandledRejection);
}

function onUnhandledRejection(reason: unknown): void {
  const others = process.listeners('unhandledRejection').filter((listener) => !(MARK in listener));
  if (others.length > 0) return;
  const error = new Error('a rejected promise was left behind', { cause: reason });
  for (const log of logs) log(error);
}
Object.assign(onUnhandledRejection, { [MARK]: true });
