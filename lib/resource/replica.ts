import type { ReadWriter, Store } from '../store/store.js';

/** What answers to GET read from: the replica where a store has one. What they write goes to the store itself. */
export function replicaOf(store: Store): ReadWriter {
  const { replica } = store;
  if (replica === undefined) return store;
  return {
    get: (place, id) => replica.get(place, id),
    page: (place, request) => replica.page(place, request),
    iterate: (place, selection) => replica.iterate(place, selection),
    ids: (place, selection) => replica.ids(place, selection),
    count: (place, selection) => replica.count(place, selection),
    state: (place) => replica.state(place),
    write: (changes) => store.write(changes),
  };
}
