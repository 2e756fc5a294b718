import type { Store } from '../../lib/store/store.js';
import type { Client } from './client.js';
import type { Journal } from './journal.js';

/** Bodies by the path of their entity. */
export type Bodies = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

/** Everything that is kept, as it can be read. */
export interface Snapshot {
  readonly notes: Bodies;
  readonly replies: Bodies;
  readonly names: Bodies;
  readonly counters: Bodies;
  readonly pairs: Bodies;
  readonly accounts: Bodies;
  readonly transfers: Bodies;
}

/** Reads the bodies of all entities of a catalog, such as `/notes/`; none where there is no such catalog. */
export type ReadCatalog = (path: string) => Promise<Bodies>;

/** Reads everything: replies at the notes that the journal names. */
export async function takeSnapshot(read: ReadCatalog, journal: Journal): Promise<Snapshot> {
  const notes = await read('/notes/');
  const replies = new Map<string, Readonly<Record<string, unknown>>>();
  const replied = new Set(journal.writes.flatMap((write) => (write.kind === 'reply' ? [write.note] : [])));
  for (const note of replied) {
    for (const [path, body] of await read(`${note}replies/`)) replies.set(path, body);
  }
  const [names, counters, pairs, accounts, transfers] = await Promise.all(
    ['/names/', '/counters/', '/pairs/', '/accounts/', '/transfers/'].map(read),
  );
  return { notes, replies, names, counters, pairs, accounts, transfers } as Snapshot;
}

/** Reads as any client does: the list, and then each entity. */
export function overHttp(client: Client): ReadCatalog {
  return async (catalog) => {
    const { status, text } = await client.send('GET', catalog);
    const bodies = new Map<string, Readonly<Record<string, unknown>>>();
    if (status === 404) return bodies;
    if (status !== 200) throw new Error(`GET ${catalog} was answered by ${status}: ${text.slice(0, 300)}`);
    const { entities = [] } = JSON.parse(text) as { entities?: readonly string[] };
    const left = entities.map((entity) => new URL(entity, `http://any${catalog}`).pathname);
    const readSome = async () => {
      for (let path = left.pop(); path !== undefined; path = left.pop()) {
        const { body } = await client.get(path);
        bodies.set(path, body as Readonly<Record<string, unknown>>);
      }
    };
    await Promise.all(Array.from({ length: 4 }, readSome));
    return bodies;
  };
}

/** Reads without a server. */
export function fromStore(store: Store): ReadCatalog {
  return async (path) => {
    const segments = path.split('/').filter((segment) => segment !== '');
    const place = {
      collection: segments.filter((_, i) => i % 2 === 0).join('/'),
      parentIds: segments.filter((_, i) => i % 2 === 1),
    };
    const bodies = new Map<string, Readonly<Record<string, unknown>>>();
    for await (const { id, body } of store.iterate(place)) bodies.set(`${path}${id}/`, body);
    return bodies;
  };
}
