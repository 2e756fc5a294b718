/** A value, or a promise of it. */
export type Awaitable<T> = T | Promise<T>;

/**
 * Goes on with a value at once if it is there, and when it comes if it is promised: what is in memory is
 * answered without waiting for a turn of the event loop's queues.
 */
export function andThen<T, U>(given: Awaitable<T>, next: (value: T) => Awaitable<U>): Awaitable<U> {
  return isThenable(given) ? given.then(next) : next(given);
}

/** Whether a value is promised rather than there. */
export function isThenable<T>(given: Awaitable<T>): given is Promise<T> {
  return typeof given === 'object' && given !== null && 'then' in given && typeof given.then === 'function';
}
