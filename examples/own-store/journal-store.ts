// A store of your own: everything is in memory, and every write is a line of a file that you can read, copy and mend.
// It fits what one process serves and memory holds. `spec/examples/own-store.spec.ts` holds it to the contract of stores.
import { open, readFile, type FileHandle } from 'node:fs/promises';
import { MemoryStore, StoreUnavailableError } from 'koa-shoji/store';
import type {
  Awaitable,
  Change,
  ChangeResult,
  CollectionKey,
  CollectionPlan,
  CollectionState,
  Page,
  PageRequest,
  Selection,
  Store,
  StoredEntity,
  Transaction,
} from 'koa-shoji/store';

/** What one write, or one transaction, has done: a line of the journal. */
interface Entry {
  readonly time: number;
  readonly batches: (readonly Change[])[];
  readonly records: { readonly key: string; readonly text: string; readonly expires: number }[];
}

/** Keeps entities in memory, and every change in a journal: one line of JSON for each write. */
export class JournalStore implements Store {
  readonly #path: string;
  #file: FileHandle | undefined;
  /** While the journal is read, the time of the line that is done again. */
  #time: number | undefined;
  readonly #memory: MemoryStore = new MemoryStore({ now: () => new Date(this.#time ?? Date.now()) });
  /** The last of the writes, which go one after another. */
  #last: Promise<unknown> = Promise.resolve();
  #failure: StoreUnavailableError | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  async open(plans: readonly CollectionPlan[]): Promise<void> {
    this.#memory.open(plans);
    this.#file = await open(this.#path, 'a+');
    const lines = (await readFile(this.#path, 'utf8')).split('\n');
    // What follows the last line feed was never acknowledged: the process ended while it wrote.
    const torn = lines.pop() ?? '';
    for (const line of lines) await this.#replay(JSON.parse(line) as Entry);
    if (torn !== '') await this.#file.truncate(Buffer.byteLength(lines.map((line) => `${line}\n`).join('')));
  }

  get(key: CollectionKey, id: string): StoredEntity | undefined {
    return this.#memory.get(key, id);
  }

  page(key: CollectionKey, request: PageRequest): Page {
    return this.#memory.page(key, request);
  }

  iterate(key: CollectionKey, selection?: Selection): AsyncIterable<StoredEntity> {
    return this.#memory.iterate(key, selection);
  }

  ids(key: CollectionKey, selection?: Selection): AsyncIterable<readonly string[]> {
    return this.#memory.ids(key, selection);
  }

  count(key: CollectionKey, selection?: Selection): number {
    return this.#memory.count(key, selection);
  }

  state(key: CollectionKey): CollectionState {
    return this.#memory.state(key);
  }

  write(changes: readonly Change[]): Promise<readonly ChangeResult[]> {
    return this.transaction((transaction) => transaction.write(changes));
  }

  transaction<T>(run: (transaction: Transaction) => Awaitable<T>): Promise<T> {
    const done = this.#last.then(async () => {
      this.check();
      let entry: Entry | undefined;
      const value = await this.#memory.transaction((transaction) => {
        // It may run more than once, and what an earlier run did is not kept.
        entry = { time: Date.now(), batches: [], records: [] };
        return run(journaled(transaction, entry));
      });
      if (entry !== undefined) await this.#append(entry);
      return value;
    });
    this.#last = done.catch(() => undefined);
    return done;
  }

  settles(time: number): boolean {
    return this.#memory.settles(time);
  }

  check(): void {
    this.#memory.check();
    if (this.#failure !== undefined) throw this.#failure;
  }

  async close(): Promise<void> {
    await this.#last;
    this.#memory.close();
    await this.#file?.close();
  }

  /** Writes a line, and waits until it is on the disk. */
  async #append(entry: Entry): Promise<void> {
    if (entry.batches.length === 0 && entry.records.length === 0) return;
    try {
      await this.#file?.appendFile(`${JSON.stringify(entry)}\n`);
      await this.#file?.datasync();
    } catch (cause) {
      // Memory and file differ now, and what the file holds is what counts: nothing goes on until it is read anew.
      this.#failure = new StoreUnavailableError('failed', `${this.#path} cannot be written`, { cause });
      throw this.#failure;
    }
  }

  async #replay({ time, batches, records }: Entry): Promise<void> {
    this.#time = time;
    await this.#memory.transaction((transaction) => {
      for (const changes of batches) void transaction.write(changes);
      for (const { key, text, expires } of records) {
        if (expires > Date.now()) void transaction.putRecord(key, text, new Date(expires));
      }
    });
    this.#time = undefined;
  }
}

/** Notes what a transaction writes. */
function journaled(transaction: Transaction, entry: Entry): Transaction {
  return {
    get: (key, id) => transaction.get(key, id),
    page: (key, request) => transaction.page(key, request),
    iterate: (key, selection) => transaction.iterate(key, selection),
    ids: (key, selection) => transaction.ids(key, selection),
    count: (key, selection) => transaction.count(key, selection),
    state: (key) => transaction.state(key),
    getRecord: (key) => transaction.getRecord(key),
    async write(changes) {
      const written = await transaction.write(changes);
      if (changes.length > 0)
        entry.batches.push(changes.map((change, index) => again(change, written[index])));
      return written;
    },
    async putRecord(key, text, expires) {
      await transaction.putRecord(key, text, expires);
      entry.records.push({ key, text, expires: expires.getTime() });
    },
  };
}

/** A change as it is made again: with the id that it was given, and of no version, for there are others then. */
function again(change: Change, written: ChangeResult): Change {
  if (change.do === 'remove') return { do: 'remove', key: change.key, id: change.id };
  const { key, body } = change;
  return { do: change.do, key, id: written?.id ?? change.id ?? '', body };
}
