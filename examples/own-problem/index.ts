// A problem type of an API's own: what is ordered beyond the stock is refused with 409, a document that says how
// much is left, and a type whose IRI leads to a page about it.
import { Catalog, Entity, ProblemError, defineProblem, shoji } from 'koa-shoji';
import type { BodyOf } from 'koa-shoji';
import { Type } from 'koa-shoji/typebox';

const OutOfStock = defineProblem('out-of-stock', {
  status: 409,
  title: 'Out of stock',
  meaning: 'There are fewer left than you ordered. Order no more than "left" says.',
  members: Type.Object({ left: Type.Integer({ description: 'How many there are' }) }),
});

/** How many there are of each article. */
const stock = new Map([['ink', 3]]);

class Order extends Entity.of({
  body: Type.Object({ article: Type.String(), count: Type.Integer({ minimum: 1 }) }),
}) {}

class Orders extends Catalog.of(Order, { iri: 'orders/', title: 'Orders' }) {
  async create(order: BodyOf<typeof Order>) {
    const left = stock.get(order.article) ?? 0;
    if (order.count > left) {
      const detail = `There are ${left} of ${order.article}.`;
      throw new ProblemError(OutOfStock, { detail, members: { left }, headers: { 'Retry-After': '3600' } });
    }
    stock.set(order.article, left - order.count);
    return super.create(order);
  }
}

export default shoji([Orders], { problems: [OutOfStock] });
