import { Catalog, Entity } from 'koa-shoji';
import type { QueryOf } from 'koa-shoji';
import { Type } from 'koa-shoji/typebox';

/** A price in cents, at most a million: no order's total can come near what a number holds exactly. */
export const Cents = Type.Integer({ minimum: 0, maximum: 100_000_000 });

const Category = Type.Enum(['tea', 'cups', 'pots']);

export class Product extends Entity {
  static iri = '{product}/';
  static body = Type.Object(
    { name: Type.String({ minLength: 1, maxLength: 100 }), category: Category, price: Cents },
    { additionalProperties: false },
  );
  static fragments = { price: 'price' };
}

/** The products of a range of prices, the cheapest first. */
export class ByPrice extends Catalog<typeof Product> {
  static iri = 'by_price/{?min_price,max_price}';
  static title = 'Products by price';
  static entity = '../{product}/';
  static query = Type.Object({ min_price: Type.Optional(Cents), max_price: Type.Optional(Cents) });

  async *list({ min_price = 0, max_price = Infinity }: QueryOf<typeof ByPrice>) {
    for await (const product of this.collection.all({ order: { member: 'price' } })) {
      if (product.body.price > max_price) return;
      if (product.body.price >= min_price) yield product;
    }
  }
}

export class Products extends Catalog<typeof Product> {
  static iri = 'products/';
  static title = 'Products';
  static entity = Product;
  static ids = 'client';
  static query = Type.Object({ category: Type.Optional(Category) });
  static page = 100;
  static sort = ['name', 'price'];
  static catalogs = { 'products by price': ByPrice };
}
