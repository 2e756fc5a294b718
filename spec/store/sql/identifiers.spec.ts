import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { columnName, constraintName, tableName } from '../../../lib/store/sql/schema/table-schema.js';

describe('store/sql/identifiers', () => {
  const tables: readonly [string, string | RegExp][] = [
    ['customers', 'customers'],
    ['customers/orders', 'customers__orders'],
    ['order_items', 'order_items'],
    ['customers__orders', /^x_customers_orders_[0-9a-f]{10}$/],
    ['Customers', /^x_customers_[0-9a-f]{10}$/],
    ['sqlite_master', /^x_sqlite_master_[0-9a-f]{10}$/],
    ['shoji_places', /^x_shoji_places_[0-9a-f]{10}$/],
    ['sold counts', /^x_sold_counts_[0-9a-f]{10}$/],
    ['', /^x__[0-9a-f]{10}$/],
  ];
  for (const [catalog, name] of tables) {
    it(`names the table of ${JSON.stringify(catalog)}`, () => {
      if (typeof name === 'string') assert.equal(tableName(catalog), name);
      else assert.match(tableName(catalog), name);
    });
  }

  it('gives names that databases keep whole and do not take for each other', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[a-zA-Z0-9_/]{1,80}$/));
    fc.assert(
      fc.property(text, text, (one, other) => {
        const names = [one, other].flatMap((each) => [
          tableName(each),
          columnName(each, 'reference'),
          constraintName(tableName(each), [columnName(each, 'unique'), columnName(other, 'unique')], 'index'),
        ]);
        for (const name of names) assert.ok(Buffer.byteLength(name) <= 63, name);
        if (one === other) return;
        // SQLite knows no difference in case.
        assert.notEqual(tableName(one).toLowerCase(), tableName(other).toLowerCase());
        assert.notEqual(columnName(one, 'string').toLowerCase(), columnName(other, 'string').toLowerCase());
      }),
    );
  });
});
