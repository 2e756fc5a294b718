import assert from 'node:assert/strict';
import type { CollectionPlan, MemberPlan } from '../../../lib/store/store.js';
import { createTableSchemas, indexedPairs } from '../../../lib/store/sql/schema/table-schema.js';
import { plan } from '../../../lib/store-contract/fixtures.js';

const members: readonly MemberPlan[] = [
  { name: 'color', type: 'string', indexed: true },
  { name: 'price', type: 'number', indexed: true },
  { name: 'name', type: 'string', indexed: true },
  { name: 'parts', type: 'json', indexed: true },
];

/** The pairs of the last of some catalogs that each stand within the one before. */
function pairsOf(
  ids: readonly CollectionPlan['ids'][],
  searches: CollectionPlan['sortedSearches'],
): string[] {
  const names = ids.map((_, depth) => ['a', 'b', 'c', 'd', 'e'].slice(0, depth + 1).join('/'));
  const plans = ids.map((kind, depth) =>
    plan(names[depth] ?? '', kind, {
      depth,
      ...(depth > 0 && { parent: names[depth - 1] ?? '' }),
      ...(depth === ids.length - 1 && { members, sortedSearches: searches ?? [] }),
    }),
  );
  const schema = createTableSchemas(plans).get(names.at(-1) ?? '');
  assert.ok(schema !== undefined);
  return indexedPairs(schema).map(({ searched, sorted }) => `${searched.member} ${sorted.member}`);
}

describe('store/sql/sorted-searches', () => {
  it('takes the members that have a column', () => {
    const searches = [
      { searched: 'color', sorted: 'price' },
      { searched: 'parts', sorted: 'price' },
      { searched: 'color', sorted: 'name' },
    ];
    assert.deepEqual(pairsOf(['uuidv7'], searches), ['color price', 'color name']);
    assert.deepEqual(pairsOf(['uuidv7'], undefined), []);
  });

  it('leaves out what can be too long for the row of an index', () => {
    const searches = [
      { searched: 'color', sorted: 'name' },
      { searched: 'color', sorted: 'price' },
    ];
    const five = ['client', 'client', 'client', 'client', 'client'] as const;
    assert.deepEqual(pairsOf(five.slice(1), searches), ['color name', 'color price']);
    assert.deepEqual(pairsOf(five, searches), ['color price']);
  });

  it('takes no more than a write can bear', () => {
    const searches = Array.from({ length: 20 }, () => ({ searched: 'color', sorted: 'price' }));
    assert.equal(pairsOf(['integer'], searches).length, 8);
  });
});
