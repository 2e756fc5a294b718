// @slow: ends processes, disks and databases in the middle
import assert from 'node:assert/strict';
import { ACCOUNTS, COUNTERS, OPENING_BALANCE, PAIR, sumOf } from './entities.js';
import { Journal } from './journal.js';
import type { Write } from './journal.js';
import type { Snapshot } from './snapshot.js';
import { assertSound, verify } from './verify.js';
import type { Verdict } from './verify.js';

type Kept = { [name in keyof Snapshot]: Map<string, Readonly<Record<string, unknown>>> };

/** A little of everything, all of it acknowledged but the last note, and what is to be found of it. */
function written(): { journal: Journal; kept: Kept } {
  const journal = new Journal();
  const writes: Write[] = [
    { kind: 'note', nonce: 'n1', outcome: 'acknowledged', path: '/notes/1/' },
    { kind: 'note', nonce: 'n2', outcome: 'acknowledged', path: '/notes/2/' },
    { kind: 'removal', nonce: 'd', outcome: 'acknowledged', path: '/notes/2/' },
    { kind: 'name', nonce: 'u1', outcome: 'acknowledged', name: 'a', path: '/names/1/' },
    { kind: 'name', nonce: 'u2', outcome: 'refused', name: 'a' },
    { kind: 'increment', nonce: 'i', outcome: 'acknowledged', counter: 'a' },
    { kind: 'pair', nonce: 'p', outcome: 'acknowledged' },
    { kind: 'transfer', nonce: 't', outcome: 'acknowledged', path: '/transfers/1/' },
    { kind: 'note', nonce: 'n3', outcome: 'unknown' },
  ];
  journal.writes.push(...writes);
  const kept: Kept = {
    notes: new Map([['/notes/1/', { nonce: 'n1', text: 'one', sum: sumOf('one') }]]),
    replies: new Map(),
    names: new Map([['/names/1/', { nonce: 'u1', name: 'a' }]]),
    counters: new Map(COUNTERS.map((id) => [`/counters/${id}/`, { count: id === 'a' ? 1 : 0 }])),
    pairs: new Map(PAIR.map((id) => [`/pairs/${id}/`, { count: 1 }])),
    accounts: new Map(ACCOUNTS.map((id) => [`/accounts/${id}/`, { balance: OPENING_BALANCE }])),
    transfers: new Map([['/transfers/1/', { nonce: 't', from: 'account-0', to: 'account-1', amount: 5 }]]),
  };
  kept.accounts.set('/accounts/account-0/', { balance: OPENING_BALANCE - 5 });
  kept.accounts.set('/accounts/account-1/', { balance: OPENING_BALANCE + 5 });
  return { journal, kept };
}

const third = { nonce: 'n3', text: 'three', sum: sumOf('three') };

describe('the verification of what faults left', () => {
  it('finds nothing wrong where all is there, and takes what is in doubt either way', () => {
    const { journal, kept } = written();
    assertSound(verify(journal, kept));
    kept.notes.set('/notes/3/', third);
    assertSound(verify(journal, kept));
  });

  const damages: readonly [what: string, keyof Verdict, (kept: Kept) => unknown][] = [
    ['an entity that is gone', 'lost', ({ notes }) => notes.delete('/notes/1/')],
    ['an increment that is gone', 'lost', ({ counters }) => counters.set('/counters/a/', { count: 0 })],
    ['a counter that is gone', 'lost', ({ counters }) => counters.delete('/counters/b/')],
    ['a removal that was undone', 'lost', ({ notes }) => notes.set('/notes/2/', { ...third, nonce: 'n2' })],
    ['a transfer that is gone', 'lost', ({ transfers }) => transfers.delete('/transfers/1/')],
    ['a text that is cut', 'torn', ({ notes }) => notes.set('/notes/3/', { ...third, text: 'thr' })],
    [
      'half of a transfer',
      'torn',
      ({ accounts }) => accounts.set('/accounts/account-1/', { balance: OPENING_BALANCE }),
    ],
    ['half of a pair', 'torn', ({ pairs }) => pairs.set('/pairs/left/', { count: 0 })],
    [
      'an entity under another id',
      'torn',
      ({ notes }) => notes.delete('/notes/1/') && notes.set('/notes/9/', { ...third, nonce: 'n1' }),
    ],
    [
      'an entity that is there twice',
      'doubled',
      ({ notes }) => notes.set('/notes/9/', { ...third, nonce: 'n1' }),
    ],
    [
      'a name that is there twice',
      'doubled',
      ({ names }) => names.set('/names/2/', { nonce: 'u3', name: 'a' }),
    ],
    [
      'a refused write that was kept',
      'unwanted',
      ({ names }) => names.set('/names/2/', { nonce: 'u2', name: 'b' }),
    ],
    ['what nobody wrote', 'unwanted', ({ notes }) => notes.set('/notes/9/', { ...third, nonce: 'x' })],
    ['an increment too many', 'unwanted', ({ counters }) => counters.set('/counters/a/', { count: 2 })],
  ];
  for (const [what, finding, damage] of damages) {
    it(`finds ${what}`, () => {
      const { journal, kept } = written();
      damage(kept);
      const verdict = verify(journal, kept);
      assert.ok(verdict[finding].length > 0, JSON.stringify(verdict));
      assert.throws(() => assertSound(verdict), assert.AssertionError);
    });
  }
});
