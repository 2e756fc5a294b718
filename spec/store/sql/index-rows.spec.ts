import assert from 'node:assert/strict';
import type { CollectionPlan, Change, CollectionKey } from '../../../lib/store/store.js';
import { plan } from '../../../lib/store-contract/fixtures.js';
import { onEachEngine, withDatabase, withStore } from './engines.js';

/** The first of the characters that take four bytes, of which there are enough that no two are the same. */
const FIRST = 0x20000;

/** Characters of four bytes, which no compression makes shorter: each is one of its own. */
function characters(count: number, seed: number): string {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (state * 48_271) % 0x7fff_ffff;
    return String.fromCodePoint(FIRST + (state % 40_000));
  }).join('');
}

/** An id of 255 bytes. */
const longest = (seed: number): string => `${characters(63, seed)}end`;

const level = (depth: number): string => ['one', 'two', 'three', 'four'].slice(0, depth + 1).join('/');

const plans: readonly CollectionPlan[] = [0, 1, 2, 3].map((depth) =>
  plan(level(depth), 'client', {
    depth,
    ...(depth > 0 && { parent: level(depth - 1) }),
    ...(depth === 3 && {
      members: [
        { name: 'text', type: 'string', indexed: true },
        { name: 'see', type: 'string', indexed: true },
      ],
      unique: [['text'], ['text', 'see']],
      references: [
        { member: 'see', collection: level(3) },
        { member: 'up', collection: level(2) },
      ],
    }),
  }),
);

onEachEngine('store/sql: the longest rows of indexes', (testEngine) => {
  it('hold the longest ids within three levels of them, with a member that is sorted, unique and referred to', () =>
    withDatabase(testEngine, (database) =>
      withStore(database, plans, async (store) => {
        const ids = [1, 2, 3].map((seed) => longest(seed));
        const place = (depth: number): CollectionKey => ({
          collection: level(depth),
          parentIds: ids.slice(0, depth),
        });
        await store.write(
          ids.map((id, depth): Change => ({ do: 'create', key: place(depth), id, body: {} })),
        );
        const entities = Array.from({ length: 20 }, (_, n) => ({
          id: longest(10 + n),
          text: characters(200, 50 + n) + n,
        }));
        for (const { id, text } of entities)
          await store.write([
            { do: 'create', key: place(3), id, body: { text, see: entities[0]!.id, up: ids[2]! } },
          ]);

        const sorted = entities.map(({ text }) => text).toSorted();
        const order = { member: 'text', descending: false };
        const found: unknown[] = [];
        for await (const { body } of store.iterate(place(3), { order })) found.push(body['text']);
        assert.deepEqual(found, sorted);
        const [{ id, text }] = entities as [{ id: string; text: string }];
        const { items } = await store.page(place(3), { limit: 5, where: { text } });
        assert.deepEqual(
          items.map((item) => item.id),
          [id],
        );
        await assert.rejects(async () => {
          await store.write([{ do: 'create', key: place(3), id: longest(99), body: { text, see: id } }]);
        }, /unique|same/);
        await assert.rejects(async () => store.write([{ do: 'remove', key: place(3), id }]), /refer/);
      }),
    ));
});
