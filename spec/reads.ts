/** Counts how often members of an object, or items of an array, are read, and how often all of its names are. */
export function countingReads<T extends object>(
  target: T,
): { readonly value: T; readonly reads: () => number; readonly listings: () => number } {
  let reads = 0;
  let listings = 0;
  const value = new Proxy(target, {
    get(object, name, receiver) {
      if (typeof name === 'string' && name !== 'length') reads += 1;
      return Reflect.get(object, name, receiver) as unknown;
    },
    ownKeys(object) {
      listings += 1;
      return Reflect.ownKeys(object);
    },
  });
  return { value, reads: () => reads, listings: () => listings };
}
