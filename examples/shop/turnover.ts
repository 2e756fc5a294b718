import { View } from 'koa-shoji';
import type { ViewRequest } from 'koa-shoji';
import { Type } from 'koa-shoji/typebox';
import { Customers } from './customers.js';
import { Orders } from './orders.js';

/** What was ordered in each month, in cents. */
export class Turnover extends View.of({
  iri: 'turnover{?year}',
  query: Type.Object({ year: Type.Optional(Type.Integer({ minimum: 2000, maximum: 9999 })) }),
}) {
  async value({ query: { year }, catalogOf }: ViewRequest<typeof Turnover>) {
    const months = new Map<string, { orders: number; total: number }>();
    for await (const customer of catalogOf(Customers).collection.all()) {
      for await (const { body } of catalogOf(Orders, { customer: customer.id }).collection.all()) {
        const { placed = '', total = 0 } = body;
        if (year !== undefined && !placed.startsWith(`${year}-`)) continue;
        const month = placed.slice(0, 'yyyy-mm'.length);
        const before = months.get(month) ?? { orders: 0, total: 0 };
        months.set(month, { orders: before.orders + 1, total: before.total + total });
      }
    }
    return [...months.keys()].toSorted().map((month) => ({ month, ...months.get(month) }));
  }
}
