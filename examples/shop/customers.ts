import { Catalog, Entity } from 'koa-shoji';
import { Type } from 'koa-shoji/typebox';
import { callerOf } from './auth.js';
import { Orders } from './orders.js';

export class Customer extends Entity.of({
  iri: '{customer}/',
  body: Type.Object(
    { name: Type.String({ minLength: 1 }), email: Type.String({ format: 'email' }) },
    { additionalProperties: false },
  ),
  unique: ['email'],
}) {
  static catalogs() {
    return { orders: Orders };
  }
}

export class Customers extends Catalog.of(Customer, {
  iri: 'customers/',
  title: 'Customers',
  ids: 'integer',
}) {
  /** All customers for the staff; for a customer, the one that it is. */
  list() {
    const { role, customer } = callerOf(this.request.state);
    if (role === 'staff') return this.collection.all();
    return customer === undefined ? [] : [customer];
  }
}
