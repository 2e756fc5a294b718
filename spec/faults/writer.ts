import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectionLost } from './client.js';
import type { Answer, Client, Sending } from './client.js';
import { ACCOUNTS, COUNTERS, PAIR, entityDocument, sumOf } from './entities.js';
import type { Journal, NoteCreation, Outcome, Write } from './journal.js';
import type { Random } from './random.js';

export interface WriterOptions {
  /** A writer ends once this is aborted, after the write that it is at. */
  readonly until?: AbortSignal;
  /** How many writes each writer tries at most. Default: no limit. */
  readonly each?: number;
  /** Whether a writer tries on where the connection was lost, rather than end. Default false. */
  readonly persistent?: boolean;
  /** What to write. Default: some of everything. */
  readonly only?: 'transfer';
  /** Between which accounts to transfer. Default: all. */
  readonly accounts?: readonly string[];
}

/** One of those who write. */
export class Writer {
  readonly #client: Client;
  readonly #journal: Journal;
  readonly #random: Random;
  readonly #options: WriterOptions;
  /** Paths of notes that are there, and have nothing within them. */
  readonly #notes: string[] = [];
  #lost = false;

  constructor(client: Client, journal: Journal, random: Random, options: WriterOptions) {
    this.#options = options;
    this.#client = client;
    this.#journal = journal;
    this.#random = random;
  }

  /** Writes until the options say that it is enough. */
  async run(): Promise<void> {
    const { until, each = Infinity, persistent = false } = this.#options;
    for (let done = 0; done < each; done++) {
      if (until?.aborted === true) return;
      await this.#step();
      if (!this.#lost) continue;
      if (!persistent) return;
      this.#lost = false;
      await sleep(20);
    }
  }

  #step(): Promise<void> {
    if (this.#options.only === 'transfer') return this.#transfer();
    const roll = this.#random.next();
    if (roll < 0.35) return this.#note();
    if (roll < 0.5) return this.#reply();
    if (roll < 0.6) return this.#remove();
    if (roll < 0.7) return this.#name();
    if (roll < 0.8) return this.#increment();
    if (roll < 0.88) return this.#changePair();
    return this.#transfer();
  }

  /** Half of them with a key, so that they can be sent again where no answer comes. */
  async #note(): Promise<void> {
    const { nonce, outcome } = fresh();
    const body = this.#document(nonce);
    const headers = this.#random.chance(0.5) ? { 'Idempotency-Key': `"${nonce}"` } : undefined;
    const sending = headers === undefined ? { body } : { body, headers };
    const again = (client: Client) => client.send('POST', '/notes/', sending);
    const write = this.#journal.begin<NoteCreation>({
      kind: 'note',
      nonce,
      outcome,
      ...(headers !== undefined && { again }),
    });
    await this.#attempt(write, 'POST', '/notes/', sending);
    if (write.path !== undefined) this.#notes.push(write.path);
  }

  async #reply(): Promise<void> {
    const note = this.#takeNote();
    if (note === undefined) return this.#note();
    const write = this.#journal.begin({ kind: 'reply', note, ...fresh() });
    return this.#attempt(write, 'POST', `${note}replies/`, { body: this.#document(write.nonce) });
  }

  async #remove(): Promise<void> {
    const path = this.#takeNote();
    if (path === undefined) return this.#note();
    return this.#attempt(this.#journal.begin({ kind: 'removal', path, ...fresh() }), 'DELETE', path);
  }

  /** Of names there are few, so that writers often want the same at the same time. */
  #name(): Promise<void> {
    const name = `name ${Math.floor(this.#journal.writes.length / 40)}`;
    const write = this.#journal.begin({ kind: 'name', name, ...fresh() });
    const body = entityDocument({ nonce: write.nonce, name });
    return this.#attempt(write, 'POST', '/names/', { body });
  }

  async #increment(): Promise<void> {
    const counter = this.#random.pick(COUNTERS);
    const path = `/counters/${counter}/`;
    const found = await this.#try('GET', path);
    if (found?.status !== 200) return;
    const { body } = JSON.parse(found.text) as { body: { count: number } };
    const write = this.#journal.begin({ kind: 'increment', counter, ...fresh() });
    await this.#attempt(write, 'PATCH', path, {
      headers: { 'If-Match': found.headers.etag ?? '' },
      body: entityDocument({ count: body.count + 1 }),
    });
  }

  async #changePair(): Promise<void> {
    const index: Record<string, unknown> = {};
    const etags: Record<string, string> = {};
    for (const id of PAIR) {
      const found = await this.#try('GET', `/pairs/${id}/`);
      if (found?.status !== 200) return;
      const { body } = JSON.parse(found.text) as { body: { count: number } };
      index[`${id}/`] = { count: body.count + 1 };
      etags[`${id}/`] = found.headers.etag ?? '';
    }
    const write = this.#journal.begin({ kind: 'pair', ...fresh() });
    await this.#attempt(write, 'PATCH', '/pairs/', { body: { element: 'shoji:catalog', index, etags } });
  }

  #transfer(): Promise<void> {
    const write = this.#journal.begin({ kind: 'transfer', ...fresh() });
    const { accounts = ACCOUNTS } = this.#options;
    const from = this.#random.pick(accounts);
    const to = this.#random.pick(accounts.filter((account) => account !== from));
    const amount = 1 + this.#random.below(100);
    const body = entityDocument({ nonce: write.nonce, from, to, amount });
    return this.#attempt(write, 'POST', '/transfers/', { body });
  }

  async #attempt(write: Write, method: string, path: string, sending: Sending = {}): Promise<void> {
    const headers = { ...sending.headers, 'X-Nonce': write.nonce };
    const answer = await this.#try(method, path, { ...sending, headers });
    if (answer === undefined) return;
    write.status = answer.status;
    write.outcome = answer.status >= 200 && answer.status < 300 ? 'acknowledged' : 'refused';
    if (answer.status === 201) Object.assign(write, { path: answer.headers.location });
    // A server that has just said that it cannot write is not asked again at once.
    if (answer.status >= 500) await sleep(10);
  }

  async #try(method: string, path: string, sending?: Sending): Promise<Answer | undefined> {
    try {
      return await this.#client.send(method, path, sending);
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw error;
      this.#lost = true;
      return undefined;
    }
  }

  #takeNote(): string | undefined {
    if (this.#notes.length === 0) return undefined;
    return this.#notes.splice(this.#random.below(this.#notes.length), 1)[0];
  }

  /** Most are small; some are larger than a page of a database's files. */
  #document(nonce: string): unknown {
    const size = this.#random.chance(0.2) ? this.#random.below(20_000) : this.#random.below(300);
    const text = randomBytes(size).toString('base64');
    return entityDocument({ nonce, text, sum: sumOf(text) });
  }
}

function fresh(): { readonly nonce: string; outcome: Outcome } {
  return { nonce: randomBytes(12).toString('hex'), outcome: 'unknown' };
}
