import assert from 'node:assert/strict';
import { ACCOUNTS, COUNTERS, OPENING_BALANCE, PAIR, sumOf } from './entities.js';
import type { Journal, Write } from './journal.js';
import type { Bodies, Snapshot } from './snapshot.js';

/** What is wrong with what is kept, each in a sentence. */
export interface Verdict {
  /** Writes that were acknowledged and are not there. */
  readonly lost: readonly string[];
  /** What is there in part only, or changed. */
  readonly torn: readonly string[];
  /** What is there more than once. */
  readonly doubled: readonly string[];
  /** Writes that were refused, or never tried, and are there all the same. */
  readonly unwanted: readonly string[];
}

/** Holds what is kept against what was acknowledged. */
export function verify(journal: Journal, snapshot: Snapshot): Verdict {
  return new Verification(journal, snapshot).verdict();
}

/** Asserts that nothing at all is wrong. */
export function assertSound(verdict: Verdict): void {
  for (const [what, findings] of Object.entries(verdict) as [string, readonly string[]][]) {
    assert.equal(findings.length, 0, `${findings.length} writes ${what}: ${findings.slice(0, 5).join('; ')}`);
  }
}

/** Answers of a good day: done, in conflict with what others did, or overtaken by them. */
const USUAL = [200, 201, 204, 409, 412];

/**
 * Asserts that no write was answered by another status than those of a good day and the given ones.
 *
 * @param output - what the server has printed, for the message
 */
export function assertAnswers(journal: Journal, others: readonly number[], output: string): void {
  const unusual = [...journal.statuses].filter(([status]) => ![...USUAL, ...others].includes(status));
  assert.deepEqual(unusual, [], output.slice(-3000));
}

class Verification {
  readonly #journal: Journal;
  readonly #snapshot: Snapshot;
  readonly #lost: string[] = [];
  readonly #torn: string[] = [];
  readonly #doubled: string[] = [];
  readonly #unwanted: string[] = [];

  constructor(journal: Journal, snapshot: Snapshot) {
    this.#journal = journal;
    this.#snapshot = snapshot;
  }

  verdict(): Verdict {
    const { notes, replies, names, transfers } = this.#snapshot;
    this.#checkCreations('note', notes);
    this.#checkCreations('reply', replies);
    this.#checkCreations('name', names);
    this.#checkCreations('transfer', transfers);
    this.#checkSums(notes);
    this.#checkSums(replies);
    this.#checkRemovals();
    this.#checkNames();
    this.#checkCounters();
    this.#checkBalances();
    return { lost: this.#lost, torn: this.#torn, doubled: this.#doubled, unwanted: this.#unwanted };
  }

  #of<K extends Write['kind']>(kind: K): Extract<Write, { kind: K }>[] {
    return this.#journal.writes.filter((write): write is Extract<Write, { kind: K }> => write.kind === kind);
  }

  #checkCreations(kind: 'note' | 'reply' | 'name' | 'transfer', bodies: Bodies): void {
    const kept = new Map<unknown, string>();
    for (const [path, { nonce }] of bodies) {
      if (kept.has(nonce)) this.#doubled.push(`${path} is ${kept.get(nonce)}`);
      kept.set(nonce, path);
    }
    const removals = new Map(this.#of('removal').map((removal) => [removal.path, removal]));
    for (const { nonce, outcome, path = '' } of this.#of(kind)) {
      const found = kept.get(nonce);
      kept.delete(nonce);
      if (outcome === 'refused' && found !== undefined) this.#unwanted.push(`${found} was refused`);
      if (outcome !== 'acknowledged' || found === path) continue;
      const removal = removals.get(path);
      if (found !== undefined) this.#torn.push(`${path} has become ${found}`);
      else if (removal === undefined || removal.outcome === 'refused') this.#lost.push(path);
    }
    for (const path of kept.values()) this.#unwanted.push(`${path} was never asked for`);
  }

  #checkSums(bodies: Bodies): void {
    for (const [path, { text, sum }] of bodies) {
      if (sumOf(String(text)) !== sum) this.#torn.push(`the text of ${path}`);
    }
  }

  #checkRemovals(): void {
    for (const { path, outcome } of this.#of('removal')) {
      if (outcome === 'acknowledged' && this.#snapshot.notes.has(path)) {
        this.#lost.push(`the removal of ${path}`);
      }
    }
  }

  #checkNames(): void {
    const seen = new Set<unknown>();
    for (const [path, { name }] of this.#snapshot.names) {
      if (seen.has(name)) this.#doubled.push(`the name of ${path}`);
      seen.add(name);
    }
  }

  #checkCounters(): void {
    const { counters, pairs } = this.#snapshot;
    for (const id of COUNTERS) {
      const writes = this.#of('increment').filter(({ counter }) => counter === id);
      this.#checkCount(`/counters/${id}/`, counters, writes);
    }
    for (const id of PAIR) this.#checkCount(`/pairs/${id}/`, pairs, this.#of('pair'));
    const counts = PAIR.map((id) => pairs.get(`/pairs/${id}/`)?.['count']);
    if (new Set(counts).size > 1) this.#torn.push(`of the pair one is at ${counts.join(', the other at ')}`);
  }

  /** A count grew by one for every write that was acknowledged, and by at most one for those that are in doubt. */
  #checkCount(path: string, bodies: Bodies, writes: readonly Write[]): void {
    const least = writes.filter(({ outcome }) => outcome === 'acknowledged').length;
    const most = least + writes.filter(({ outcome }) => outcome === 'unknown').length;
    const count = Number(bodies.get(path)?.['count']);
    if (!(count >= least)) this.#lost.push(`${path} is at ${count} after ${least} increments`);
    if (count > most) this.#unwanted.push(`${path} is at ${count}, of at most ${most} increments`);
  }

  /** What each account holds is what the transfers that are kept have moved, or one was kept in part. */
  #checkBalances(): void {
    const expected = new Map(ACCOUNTS.map((id) => [id, OPENING_BALANCE]));
    for (const { from, to, amount } of this.#snapshot.transfers.values()) {
      expected.set(String(from), (expected.get(String(from)) ?? 0) - Number(amount));
      expected.set(String(to), (expected.get(String(to)) ?? 0) + Number(amount));
    }
    for (const [id, balance] of expected) {
      const found = this.#snapshot.accounts.get(`/accounts/${id}/`)?.['balance'];
      if (found !== balance) this.#torn.push(`${id} holds ${String(found)}, by its transfers ${balance}`);
    }
  }
}
