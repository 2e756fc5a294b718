import assert from 'node:assert/strict';
import { SqlStore } from '../../../lib/store/sql/sql-store.js';
import type { CollectionKey, Store } from '../../../lib/store/store.js';
import { plan, timeOf } from '../../../lib/store-contract/fixtures.js';
import { onEachEngine, withDatabase } from './engines.js';

const names: CollectionKey = { collection: 'names', parentIds: [] };
const numbers: CollectionKey = { collection: 'numbers', parentIds: [] };
const plans = [plan('names', 'client'), plan('numbers', 'integer')];

const NOON = Date.UTC(2024, 1, 29, 12, 0, 0, 500);
const HOUR = 3_600_000;
/** More than a place has rows, so that whichever they are written to, some are not the one with the latest time. */
const OFTEN = 12;

/** The second that may be named as the last change of something dated so. */
const secondOf = (time: number | undefined): number => Math.ceil((time ?? 0) / 1000) * 1000;

onEachEngine('[H71] the clocks of several processes', ({ database }) => {
  /** Opens two stores on one database, the second one with a clock that is an hour behind. */
  const withTwo = (use: (ahead: Store, behind: Store) => Promise<void>) =>
    withDatabase({ name: 'sqlite', database }, async ({ engine }) => {
      const ahead = new SqlStore(engine(), { now: () => new Date(NOON) });
      const behind = new SqlStore(engine(), { now: () => new Date(NOON - HOUR) });
      try {
        await ahead.open(plans);
        await behind.open(plans);
        await use(ahead, behind);
      } finally {
        await Promise.all([ahead.close(), behind.close()]);
      }
    });

  it('do not set back when an entity was changed, nor a place', () =>
    withTwo(async (ahead, behind) => {
      await ahead.write([{ do: 'create', key: names, id: 'a', body: {} }]);
      for (let count = 0; count < OFTEN; count += 1) {
        const [written] = await behind.write([{ do: 'replace', key: names, id: 'a', body: { count } }]);
        assert.ok(timeOf(written!) > secondOf(NOON));
        assert.deepEqual((await behind.get(names, 'a'))?.updated, written!.updated);
        const { updated } = await ahead.state(names);
        assert.ok(updated!.getTime() > secondOf(NOON));
        assert.ok(updated!.getTime() < NOON + 5000, 'it does not run ahead by the number of writes');
      }
    }));

  it('tell a place that something was made, or removed, there', () =>
    withTwo(async (ahead, behind) => {
      for (const [index, act] of [
        () => behind.write([{ do: 'create', key: numbers, body: {} }]),
        () => behind.write([{ do: 'remove', key: numbers, id: '1' }]),
        () =>
          behind.write(
            [2, 3, 4].map((id) => ({ do: 'create', key: numbers, id: `${id}0`, body: {} }) as const),
          ),
        () => behind.transaction((part) => part.write([{ do: 'create', key: numbers, body: {} }])),
      ].entries()) {
        const [made] = await ahead.write([{ do: 'create', key: numbers, body: {} }]);
        const before = await ahead.state(numbers);
        await act();
        const after = await ahead.state(numbers);
        assert.notEqual(after.version, before.version);
        assert.ok(after.updated! >= before.updated!, `act ${index}`);
        assert.ok(timeOf(made!) <= after.updated!.getTime());
      }
    }));

  it('date a list later where another process is behind, whichever of its rows is written', () =>
    withTwo(async (ahead, behind) => {
      for (let count = 0; count < OFTEN; count += 1) {
        const place = { collection: 'names', parentIds: [] };
        await ahead.write([{ do: 'create', key: place, id: `ahead ${count}`, body: {} }]);
      }
      const before = secondOf((await ahead.state(names)).updated!.getTime());
      await behind.write([{ do: 'create', key: names, id: 'behind', body: {} }]);
      assert.ok((await ahead.state(names)).updated!.getTime() > before);
    }));

  it('do not date what is made under an id that was removed before its end', () =>
    withTwo(async (ahead, behind) => {
      const [made] = await ahead.write([{ do: 'create', key: names, id: 'a', body: {} }]);
      await ahead.write([{ do: 'remove', key: names, id: 'a' }]);
      const [anew] = await behind.write([{ do: 'create', key: names, id: 'a', body: {} }]);
      assert.ok(timeOf(anew!) > secondOf(timeOf(made!)));
      assert.deepEqual((await ahead.get(names, 'a'))?.updated, anew!.updated);
    }));

  it('keep versions as conditions', () =>
    withTwo(async (ahead, behind) => {
      const [made] = await ahead.write([{ do: 'create', key: names, id: 'a', body: {} }]);
      const replace = { do: 'replace', key: names, id: 'a', body: {}, version: made!.version } as const;
      const [replaced] = await behind.write([replace]);
      assert.ok(timeOf(replaced!) > timeOf(made!));
      await assert.rejects(async () => behind.write([replace]), { reason: 'version' });
      await assert.rejects(async () => behind.write([{ ...replace, id: 'b' }]), { reason: 'missing' });
    }));
});
