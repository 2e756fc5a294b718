import type { Guard, ResourceClass } from 'koa-shoji';
import { callerOf } from './auth.js';
import { Customer, Customers } from './customers.js';
import { Line, Lines, Order, Orders, Status } from './orders.js';
import { ByPrice, Product, Products } from './products.js';
import { OpeningHours } from './settings.js';
import { Shop } from './shop.js';

/** What everybody may read. */
const PUBLIC: ReadonlySet<ResourceClass> = new Set([Shop, Products, ByPrice, Product, OpeningHours]);

/** What a customer may read of what is its own. */
const OWN: ReadonlySet<ResourceClass> = new Set([Customer, Orders, Order, Status, Lines, Line]);

/** Decides what a caller sees and may do; what no rule allows is refused. */
export const guard: Guard = ({ resource, parent, method, state, params }) => {
  const { role, customer } = callerOf(state);
  if (role === 'staff') return true;

  const reads = method === 'GET';
  // What is part of a product, such as its price, is as open as the product is.
  if (reads && (PUBLIC.has(resource) || parent === Product)) return true;
  if (role !== 'customer') return false;

  if (resource === Customers) return reads;
  if (params.customer !== customer) return false;
  return (reads && OWN.has(resource)) || (resource === Orders && method === 'POST');
};
