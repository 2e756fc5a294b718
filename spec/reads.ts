/** Counts how often members of an object, or items of an array, are read. */
export function countingReads<T extends object>(
  target: T,
): { readonly value: T; readonly reads: () => number } {
  let reads = 0;
  const value = new Proxy(target, {
    get(object, name, receiver) {
      if (typeof name === 'string' && name !== 'length') reads += 1;
      return Reflect.get(object, name, receiver) as unknown;
    },
  });
  return { value, reads: () => reads };
}
