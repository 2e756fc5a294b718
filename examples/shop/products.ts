import { Catalog, Entity } from 'koa-shoji';
import type { QueryOf } from 'koa-shoji';
import { Type } from 'koa-shoji/typebox';

/** A price in cents, at most a million: no order's total can come near what a number holds exactly. */
export const Cents = Type.Integer({ minimum: 0, maximum: 100_000_000 });

const Category = Type.Enum(['tea', 'cups', 'pots']);

export class Product extends Entity.of({
  iri: '{product}/',
  body: Type.Object(
    { name: Type.String({ minLength: 1, maxLength: 100 }), category: Category, price: Cents },
    { additionalProperties: false },
  ),
  fragments: { price: 'price' },
}) {}

/** The products of a range of prices, the cheapest first. */
export class ByPrice extends Catalog.of(Product, {
  iri: 'by_price/{?min_price,max_price}',
  title: 'Products by price',
  entities: '../{product}/',
  query: Type.Object({ min_price: Type.Optional(Cents), max_price: Type.Optional(Cents) }),
}) {
  async *list({ min_price = 0, max_price = Infinity }: QueryOf<typeof ByPrice>) {
    for await (const product of this.collection.all({ order: { member: 'price' } })) {
      if (product.body.price > max_price) return;
      if (product.body.price >= min_price) yield product;
    }
  }
}

export class Products extends Catalog.of(Product, {
  iri: 'products/',
  title: 'Products',
  ids: 'client',
  query: Type.Object({ category: Type.Optional(Category) }),
  page: 100,
  sort: ['name', 'price'],
}) {
  static catalogs() {
    return { 'products by price': ByPrice };
  }
}
